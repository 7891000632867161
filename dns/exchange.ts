/** One TCP connection to a name server, with many questions under way at a time (RFC 7766 §6.2.1). */
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Endpoint } from '../protocol/model/address.ts'
import { createFrameReader, frame } from './tcp-frames.ts'

export interface NameServerConnection {
  /** `write` makes the message for this id. Resolves with the answer's bytes, which nobody has looked into beyond the id.
   *  Rejects with {@link NameServerError}, or with what `write` threw. */
  exchange(write: (id: number) => Uint8Array): Promise<Uint8Array>
  readonly isClosed: boolean
  close(): void
}

export type NameServerTrouble =
  | 'unreachable'
  | 'silent'
  | 'malformed'
  /** It answers with this code. */
  | 'refused'
  /** It knows another key, another secret or another time, or did not sign. */
  | 'unproven'

export class NameServerError extends Error {
  readonly trouble: NameServerTrouble
  constructor(trouble: NameServerTrouble, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'NameServerError'
    this.trouble = trouble
  }
}

const CONNECT_MS = 5000
/** A server that writes an update to a slow disk needs a moment. */
const ANSWER_MS = 10_000

/** Rejects with {@link NameServerError} `unreachable`, or with the signal's reason. The signal also ends the open connection. */
export async function openNameServer(server: Endpoint, signal: AbortSignal): Promise<NameServerConnection> {
  const socket = connect({ host: server.address, port: server.port, noDelay: true })
  const waiting = new Map<number, { settle(answer: Uint8Array): void; fail(error: Error): void }>()
  const reader = createFrameReader(0xffff)
  const end = (error: Error): void => {
    socket.destroy()
    for (const { fail } of [...waiting.values()]) fail(error)
  }
  const lost = (cause?: unknown): void => end(new NameServerError('unreachable', 'the name server closed the connection', { cause }))
  signal.addEventListener('abort', lost)
  socket.on('close', () => {
    signal.removeEventListener('abort', lost)
    lost()
  })
  socket.on('data', (chunk) => {
    reader.push(chunk)
    try {
      for (let answer = reader.next(); answer; answer = reader.next()) {
        const [high = 0, low = 0] = answer
        waiting.get((high << 8) | low)?.settle(answer)
      }
    } catch (cause) {
      end(new NameServerError('malformed', 'the name server sent an empty message', { cause }))
    }
  })
  try {
    await once(socket, 'connect', { signal: AbortSignal.any([signal, AbortSignal.timeout(CONNECT_MS)]) })
  } catch (cause) {
    socket.on('error', () => {})
    socket.destroy()
    signal.throwIfAborted()
    throw new NameServerError('unreachable', `no connection: ${(cause as NodeJS.ErrnoException).code ?? 'timeout'}`, { cause })
  }
  socket.on('error', lost)
  return {
    get isClosed() {
      return socket.destroyed
    },
    close: () => lost(),
    exchange: (write) =>
      new Promise((resolve, reject) => {
        let id = randomInt(0x10000)
        while (waiting.has(id)) id = randomInt(0x10000)
        const message = frame(write(id))
        // One that is silent once may be wedged: whoever comes next opens a new connection.
        const timer = setTimeout(() => end(new NameServerError('silent', 'the name server does not answer')), ANSWER_MS)
        const finish = (): void => {
          clearTimeout(timer)
          waiting.delete(id)
        }
        waiting.set(id, {
          settle: (answer) => {
            finish()
            resolve(answer)
          },
          fail: (error) => {
            finish()
            reject(error)
          },
        })
        if (socket.destroyed) lost()
        else socket.write(message)
      }),
  }
}
