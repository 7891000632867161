/** What the stand-in for the engine remembers: made up, and the same for every day on which it is asked. */
import type { EngineContract } from '../../protocol/contract.ts'
import type { HistoryEvent, Span, TrafficPoint } from '../../protocol/model/history.ts'
import { isWanted, type LogEntry } from '../../protocol/model/log.ts'
import { problem } from '../../protocol/problem.ts'
import type { Handlers } from '../../protocol/rpc.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const STEPS = { hour: [60, MINUTE_MS], day: [24, HOUR_MS], month: [30, DAY_MS] } as const

type Memory = Pick<Handlers<EngineContract>, 'history' | 'traffic' | 'visitors' | 'log' | 'followLog'>

/** Quicker than the engine, which tells of visitors every two seconds. */
const VISITORS_EVERY_MS = 200

/** `tickBytes`: what each visitor is sent between two looks at the visitors. */
export function scriptedMemory(snapshot: () => Snapshot, tickBytes: () => number): Memory {
  const sinceMs = Date.now() - 4 * MINUTE_MS
  const names = (): string[] => snapshot().services.map(({ name }) => name)
  return {
    history({ service, sinceMs }) {
      const nowMs = Date.now()
      const wanted = names().filter((name) => service === undefined || name === service)
      const isAsked = ({ toMs }: Span): boolean => (toMs ?? nowMs) >= sinceMs
      return {
        nowMs,
        knownSinceMs: nowMs - 12 * DAY_MS,
        spans: wanted.flatMap((name) => spansOf(name, nowMs)).filter(isAsked),
        events: eventsOf(wanted, nowMs).filter(({ atMs }) => atMs >= sinceMs),
        isCut: false,
      }
    },
    traffic({ range }) {
      const [count, stepMs] = STEPS[range]
      const lastMs = Math.floor(Date.now() / stepMs) * stepMs
      return { points: Array.from({ length: count }, (_, at) => pointOf(at, lastMs - (count - 1 - at) * stepMs)) }
    },
    visitors(_input, emit) {
      let bytesOut = 1_250_000
      const tell = (): void => {
        const [service = 'web'] = names()
        const visit = { direct: true, sinceMs, connections: 2, bytesIn: 4200, bytesOut }
        bytesOut += tickBytes()
        emit({
          services: [{ service, visitors: 2, connections: 3 }],
          longest: [
            { service, place: '198.51.100.23', ...visit },
            { service, place: '2001:db8:5::/64', ...visit, direct: false, connections: 1 },
          ],
        })
      }
      tell()
      const timer = setInterval(tell, VISITORS_EVERY_MS)
      return () => clearInterval(timer)
    },
    log: ({ filter, limit }) => ({ entries: LOG.filter((entry) => isWanted(filter, entry)).slice(0, limit) }),
    followLog: () => () => {},
  }
}

function spansOf(service: string, nowMs: number): Span[] {
  const ends = [
    ['unknown', 12 * DAY_MS],
    ['relayed', 12 * DAY_MS - MINUTE_MS],
    ['direct', 12 * DAY_MS - 4 * MINUTE_MS],
    ['off', 6 * DAY_MS],
    ['direct', 6 * DAY_MS - 3 * HOUR_MS],
    ['unreachable', 2 * DAY_MS],
    ['relayed', 2 * DAY_MS - 20 * MINUTE_MS],
    ['direct', 2 * DAY_MS - HOUR_MS],
  ] as const
  return ends.map(([state, agoMs], at) => {
    const next = ends[at + 1]
    return { service, state, fromMs: nowMs - agoMs, toMs: next ? nowMs - next[1] : null }
  })
}

function eventsOf(services: readonly string[], nowMs: number): HistoryEvent[] {
  const silent = problem('relay-unreachable', { relay: 'https://relay.example', reason: 'timed out' })
  return [
    { kind: 'address', atMs: nowMs - DAY_MS, family: 'ipv4', before: '203.0.113.7', after: '203.0.113.90' },
    ...services.map((service) => ({
      ...{ kind: 'path' as const, atMs: nowMs - 2 * DAY_MS + HOUR_MS, service },
      ...{ family: 'ipv4' as const, before: 'tunnel' as const, after: 'mapped' as const },
    })),
    { kind: 'problem', atMs: nowMs - 2 * DAY_MS, problem: silent, untilMs: nowMs - 2 * DAY_MS + 20 * MINUTE_MS },
    { kind: 'relay', atMs: nowMs - 2 * DAY_MS, before: 'https://relay.example', after: null },
    { kind: 'engine', atMs: nowMs - 6 * DAY_MS + 3 * HOUR_MS, what: 'started' },
    { kind: 'engine', atMs: nowMs - 6 * DAY_MS, what: 'stopped' },
  ]
}

/** A wave, and a gap at its third step. */
function pointOf(at: number, atMs: number): TrafficPoint {
  if (at === 2) return { atMs, carried: null }
  const wave = Math.round(100 * (1 + Math.sin(at / 3)))
  const requests = { fine: wave, refused: at % 4, failed: at % 7 === 0 ? 1 : 0 }
  const latencyMs = { median: 8 + (at % 5), p95: 40 + (at % 9) }
  return { atMs, carried: { bytesIn: wave * 900, bytesOut: wave * 42_000, visits: at % 6, visitors: at % 3, requests, latencyMs } }
}

const entry = (id: number, about: Pick<LogEntry, 'level' | 'subject' | 'event' | 'facts'>, service: string | null = null): LogEntry => ({
  ...about,
  id,
  service,
  atMs: Date.UTC(2026, 0, 5, 18, id),
})
const LOG: readonly LogEntry[] = [
  entry(3, {
    level: 'warning',
    subject: 'relay',
    event: 'relay-lost',
    facts: { code: 'relay-unreachable', relay: 'https://relay.example' },
  }),
  entry(2, { level: 'info', subject: 'outside', event: 'probed', facts: { path: 'web mapped ipv4', outcome: 'reachable' } }, 'web'),
  entry(1, { level: 'info', subject: 'engine', event: 'started', facts: { version: '0.1.0' } }),
]
