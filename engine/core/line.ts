/** The line beyond our own router: what is worth finding out about it, so that the NAT verdict rests on something. Pure. */
import { exposuresOf, pathsOf } from './exposures.ts'
import type { Path } from './path-state.ts'
import type { LineFacts, TriedPort } from './router-state.ts'
import { isRehearsal, type State, seenIPv4 } from './state.ts'

/** What outsiders found at a port that our router maps; `pending` while nobody has looked. */
export interface MappedPort {
  readonly port: number
  readonly found: 'open' | 'closed' | 'pending'
}

/** Ports about which nothing can be said (a router that refuses, another program's) are left out. */
export function mappedPorts(state: State): MappedPort[] {
  return exposuresOf(state).flatMap((exposure) => {
    const path = pathsOf(state, exposure.id).find(({ rung }) => rung === 'mapped')
    const found = path && findingOf(path)
    return path && found ? [{ port: 'way' in path ? path.way.outside.port : exposure.port, found }] : []
  })
}

function findingOf(path: Path): MappedPort['found'] | null {
  if (path.phase === 'confirmed' || (path.phase === 'provisioned' && path.standing)) return 'open'
  if (path.phase === 'blocked') return path.problem.code === 'mapping-unreachable' ? 'closed' : null
  // It is tried once more.
  return path.attempt > 0 ? 'closed' : 'pending'
}

/** Something about this line is not as it is at home. */
const isPuzzling = (state: State): boolean =>
  state.gateway.phase === 'absent' ||
  (state.gateway.phase === 'found' && state.gateway.externalIPv4 === null) ||
  mappedPorts(state).some(({ found }) => found === 'closed')

const isOnline = (state: State): boolean => state.relay.phase === 'connected' && !isRehearsal(state)

export const wantsNextHop = (state: State): boolean =>
  isOnline(state) && towards(state) !== null && state.line.nextHop === undefined && isPuzzling(state)

/** An address out on the internet; null where we have no IPv4. */
export const towards = ({ relay, network }: State): string | null =>
  (network?.ipv4 && relay.phase === 'connected' && relay.known.addresses.ipv4) || null

export const wantsNat64 = (state: State): boolean =>
  isOnline(state) && state.network?.ipv6 !== undefined && state.line.nat64 === undefined && (!state.network.ipv4 || isPuzzling(state))

/** A TCP port to map for a moment and to look at, when those of the services are shut although the router has the address that outsiders see. Two
 *  such ports tell whether it has only some of that address's ports (A+P: RFC 6346; MAP: RFC 7597, RFC 7599). One is where our own datagrams
 *  come from: if there is a set, it is in it. The other cannot be in a set with the first; were it shut as well, it would be for that. */
export function soughtPort(state: State): number | null {
  const { gateway, relay, line } = state
  const seen = relay.phase === 'connected' ? relay.udp.ipv4 : null
  const isShut = Object.values(state.paths).some((path) => path.phase === 'blocked' && findingOf(path) === 'closed')
  if (!isShut || !seen || gateway.phase !== 'found' || gateway.externalIPv4 !== seenIPv4(state)) return null
  if (!line.within) return seen.port < FIRST_FREE_PORT ? null : seen.port
  return line.within.found === 'open' && !line.beyond ? beyond(line.within.port) : null
}

/** Below are the system's ports, which providers shut for other reasons, and which no set has (RFC 7597 §5.1). */
const FIRST_FREE_PORT = 1024

/** A set is what has the same few bits at one place of the port number: at its beginning (blocks), or after the first 4 or 6 bits (MAP's offset,
 *  RFC 7597 §5.1; 6 is its default). This port differs in the first of these bits for each. */
export function beyond(port: number): number {
  const other = port ^ 0x8a00
  return other < FIRST_FREE_PORT ? other ^ 0x4000 : other
}

/** What was told, whoever asks again: the rest is open anew. */
export function toldOf({ nextHop, nat64, within, beyond }: LineFacts): LineFacts {
  const told = (tried: TriedPort | undefined): TriedPort | undefined => (tried?.found === 'untold' ? undefined : tried)
  return { nextHop: nextHop ?? undefined, nat64: nat64 ?? undefined, within: told(within), beyond: told(beyond) }
}
