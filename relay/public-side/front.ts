/** The relay's public port: looks at each visitor's ClientHello, keeps what is for the relay itself, and passes on the rest unread. */
import net from 'node:net'
import { unmapped } from '../../protocol/model/address.ts'
import type { LaneStream } from '../../wire/lane.ts'
import type { StreamMeta } from '../../wire/messages.ts'
import { MAX_HELLO_BYTES, readClientHello, UNRECOGNIZED_NAME_ALERT } from './client-hello.ts'
import { splice } from './splice.ts'

export interface FrontOptions {
  /** Is this name the relay's own? Undefined: the visitor sent none. */
  isOwn(serverName: string | undefined): boolean
  /** Take the connection over; the hello has been put back. */
  onOwn(socket: net.Socket): void
  /** A stream to the home that this name belongs to; undefined when there is none, or its tunnel is down. */
  openStream(meta: StreamMeta): LaneStream | undefined
}

/** How long a visitor may take to say which name it wants. */
const HELLO_TIMEOUT_MS = 10_000
/** Connections of all visitors together: what one process can hold with two sockets' buffers each. */
const MAX_CONNECTIONS = 20_000

export function createFront(options: FrontOptions): net.Server {
  const server = net.createServer({ noDelay: true, allowHalfOpen: true, highWaterMark: 65_536 }, (socket) => greet(socket, options))
  server.maxConnections = MAX_CONNECTIONS
  return server
}

function greet(socket: net.Socket, options: FrontOptions): void {
  let seen: Buffer = Buffer.alloc(0)
  const giveUp = (): void => void socket.destroy()
  socket.setTimeout(HELLO_TIMEOUT_MS, giveUp)
  socket.on('error', giveUp)
  const onEnd = giveUp
  const onData = (chunk: Buffer): void => {
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk])
    const hello = readClientHello(seen)
    if (hello.kind === 'incomplete' && seen.length <= MAX_HELLO_BYTES) return
    socket.off('data', onData).off('end', onEnd)
    socket.pause()
    socket.setTimeout(0)
    socket.off('timeout', giveUp)
    if (hello.kind !== 'hello') socket.destroy()
    else route(socket, seen, hello.serverName, options)
  }
  socket.on('data', onData).on('end', onEnd)
}

function route(socket: net.Socket, seen: Buffer, serverName: string | undefined, options: FrontOptions): void {
  if (options.isOwn(serverName)) {
    socket.unshift(seen)
    options.onOwn(socket)
    return
  }
  // A link-local address comes with its zone, which is nobody else's business.
  const peer = { address: unmapped((socket.remoteAddress ?? '').split('%')[0] ?? ''), port: socket.remotePort ?? 0 }
  const stream = serverName === undefined ? undefined : options.openStream({ host: serverName, peer })
  if (!stream) {
    socket.end(UNRECOGNIZED_NAME_ALERT)
    socket.destroySoon()
    return
  }
  socket.unshift(seen)
  splice(socket, stream)
}
