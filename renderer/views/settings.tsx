import type { Language } from '../../languages/index.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'
import { Alerts } from '../features/alerts.tsx'
import { JoinRelay } from '../features/join-relay.tsx'
import { Relays } from '../features/relays.tsx'
import { NAMES, useSpeaking } from '../src/language.tsx'
import { Disclosure } from '../ui/disclosure.tsx'
import { Choices } from '../ui/toggles.tsx'
import { ViewTitle } from '../ui/view-title.tsx'

const LANGUAGES = (Object.keys(NAMES) as Language[]).map((id) => ({ id, text: NAMES[id], lang: id }))

export default function Settings({ snapshot: { rehearsal, relays, alerts } }: { snapshot: Snapshot }) {
  const { words, choose } = useSpeaking()
  const { shell } = words
  const hasRelay = !rehearsal && relays.length > 0
  return (
    <div className="stack narrow">
      <ViewTitle className="view-title">{shell.places.settings}</ViewTitle>
      <section className="card">
        <Choices label={shell.settings.language} value={words.locale as Language} onChange={choose} options={LANGUAGES} />
      </section>
      {hasRelay && (
        <Relays relays={relays}>
          <Disclosure title={shell.settings.relay}>
            <JoinRelay />
          </Disclosure>
        </Relays>
      )}
      {hasRelay && <Alerts alerts={alerts} />}
    </div>
  )
}
