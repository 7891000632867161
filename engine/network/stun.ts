/** From which address and port do our datagrams leave the house? Asked of the relay over UDP. */
import { randomBytes } from 'node:crypto'
import dgram, { type Socket } from 'node:dgram'
import type { Endpoint } from '../../protocol/model/address.ts'
import { type BindingResponse, type Change, formatBindingRequest, parseBindingResponse, TRANSACTION_BYTES } from '../../wire/stun.ts'

/** RFC 8489 §6.2.1 begins with 500 ms and doubles; three questions tell as much as seven about a network that swallows UDP. */
const WAITS_MS = [500, 1000, 2000] as const

export interface StunQuestion {
  readonly to: Endpoint
  readonly change?: Change
  /** An answer from anywhere else is none. */
  readonly from: Endpoint
}

/** Where they come from as the server sees it, and where else it can be asked; null when nothing came back: many networks let no UDP out, which
 *  is a fact and not an error. Throws the signal's reason. */
export async function askStun(server: Endpoint, signal: AbortSignal): Promise<BindingResponse | null> {
  return await withSocket(server, (socket) => question(socket, { to: server, from: server }, signal))
}

/** Runs `work` with a socket for the family of `server`, and closes it. */
export async function withSocket<T>({ address }: Endpoint, work: (socket: Socket) => Promise<T>): Promise<T> {
  const socket = dgram.createSocket(address.includes(':') ? 'udp6' : 'udp4')
  socket.on('error', () => {})
  try {
    return await work(socket)
  } finally {
    socket.close()
  }
}

/** Asks up to three times within 3.5 s. Null when no answer came. Throws the signal's reason. */
export async function question(socket: Socket, { to, change, from }: StunQuestion, signal: AbortSignal): Promise<BindingResponse | null> {
  signal.throwIfAborted()
  const transaction = randomBytes(TRANSACTION_BYTES)
  const { promise, resolve, reject } = Promise.withResolvers<BindingResponse | null>()
  const onAbort = (): void => reject(signal.reason)
  let timer: NodeJS.Timeout | undefined
  const ask = (tries: number): void => {
    const waitMs = WAITS_MS[tries]
    if (waitMs === undefined) {
      resolve(null)
      return
    }
    socket.send(formatBindingRequest(transaction, change), to.port, to.address, () => {})
    timer = setTimeout(() => ask(tries + 1), waitMs)
  }
  const onMessage = (datagram: Buffer, { address, port }: dgram.RemoteInfo): void => {
    const seen = address === from.address && port === from.port ? parseBindingResponse(datagram, transaction) : undefined
    if (seen) resolve(seen)
  }
  signal.addEventListener('abort', onAbort)
  socket.on('message', onMessage)
  ask(0)
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
    socket.off('message', onMessage)
  }
}
