import { Users } from 'lucide-react'
import type { Snapshot } from '../../protocol/snapshot.ts'
import { Bans } from '../features/bans.tsx'
import { HereNow } from '../features/here-now.tsx'
import { Links } from '../features/links.tsx'
import { useWords } from '../src/language.tsx'
import { useNow } from '../src/now.ts'
import { Disclosure } from '../ui/disclosure.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ViewTitle } from '../ui/view-title.tsx'

/** To whom what was given, who is here, and who is shut out. */
export default function Visitors({ snapshot: { services, bans, rehearsal } }: { snapshot: Snapshot }) {
  const { shell, page } = useWords()
  const nowMs = useNow()
  const shared = services.filter(({ links }) => links.length > 0)
  return (
    <div className="stack narrow">
      <ViewTitle className="view-title">{shell.places.visitors}</ViewTitle>
      {services.length > 0 && <HereNow nowMs={nowMs} />}
      {shared.length === 0 && <EmptyState icon={Users} text={shell.visitors.none} />}
      {shared.map((service) => (
        <Links key={service.name} service={service} nowMs={nowMs} title={`${page.share.links} · ${service.name}`} />
      ))}
      {!rehearsal && services.length > 0 && (
        <Disclosure title={shell.visitors.more} isOpenAtFirst={bans.total > 0}>
          <Bans bans={bans} />
        </Disclosure>
      )}
    </div>
  )
}
