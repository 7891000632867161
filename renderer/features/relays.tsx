import '../ui/entry.css'
import { Unplug } from 'lucide-react'
import { type ReactNode, useRef } from 'react'
import { describeDetour, type Words } from '../../languages/index.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { AskFirst } from '../ui/ask-first.tsx'
import { Button } from '../ui/button.tsx'
import { FailureNote } from './failure.tsx'
import { useAction } from './use-action.ts'

type RelayView = Snapshot['relays'][number]

function standingOf({ state, serves, transport, rttMs }: RelayView, words: Words): string {
  const { relayIs, relayServes, delay } = words.page.chain
  const { connecting, closed, none } = relayIs
  const standing = { connected: serves ? relayServes : relayIs.ready, connecting, waiting: closed, refused: closed, none }[state]
  return standing + describeDetour(transport, words) + (rttMs === null ? '' : delay(rttMs))
}

/** Every relay that was joined: how it stands, and the way out of it. */
export function Relays({ relays, children }: { relays: readonly RelayView[]; children?: ReactNode }) {
  const { relays: told } = useWords().page
  const announce = useAnnounce()
  const heading = useRef<HTMLHeadingElement>(null)
  // The button that had the focus is gone, as with a service that is removed.
  const onLeft = (host: string) => {
    heading.current?.focus()
    announce(told.left(host))
  }
  return (
    <section className="card form" aria-labelledby="relays">
      <h2 id="relays" ref={heading} tabIndex={-1}>
        {told.heading}
      </h2>
      <ul>
        {relays.map((relay) => (
          <li key={relay.url}>
            <Relay relay={relay} isLast={relays.length === 1} onLeft={onLeft} />
          </li>
        ))}
      </ul>
      {children}
    </section>
  )
}

function Relay({ relay, isLast, onLeft }: { relay: RelayView; isLast: boolean; onLeft: (host: string) => void }) {
  const words = useWords()
  const { relays: told, services } = words.page
  const { calls } = useEngine()
  const { host } = new URL(relay.url)
  const leaving = useAction(() => calls.leaveRelay({ relay: relay.url }))
  const leave = async () => {
    if (await leaving.run()) onLeft(host)
  }
  return (
    <div className="entry">
      <span>
        <span className="mono">{host}</span>
        {words.shell.colon}
        {standingOf(relay, words)}
      </span>
      {isLast ? (
        <AskFirst
          icon={Unplug}
          action={told.leave}
          of={services.of(host)}
          question={told.leaveQuestion(host)}
          detail={told.leaveDetail}
          keep={told.stay}
          busy={leaving.busy}
          onSure={leave}
        />
      ) : (
        <Button icon={Unplug} look="quiet" busy={leaving.busy} onPress={leave}>
          {told.leave}
          <span className="hidden"> {services.of(host)}</span>
        </Button>
      )}
      <FailureNote failure={leaving.failure} />
    </div>
  )
}
