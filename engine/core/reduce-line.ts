/** What a change of the house's line means to all of its paths at once: its network, its router, its connection to the relay. Pure. */
import type { Family } from '../../protocol/model/address.ts'
import { RouterApi } from '../../protocol/model/router-api.ts'
import { isWeb } from '../../protocol/model/service.ts'
import type { Problem, ProblemCode } from '../../protocol/problem.ts'
import type { Event } from './events.ts'
import { exposuresOf } from './exposures.ts'
import { lookedAt, type Path, portKey } from './path-state.ts'
import { eachPath, lookAt, onNoRouter, seeking, step, unproven } from './reduce-path.ts'
import type { RelayLink, StandbyRelay } from './relay-state.ts'
import { abandoned, type RouterRole } from './router-state.ts'
import type { State } from './state.ts'
import { upstreamBehind } from './upstream.ts'

/** How soon to look for a router again that did not answer; the last step is kept. */
const GATEWAY_RETRY_MS = [2000, 5000, 5000, 10_000, 10_000, 15_000, 30_000] as const
/** The same for the one in front of it, whose owner may switch on what lets it be asked. */
const UPSTREAM_RETRY_MS = [5000, 15_000, 60_000, 300_000] as const

/** Another network: what was open elsewhere says nothing here. */
export function onNetwork(state: State, facts: State['network'], atMs: number): State {
  const moved = (family: Family): boolean => {
    const [before, after] = [state.network?.[family], facts?.[family]]
    return before?.gateway !== after?.gateway || before?.localAddress !== after?.localAddress
  }
  if (state.network !== undefined && !moved('ipv4') && !moved('ipv6')) return { ...state, network: facts }
  const ours = [facts?.ipv4?.localAddress, facts?.ipv6?.localAddress]
  const lost = [state.network?.ipv4?.localAddress, state.network?.ipv6?.localAddress].filter((address) => !ours.includes(address))
  const journal = state.journal.map((rule) => (lost.includes(rule.internalAddress) ? abandoned(rule, atMs) : rule))
  // Our direct listener holds one address: under another router it goes on as it is, and will not say so again.
  const ports = state.network?.ipv6?.localAddress === facts?.ipv6?.localAddress ? state.ports : withoutFamily(state.ports, 'ipv6')
  return eachPath(
    {
      ...reconnecting(state),
      network: facts,
      journal,
      gateway: { phase: 'unknown' },
      upstream: { phase: 'unknown' },
      line: {},
      search: state.search + 1,
      ports,
    },
    (path) => (path.rung !== 'tunnel' && moved(path.family) ? seeking(path) : path),
  )
}

export function onGatewayFound(state: State, event: Extract<Event, { type: 'gateway-found' }>): State {
  const { address, name, protocols, pinholes, externalIPv4, says = '' } = event
  const canNow = pinholes > (state.gateway.phase === 'found' ? state.gateway.pinholes : 0)
  const gateway = { phase: 'found', address, name, protocols, pinholes, externalIPv4, says } as const
  const next = { ...state, gateway, leftovers: askedAgain(state, 'gateway') }
  return eachPath({ ...next, upstream: upstreamBehind(state, externalIPv4) }, (path) => {
    if (path.phase !== 'blocked') return path
    if (path.rung === 'mapped' && path.problem.code.startsWith('gateway-')) return seeking(path)
    // It was proven closed, so a pinhole is what it needs.
    return canNow && path.problem.code === 'ipv6-closed' ? { ...seeking(path), attempt: 1 } : path
  })
}

/** It speaks another language now, maybe the one in which the rule was made that it would not take back. */
const askedAgain = ({ leftovers }: State, router: RouterRole): State['leftovers'] =>
  Object.fromEntries(Object.entries(leftovers).filter(([key]) => !key.startsWith(`${router} `)))

export function onGatewayAbsent(state: State, problem: Problem, atMs: number, says = ''): State {
  const attempt = state.gateway.phase === 'absent' ? state.gateway.attempt + 1 : 0
  const retryAtMs = atMs + step(GATEWAY_RETRY_MS, attempt)
  return eachPath({ ...state, gateway: { phase: 'absent', problem, retryAtMs, attempt, says } }, (path) =>
    onNoRouter(path, problem, retryAtMs, state),
  )
}

/** A router that says goodbye may take our rules along. It is given the time to be gone. */
const LEAVING_MS = 500

export function onRouterLeaving(state: State, atMs: number): State {
  return eachPath(state, (path) => ('way' in path ? { ...path, way: { ...path.way, inspectAtMs: atMs + LEAVING_MS } } : path))
}

/** One that we still search may have been asked before it could answer: the search begins anew. */
export function onRouterHeard(state: State, atMs: number): State {
  const { gateway } = state
  if (gateway.phase === 'found') return state
  return { ...state, gateway: gateway.phase === 'absent' ? { ...gateway, retryAtMs: atMs } : gateway, search: state.search + 1 }
}

/** Another way to ask the router is a search of its own; what stands on it stays meanwhile, but for the rules that went with the old way. */
export function onRouterAccess(state: State, { access, anew }: Extract<Event, { type: 'router-access' }>): State {
  if (!anew) return { ...state, routerAccess: access }
  const isLost = (path: Path): boolean =>
    access.phase === 'none' && 'way' in path && path.way.rules.some(({ via }) => RouterApi.options.some((api) => api === via))
  return eachPath({ ...state, routerAccess: access, gateway: { phase: 'unknown' }, search: state.search + 1 }, (path) =>
    isLost(path) ? seeking(path) : path,
  )
}

/** A router that does not answer any more is looked for again. */
export function onSilence(state: State, silent: RouterRole | null, atMs: number): State {
  const { gateway, upstream } = state
  if (silent === 'gateway' && gateway.phase === 'found') return { ...state, gateway: { phase: 'unknown' }, search: state.search + 1 }
  if (silent !== 'upstream' || upstream.phase !== 'found') return state
  return onUpstreamAbsent(state, { routerAddress: upstream.routerAddress, claimed: null }, atMs)
}

/** Paths that are open by the first router alone stay so; each is asked for on both now. */
export function onUpstreamFound(state: State, event: Extract<Event, { type: 'upstream-found' }>, atMs: number): State {
  const { address, routerAddress, pinholes, externalIPv4 } = event
  const before = state.upstream.phase === 'found' ? state.upstream : null
  const isNew = before === null
  const canOpenIPv6 = pinholes > (before?.pinholes ?? 0)
  const upstream = { phase: 'found', address, routerAddress, pinholes, externalIPv4 } as const
  return eachPath({ ...state, upstream, leftovers: askedAgain(state, 'upstream') }, (path) => {
    if (path.rung === 'tunnel' || !(path.rung === 'mapped' ? isNew : canOpenIPv6)) return path
    if ('way' in path && path.way.rules.length > 0) return { ...path, way: { ...path.way, renewAtMs: atMs } }
    if (path.phase !== 'blocked') return path
    if (path.rung === 'mapped') return seeking(path)
    // It was proven closed, so a pinhole is what it needs.
    return path.problem.code === 'ipv6-closed' ? { ...seeking(path), attempt: 1 } : path
  })
}

export function onUpstreamAbsent(
  state: State,
  { routerAddress, claimed }: { routerAddress: string; claimed: string | null },
  atMs: number,
): State {
  const attempt = state.upstream.phase === 'absent' ? state.upstream.attempt + 1 : 0
  const retryAtMs = atMs + step(UPSTREAM_RETRY_MS, attempt)
  return { ...state, upstream: { phase: 'absent', routerAddress, claimed, retryAtMs, attempt } }
}

/** The provider gave a router another address: what was open at the old one leads nowhere, and our own connections went out from it. */
export function onOutsideAddress(
  state: State,
  { gateway: ours, upstream: theirs }: Extract<Event, { type: 'inspected' }>['claims'],
): State {
  const { gateway, upstream } = state
  // A line that is down for a moment has no address; only another address is news.
  if (gateway.phase === 'found' && ours !== null && ours !== gateway.externalIPv4) {
    const next = { ...state, gateway: { ...gateway, externalIPv4: ours }, upstream: upstreamBehind(state, ours) }
    return gateway.externalIPv4 === null ? next : elsewhere(next, ours)
  }
  const hasMoved = upstream.phase === 'found' && theirs !== null && theirs !== upstream.externalIPv4
  return hasMoved ? elsewhere({ ...state, upstream: { ...upstream, externalIPv4: theirs } }, theirs) : state
}

/** What outsiders have seen there already stays. Lanes over IPv6 notice nothing, and go on. */
function elsewhere(state: State, address: string): State {
  const { relay } = state
  const goesOn = relay.phase === 'connected' && relay.known.family === 'ipv6'
  const { ipv4: _, ...observed } = goesOn ? relay.known.observed : {}
  const next = goesOn ? { ...state, relay: { ...relay, known: { ...relay.known, observed }, udp: {} } } : reconnecting(state)
  return eachPath({ ...next, line: {} }, (path) =>
    path.rung === 'mapped' && !('way' in path && path.way.outside.address === address) ? seeking(path) : path,
  )
}

/** Every connection to the relay is made anew; until it stands, nothing is proven. */
export function reconnecting(state: State): State {
  const { relay } = state
  const standby = state.standby.map(
    (link): StandbyRelay =>
      link.phase === 'connected' || link.phase === 'refused' ? { phase: 'connecting', url: link.url, known: link.known } : link,
  )
  const next = { ...state, standby, generation: state.generation + 1 }
  return relay.phase === 'connected' || relay.phase === 'refused'
    ? withRelay(next, { phase: 'connecting', url: relay.url, known: relay.known })
    : next
}

/** Without an outside nothing is proven any more: what was confirmed is provisioned until somebody looks again. */
export function withRelay(state: State, relay: RelayLink): State {
  return eachPath({ ...state, relay }, (path) => (path.rung === 'tunnel' ? seeking(path) : unproven(path)))
}

/** The relay has said which public ports it gives. What stands on another port than is now wanted is opened anew: a name has one port. */
export function withPublicPorts(state: State, publicPorts: State['publicPorts']): State {
  const next = { ...state, publicPorts }
  const before = new Map(exposuresOf(state).map(({ id, port }) => [id, port]))
  const moved = new Set(exposuresOf(next).flatMap(({ id, port }) => (before.get(id) === port ? [] : [id])))
  const ports = Object.fromEntries(Object.entries(state.ports).filter(([key]) => ![...moved].some((id) => key === portKey(id, 'ipv6'))))
  return eachPath({ ...next, ports }, (path) => {
    const isOfPort = lookedAt(path) !== null || (path.phase === 'blocked' && 'port' in path.problem.params)
    return moved.has(path.exposure) && isOfPort ? seeking(path) : path
  })
}

/** Its answer did not come: a raw service then does without it, until it does. */
export function onPublishFailed(state: State, retryAtMs: number): State {
  const { relay, services, publicPorts } = state
  if (relay.phase !== 'connected') return state
  const unsaid = services.filter(({ name, target }) => !isWeb(target.kind) && publicPorts[name] === undefined)
  return {
    ...state,
    relay: { ...relay, untaken: relay.untaken + 1, publishAtMs: retryAtMs },
    publicPorts: { ...publicPorts, ...Object.fromEntries(unsaid.map(({ name }) => [name, null])) },
  }
}

export function onRelayConnected(state: State, relay: RelayLink, atMs: number): State {
  return eachPath({ ...state, relay }, (path) => {
    if (path.rung === 'tunnel') return path
    // What a router refuses while it has no line it may grant now.
    const isWorthAsking = path.phase === 'blocked' && path.rung === 'mapped' && LINELESS.has(path.problem.code)
    return lookAt(isWorthAsking ? { ...path, retryAtMs: atMs } : path, atMs)
  })
}

const LINELESS: ReadonlySet<ProblemCode> = new Set<ProblemCode>(['gateway-refused', 'gateway-no-internet'])

/** Outsiders see us at another address: what led to the old one is looked at there. */
export function onObserved(state: State, { family, address }: Extract<Event, { type: 'relay-observed' }>, atMs: number): State {
  const { relay } = state
  if (relay.phase !== 'connected') return state
  const { known } = relay
  const before = known.observed[family]
  const next = { ...state, relay: { ...relay, known: { ...known, observed: { ...known.observed, [family]: address } } } }
  if (!before || address === null || before === address || family === 'ipv6') return next
  return eachPath({ ...next, line: {} }, (path) => {
    if (!('way' in path) || path.rung === 'tunnel' || path.way.outside.address !== before) return path
    const moved = { ...path.way, outside: { ...path.way.outside, address }, probeAtMs: atMs }
    return { ...unproven(path), way: moved } as Path
  })
}

export const relayBase = ({ relay }: State) => (relay.phase === 'none' ? { url: '', known: null } : { url: relay.url, known: relay.known })

const withoutFamily = (ports: State['ports'], family: Family): State['ports'] =>
  Object.fromEntries(Object.entries(ports).filter(([key]) => !key.endsWith(` ${family}`)))
