/** What the engine remembers of the last thirty days, and what it carries now. Counts only: no visitor's address is ever written down.
 *  Times in ms since 1970, sizes in bytes as the service and its visitors see them (without TLS and tunnel). */
import { z } from 'zod'
import { Problem } from '../problem.ts'
import { Rung } from './path.ts'

export const KEPT_DAYS = 30
/** Of history, in one answer and on disk; the oldest go first. */
export const MAX_HISTORY_ROWS = 10_000

/** How a service stood. `direct`, `relayed`: proven from outside. `unknown`: nobody could look, or has yet. `asleep`, `off`: this computer, or the
 *  engine, was; what visitors met meanwhile nobody knows, and it never counts as reachable. */
export const RecordedState = z.enum(['direct', 'relayed', 'at-home', 'unreachable', 'unknown', 'paused', 'asleep', 'off'])
export type RecordedState = z.infer<typeof RecordedState>

/** `toMs` null: still so. */
export const Span = z.object({ service: z.string(), state: RecordedState, fromMs: z.number(), toMs: z.number().nullable() })
export type Span = z.infer<typeof Span>

const at = { atMs: z.number() }
const family = z.enum(['ipv4', 'ipv6'])
export const HistoryEvent = z.discriminatedUnion('kind', [
  /** Visitors of this family come by another way than before. */
  z.object({ ...at, kind: z.literal('path'), service: z.string(), family, before: Rung, after: Rung }),
  /** The home's own address, as others see it. `before` null: the first that was seen. */
  z.object({ ...at, kind: z.literal('address'), family, before: z.string().nullable(), after: z.string() }),
  /** Which relay serves, by its address; null: none. */
  z.object({ ...at, kind: z.literal('relay'), before: z.string().nullable(), after: z.string().nullable() }),
  /** `untilMs` null: it still stands. */
  z.object({ ...at, kind: z.literal('problem'), problem: Problem, untilMs: z.number().nullable() }),
  z.object({ ...at, kind: z.literal('engine'), what: z.enum(['started', 'stopped', 'asleep', 'awake']) }),
])
export type HistoryEvent = z.infer<typeof HistoryEvent>

/** `knownSinceMs`: before it nothing is known at all. Spans by service and time, without gaps from there on; events newest first. `isCut`: older
 *  ones were left out of this answer. */
export const HistoryView = z.object({
  nowMs: z.number(),
  knownSinceMs: z.number(),
  spans: z.array(Span),
  events: z.array(HistoryEvent),
  isCut: z.boolean(),
})
export type HistoryView = z.infer<typeof HistoryView>

/** An hour in minutes, a day in hours, a month in days of this computer's time zone. */
export const TrafficRange = z.enum(['hour', 'day', 'month'])
export type TrafficRange = z.infer<typeof TrafficRange>

/** Of one minute, hour or day. */
export const Traffic = z.object({
  bytesIn: z.number(),
  bytesOut: z.number(),
  /** Connections that were let in; of UDP, flows. */
  visits: z.number(),
  /** Most visitors (places, as bans name them) of one service at one time. */
  visitors: z.number(),
  /** Of websites, by how they were answered: 1xx to 3xx, 4xx, 5xx. */
  requests: z.object({ fine: z.number(), refused: z.number(), failed: z.number() }),
  /** Of a service: how long it takes to begin its answer. Of the whole home: the round trip to the relay. Null: nothing was measured. */
  latencyMs: z.object({ median: z.number(), p95: z.number() }).nullable(),
})
export type Traffic = z.infer<typeof Traffic>

/** `carried` null: the engine did not run, so nobody knows. */
export const TrafficPoint = z.object({ atMs: z.number(), carried: Traffic.nullable() })
export type TrafficPoint = z.infer<typeof TrafficPoint>
/** Oldest first, one for every step of the range. */
export const TrafficView = z.object({ points: z.array(TrafficPoint) })
export type TrafficView = z.infer<typeof TrafficView>

/** One visitor of one service, who has a connection open now (UDP: has said something within two minutes). `direct`: not through the relay. */
export const Visitor = z.object({
  service: z.string(),
  /** An IPv4 address, or an IPv6 network of 64 bits, as bans name them. */
  place: z.string(),
  direct: z.boolean(),
  sinceMs: z.number(),
  connections: z.number(),
  bytesIn: z.number(),
  bytesOut: z.number(),
})
export type Visitor = z.infer<typeof Visitor>

export const MAX_SHOWN_VISITORS = 200
/** Everybody who is here now; `longest` has those who came first. */
export const VisitorsView = z.object({
  services: z.array(z.object({ service: z.string(), visitors: z.number(), connections: z.number() })),
  longest: z.array(Visitor),
})
export type VisitorsView = z.infer<typeof VisitorsView>

/** Of the time about which anything is known, the share in which somebody outside could come in; null: nothing is known. What its owner wanted
 *  so (paused, at home) does not count either way. */
export function shareReachable(spans: readonly Span[], fromMs: number, nowMs: number): number | null {
  let reachable = 0
  let known = 0
  for (const span of spans) {
    const lasted = Math.min(span.toMs ?? nowMs, nowMs) - Math.max(span.fromMs, fromMs)
    if (lasted <= 0) continue
    if (span.state === 'direct' || span.state === 'relayed') reachable += lasted
    if (span.state === 'direct' || span.state === 'relayed' || span.state === 'unreachable') known += lasted
  }
  return known === 0 ? null : reachable / known
}
