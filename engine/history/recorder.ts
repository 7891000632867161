/** What of one snapshot is news since the one before. Pure but for what it remembers of the last one. */
import type { RecordedState } from '../../protocol/model/history.ts'
import type { Rung } from '../../protocol/model/path.ts'
import type { Problem } from '../../protocol/problem.ts'
import { lightOfService, type ServiceView, type Snapshot } from '../../protocol/snapshot.ts'
import type { Row } from './rows.ts'

export interface News {
  readonly rows: readonly Row[]
  /** Problems, by what stands in their row, that are over. */
  readonly over: readonly string[]
}

/** How a service's time ends in the rows when it is removed. */
export const GONE = 'gone'

/** Facts that change while the problem stays the same. */
const PASSING: ReadonlySet<string> = new Set(['delayMs', 'detail', 'reason', 'until', 'used'])
const keyOf = ({ code, params }: Problem): string =>
  JSON.stringify([code, ...Object.entries(params).filter(([name]) => !PASSING.has(name))])

const FAMILIES = ['ipv4', 'ipv6'] as const

interface Known {
  state: RecordedState
  sinceMs: number
  /** The last way that was proven, by family. */
  readonly rungs: Record<(typeof FAMILIES)[number], Rung | null>
  /** What proved it before this computer slept: it says nothing of now. */
  staleProofMs: number | null
}

export class Recorder {
  readonly #services = new Map<string, Known>()
  readonly #problems = new Map<string, string>()
  readonly #addresses: Record<(typeof FAMILIES)[number], string | null>
  /** Undefined until one has served. */
  #relay: string | null | undefined
  readonly #lastProofs = new Map<string, number | null>()

  /** What was known at the end of the run before: services, and the home's addresses. */
  constructor(services: Iterable<string>, addresses: Record<(typeof FAMILIES)[number], string | null>, atMs: number) {
    for (const name of services)
      this.#services.set(name, { state: 'off', sinceMs: atMs, rungs: { ipv4: null, ipv6: null }, staleProofMs: null })
    this.#addresses = { ...addresses }
  }

  /** The engine stops. */
  stopped(atMs: number): Row[] {
    return [...[...this.#services.keys()].map((service) => stateRow(service, 'off', atMs)), engineRow('stopped', atMs)]
  }

  /** Since when it can be reached without a break; null: it cannot. */
  reachableSinceMs(service: string): number | null {
    const known = this.#services.get(service)
    return known && isReachable(known.state) ? known.sinceMs : null
  }

  see(snapshot: Snapshot, atMs: number): News {
    const rows = [...this.#seeServices(snapshot, atMs), ...this.#seeAddress(snapshot, atMs), ...this.#seeRelay(snapshot, atMs)]
    const over = this.#seeProblems(snapshot, atMs, rows)
    return { rows, over }
  }

  /** How every service stands, as rows. */
  standing(atMs: number): Row[] {
    return [...this.#services].map(([service, { state }]) => stateRow(service, state, atMs))
  }

  /** This computer slept from the one time to the other. What was proven before is no proof any more. */
  slept(fromMs: number, toMs: number): readonly Row[] {
    const rows = [engineRow('asleep', fromMs), engineRow('awake', toMs)]
    for (const [service, known] of this.#services) {
      rows.push(stateRow(service, 'asleep', fromMs), stateRow(service, 'unknown', toMs))
      this.#services.set(service, { ...known, state: 'unknown', sinceMs: toMs, staleProofMs: this.#lastProofs.get(service) ?? null })
    }
    return rows
  }

  #seeServices({ services }: Snapshot, atMs: number): Row[] {
    const rows: Row[] = []
    for (const service of services) rows.push(...this.#seeService(service, atMs))
    const names = new Set(services.map(({ name }) => name))
    for (const name of this.#services.keys()) {
      if (names.has(name)) continue
      this.#services.delete(name)
      this.#lastProofs.delete(name)
      rows.push({ atMs, kind: 'state', service: name, what: GONE, untilMs: null })
    }
    return rows
  }

  #seeService(service: ServiceView, atMs: number): Row[] {
    const { name, best, provenAtMs } = service
    this.#lastProofs.set(name, provenAtMs)
    const known = this.#services.get(name)
    const isStale = provenAtMs !== null && provenAtMs === known?.staleProofMs
    const said = recordedState(service)
    const state = isStale && isReachable(said) ? 'unknown' : said
    if (!known) {
      this.#services.set(name, { state, sinceMs: atMs, rungs: { ...best }, staleProofMs: null })
      return [stateRow(name, state, atMs)]
    }
    const rows = FAMILIES.flatMap((family) => wayRow(name, family, known, best[family], atMs))
    if (state === known.state) return rows
    if (!(isReachable(state) && isReachable(known.state))) known.sinceMs = atMs
    known.state = state
    return [stateRow(name, state, atMs), ...rows]
  }

  #seeAddress({ relay, gateway }: Snapshot, atMs: number): Row[] {
    const seen = { ipv4: relay.observedIPv4 ?? gateway.externalIPv4, ipv6: relay.observedIPv6 }
    return FAMILIES.flatMap((family) => {
      const [before, after] = [this.#addresses[family], seen[family]]
      // Not to be told it is no news: the line, or the relay, is down.
      if (after === null || after === before) return []
      this.#addresses[family] = after
      return [{ atMs, kind: 'address' as const, service: null, what: JSON.stringify({ family, before, after }), untilMs: null }]
    })
  }

  #seeRelay({ relay }: Snapshot, atMs: number): Row[] {
    const [before, after] = [this.#relay, relay.state === 'connected' ? relay.url : null]
    if (before === after || (before === undefined && after === null)) return []
    this.#relay = after
    return before === undefined ? [] : [{ atMs, kind: 'relay', service: null, what: JSON.stringify({ before, after }), untilMs: null }]
  }

  #seeProblems({ problems }: Snapshot, atMs: number, rows: Row[]): string[] {
    const standing = new Map(problems.map((found) => [keyOf(found), found]))
    const over = [...this.#problems].filter(([key]) => !standing.has(key))
    for (const [key] of over) this.#problems.delete(key)
    for (const [key, found] of standing) {
      if (this.#problems.has(key)) continue
      const what = JSON.stringify(found)
      this.#problems.set(key, what)
      rows.push({ atMs, kind: 'problem', service: found.params.service ?? null, what, untilMs: null })
    }
    return over.map(([, what]) => what)
  }
}

/** Reachable is only what was proven, by the way that visitors take. */
function recordedState(service: ServiceView): RecordedState {
  switch (service.state) {
    case 'reachable':
      return lightOfService(service) === 'reachable' ? 'direct' : 'relayed'
    case 'checking':
      return 'unknown'
    default:
      return service.state
  }
}

export const isReachable = (state: string): boolean => state === 'direct' || state === 'relayed'

/** A way that is lost and comes back is told by the state; this is about one that another has taken the place of. */
function wayRow(service: string, family: 'ipv4' | 'ipv6', known: Known, after: Rung | null, atMs: number): Row[] {
  const before = known.rungs[family]
  if (after === null || after === before) return []
  known.rungs[family] = after
  return before === null ? [] : [{ atMs, kind: 'path', service, what: JSON.stringify({ family, before, after }), untilMs: null }]
}

export const stateRow = (service: string, state: RecordedState, atMs: number): Row => ({
  atMs,
  kind: 'state',
  service,
  what: state,
  untilMs: null,
})

export const engineRow = (what: 'started' | 'stopped' | 'asleep' | 'awake', atMs: number): Row => ({
  atMs,
  kind: 'engine',
  service: null,
  what: JSON.stringify({ what }),
  untilMs: null,
})
