/** From which address and port do our datagrams leave the house? Asked of the relay over UDP. */
import { randomBytes } from 'node:crypto'
import dgram from 'node:dgram'
import type { Endpoint } from '../../protocol/model/address.ts'
import { formatBindingRequest, parseBindingResponse, TRANSACTION_BYTES } from '../../wire/stun.ts'

/** RFC 8489 §6.2.1 begins with 500 ms and doubles; three questions tell as much as seven about a network that swallows UDP. */
const WAITS_MS = [500, 1000, 2000] as const

/** Where they come from as the server sees it, or null when nothing came back: many networks let no UDP out, which is a fact and not an error. Throws the signal's reason. */
export async function askStun(server: { readonly address: string; readonly port: number }, signal: AbortSignal): Promise<Endpoint | null> {
  signal.throwIfAborted()
  const socket = dgram.createSocket(server.address.includes(':') ? 'udp6' : 'udp4')
  const transaction = randomBytes(TRANSACTION_BYTES)
  const { promise, resolve, reject } = Promise.withResolvers<Endpoint | null>()
  const onAbort = (): void => reject(signal.reason)
  let timer: NodeJS.Timeout | undefined
  const ask = (tries: number): void => {
    const waitMs = WAITS_MS[tries]
    if (waitMs === undefined) {
      resolve(null)
      return
    }
    socket.send(formatBindingRequest(transaction), () => {})
    timer = setTimeout(() => ask(tries + 1), waitMs)
  }
  signal.addEventListener('abort', onAbort)
  // Connected: only what the relay itself sends is heard, and a closed port shows at once.
  socket.once('error', () => resolve(null))
  socket.on('message', (datagram) => {
    const seen = parseBindingResponse(datagram, transaction)
    if (seen) resolve(seen)
  })
  socket.once('connect', () => ask(0))
  socket.connect(server.port, server.address)
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
    socket.close()
  }
}
