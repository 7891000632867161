/** One public TCP port: every visitor is a stream to the home, with backpressure, half-closes and resets as they come. */
import net, { type Socket } from 'node:net'
import type { Endpoint } from '../../protocol/model/address.ts'
import { cut } from '../../wire/cut.ts'
import type { LaneStream } from '../../wire/lane-stream.ts'
import { peerOf } from '../peer.ts'
import { splice } from '../public-side/splice.ts'
import { type OpenPort, onEach } from './open-port.ts'
import type { Visitors } from './visitors.ts'

/** A visitor who vanished without a word is noticed by then. One who is there and says nothing, nor is told anything, may stay as long as
 *  his stream (wire/limits.ts). */
const KEEP_ALIVE_MS = 60_000

export interface TcpPortOptions {
  readonly hosts: readonly string[]
  readonly port: number
  readonly visitors: Visitors
  /** Undefined: the home is gone, or its lanes are full. */
  openStream(peer: Endpoint): LaneStream | undefined
}

/** Rejects with the system's error (EADDRINUSE, EACCES); then nothing is left open. */
export async function openTcpPort(options: TcpPortOptions): Promise<OpenPort> {
  const { hosts, port } = options
  return await onEach(hosts, async (host) => {
    const sockets = new Set<Socket>()
    const settings = { noDelay: true, allowHalfOpen: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS, highWaterMark: 65_536 }
    const server = net.createServer(settings, (socket) => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      greet(socket, options)
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port, ipv6Only: host.includes(':') }, resolve)
    })
    // Accepting may fail for a while (no descriptors left); whoever is here stays.
    server.on('error', () => {})
    return {
      close() {
        const closed = new Promise<void>((resolve) => server.close(() => resolve()))
        for (const socket of sockets) cut(socket)
        return closed
      },
    }
  })
}

function greet(socket: Socket, { visitors, openStream }: TcpPortOptions): void {
  socket.on('error', () => {})
  const peer = peerOf(socket)
  // Gone already (a port scanner's reset).
  if (!peer) {
    socket.destroy()
    return
  }
  if (visitors.enter(peer.address) !== 'in') {
    cut(socket)
    return
  }
  socket.once('close', () => visitors.leave(peer.address))
  const stream = openStream(peer)
  if (!stream) {
    cut(socket)
    return
  }
  splice(socket, stream)
}
