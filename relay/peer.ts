/** Who is at the other end of a connection, by address. */
import type { Socket } from 'node:net'
import { type Endpoint, unmapped } from '../protocol/model/address.ts'

/** IPv4 as IPv4, and a link-local address without its zone, which is nobody else's business. Undefined: the other end is gone. */
export function peerOf(socket: Pick<Socket, 'remoteAddress' | 'remotePort'>): Endpoint | undefined {
  const { remoteAddress, remotePort } = socket
  if (remoteAddress === undefined) return undefined
  return { address: unmapped(remoteAddress.split('%')[0] ?? ''), port: remotePort ?? 0 }
}
