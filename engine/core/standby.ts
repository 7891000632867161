/** Several relays. One serves: it looks from outside, sees our address, and stands in our links. The others stand by, with lanes and names
 *  of their own, so that visitors come in through any of them, and the next one serves within a moment. The owner's order decides, but one
 *  that is far makes way for one of the same names that is near. Pure. */
import { onClaimed, UNCLAIMED } from './claims.ts'
import type { Event } from './events.ts'
import { FRONT_DOOR } from './exposures.ts'
import { onRelayConnected, withPublicPorts } from './reduce-line.ts'
import { eachPath, seeking } from './reduce-path.ts'
import { type ConnectedRelay, NO_NOTICE, type RelayLink, type StandbyRelay } from './relay-state.ts'
import type { State } from './state.ts'

/** One that comes first in the order serves again after it has stood for so long: it might go and come. */
const STEADY_MS = 60_000
/** At the start whoever answers first serves, and makes way for one that comes first in the order and answers a moment later. */
const JUST_BEGUN_MS = 5000

/** A relay is far when its round trip is this many times another's, and by so many milliseconds longer: a relay elsewhere in the country
 *  differs by less, one overseas by more, and what bulk adds on our own line is held below 60 ms (wire/flight.ts). … */
const FAR = { times: 2, byMs: 50 }
/** … and stays so until it is clearly less. Either must hold for STEADY_MS before it counts. */
const STILL_FAR = { times: 1.5, byMs: 30 }

/** A relay that stands by and has not seen us where the one that serves has. */
const PROVE_AGAIN_MS = 60_000

/** A relay that an event is about, if it is about one in particular. */
export function relayOf(event: Event): string | undefined {
  if (event.type === 'relay-connected') return event.known.url
  return 'url' in event ? event.url : undefined
}

export const isStandby = ({ standby }: State, url: string): boolean => standby.some((link) => link.url === url)

/** Taken besides those there are; the first one serves. */
export function onChosen(state: State, url: string, serve: (state: State) => State): State {
  const relayOrder = state.relayOrder.includes(url) ? state.relayOrder : [...state.relayOrder, url]
  const next = { ...state, relayOrder }
  if (state.relay.phase === 'none' || state.relay.url === url) return serve(next)
  return withStandby(next, { phase: 'connecting', url, known: null })
}

export function onLeft(state: State, url: string, atMs: number, serveNone: (state: State) => State): State {
  const relayOrder = state.relayOrder.filter((other) => other !== url)
  const rest = { ...state, relayOrder, standby: state.standby.filter((link) => link.url !== url) }
  if (state.relay.phase === 'none' || state.relay.url !== url) return rest
  const [next] = [...inOrder(rest).filter(isConnected), ...inOrder(rest)]
  return next ? serveBy({ ...rest, relay: { phase: 'none' } }, next, atMs) : serveNone(rest)
}

/** An event about one that stands by. */
export function onStandby(state: State, event: Event, url: string, { atMs, retryMs }: { atMs: number; retryMs: number }): State {
  const link = state.standby.find((each) => each.url === url)
  if (!link) return state
  switch (event.type) {
    case 'relay-connected': {
      const connected = newlyConnected(event.known, atMs)
      return state.relay.phase === 'connected' ? withStandby(state, connected) : serveBy(state, connected, atMs)
    }
    case 'relay-waiting':
      return withStandby(state, { phase: 'waiting', url, known: link.known, problem: event.problem })
    case 'relay-refused':
      return withStandby(state, { phase: 'refused', url, known: link.known, problem: event.problem })
  }
  if (link.phase !== 'connected') return state
  switch (event.type) {
    case 'relay-transport':
      return withStandby(state, { ...link, known: { ...link.known, transport: event.transport } })
    case 'relay-notice':
      return withStandby(state, { ...link, notice: event.notice })
    case 'relay-measured':
      return withStandby(state, { ...link, rttMs: event.rttMs })
    case 'standby-proven':
      return withStandby(state, proven(link, event, atMs))
    case 'publishing':
      return withStandby(state, withTelling(link, event))
    case 'published':
      return withStandby(state, { ...withTold(link, event), proven: provenFor(link, event.key) })
    case 'hosts-claimed':
      return withStandby(state, onClaimed(link, event, atMs))
    case 'publish-failed':
      return withStandby(state, { ...link, untaken: link.untaken + 1, publishAtMs: atMs + retryMs })
    default:
      return state
  }
}

/** What the relay has seen of the front door it grants at once; of raw services, when it is told of them again. */
function proven(
  link: ConnectedRelay,
  { path, address, reachable }: Extract<Event, { type: 'standby-proven' }>,
  atMs: number,
): ConnectedRelay {
  if (!reachable) return { ...link, proveAtMs: atMs + PROVE_AGAIN_MS }
  const proven = { ...link.proven, paths: { ...link.proven.paths, [path]: address } }
  return { ...link, proven, published: path.startsWith(`${FRONT_DOOR} `) ? link.published : null }
}

/** What was withdrawn meanwhile must be seen anew. */
const provenFor = ({ proven }: ConnectedRelay, key: string): ConnectedRelay['proven'] =>
  proven.published === key ? proven : { published: key, paths: {} }

/** The serving relay is lost: the next that stands takes over. Undefined: none does. */
export function failedOver(state: State, lost: StandbyRelay, atMs: number): State | undefined {
  const [next] = inOrder(state).filter(isConnected)
  return next && serveBy({ ...state, relay: lost }, next, atMs)
}

/** Back to the one that comes first, or on to one that is nearer. */
export function withPreferred(before: State, atMs: number): State {
  if (before.relay.phase !== 'connected' || before.standby.length === 0) return before
  const state = withDistances(before, atMs)
  const { relay } = state
  const [first] = inOrder(state).filter(isConnected)
  if (relay.phase !== 'connected' || !first || rank(state, first) > rank(state, relay)) return state
  return atMs - first.sinceMs >= STEADY_MS || atMs - relay.sinceMs < JUST_BEGUN_MS ? serveBy(state, first, atMs) : state
}

/** From here on it may have taken that, whether its answer comes or not: what it knows for certain is in both, and what is wanted next is told
 *  in any case, be it what was told before. */
export const withTelling = (
  link: ConnectedRelay,
  { services }: Pick<Extract<Event, { type: 'publishing' }>, 'services'>,
): ConnectedRelay => ({
  ...link,
  published: null,
  told: link.told.filter((name) => services.includes(name)),
})

/** It took what we published. */
export const withTold = (
  link: ConnectedRelay,
  { key, services, ports }: Pick<Extract<Event, { type: 'published' }>, 'key' | 'services' | 'ports'>,
): ConnectedRelay => ({ ...link, published: key, told: services, untaken: 0, ports })

export const newlyConnected = (known: ConnectedRelay['known'], atMs: number): ConnectedRelay => ({
  phase: 'connected',
  url: known.url,
  known,
  sinceMs: atMs,
  published: null,
  told: [],
  untaken: 0,
  ports: {},
  notice: NO_NOTICE,
  rttMs: null,
  far: false,
  turningSinceMs: null,
  proven: { published: null, paths: {} },
  proveAtMs: atMs,
  udp: {},
  publishAtMs: atMs,
  claims: UNCLAIMED,
})

function withDistances(state: State, atMs: number): State {
  const { relay, standby } = state
  const connected = [relay, ...standby].filter(isConnected)
  const judged = <L extends RelayLink>(link: L): L => (isConnected(link) ? turned(link, connected, atMs) : link)
  return { ...state, relay: judged(relay), standby: standby.map(judged) }
}

function turned<L extends ConnectedRelay>(link: L, all: readonly ConnectedRelay[], atMs: number): L {
  // Another name would change every link.
  const same = all.filter((other) => isOfSameName(other, link))
  const bestMs = Math.min(...same.map(({ rttMs }) => rttMs ?? Number.POSITIVE_INFINITY))
  const { times, byMs } = link.far ? STILL_FAR : FAR
  const seemsFar = link.rttMs !== null && link.rttMs > bestMs * times && link.rttMs > bestMs + byMs
  if (seemsFar === link.far) return { ...link, turningSinceMs: null }
  const turningSinceMs = link.turningSinceMs ?? atMs
  return atMs - turningSinceMs < STEADY_MS ? { ...link, turningSinceMs } : { ...link, far: seemsFar, turningSinceMs: null }
}

export const isOfSameName = (one: ConnectedRelay, other: ConnectedRelay): boolean =>
  one.known.domain === other.known.domain && one.known.label === other.known.label

const isConnected = (link: RelayLink): link is ConnectedRelay => link.phase === 'connected'

/** The near ones in the owner's order, then the far ones. */
const rank = ({ relayOrder }: State, link: StandbyRelay): number =>
  relayOrder.indexOf(link.url) + (isConnected(link) && link.far ? relayOrder.length : 0)

const inOrder = (state: State): StandbyRelay[] => [...state.standby].sort((a, b) => rank(state, a) - rank(state, b))

function withStandby(state: State, link: StandbyRelay): State {
  return { ...state, standby: [...state.standby.filter(({ url }) => url !== link.url), link] }
}

/** Visitors came by the other one's address: its ways through the tunnel are no more, those past it are as good as before. */
function serveBy(state: State, link: StandbyRelay, atMs: number): State {
  const { relay } = state
  const standby = [...(relay.phase === 'none' ? [] : [relay]), ...state.standby].filter(({ url }) => url !== link.url)
  const moved = eachPath({ ...state, relay: link, standby }, (path) => (path.rung === 'tunnel' ? seeking(path) : path))
  return link.phase === 'connected' ? withPublicPorts(onRelayConnected(moved, link, atMs), link.ports) : withPublicPorts(moved, {})
}
