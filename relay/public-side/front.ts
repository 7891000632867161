/** The relay's public port: looks at each visitor's ClientHello, keeps what is for the relay itself, and passes on the rest unread. */
import net from 'node:net'
import type { Duplex } from 'node:stream'
import type { Endpoint } from '../../protocol/model/address.ts'
import { cut } from '../../wire/cut.ts'
import type { StreamMeta } from '../../wire/messages.ts'
import { readInto } from '../../wire/read-into.ts'
import { peerOf } from '../peer.ts'
import { createVisitors } from '../public-ports/visitors.ts'
import { type Hello, MAX_HELLO_BYTES, readClientHello, UNRECOGNIZED_NAME_ALERT } from './client-hello.ts'
import { splice } from './splice.ts'

export interface FrontOptions {
  /** Is this name the relay's own? Undefined: the visitor sent none. */
  isOwn(serverName: string | undefined): boolean
  /** Take the connection over; what was read of it has been put back, and `hello` is only there until this returns. */
  onOwn(socket: net.Socket, hello: Hello): void
  /** A stream to the home that this name belongs to; undefined when there is none, or its tunnel is down. `busy`: not for this visitor now. */
  openStream(meta: StreamMeta): Duplex | 'busy' | undefined
}

/** How long a visitor may take to say which name it wants. */
const HELLO_TIMEOUT_MS = 10_000
/** What one process can hold with two sockets' buffers each; and of one address, behind which a provider may have a thousand homes with
 *  their lanes, so many that others still find room. */
const CONNECTIONS = { ofAll: 20_000, ofDevice: 20_000, ofVisitor: 8192 }
/** Of one address, those that have not yet said which name they want: it takes an honest visitor one round trip. */
const UNDECIDED = { ofAll: 20_000, ofDevice: 20_000, ofVisitor: 256 }

/** A visitor who vanished without a word (a telephone that left the network) is noticed after this long without traffic. */
const KEEP_ALIVE_MS = 60_000

export function createFront(options: FrontOptions): net.Server {
  const settings = { noDelay: true, allowHalfOpen: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS, highWaterMark: 262_144 }
  const [connections, undecided] = [createVisitors(CONNECTIONS)(), createVisitors(UNDECIDED)()]
  return net.createServer(settings, (socket) => {
    const peer = peerOf(socket)
    // Gone already (a port scanner's reset), or one too many: it learns so at once, and costs nothing more.
    if (!peer || connections.enter(peer.address) !== 'in') {
      cut(socket.on('error', ignore))
      return
    }
    socket.on('error', ignore).on('close', () => connections.leave(peer.address))
    if (undecided.enter(peer.address) === 'in') greet(socket, peer, options, () => undecided.leave(peer.address))
    else cut(socket)
  })
}

/** Of a connection that is gone, or goes: nobody is left to be told. */
const ignore = (): void => {}
function hangUp(this: net.Socket): void {
  this.destroy()
}

/** `onDecided`: once, when the hello is there or nobody waits for it any more. What stays with the connection for days is no more than it
 *  needs: neither the hello nor these functions. */
function greet(socket: net.Socket, peer: Endpoint, options: FrontOptions, onDecided: () => void): void {
  /** Of a hello that comes in pieces. Undefined: it is decided. */
  let pieces: Buffer[] | undefined = []
  let seenBytes = 0
  let atLeastBytes = 0
  // One deadline for the whole hello: an idle timeout would begin anew with each byte of somebody who has all day.
  const deadline = setTimeout(() => socket.destroy(), HELLO_TIMEOUT_MS)
  const decided = (): void => {
    clearTimeout(deadline)
    socket.off('end', hangUp).off('close', decided)
    onDecided()
  }
  const onBytes = (bytes: Buffer): boolean => {
    if (!pieces) return true
    seenBytes += bytes.length
    if (seenBytes < Math.min(atLeastBytes, MAX_HELLO_BYTES)) {
      pieces.push(Buffer.from(bytes))
      return true
    }
    const seen = pieces.length === 0 ? bytes : Buffer.concat([...pieces, bytes])
    const hello = readClientHello(seen)
    if (hello.kind === 'incomplete' && seenBytes < MAX_HELLO_BYTES) {
      pieces = [Buffer.from(seen)]
      atLeastBytes = hello.atLeastBytes
      return true
    }
    pieces = undefined
    decided()
    if (hello.kind === 'hello') route(socket, peer, seen, hello, options)
    else socket.destroy()
    // Whoever reads on has begun to.
    return true
  }
  socket.on('end', hangUp).on('close', decided)
  readInto(socket, onBytes)
}

/** `seen` is only there until this returns. */
function route(socket: net.Socket, peer: Endpoint, seen: Buffer, hello: Hello, options: FrontOptions): void {
  const { serverName } = hello
  if (options.isOwn(serverName)) {
    socket.pause()
    socket.unshift(Buffer.from(seen))
    options.onOwn(socket, hello)
    return
  }
  const stream = serverName === undefined ? undefined : options.openStream({ host: serverName, peer })
  if (stream === 'busy') {
    cut(socket)
    return
  }
  if (!stream) {
    socket.pause()
    socket.end(UNRECOGNIZED_NAME_ALERT)
    socket.destroySoon()
    return
  }
  splice(socket, stream, seen)
}
