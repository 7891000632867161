/**
 * A router that speaks UPnP IGD, found and ready to be asked.
 *
 *     search (ssdp, discover) → description → choose a line → add, look up, remove rules
 */

import { type Gateway, GatewayError, type Mapping, type MappingState, type MapRequest } from '../gateway.ts'
import { type Candidate, examine, STANDING } from './choose.ts'
import { printable } from './description.ts'
import { discover } from './discover.ts'
import type { Link } from './http.ts'
import { claimedAddress } from './line.ts'
import { hasQuirk } from './quirks.ts'
import { addRule, isOurs, lookUp, removeRule } from './rules.ts'
import { type Place, SSDP_PORT } from './ssdp.ts'

export interface UpnpOptions {
  /** The verified default gateway: nobody else is listened to, or spoken to. */
  readonly gatewayAddress: string
  /** Ours towards it. */
  readonly localAddress: string
  readonly signal: AbortSignal
  /** For tests, whose router lives on a port of its own and need not be waited for. */
  readonly tuning?: Partial<Tuning>
}

export interface Tuning {
  readonly ssdpPort: number
  readonly searchMs: number
  readonly answerMs: number
}

const TUNING: Tuning = { ssdpPort: SSDP_PORT, searchMs: 3_000, answerMs: 3_000 }
/** How long a line that is down waits for another description with a better one. */
const SECOND_CHANCE_MS = 500

/**
 * Finds the router's UPnP service. There is no fixed wait: it resolves as soon as a description leads to a line that is up, and
 * {@link SECOND_CHANCE_MS} after one that is not. Null when nothing answers within 3 s, or only devices that are no internet
 * gateways. Throws {@link GatewayError} when something answers and none of it is usable, and the reason of `signal` when that fires.
 */
export async function openUpnp({ gatewayAddress, localAddress, signal, tuning }: UpnpOptions): Promise<Gateway | null> {
  const { ssdpPort, searchMs, answerMs } = { ...TUNING, ...tuning }
  const link: Link = { gatewayAddress, localAddress, answerMs }
  const decided = new AbortController()
  const working = AbortSignal.any([signal, decided.signal, AbortSignal.timeout(searchMs + answerMs)])
  const searching = AbortSignal.any([working, AbortSignal.timeout(searchMs)])
  const decide = () => decided.abort(new GatewayError('silent', 'another description was faster'))
  const found = collector(decide)
  let secondChance: NodeJS.Timeout | undefined
  const look = async (place: Place) => {
    try {
      found.take(await examine(link, place, working))
      if (found.any()) secondChance ??= setTimeout(decide, SECOND_CHANCE_MS)
    } catch (error) {
      found.fail(error)
    }
  }
  try {
    const looks: Promise<void>[] = []
    for await (const place of discover({ gatewayAddress, localAddress, ssdpPort }, searching)) looks.push(look(place))
    await Promise.all(looks)
  } catch (error) {
    found.fail(error)
  } finally {
    clearTimeout(secondChance)
  }
  signal.throwIfAborted()
  const best = found.best()
  return best && toGateway(best)
}

/** Keeps the best of what the descriptions bring, and calls `onUp` at the first line that is up. */
function collector(onUp: () => void) {
  let best: Candidate | null = null
  const failures: unknown[] = []
  return {
    take(candidate: Candidate | null): void {
      if (candidate && (!best || candidate.standing > best.standing)) best = candidate
      if (candidate && candidate.standing >= STANDING.up) onUp()
    },
    any: () => best !== null,
    fail(error: unknown): void {
      failures.push(error)
    },
    best(): Candidate | null {
      if (best || failures.length === 0) return best
      const [error] = failures
      throw error instanceof GatewayError ? error : new GatewayError('silent', 'the router could not be searched for', { cause: error })
    },
  }
}

function toGateway({ line, description }: Candidate): Gateway {
  const { localAddress, gatewayAddress } = line.link
  const permanentOnly = hasQuirk(description, 'permanent-rules-only')
  // Rules that the router accepted without ever listing them: it cannot be asked about these.
  const unlisted = new Set<string>()
  return {
    via: 'upnp',
    address: gatewayAddress,
    name: description.friendlyName || [description.manufacturer, description.modelName].join(' ').trim() || null,
    externalAddress: (signal) => claimedAddress(line, signal),
    async map(request, signal) {
      const { mapping, listed } = await addRule(line, checked(request, localAddress), permanentOnly, signal)
      if (listed) unlisted.delete(keyOf(mapping))
      else unlisted.add(keyOf(mapping))
      return mapping
    },
    async inspect(mapping, signal): Promise<MappingState> {
      const entry = await lookUp(line, mapping, signal)
      if (entry.kind === 'rule') return isOurs(entry, mapping) ? 'present' : 'foreign'
      return entry.kind === 'absent' && unlisted.has(keyOf(mapping)) ? 'unknown' : entry.kind
    },
    async unmap(mapping, signal) {
      const entry = await lookUp(line, mapping, signal)
      // Meanwhile somebody else's, or gone: nothing of ours is left there to remove.
      if (entry.kind === 'rule' && !isOurs(entry, mapping)) return
      await removeRule(line, mapping, signal)
      unlisted.delete(keyOf(mapping))
    },
  }
}

function keyOf({ protocol, externalPort }: Mapping): string {
  return `${protocol} ${externalPort}`
}

/** Only our own address is ever mapped, and never port 0, which opens every port on some routers (WANIPConnection:2 §2.3.18). */
function checked(request: MapRequest, localAddress: string): MapRequest {
  const isPort = (port: number) => Number.isInteger(port) && port >= 1 && port <= 65_535
  if (!isPort(request.externalPort) || !isPort(request.internalPort))
    throw new GatewayError('refused', 'a port is a whole number from 1 to 65535', { final: true })
  if (request.internalAddress !== localAddress)
    throw new GatewayError('refused', `${request.internalAddress} is not our own address towards this router`, { final: true })
  if (!Number.isInteger(request.lifetimeS) || request.lifetimeS < 0)
    throw new GatewayError('refused', 'a lifetime is a whole number of seconds', { final: true })
  return { ...request, description: printable(request.description) }
}
