/** Ask the gateway, and only the gateway, where its UPnP descriptions lie. */

import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { buildSearch, type Place, parseReply, SSDP_GROUP } from './ssdp.ts'

export interface Search {
  readonly gatewayAddress: string
  readonly localAddress: string
  readonly ssdpPort: number
}

/** UDP loses packets, and Wi-Fi loses multicast first. */
const SEND_AT_MS = [0, 250, 1_000]
const IGD_TARGETS = ['urn:schemas-upnp-org:device:InternetGatewayDevice:2', 'urn:schemas-upnp-org:device:InternetGatewayDevice:1']
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
  const socket = createSocket('udp4')
  const places: Place[] = []
  const seen = new Set<string>()
  let wake = () => {}
  // A closed port of the gateway shows as an error on some systems, and a failed send says nothing about the next.
  socket.on('error', () => {})
  socket.on('message', (datagram, sender) => {
    const place = sender.address === search.gatewayAddress ? parseReply(datagram)?.place : undefined
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

async function open(socket: Socket, { localAddress }: Search): Promise<void> {
  socket.bind({ address: localAddress, port: 0 })
  await once(socket, 'listening')
  socket.setMulticastInterface(localAddress)
  // UPnP Device Architecture 1.1 §1.1.2.
  socket.setMulticastTTL(2)
}

function sendRound(socket: Socket, { gatewayAddress, ssdpPort }: Search, round: number): void {
  const targets = round === 0 ? IGD_TARGETS : [...IGD_TARGETS, ...WIDE_TARGETS]
  for (const address of [gatewayAddress, SSDP_GROUP])
    for (const target of targets) socket.send(buildSearch(target), ssdpPort, address, () => {})
}
