import '../ui/entry.css'
import { ShieldBan } from 'lucide-react'
import { useEffect, useId, useRef, useState } from 'react'
import { ago, bytes } from '../../languages/format.ts'
import type { Visitor, VisitorsView } from '../../protocol/model/history.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'
import { FailureNote } from './failure.tsx'
import { useAction } from './use-action.ts'

const SHOWN = 20

/** Who has something open just now. Addresses are seen here and kept nowhere. */
export function HereNow({ nowMs }: { nowMs: number }) {
  const { hereNow } = useWords().dashboard
  const { watch } = useEngine()
  const title = useId()
  const heading = useRef<HTMLHeadingElement>(null)
  const announce = useAnnounce()
  const { bans } = useWords()
  const [seen, setSeen] = useState<VisitorsView | null>(null)
  useEffect(() => watch('visitors', {}, setSeen), [watch])
  const all = seen?.services.reduce((sum, { visitors }) => sum + visitors, 0) ?? 0
  // The button that had the focus is gone.
  const onShutOut = (place: string) => {
    heading.current?.focus()
    announce(bans.page.wasShutOut(place))
  }
  return (
    <section className="card form" aria-labelledby={title}>
      <h2 id={title} ref={heading} tabIndex={-1}>
        {hereNow.heading}
      </h2>
      {all === 0 && <p className="muted">{hereNow.nobody}</p>}
      {seen && seen.longest.length > 0 && (
        <ul className="entries">
          {seen.longest.slice(0, SHOWN).map((visitor) => (
            <li key={`${visitor.service} ${visitor.place} ${visitor.direct}`}>
              <One visitor={visitor} nowMs={nowMs} onShutOut={onShutOut} />
            </li>
          ))}
          {all > SHOWN && <li className="muted">{hereNow.more(all - SHOWN)}</li>}
        </ul>
      )}
    </section>
  )
}

interface OneProps {
  readonly visitor: Visitor
  readonly nowMs: number
  readonly onShutOut: (place: string) => void
}

function One({ visitor: { service, place, direct, sinceMs, bytesIn, bytesOut }, nowMs, onShutOut }: OneProps) {
  const words = useWords()
  const { hereNow, chart } = words.dashboard
  const { calls } = useEngine()
  const banning = useAction(() => calls.ban({ address: place, forS: null }))
  const shutOut = async () => {
    if (await banning.run()) onShutOut(place)
  }
  const facts = [
    service,
    direct ? hereNow.direct : hereNow.relayed,
    hereNow.came(ago(sinceMs, nowMs, words)),
    chart.carried(bytes(bytesOut, words), bytes(bytesIn, words)),
  ]
  return (
    <div className="entry">
      <span>
        <span className="mono">{place}</span>
        <span className="line muted small">{facts.join(' · ')}</span>
      </span>
      <Button icon={ShieldBan} look="quiet" busy={banning.busy} onPress={() => void shutOut()}>
        {hereNow.shutOut}
        <span className="hidden"> {words.page.services.of(place)}</span>
      </Button>
      <FailureNote failure={banning.failure} />
    </div>
  )
}
