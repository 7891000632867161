/** The UDP side: one datagram in, at most one out, and never more than a neighbourhood's share. */
import { createSocket, type Socket } from 'node:dgram'
import type { Decision } from './rate.ts'
import type { Reply, Way } from './respond.ts'

/** Nobody asks from these: 0 is no port; the others answer whatever they get (echo, daytime, quote, chargen, time, another DNS
 *  server, kpasswd), and a forged question from there would start two servers talking (BIND drops them for the same reason). */
const NEVER_ASKING = new Set([0, 7, 13, 17, 19, 37, 53, 464])
/** Datagrams the system would not take yet; beyond, silence is the right answer. */
const MAX_QUEUED_BYTES = 1 << 20

export interface UdpHooks {
  decide(address: string): Decision
  answer(query: Uint8Array, way: Way): Reply | undefined
  onLimited(action: 'slip' | 'drop'): void
  onError(error: Error): void
}

/** A socket not yet bound. */
export function createUdpSide(family: 'ipv4' | 'ipv6', hooks: UdpHooks): Socket {
  const socket = family === 'ipv6' ? createSocket({ type: 'udp6', ipv6Only: true }) : createSocket('udp4')
  socket.on('message', (message, from) => {
    if (NEVER_ASKING.has(from.port)) return
    const decision = hooks.decide(from.address)
    if (decision !== 'answer') hooks.onLimited(decision)
    if (decision === 'drop' || socket.getSendQueueSize() > MAX_QUEUED_BYTES) return
    const reply = hooks.answer(message, decision === 'slip' ? 'slip' : 'udp')
    if (reply) socket.send(reply.bytes, from.port, from.address, (error) => error && hooks.onError(error))
  })
  return socket
}
