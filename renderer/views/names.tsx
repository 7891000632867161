import { AtSign } from 'lucide-react'
import type { Snapshot } from '../../protocol/snapshot.ts'
import { Address } from '../features/address.tsx'
import { Certificates } from '../features/certificates.tsx'
import { OwnNames } from '../features/own-names.tsx'
import { useWords } from '../src/language.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ViewTitle } from '../ui/view-title.tsx'

/** Under which names this home is found, and what lets browsers trust them. */
export default function Names({ snapshot }: { snapshot: Snapshot }) {
  const { shell } = useWords()
  const { rehearsal, domain, names, ownNames, services, authority, certificates } = snapshot
  return (
    <div className="stack narrow">
      <ViewTitle className="view-title">{shell.places.names}</ViewTitle>
      {rehearsal || domain === null ? <EmptyState icon={AtSign} text={shell.names.none} /> : <Address domain={domain} names={names} />}
      {!rehearsal && services.length > 0 && <OwnNames names={ownNames} services={services} />}
      {!rehearsal && services.length > 0 && <Certificates authority={authority} certificates={certificates} services={services} />}
    </div>
  )
}
