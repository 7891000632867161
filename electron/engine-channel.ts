/** A connection to the engine's local socket: one JSON message a line, in both directions. */
import { connect, type Socket } from 'node:net'
import { parseJson } from '../protocol/json.ts'
import type { Channel } from '../protocol/rpc.ts'
import { givingUpAfter } from '../system/patience.ts'

/** A snapshot of hundreds of services stays far below. */
const MAX_LINE_BYTES = 4 << 20
/** What an engine that does not read may leave here: it hangs, and a page that goes on asking must not fill our memory. */
const MAX_UNREAD_BYTES = 4 << 20
/** A local socket answers at once or not at all. */
const CONNECT_TIMEOUT_MS = 2_000

export interface EngineChannel extends Channel {
  close(): void
}

/** Fails when nobody listens at `address` (a Unix socket's path or a Windows pipe) or nobody accepts within 2 s. */
export function connectEngine(address: string): Promise<EngineChannel> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path: address })
    const giveUp = (): void => {
      if (socket.connecting) socket.destroy(new Error(`nobody accepted at ${address}`))
    }
    const timer = givingUpAfter(CONNECT_TIMEOUT_MS, giveUp)
    socket.once('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    socket.once('connect', () => {
      clearTimeout(timer)
      resolve(channelOver(socket))
    })
  })
}

/** Exported for its tests. A line that is too long or no JSON ends the connection: whoever sends it is not our engine. */
export function channelOver(socket: Socket): EngineChannel {
  const messageListeners = new Set<(message: unknown) => void>()
  const closeListeners = new Set<() => void>()
  let rest: Buffer[] = []
  let restBytes = 0

  const onLine = (line: Buffer): void => {
    const message = parseJson(line.toString('utf8'))
    if (message === undefined) socket.destroy()
    else for (const listener of messageListeners) listener(message)
  }
  socket.on('data', (chunk: Buffer) => {
    let from = 0
    for (let end = chunk.indexOf(10, from); end >= 0 && !socket.destroyed; end = chunk.indexOf(10, from)) {
      onLine(Buffer.concat([...rest, chunk.subarray(from, end)]))
      rest = []
      restBytes = 0
      from = end + 1
    }
    rest.push(chunk.subarray(from))
    restBytes += chunk.length - from
    if (restBytes > MAX_LINE_BYTES) socket.destroy()
  })
  socket.on('error', () => {}) // `close` follows
  socket.once('close', () => {
    for (const listener of closeListeners) listener()
  })
  return {
    send(message) {
      if (socket.destroyed) return
      socket.write(`${JSON.stringify(message)}\n`)
      if (socket.writableLength > MAX_UNREAD_BYTES) socket.destroy()
    },
    onMessage: (listener) => void messageListeners.add(listener),
    onClose(listener) {
      if (socket.destroyed) queueMicrotask(listener)
      else closeListeners.add(listener)
    },
    close: () => void socket.destroy(),
  }
}
