/** The TCP side: for answers too large for a datagram, and for those whom rate limiting sent here. Bounded in every direction. */
import { createServer, type Server, type Socket } from 'node:net'
import { createFrameReader, frame } from '../../dns/tcp-frames.ts'
import { MAX_QUERY_BYTES } from './message.ts'
import { neighbourhood } from './rate.ts'
import type { Reply, Way } from './respond.ts'

const MAX_CONNECTIONS = 256
const MAX_CONNECTIONS_PER_SOURCE = 16
/** Since the last whole question (RFC 7766 §6.2.3: a few seconds): a byte now and then does not hold a connection open. */
const IDLE_MS = 5000

export interface TcpHooks {
  answer(query: Uint8Array, way: Way): Reply | undefined
  onEnded(reason: 'busy' | 'idle' | 'malformed'): void
}

/** A server not yet listening, and a way to end it with all its connections at once. One table for all listeners of a relay. */
export function createTcpSide(hooks: TcpHooks): { newListener(): Server; closeConnections(): void } {
  const sockets = new Set<Socket>()
  const bySource = new Map<string, number>()
  const accept = (socket: Socket): void => {
    const source = neighbourhood(socket.remoteAddress ?? '')
    const count = bySource.get(source) ?? 0
    if (sockets.size >= MAX_CONNECTIONS || count >= MAX_CONNECTIONS_PER_SOURCE) {
      hooks.onEnded('busy')
      socket.on('error', () => socket.destroy())
      socket.destroy()
      return
    }
    sockets.add(socket)
    bySource.set(source, count + 1)
    socket.once('close', () => {
      sockets.delete(socket)
      const left = (bySource.get(source) ?? 1) - 1
      if (left === 0) bySource.delete(source)
      else bySource.set(source, left)
    })
    converse(socket, hooks)
  }
  return {
    newListener: () => createServer({ allowHalfOpen: true, noDelay: true }, accept),
    closeConnections: () => {
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** Questions may come many at a time (RFC 7766 §6.2.1.1); they are answered in order, and no more are taken than the asker reads. */
function converse(socket: Socket, hooks: TcpHooks): void {
  const reader = createFrameReader(MAX_QUERY_BYTES)
  let ended = false
  const leave = (reason?: 'idle' | 'malformed'): void => {
    if (reason) hooks.onEnded(reason)
    socket.destroy()
  }
  const idle = setTimeout(() => leave('idle'), IDLE_MS).unref()
  const work = (): void => {
    try {
      while (!socket.writableNeedDrain) {
        const query = reader.next()
        if (!query) {
          if (ended) socket.end()
          else socket.resume()
          return
        }
        idle.refresh()
        const reply = hooks.answer(query, 'tcp')
        if (!reply) {
          leave('malformed')
          return
        }
        socket.write(frame(reply.bytes))
      }
      socket.pause()
    } catch {
      leave('malformed')
    }
  }
  socket.on('data', (chunk) => {
    reader.push(chunk)
    work()
  })
  socket.on('drain', work)
  socket.on('end', () => {
    ended = true
    work()
  })
  // A visitor who resets the connection is no event.
  socket.on('error', () => leave())
  socket.on('close', () => clearTimeout(idle))
}
