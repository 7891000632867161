/** How services stood, from the rows that say when that changed. Pure. */
import type { HistoryEvent, RecordedState, Span } from '../../protocol/model/history.ts'
import { GONE } from './recorder.ts'
import type { Row } from './rows.ts'

/** By service, then by time. `rows`: in any order, none from before `fromMs`; `before`: how each service stood then. */
export function spansOf(before: ReadonlyMap<string, string>, rows: readonly Row[], fromMs: number, nowMs: number): Span[] {
  const changes = new Map<string, { state: string; atMs: number }[]>()
  for (const [service, state] of before) changes.set(service, [{ state, atMs: fromMs }])
  const states = rows.filter(({ kind }) => kind === 'state').toSorted((a, b) => a.atMs - b.atMs)
  for (const { service, what, atMs } of states) {
    const known = changes.get(service ?? '') ?? []
    changes.set(service ?? '', known)
    if (known.at(-1)?.state !== what) known.push({ state: what, atMs })
  }
  return [...changes].flatMap(([service, list]) =>
    list.flatMap(({ state, atMs }, at) => {
      const toMs = list[at + 1]?.atMs ?? null
      return state === GONE || (toMs ?? nowMs) <= atMs ? [] : [{ service, state: state as RecordedState, fromMs: atMs, toMs }]
    }),
  )
}

export function eventOf({ kind, atMs, service, what, untilMs }: Row): HistoryEvent[] {
  switch (kind) {
    case 'state':
    case 'healed':
      return []
    case 'problem':
      return [{ kind, atMs, problem: JSON.parse(what), untilMs }]
    case 'path':
      return [{ kind, atMs, service: service ?? '', ...JSON.parse(what) }]
    default:
      return [{ kind, atMs, ...JSON.parse(what) }]
  }
}
