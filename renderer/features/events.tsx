import './events.css'
import { CircleAlert, Globe, type LucideIcon, Power, Route, Server } from 'lucide-react'
import { useId, useMemo, useState } from 'react'
import { dayOf, describeHappening, timeOfDay } from '../../languages/format.ts'
import type { HistoryEvent, HistoryView } from '../../protocol/model/history.ts'
import { useWords } from '../src/language.tsx'
import { Button, ICON_PX } from '../ui/button.tsx'

const ICONS: Readonly<Record<HistoryEvent['kind'], LucideIcon>> = {
  path: Route,
  address: Globe,
  relay: Server,
  problem: CircleAlert,
  engine: Power,
}

/** So many more at each press: thousands at once would make the page slow and help nobody. */
const PAGE = 50

/** What happened, the newest first, day by day. */
export function Events({ history: { events, isCut } }: { history: HistoryView }) {
  const words = useWords()
  const { history: told } = words.dashboard
  const title = useId()
  const [count, setCount] = useState(PAGE)
  const days = useMemo(() => Map.groupBy(events.slice(0, count), ({ atMs }) => dayOf(atMs, words)), [events, count, words])
  return (
    <section className="card form" aria-labelledby={title}>
      <h2 id={title}>{told.events}</h2>
      {events.length === 0 && <p className="muted">{told.noEvents}</p>}
      {[...days].map(([day, ofDay]) => (
        <section key={day} className="day" aria-label={day}>
          <h3>{day}</h3>
          <ul className="events">
            {ofDay.map((event) => {
              const Icon = ICONS[event.kind]
              const sentence = describeHappening(event, words)
              return (
                <li key={`${event.atMs} ${sentence}`}>
                  <time className="muted small" dateTime={new Date(event.atMs).toISOString()}>
                    {timeOfDay(event.atMs, words)}
                  </time>
                  <Icon size={ICON_PX} aria-hidden="true" className="muted" />
                  <span>{sentence}</span>
                </li>
              )
            })}
          </ul>
        </section>
      ))}
      {count < events.length && <Button onPress={() => setCount(count + PAGE)}>{told.older}</Button>}
      {count >= events.length && isCut && <p className="muted small">{told.cut}</p>}
    </section>
  )
}
