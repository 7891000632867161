import './timeline.css'
import { useId, useMemo } from 'react'
import { moment, percent } from '../../languages/format.ts'
import { type HistoryView, KEPT_DAYS, type RecordedState, type Span, shareReachable } from '../../protocol/model/history.ts'
import { useWords } from '../src/language.tsx'

const SPAN_MS = KEPT_DAYS * 86_400_000
/** Each state has a height of its own, because not everybody sees its colour. */
const HEIGHTS: Readonly<Record<RecordedState, number>> = {
  direct: 10,
  relayed: 8,
  'at-home': 6,
  paused: 4,
  unknown: 3,
  asleep: 2,
  off: 1,
  unreachable: 5,
}
const STATES = Object.keys(HEIGHTS) as RecordedState[]
/** In units of the drawing; a shorter time is drawn as wide as this, so that it is seen. */
const LEAST_WIDTH = 2
const WIDTH = 1000

/** One path a state: ten thousand spans are still a handful of elements. */
function pathsOf(spans: readonly Span[], nowMs: number): { state: RecordedState; path: string }[] {
  const parts = new Map<RecordedState, string[]>()
  for (const { state, fromMs, toMs } of spans) {
    const x = Math.max(0, ((fromMs - (nowMs - SPAN_MS)) / SPAN_MS) * WIDTH)
    const width = (((toMs ?? nowMs) - (nowMs - SPAN_MS)) / SPAN_MS) * WIDTH - x
    if (width <= 0) continue
    const wide = state === 'unreachable' ? Math.max(width, LEAST_WIDTH) : width
    const height = HEIGHTS[state]
    const part = `M${x.toFixed(2)} ${10 - height}h${wide.toFixed(2)}v${height}h-${wide.toFixed(2)}z`
    const known = parts.get(state)
    if (known) known.push(part)
    else parts.set(state, [part])
  }
  // What was bad lies over what was good.
  return STATES.flatMap((state) => (parts.has(state) ? { state, path: (parts.get(state) ?? []).join('') } : []))
}

/** How each service could be reached in the last thirty days. */
export function Timeline({ history }: { history: HistoryView }) {
  const words = useWords()
  const { history: told } = words.dashboard
  const title = useId()
  const { spans, nowMs, knownSinceMs } = history
  const services = useMemo(() => Map.groupBy(spans, ({ service }) => service), [spans])
  const shown = STATES.filter((state) => spans.some((span) => span.state === state))
  return (
    <section className="card form" aria-labelledby={title}>
      <h2 id={title}>{told.timeline}</h2>
      <ul className="timelines">
        {[...services].map(([service, own]) => (
          <li key={service}>
            <Line service={service} spans={own} nowMs={nowMs} />
          </li>
        ))}
      </ul>
      <p className="ends muted small" aria-hidden="true">
        <span>{told.daysAgo}</span>
        <span>{told.today}</span>
      </p>
      <ul className="states small">
        {shown.map((state) => (
          <li key={state}>
            <svg className="swatch" viewBox="0 0 10 10" aria-hidden="true">
              <path className={state} d={`M0 ${10 - HEIGHTS[state]}h10v${HEIGHTS[state]}h-10z`} />
            </svg>
            {words.history.states[state]}
          </li>
        ))}
      </ul>
      {knownSinceMs > nowMs - SPAN_MS + 3_600_000 && <p className="muted small">{told.unknownBefore(moment(knownSinceMs, words))}</p>}
    </section>
  )
}

function Line({ service, spans, nowMs }: { service: string; spans: readonly Span[]; nowMs: number }) {
  const words = useWords()
  const { history: told } = words.dashboard
  const paths = useMemo(() => pathsOf(spans, nowMs), [spans, nowMs])
  const share = shareReachable(spans, nowMs - SPAN_MS, nowMs)
  const times = spans.filter(({ state }) => state === 'unreachable').length
  return (
    <div className="timeline">
      <p>
        <strong>{service}</strong>
        <span className="muted small">{share === null ? told.noShare : `${told.share(percent(share, words))}, ${told.down(times)}`}</span>
      </p>
      <svg viewBox={`0 0 ${WIDTH} 10`} preserveAspectRatio="none" aria-hidden="true">
        {paths.map(({ state, path }) => (
          <path key={state} className={state} d={path} />
        ))}
      </svg>
    </div>
  )
}
