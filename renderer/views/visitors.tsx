import { Users } from 'lucide-react'
import type { Snapshot } from '../../protocol/snapshot.ts'
import { Bans } from '../features/bans.tsx'
import { Links } from '../features/links.tsx'
import { useWords } from '../src/language.tsx'
import { useNow } from '../src/now.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { ViewTitle } from '../ui/view-title.tsx'

/** To whom what was given, and who is shut out. */
export default function Visitors({ snapshot: { services, bans, rehearsal } }: { snapshot: Snapshot }) {
  const { shell } = useWords()
  const nowMs = useNow()
  const shared = services.filter(({ links }) => links.length > 0)
  return (
    <div className="stack narrow">
      <ViewTitle className="view-title">{shell.places.visitors}</ViewTitle>
      {shared.length === 0 && <EmptyState icon={Users} text={shell.visitors.none} />}
      {shared.map((service) => (
        <Links key={service.name} service={service} nowMs={nowMs} title={service.name} />
      ))}
      {!rehearsal && services.length > 0 && <Bans bans={bans} />}
    </div>
  )
}
