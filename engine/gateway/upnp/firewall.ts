/** A router whose IPv6 firewall opens at our request, found and ready to be asked, as a {@link Gateway} of its own. */

import { networkInterfaces } from 'node:os'
import { type Gateway, GatewayError, type MapRequest } from '../gateway.ts'
import { fetchDescription } from './choose.ts'
import { checked, TUNING, type Tuning } from './client.ts'
import { type Description, FIREWALL_TYPES, nameOf } from './description.ts'
import { discover, type Search } from './discover.ts'
import { type Link, withoutZone } from './http.ts'
import type { Line } from './line.ts'
import { closePinhole, type FirewallStatus, firewallStatus, inspectPinhole, isRuleId, openPinhole } from './pinholes.ts'
import { seek } from './seek.ts'
import type { Place } from './ssdp.ts'

export interface PinholeOptions {
  /** The verified IPv6 default gateway, link-local or not: nobody else is listened to, or spoken to. */
  readonly gateway: { readonly address: string; readonly interfaceName: string }
  /** Our stable global address: the one that is opened, and the one we ask from, since routers open no other (miniupnp#731). */
  readonly localAddress: string
  /** Where the same router's description lies, as its IPv4 side has told: then no search is needed. */
  readonly place?: Place
  readonly signal: AbortSignal
  readonly tuning?: Partial<Tuning>
}

interface Firewall {
  readonly line: Line
  readonly description: Description
  readonly status: FirewallStatus
}

/**
 * Finds the firewall service at the description that is known, else by a search over IPv6. To be called once the IPv4 search has
 * ended: a FRITZ!Box does not bear both at once (syncthing lib/upnp/upnp.go).
 *
 * Null when nothing answers within 3 s, when the router has no such service, and when its firewall is off, so that there is nothing to
 * open. Throws {@link GatewayError}: `refused` and final when its owner allows no openings, else when something answers and none of it
 * is usable; and the reason of `signal` when that fires.
 */
export async function openUpnpPinholes({ gateway, localAddress, place, signal, tuning }: PinholeOptions): Promise<Gateway | null> {
  const { ssdpPort, searchMs, answerMs } = { ...TUNING, ...tuning }
  const link: Link = { gatewayAddress: zoned(gateway.address, gateway.interfaceName), localAddress, answerMs }
  const known = place && (await examine(link, place, signal).catch(() => null))
  signal.throwIfAborted()
  const search = searchFor(gateway, localAddress, ssdpPort)
  const found =
    known ??
    (await seek<Firewall>({
      places: (until) => discover(search, until),
      examine: (at, working) => examine(link, at, working),
      better: () => false,
      enough: () => true,
      searchMs,
      answerMs,
      signal,
    }))
  if (!found?.status.enabled) return null
  if (!found.status.pinholesAllowed)
    throw new GatewayError('refused', 'the router lets no program open its IPv6 firewall (InboundPinholeAllowed is 0)', { final: true })
  return toGateway(found, localAddress)
}

/** Null when the description names no such service. The first control that answers is the one. */
async function examine(link: Link, place: Place, signal: AbortSignal): Promise<Firewall | null> {
  const description = await fetchDescription(link, place, signal, FIREWALL_TYPES)
  let failure: unknown
  for (const { type, controls } of description.services)
    for (const control of controls) {
      const line: Line = { link, serviceType: type, control }
      try {
        return { line, description, status: await firewallStatus(line, signal) }
      } catch (error) {
        signal.throwIfAborted()
        failure ??= error
      }
    }
  if (failure) throw failure
  return null
}

/** A router answers from its link-local address only when it is asked from one, and only from the gateway's do we believe it. */
function searchFor(gateway: PinholeOptions['gateway'], localAddress: string, ssdpPort: number): Search {
  const zone = zoneOf(gateway.interfaceName)
  const ours = isLinkLocal(gateway.address) ? linkLocalOf(gateway.interfaceName) : undefined
  return {
    gatewayAddress: zoned(gateway.address, gateway.interfaceName),
    localAddress: ours ? `${ours}%${zone}` : localAddress,
    ssdpPort,
    reach: 'neighbour',
    zone,
  }
}

function linkLocalOf(interfaceName: string): string | undefined {
  return networkInterfaces()[interfaceName]?.find(({ address }) => isLinkLocal(address))?.address
}

/** RFC 4291 §2.5.6. */
function isLinkLocal(address: string): boolean {
  return /^fe[89ab][0-9a-f]:/i.test(address)
}

function zoned(address: string, interfaceName: string): string {
  return isLinkLocal(address) ? `${withoutZone(address)}%${zoneOf(interfaceName)}` : address
}

/** Windows knows interfaces by number here, everybody else by name. */
function zoneOf(interfaceName: string): string {
  const scoped = networkInterfaces()[interfaceName]?.find(({ family }) => family === 'IPv6')
  return process.platform === 'win32' && scoped?.scopeid ? String(scoped.scopeid) : interfaceName
}

function toGateway({ line, description }: Firewall, localAddress: string): Gateway {
  return {
    via: 'upnp',
    address: withoutZone(line.link.gatewayAddress),
    name: nameOf(description),
    // Nothing is translated: outside it is the address that it is inside.
    externalAddress: async () => localAddress,
    map: async (request, signal) => openPinhole(line, checkedPinhole(request, localAddress), signal),
    inspect: async (mapping, signal) => inspectPinhole(line, checkedPinhole(mapping, localAddress), signal),
    unmap: async (mapping, signal) => closePinhole(line, checkedPinhole(mapping, localAddress), signal),
  }
}

function checkedPinhole<T extends MapRequest>(request: T, localAddress: string): T {
  if (request.externalPort !== request.internalPort)
    throw new GatewayError('refused', 'an IPv6 port is the same outside and inside', { final: true })
  if (request.ruleId !== undefined && !isRuleId(request.ruleId))
    throw new GatewayError('refused', 'the number of an opening has at most five digits', { final: true })
  return checked(request, localAddress)
}
