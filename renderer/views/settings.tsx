import type { Snapshot } from '../../protocol/snapshot.ts'
import { Alerts } from '../features/alerts.tsx'
import { DesktopWishes } from '../features/desktop-wishes.tsx'
import { ExpertValues } from '../features/expert-values.tsx'
import { JoinRelay, JoinRelayCard } from '../features/join-relay.tsx'
import { MovingHouse } from '../features/moving-house.tsx'
import { Preferences } from '../features/preferences.tsx'
import { Relays } from '../features/relays.tsx'
import { Restart } from '../features/restart.tsx'
import { useWords } from '../src/language.tsx'
import { Disclosure } from '../ui/disclosure.tsx'
import { ViewTitle } from '../ui/view-title.tsx'

export default function Settings({ snapshot }: { snapshot: Snapshot }) {
  const { shell } = useWords()
  const { rehearsal, relays, alerts, preferences } = snapshot
  const hasRelay = !rehearsal && relays.length > 0
  return (
    <div className="stack narrow">
      <ViewTitle className="view-title">{shell.places.settings}</ViewTitle>
      <Preferences preferences={preferences} />
      <DesktopWishes />
      {hasRelay && (
        <Relays relays={relays}>
          <Disclosure title={shell.settings.relay}>
            <JoinRelay />
          </Disclosure>
        </Relays>
      )}
      {!rehearsal && !hasRelay && <JoinRelayCard />}
      {hasRelay && <Alerts alerts={alerts} />}
      <ExpertValues snapshot={snapshot} />
      {!rehearsal && <MovingHouse />}
      <Restart />
    </div>
  )
}
