/** Routers tell everybody at once that they have restarted or changed address (RFC 6887 §14.1, RFC 6886 §3.2.1): listen for it. */

import { createSocket } from 'node:dgram'
import { once } from 'node:events'

export const ANNOUNCE_PORT = 5350
const GROUPS = { udp4: '224.0.0.1', udp6: 'ff02::1' } as const

export interface Ear {
  readonly gatewayAddress: string
  readonly localAddress: string
  /** Which link to listen on; needed for IPv6 on a machine with several. */
  readonly interfaceName?: string | undefined
  readonly port: number
}

/**
 * Calls `onDatagram` for what is sent to all hosts of the link from the router's address, until the returned function is called. To be
 * taken as a rumour: a sender's address is easily forged. Where another program keeps the port to itself nothing is ever heard, and
 * the clock in the router's answers has to do.
 */
export function listenForAnnouncements(ear: Ear, onDatagram: (datagram: Buffer) => void): () => void {
  const type = ear.localAddress.includes(':') ? 'udp6' : 'udp4'
  // Every program that speaks to routers listens here. (On macOS, Node makes of this the SO_REUSEPORT that the RFC asks for.)
  const socket = createSocket({ type, reuseAddr: true, ...(type === 'udp6' && { ipv6Only: true }) })
  socket.unref()
  let open = true
  const close = () => {
    if (open) socket.close()
    open = false
  }
  socket.on('error', close)
  socket.on('message', (datagram, sender) => {
    if (isFrom(sender.address, ear.gatewayAddress)) onDatagram(datagram)
  })
  // RFC 6886 §3.2.1: the group's address itself, since others on the same machine must be able to listen. Windows knows no such thing,
  // and with IPv6 the group belongs to a link, which a name for the address cannot say everywhere.
  socket.bind({ port: ear.port, ...(type === 'udp4' && process.platform !== 'win32' && { address: GROUPS.udp4 }) })
  once(socket, 'listening')
    .then(() => {
      if (!open) return
      const link = ear.interfaceName ? `::%${ear.interfaceName}` : undefined
      socket.addMembership(GROUPS[type], type === 'udp4' ? ear.localAddress : link)
    })
    .catch(close)
  return close
}

/** With IPv6, announcements come from the router's link-local address, whichever one we ask it under. */
function isFrom(sender: string, gatewayAddress: string): boolean {
  return sender === gatewayAddress || /^fe[89ab][0-9a-f]:/i.test(sender)
}
