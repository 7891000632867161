/** What was carried, step by step, as faces draw it. */
import type { Traffic, TrafficRange, TrafficView } from '../../protocol/model/history.ts'
import { latencyOf } from './latencies.ts'
import { added, type CarriedRow } from './rows.ts'
import { type HistoryStore, HOUR_MS, MINUTE_MS } from './store.ts'

const MINUTES = 60
const HOURS = 24
const DAYS = 30

/** `service` null: the whole home. */
export function trafficOf(store: HistoryStore, service: string | null, range: TrafficRange, nowMs: number): TrafficView {
  const beginnings = beginningsOf(range, nowMs)
  const [firstMs = nowMs] = beginnings
  const stepMs = range === 'hour' ? MINUTE_MS : HOUR_MS
  const slotOf = (atMs: number): number | undefined => beginnings.findLast((beginMs) => beginMs <= atMs)
  const known = new Set([...store.known(stepMs, firstMs)].map(slotOf))
  const carried = new Map<number | undefined, CarriedRow[]>()
  for (const row of store.carried(stepMs, firstMs, service)) {
    const slot = slotOf(row.atMs)
    const rows = carried.get(slot)
    if (rows) rows.push(row)
    else carried.set(slot, [row])
  }
  const points = beginnings.map((atMs) => ({ atMs, carried: known.has(atMs) ? told(carried.get(atMs) ?? []) : null }))
  return { points }
}

/** Days begin at midnight here, and are not all as long. */
function beginningsOf(range: TrafficRange, nowMs: number): number[] {
  const count = { hour: MINUTES, day: HOURS, month: DAYS }[range]
  const stepMs = range === 'hour' ? MINUTE_MS : HOUR_MS
  const lastMs = Math.floor(nowMs / stepMs) * stepMs
  const today = new Date(nowMs)
  return Array.from({ length: count }, (_, at) => {
    const back = count - 1 - at
    if (range !== 'month') return lastMs - back * stepMs
    return new Date(today.getFullYear(), today.getMonth(), today.getDate() - back).getTime()
  })
}

function told(rows: readonly CarriedRow[]): Traffic {
  const sum = rows.length === 0 ? undefined : rows.reduce(added)
  return {
    bytesIn: sum?.bytesIn ?? 0,
    bytesOut: sum?.bytesOut ?? 0,
    visits: sum?.visits ?? 0,
    visitors: sum?.visitors ?? 0,
    requests: { fine: sum?.fine ?? 0, refused: sum?.refused ?? 0, failed: sum?.failed ?? 0 },
    latencyMs: sum ? latencyOf(sum.latencies) : null,
  }
}
