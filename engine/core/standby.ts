/** Several relays. One serves: it looks from outside, sees our address, and stands in our links. The others stand by, with lanes and names
 *  of their own, so that visitors come in through any of them, and the next one serves within a moment. Pure. */
import type { Event } from './events.ts'
import { onRelayConnected, withPublicPorts } from './reduce-line.ts'
import { eachPath, seeking } from './reduce-path.ts'
import { type ConnectedRelay, NO_NOTICE, type RelayLink, type StandbyRelay, type State } from './state.ts'

/** One that comes first in the order serves again after it has stood for so long: it might go and come. */
const STEADY_MS = 60_000
/** At the start whoever answers first serves, and makes way for one that comes first in the order and answers a moment later. */
const JUST_BEGUN_MS = 5000

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
    case 'published':
      return withStandby(state, { ...link, published: event.key, ports: event.ports })
    case 'publish-failed':
      return withStandby(state, { ...link, publishAtMs: atMs + retryMs })
    default:
      return state
  }
}

/** The serving relay is lost: the next that stands takes over. Undefined: none does. */
export function failedOver(state: State, lost: StandbyRelay, atMs: number): State | undefined {
  const [next] = inOrder(state).filter(isConnected)
  return next && serveBy({ ...state, relay: lost }, next, atMs)
}

/** Back to the one that comes first. */
export function withPreferred(state: State, atMs: number): State {
  const { relay } = state
  if (relay.phase !== 'connected' || state.standby.length === 0) return state
  const rank = ({ url }: StandbyRelay): number => state.relayOrder.indexOf(url)
  const [first] = inOrder(state).filter(isConnected)
  if (!first || rank(first) > rank(relay)) return state
  return atMs - first.sinceMs >= STEADY_MS || atMs - relay.sinceMs < JUST_BEGUN_MS ? serveBy(state, first, atMs) : state
}

export const newlyConnected = (known: ConnectedRelay['known'], atMs: number): ConnectedRelay => ({
  phase: 'connected',
  url: known.url,
  known,
  sinceMs: atMs,
  published: null,
  ports: {},
  notice: NO_NOTICE,
  rttMs: null,
  udp: {},
  publishAtMs: atMs,
})

const isConnected = (link: RelayLink): link is ConnectedRelay => link.phase === 'connected'

const inOrder = ({ standby, relayOrder }: State): StandbyRelay[] =>
  [...standby].sort((a, b) => relayOrder.indexOf(a.url) - relayOrder.indexOf(b.url))

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
