/** The ladder's rules for one path: what a router's word and an outsider's verdict make of it. Pure. */
import type { Verdict } from '../../protocol/model/path.ts'
import { type Problem, type ProblemCode, problem } from '../../protocol/problem.ts'
import type { Event } from './events.ts'
import { type BlockedPath, type Closed, lookedAt, type OpenPath, type Path, portKey, type Way } from './path-state.ts'
import type { Rule } from './router-state.ts'
import { canAskFirewall, type State } from './state.ts'
import { conflictOn, whyUnmapped } from './upstream.ts'

/** A direct way that is open is looked at again this often: where the router lies or says nothing, only a look from outside tells. */
const DIRECT_PROBE_MS = 5000
/** The tunnel's lanes notice by themselves. */
const TUNNEL_PROBE_MS = 30_000
/** Of all paths together one is looked at in this time: 120 looks a minute, half of what a relay allows a device (relay/probe/limits.ts). */
const LOOK_MS = 500
/** A relay that has looked too often counts by the minute (relay/probe/limits.ts). */
const POSTPONED_MS = 60_000
/** After a look that failed, once more, soon: a lost packet is no outage. */
const DOUBT_MS = 500
/** Nobody could look (no relay, relay unsure). */
const UNKNOWN_MS = 5000
/** The router's table is read this often: cheap, on our own network, and the first to know when a rule is gone. */
const INSPECT_MS = 5000
/** Looks that must fail in a row before a confirmed path counts as lost. */
const DOUBTS_ALLOWED = 2
/** A router that said no is asked again; it may have been told otherwise meanwhile. */
const REFUSED_RETRY_MS = [15_000, 30_000, 60_000, 120_000, 300_000] as const
const RENEWAL_RETRY_MS = 30_000
/** A port that somebody else has may be given up at any time; to read who has it is cheap. */
const TAKEN_RETRY_MS = 5000
/** A way that nobody came through is looked at again. */
const LOOK_AGAIN_MS = [5000, 5000, 5000, 5000, 10_000, 10_000, 10_000, 30_000, 60_000] as const
/** "Router said yes, outside says no" rarely heals by itself. */
const UNREACHABLE_RETRY_MS = [60_000, 120_000, 300_000, 600_000] as const

/** What a path is, whatever phase it is in. */
export const base = ({ exposure, rung, family }: Path) => ({ exposure, rung, family })
/** The path, sought from its beginning. */
export const seeking = (path: Path) => ({ ...base(path), phase: 'seeking', attempt: 0, replace: [] }) as const
/** How long to wait after so many failures; the last step is kept. */
export const step = (steps: readonly number[], attempt: number): number => steps[Math.max(0, Math.min(attempt, steps.length - 1))] ?? 0

export function eachPath(state: State, change: (path: Path) => Path): State {
  return { ...state, paths: Object.fromEntries(Object.entries(state.paths).map(([key, path]) => [key, change(path)])) }
}

/** An answer for a path that is gone meanwhile is no news. */
export function onePath(state: State, key: string, change: (path: Path) => Path): State {
  const path = state.paths[key]
  return path ? { ...state, paths: { ...state.paths, [key]: change(path) } } : state
}

export function onOpened(path: Path, event: Extract<Event, { type: 'opened' }>, atMs: number): Path {
  const { rules, outside, missing } = event
  const renewAtMs = halfTimeOf(rules, atMs)
  if ('way' in path && path.way.outside.address === outside.address && path.way.outside.port === outside.port)
    return { ...path, way: renewed(path.way, event, renewAtMs, atMs) }
  const seenByNobody = path.phase === 'seeking' || (path.phase === 'blocked' && UNSEEN.has(path.problem.code))
  const way = { outside, rules, missing, renewAtMs, inspectAtMs: atMs + INSPECT_MS, probeAtMs: atMs, blindLooks: 0 }
  return { ...base(path), phase: 'provisioned', way, attempt: seenByNobody ? path.attempt : 0, standing: false, lastVerdict: null }
}

/** Half of the shortest lease, from now on; infinite where none ends. */
export const halfTimeOf = (rules: readonly Rule[], atMs: number): number =>
  Math.min(...rules.map(({ lifetimeS }) => (lifetimeS === 0 ? Number.POSITIVE_INFINITY : atMs + lifetimeS * 500)))

/** What could not be renewed may still stand: it is looked at from both sides before it is given up. What came on top is proven at once. */
function renewed(way: Way, { rules, missing }: Extract<Event, { type: 'opened' }>, renewAtMs: number, atMs: number): Way {
  const all = [...rules, ...way.rules.slice(rules.length)]
  if (missing !== null && all.length > rules.length)
    return { ...way, rules: all, renewAtMs: atMs + RENEWAL_RETRY_MS, inspectAtMs: atMs, probeAtMs: atMs }
  const probeAtMs = rules.length > way.rules.length ? atMs : way.probeAtMs
  return { ...way, rules: all, missing, renewAtMs, inspectAtMs: atMs + INSPECT_MS, probeAtMs }
}

export function onOpeningFailed(path: Path, event: Extract<Event, { type: 'opening-failed' }>, state: State, atMs: number): Path {
  // A renewal that failed: the rule may still stand. Look at it from both sides before anything is given up.
  if ('way' in path) return { ...path, way: { ...path.way, renewAtMs: atMs + RENEWAL_RETRY_MS, inspectAtMs: atMs, probeAtMs: atMs } }
  const attempt = path.phase === 'seeking' || path.phase === 'blocked' ? path.attempt : 0
  const isTaken = event.problem.code === 'gateway-conflict'
  return {
    ...base(path),
    phase: 'blocked',
    problem: event.problem,
    retryAtMs: atMs + (isTaken && (attempt === 0 || event.watched) ? TAKEN_RETRY_MS : step(REFUSED_RETRY_MS, attempt)),
    attempt: attempt + 1,
    closed: path.phase === 'blocked' && path.closed ? path.closed : ownWay(path, state, atMs + step(LOOK_AGAIN_MS, 0)),
  }
}

export function onInspected(path: Path, { found, router }: Extract<Event, { type: 'inspected' }>, state: State, atMs: number): Path {
  if (!('way' in path)) return path
  const way = { ...path.way, inspectAtMs: atMs + INSPECT_MS }
  if (found === 'present') return { ...path, way }
  // Over IPv6 nobody else can have what leads to our own address: then the router has mixed it up, or given its number to another.
  if (found === 'absent' || (found === 'foreign' && path.rung === 'direct')) return seeking(path)
  if (found === 'unknown') return { ...path, way }
  if (found === 'silent') return suspected({ ...path, way }, atMs)
  return {
    ...base(path),
    phase: 'blocked',
    problem: conflictOn(state, way, router),
    retryAtMs: atMs + TAKEN_RETRY_MS,
    attempt: 1,
    closed: null,
  }
}

/** Nobody can look just now: a confirmed path keeps its place in what is published, but is not shown as proven. */
export function unproven(path: Path): Path {
  if (path.phase !== 'confirmed') return path
  const { way, verdict } = path
  return { ...base(path), phase: 'provisioned', way, attempt: 0, standing: true, lastVerdict: verdict }
}

export function onProbed(before: Path, { verdict, unasked }: Extract<Event, { type: 'probed' }>, state: State, atMs: number): Path {
  const path = unasked ? before : withWay(before, (way) => ({ ...way, blindLooks: verdict.outcome === 'unknown' ? way.blindLooks + 1 : 0 }))
  if (path.phase === 'blocked') return onLookedAgain(path, verdict, state, atMs)
  if (!('way' in path)) return path
  const next = (inMs: number) => ({ ...path.way, outside: seenAt(path, path.way, state), probeAtMs: atMs + inMs })
  if (verdict.outcome === 'reachable')
    return { ...base(path), phase: 'confirmed', way: next(probeEveryMs(path, state)), verdict, doubts: 0 }
  if (verdict.outcome === 'unknown') {
    const waiting = unproven(path)
    return waiting.phase === 'provisioned' ? { ...waiting, way: next(UNKNOWN_MS) } : waiting
  }
  if (path.phase === 'confirmed' && path.doubts + 1 < DOUBTS_ALLOWED) return { ...path, way: next(DOUBT_MS), doubts: path.doubts + 1 }
  return onLost(path, verdict, state, atMs)
}

function probeEveryMs({ rung }: Path, state: State): number {
  return Math.max(rung === 'tunnel' ? TUNNEL_PROBE_MS : DIRECT_PROBE_MS, allLooksMs(state))
}

/** In IPv4 the relay looks where it sees us, whatever address a router has named. */
function seenAt({ rung, family }: Path, { outside }: Way, { relay }: State): Way['outside'] {
  const observed = rung !== 'tunnel' && family === 'ipv4' && relay.phase === 'connected' ? relay.known.observed.ipv4 : undefined
  return observed ? { ...outside, address: observed } : outside
}

/** In this time every path is looked at once. */
const allLooksMs = ({ paths }: State): number => Object.values(paths).filter(lookedAt).length * LOOK_MS

/** Something at home speaks against it already, so that one failed look is enough. */
function suspected(path: OpenPath, atMs: number): Path {
  const way = { ...path.way, probeAtMs: atMs }
  return path.phase === 'confirmed' ? { ...path, way, doubts: DOUBTS_ALLOWED - 1 } : { ...path, way }
}

/** Not seen is not unseen: what was proven stays so, and what was not waits. But a relay that looks no more at all proves nothing: with the
 *  second time in a row what was seen before counts no longer. */
export function onProbePostponed(path: Path, atMs: number): Path {
  const next = path.phase !== 'confirmed' ? path : path.doubts > 0 ? unproven(path) : { ...path, doubts: 1 }
  return lookAt(next, atMs + POSTPONED_MS)
}

/** The next look at this path, if there is anything to look at. */
export const lookAt = (path: Path, probeAtMs: number): Path => withWay(path, (way) => ({ ...way, probeAtMs }))

function withWay(path: Path, change: (way: Way) => Way): Path {
  if ('way' in path) return { ...path, way: change(path.way) }
  if (path.phase !== 'blocked' || !path.closed) return path
  return { ...path, closed: { ...path.closed, way: change(path.closed.way) } }
}

/** A way that needs nobody to be asked. */
export function freeWay(address: string, port: number, probeAtMs: number): Way {
  const never = Number.POSITIVE_INFINITY
  return { outside: { address, port }, rules: [], missing: null, renewAtMs: never, inspectAtMs: never, probeAtMs, blindLooks: 0 }
}

/** Our own IPv6 address, behind a firewall that its owner may open by hand. */
function ownWay({ exposure, rung }: Path, { network, ports }: State, probeAtMs: number): Closed | null {
  const address = network?.ipv6?.localAddress
  const port = ports[portKey(exposure, 'ipv6')]
  return rung === 'direct' && address !== undefined && port !== undefined ? { way: freeWay(address, port, probeAtMs), looks: 0 } : null
}

/** In quick succession at first: what has just been lost may come back, and who has just been asked to open it may be about to. */
function onLookedAgain(path: BlockedPath, verdict: Verdict, state: State, atMs: number): Path {
  if (!path.closed) return path
  const { way, looks } = path.closed
  if (verdict.outcome === 'unknown') return lookAt(path, atMs + UNKNOWN_MS)
  const inMs = Math.max(step(LOOK_AGAIN_MS, looks), allLooksMs(state))
  if (verdict.outcome !== 'reachable') return { ...path, closed: { way: { ...way, probeAtMs: atMs + inMs }, looks: looks + 1 } }
  const open = { ...way, outside: seenAt(path, way, state), inspectAtMs: atMs, probeAtMs: atMs + probeEveryMs(path, state) }
  return { ...base(path), phase: 'confirmed', way: open, verdict, doubts: 0 }
}

/** Provisioned, but nobody outside can see it. The tunnel is only looked at again, and so is a way whose page a browser would not show: it
 *  leads to us, and no router can help. Our own IPv6 address may be behind a firewall that can
 *  be asked. A rule is deleted and made anew once, then left be for a while (tailscale#21208: a router listed and renewed a rule that
 *  forwarded nothing for a month; only delete and add helped). */
function onLost(path: OpenPath, verdict: Verdict, state: State, atMs: number): Path {
  const { way } = path
  const attempt = path.phase === 'provisioned' ? path.attempt : 0
  if (path.rung === 'tunnel' || verdict.outcome === 'wrong-certificate')
    return {
      ...base(path),
      phase: 'provisioned',
      way: { ...way, probeAtMs: atMs + UNKNOWN_MS },
      attempt,
      standing: false,
      lastVerdict: verdict,
    }
  const isHelpless = path.rung === 'manual' || (path.rung === 'direct' && !canAskFirewall(state))
  if (attempt === 0 && !isHelpless) return { ...base(path), phase: 'seeking', attempt: 1, replace: way.rules }
  const retryAtMs = atMs + step(UNREACHABLE_RETRY_MS, attempt - 1)
  // The rule stays where it is: to forward nothing now is no reason not to do so later.
  const closed = { way: { ...way, probeAtMs: atMs + step(LOOK_AGAIN_MS, 0) }, looks: 0 }
  return { ...base(path), phase: 'blocked', problem: whyUnseen(path, state), retryAtMs, attempt: attempt + 1, closed }
}

/** There is no router to ask: for a rule, or for the pinhole that a closed firewall needs. */
export function onNoRouter(path: Path, found: Problem, retryAtMs: number, state: State): Path {
  const waits = path.phase === 'seeking' || path.phase === 'blocked'
  if (path.rung === 'mapped' && waits) return { ...base(path), phase: 'blocked', problem: found, retryAtMs, attempt: 0, closed: null }
  const closed = path.phase === 'seeking' && path.attempt > 0 ? ownWay(path, state, retryAtMs) : null
  if (!closed) return path
  const port = String(closed.way.outside.port)
  return { ...base(path), phase: 'blocked', problem: problem('ipv6-closed', { port }), retryAtMs, attempt: 1, closed }
}

function whyUnseen({ rung, way }: OpenPath, state: State): Problem {
  const port = String(way.outside.port)
  return rung === 'direct' ? problem('ipv6-closed', { port }) : whyUnmapped(state, way)
}

/** What {@link whyUnseen} says. */
const UNSEEN: ReadonlySet<string> = new Set<ProblemCode>([
  'ipv6-closed',
  'mapping-unreachable',
  'provider-shares-address',
  'second-router',
  'second-router-refused',
  'second-router-conflict',
])
