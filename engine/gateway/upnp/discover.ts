/** Ask the gateway, and only the gateway, where its UPnP descriptions lie. */

import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { buildSearch, SSDP_GROUP } from '../../network/ssdp.ts'
import { printable } from './description.ts'
import { withoutZone } from './http.ts'
import { type Place, parseReply, SSDP_IPV6_GROUPS } from './ssdp.ts'

export interface Search {
  /** A link-local one with its zone. */
  readonly gatewayAddress: string
  /** Of the same family, and of the same scope: a router answers from its link-local address only when it is asked from one. */
  readonly localAddress: string
  readonly ssdpPort: number
  /** `neighbour`: the router of our own link, by multicast too. `distant`: one behind it, which no multicast reaches. */
  readonly reach: 'neighbour' | 'distant'
  /** The interface's name, or on Windows its number: IPv6 multicast leaves by it. */
  readonly zone?: string
  /** What the gateway's answers say of it, made safe to show: also where nothing else of it can be read. */
  readonly onServer?: (server: string) => void
}

/** UDP loses packets, and Wi-Fi loses multicast first. */
const SEND_AT_MS = [0, 250, 1_000]
const IGD_2 = 'urn:schemas-upnp-org:device:InternetGatewayDevice:2'
const IGD_TARGETS = [IGD_2, 'urn:schemas-upnp-org:device:InternetGatewayDevice:1']
/** For devices that know themselves under these only. Not in the first round: every device of the house answers them, the router ten times. */
const WIDE_TARGETS = ['upnp:rootdevice', 'ssdp:all']
/** A Livebox has two descriptions (nextcloudpi#261); more than ten are no router's. */
const MAX_PLACES = 10

/**
 * Yields each place once, as soon as its answer is there, and ends quietly when `until` fires, or rejects when there is no socket to
 * be had. Asks by unicast and by multicast (tailscale#3197: some answer one of them only), three times. An answer may come from any
 * port (tailscale#7377, #14344), but only from the gateway's address.
 */
export async function* discover(search: Search, until: AbortSignal): AsyncGenerator<Place, void> {
  const socket = createSocket(isIPv6(search) ? 'udp6' : 'udp4')
  const gatewayAddress = withoutZone(search.gatewayAddress)
  const places: Place[] = []
  const seen = new Set<string>()
  let wake = () => {}
  // A closed port of the gateway shows as an error on some systems, and a failed send says nothing about the next.
  socket.on('error', () => {})
  socket.on('message', (datagram, sender) => {
    const reply = withoutZone(sender.address) === gatewayAddress ? parseReply(datagram) : null
    if (reply?.server) search.onServer?.(printable(reply.server))
    const place = reply?.place
    if (!place || seen.size >= MAX_PLACES || seen.has(`${place.port}${place.path}`)) return
    seen.add(`${place.port}${place.path}`)
    places.push(place)
    wake()
  })
  const stop = () => wake()
  until.addEventListener('abort', stop)
  let timers: NodeJS.Timeout[] = []
  try {
    await open(socket, search)
    timers = SEND_AT_MS.map((ms, round) => setTimeout(() => sendRound(socket, search, round), ms))
    while (!until.aborted) {
      const place = places.shift()
      if (place) yield place
      else
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
  } finally {
    until.removeEventListener('abort', stop)
    timers.forEach(clearTimeout)
    socket.close()
  }
}

function isIPv6({ gatewayAddress }: Search): boolean {
  return gatewayAddress.includes(':')
}

async function open(socket: Socket, search: Search): Promise<void> {
  socket.bind({ address: search.localAddress, port: 0 })
  await once(socket, 'listening')
  if (search.reach === 'distant') return
  socket.setMulticastInterface(isIPv6(search) ? `::%${search.zone}` : search.localAddress)
  // UPnP Device Architecture 1.1 §1.1.2.
  socket.setMulticastTTL(2)
}

function sendRound(socket: Socket, search: Search, round: number): void {
  for (const { address, group } of destinations(search))
    for (const target of targets(search, round)) socket.send(buildSearch(target, group), search.ssdpPort, address, () => {})
}

function destinations(search: Search): { address: string; group: string }[] {
  const groups = isIPv6(search) ? SSDP_IPV6_GROUPS : [SSDP_GROUP]
  const unicast = { address: search.gatewayAddress, group: groups[0] ?? '' }
  return search.reach === 'distant' ? [unicast] : [unicast, ...groups.map((group) => ({ address: group, group }))]
}

/** Over IPv6 only :2, the first with a service for it (syncthing lib/upnp/upnp.go). */
function targets(search: Search, round: number): readonly string[] {
  if (isIPv6(search)) return [IGD_2]
  return round === 0 ? IGD_TARGETS : [...IGD_TARGETS, ...WIDE_TARGETS]
}
