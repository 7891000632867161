/**
 * A router that speaks UPnP IGD, found and ready to be asked.
 *
 *     search (ssdp, discover, seek) → description → choose a line → add, look up, list, remove rules
 */

import { isPublic } from '../../../protocol/model/address.ts'
import { SSDP_PORT } from '../../network/ssdp.ts'
import { type Gateway, GatewayError, type MappingState, type MapRequest } from '../gateway.ts'
import { addRule, renewRule } from './add.ts'
import { type Candidate, examine, STANDING } from './choose.ts'
import { nameOf, printable, saysOf } from './description.ts'
import { discover, type Search } from './discover.ts'
import type { Link } from './http.ts'
import { claimedAddress } from './line.ts'
import { hasQuirk } from './quirks.ts'
import { isOurs, lookUp, removeRule } from './rules.ts'
import { seek } from './seek.ts'
import type { Place } from './ssdp.ts'
import { listRules } from './table.ts'
import { KNOWN_PLACES } from './upstream.ts'

export interface UpnpOptions {
  /** The verified default gateway: nobody else is listened to, or spoken to. */
  readonly gatewayAddress: string
  /** Ours towards it. */
  readonly localAddress: string
  readonly signal: AbortSignal
  /** What the router's answers to the search say of it, made safe to show; mostly several times the same. */
  readonly onServer?: (server: string) => void
  /** When `gatewayAddress` is not our router but the one in front of it (double NAT). */
  readonly upstream?: {
    /** What that one knows our router by: its address on that side. Rules there lead to it, and it is their `internalAddress`. */
    readonly routerAddress: string
  }
  /** For tests, whose router lives on a port of its own and need not be waited for. */
  readonly tuning?: Partial<Tuning>
}

export interface Tuning {
  readonly ssdpPort: number
  readonly searchMs: number
  readonly answerMs: number
  readonly knownPlaces: readonly Place[]
}

export const TUNING: Tuning = { ssdpPort: SSDP_PORT, searchMs: 3_000, answerMs: 3_000, knownPlaces: KNOWN_PLACES }

export interface UpnpGateway extends Gateway {
  /** Where its description lies. The same one names its IPv6 firewall, when it has one to be asked. */
  readonly place: Place
}

/**
 * Finds the router's UPnP service. There is no fixed wait: it resolves as soon as a description leads to a line that is up, and half a
 * second after one that is not. Null when nothing answers within 3 s, or only devices that are no internet gateways. Throws
 * {@link GatewayError} when something answers and none of it is usable, and the reason of `signal` when that fires.
 *
 * A router in front of ours is asked by unicast only, and at the places where the makes with a fixed one keep their description.
 */
export async function openUpnp({
  gatewayAddress,
  localAddress,
  signal,
  upstream,
  tuning,
  onServer,
}: UpnpOptions): Promise<UpnpGateway | null> {
  const { ssdpPort, searchMs, answerMs, knownPlaces } = { ...TUNING, ...tuning }
  if (upstream && isPublic(gatewayAddress))
    throw new GatewayError('refused', `${gatewayAddress} is out on the internet, and no router of this home`, { final: true })
  const link: Link = { gatewayAddress, localAddress, answerMs }
  const search: Search = {
    gatewayAddress,
    localAddress,
    ssdpPort,
    reach: upstream ? 'distant' : 'neighbour',
    ...(onServer && { onServer }),
  }
  const guesses = upstream ? knownPlaces : []
  const best = await seek<Candidate>({
    places: (until) => guessed(guesses, discover(search, until)),
    // Nobody said that there would be anything: that there is nothing is no failure.
    examine: (place, working) =>
      guesses.includes(place) ? examine(link, place, working).catch(() => null) : examine(link, place, working),
    better: (found, known) => found.standing > known.standing,
    enough: (found) => found.standing >= STANDING.up,
    searchMs,
    answerMs,
    signal,
  })
  return best && toGateway(best, upstream?.routerAddress ?? localAddress)
}

async function* guessed(guesses: readonly Place[], found: AsyncIterable<Place>): AsyncGenerator<Place, void> {
  yield* guesses
  yield* found
}

function toGateway({ line, description, place }: Candidate, mapsTo: string): UpnpGateway {
  const permanentOnly = hasQuirk(description, 'permanent-rules-only')
  // Ours, with what they were granted, and whether the router lists them: about one that it accepted without, it cannot be asked.
  const made = new Map<string, { readonly grantedS: number; readonly listed: boolean }>()
  return {
    via: 'upnp',
    address: line.link.gatewayAddress,
    name: nameOf(description),
    says: saysOf(description),
    place,
    externalAddress: (signal) => claimedAddress(line, signal),
    async map(request, signal) {
      const wanted = checked(request, mapsTo)
      const asked = permanentOnly ? { ...wanted, lifetimeS: 0 } : wanted
      const before = made.get(keyOf(asked))
      const { mapping, listed } = await (before ? renewRule(line, asked, before.grantedS, signal) : addRule(line, asked, signal))
      made.set(keyOf(mapping), { grantedS: mapping.lifetimeS, listed })
      return mapping
    },
    async inspect(mapping, signal): Promise<MappingState> {
      const entry = await lookUp(line, mapping, signal)
      if (entry.kind === 'rule') return isOurs(entry, mapping) ? 'present' : 'foreign'
      return entry.kind === 'absent' && made.get(keyOf(mapping))?.listed === false ? 'unknown' : entry.kind
    },
    async unmap(mapping, signal) {
      const entry = await lookUp(line, mapping, signal)
      // Meanwhile somebody else's, or gone: nothing of ours is left there to remove.
      const theirs = entry.kind === 'rule' && !isOurs(entry, mapping)
      if (!theirs) await removeRule(line, mapping, signal)
      made.delete(keyOf(mapping))
    },
    rules: (signal) => listRules(line, signal),
  }
}

function keyOf({ protocol, externalPort }: MapRequest): string {
  return `${protocol} ${externalPort}`
}

/** Only our own address is ever mapped, and never port 0, which opens every port on some routers (WANIPConnection:2 §2.3.18). */
export function checked<T extends MapRequest>(request: T, mapsTo: string): T {
  const isPort = (port: number) => Number.isInteger(port) && port >= 1 && port <= 65_535
  if (!isPort(request.externalPort) || !isPort(request.internalPort))
    throw new GatewayError('refused', 'a port is a whole number from 1 to 65535', { final: true })
  if (request.internalAddress !== mapsTo)
    throw new GatewayError('refused', `${request.internalAddress} is not our own address towards this router`, { final: true })
  if (!Number.isInteger(request.lifetimeS) || request.lifetimeS < 0)
    throw new GatewayError('refused', 'a lifetime is a whole number of seconds', { final: true })
  return { ...request, description: printable(request.description) }
}
