/** The relay's public port: looks at each visitor's ClientHello, keeps what is for the relay itself, and passes on the rest unread. */
import net from 'node:net'
import type { Duplex } from 'node:stream'
import type { StreamMeta } from '../../wire/messages.ts'
import { peerOf } from '../peer.ts'
import { MAX_HELLO_BYTES, readClientHello, UNRECOGNIZED_NAME_ALERT } from './client-hello.ts'
import { splice } from './splice.ts'

export interface FrontOptions {
  /** Is this name the relay's own? Undefined: the visitor sent none. */
  isOwn(serverName: string | undefined): boolean
  /** Take the connection over; the hello has been put back. */
  onOwn(socket: net.Socket): void
  /** A stream to the home that this name belongs to; undefined when there is none, or its tunnel is down. */
  openStream(meta: StreamMeta): Duplex | undefined
}

/** How long a visitor may take to say which name it wants. */
const HELLO_TIMEOUT_MS = 10_000
/** Connections of all visitors together: what one process can hold with two sockets' buffers each. */
const MAX_CONNECTIONS = 20_000

/** A visitor who vanished without a word (a telephone that left the network) is noticed after this long without traffic. */
const KEEP_ALIVE_MS = 60_000

export function createFront(options: FrontOptions): net.Server {
  const settings = { noDelay: true, allowHalfOpen: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS, highWaterMark: 65_536 }
  const server = net.createServer(settings, (socket) => greet(socket, options))
  server.maxConnections = MAX_CONNECTIONS
  return server
}

function greet(socket: net.Socket, options: FrontOptions): void {
  const chunks: Buffer[] = []
  let seenBytes = 0
  let atLeastBytes = 0
  const giveUp = (): void => void socket.destroy()
  // One deadline for the whole hello: an idle timeout would begin anew with each byte of somebody who has all day.
  const deadline = setTimeout(giveUp, HELLO_TIMEOUT_MS)
  const onData = (chunk: Buffer): void => {
    chunks.push(chunk)
    seenBytes += chunk.length
    if (seenBytes < Math.min(atLeastBytes, MAX_HELLO_BYTES)) return
    const seen = Buffer.concat(chunks)
    const hello = readClientHello(seen)
    if (hello.kind === 'incomplete' && seenBytes < MAX_HELLO_BYTES) {
      atLeastBytes = hello.atLeastBytes
      return
    }
    clearTimeout(deadline)
    socket.off('data', onData).off('end', giveUp)
    socket.pause()
    if (hello.kind === 'hello') route(socket, seen, hello.serverName, options)
    else socket.destroy()
  }
  socket.on('error', giveUp).on('data', onData).on('end', giveUp)
  socket.once('close', () => clearTimeout(deadline))
}

function route(socket: net.Socket, seen: Buffer, serverName: string | undefined, options: FrontOptions): void {
  if (options.isOwn(serverName)) {
    socket.unshift(seen)
    options.onOwn(socket)
    return
  }
  const peer = peerOf(socket)
  // Gone already (a port scanner's reset): nobody to open a stream for.
  if (!peer) {
    socket.destroy()
    return
  }
  const stream = serverName === undefined ? undefined : options.openStream({ host: serverName, peer })
  if (!stream) {
    socket.end(UNRECOGNIZED_NAME_ALERT)
    socket.destroySoon()
    return
  }
  socket.unshift(seen)
  splice(socket, stream)
}
