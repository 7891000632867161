/** One visitor of a UDP service: a socket of his own towards it, so that answers find their way back. Nothing is queued but the first datagrams, while
 *  the service's name is looked up. */
import dgram from 'node:dgram'
import type { Endpoint } from '../../protocol/model/address.ts'
import type { Target } from '../../protocol/model/service.ts'
import type { ForbiddenOptions } from './forbidden.ts'
import type { Carried, Metered } from './guest.ts'
import { failureOf, resolveTarget, TargetError, type TargetFailure } from './target.ts'

const RESOLVE_TIMEOUT_MS = 5000
/** What waits of a flow while its target's name is resolved. */
const MAX_WAITING_BYTES = 16 * 1024
/** Above this a socket's send queue is not moving. */
const MAX_QUEUE_BYTES = 256 * 1024

export interface FlowOptions extends ForbiddenOptions {
  /** Told of who is let in and answered. Absent: nobody counts. */
  readonly meter?: (address: string, isDirect: boolean, carried: Carried) => Metered
  readonly onTargetFailure?: (failure: TargetFailure) => void
  readonly onTargetSuccess?: () => void
}

export type Way = 'direct' | 'tunnel'

export type Reply = (bytes: Buffer) => void

export interface Flow {
  readonly way: Way
  readonly peer: Endpoint
  readonly target: Target
  reply: Reply
  /** Nobody is at the other end now. */
  isLeft: boolean
  /** Connected to the target, or undefined while its name is resolved. */
  socket: dgram.Socket | undefined
  waiting: Buffer[]
  waitingBytes: number
  /** Sweeps since somebody spoke. */
  idleSweeps: number
  ended: boolean
  /** From the visitor, and to him. */
  bytesRead: number
  bytesWritten: number
  metered: Metered | undefined
}

export const newFlow = (way: Way, peer: Endpoint, target: Target, reply: Reply): Flow => ({
  way,
  peer,
  target,
  reply,
  isLeft: false,
  socket: undefined,
  waiting: [],
  waitingBytes: 0,
  idleSweeps: 0,
  ended: false,
  bytesRead: 0,
  bytesWritten: 0,
  metered: undefined,
})

/** Now, or as soon as it has its socket. */
export function toTarget(flow: Flow, bytes: Buffer): void {
  if (flow.socket) send(flow.socket, bytes)
  else if (flow.waitingBytes + bytes.length <= MAX_WAITING_BYTES) {
    flow.waiting.push(Buffer.from(bytes))
    flow.waitingBytes += bytes.length
  }
}

/** Gives a flow its socket. The target is resolved, and checked, once a flow: a name that moves is followed by the next one. `onEnd`: it is over.
 *  Rejects with TargetError, a TimeoutError, or the signal's reason. */
export async function connect(flow: Flow, options: FlowOptions, stop: AbortSignal, onEnd: () => void): Promise<void> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(RESOLVE_TIMEOUT_MS)])
  const [address] = await resolveTarget(flow.target, options, signal)
  if (!address) throw new TargetError('not-found', 'no address')
  const socket = await connected(address, flow.target.port)
  if (flow.ended || signal.aborted) return void socket.close()
  socket.on('error', (error) => {
    // ECONNREFUSED is the target's ICMP "port unreachable"; a later datagram tries again, in a new flow.
    options.onTargetFailure?.(failureOf(error))
    onEnd()
  })
  let answered = false
  socket.on('message', (bytes) => {
    flow.idleSweeps = 0
    if (!answered) {
      options.onTargetSuccess?.()
      // A datagram's sender may be made up; one that is answered is what a person would call a visitor.
      flow.metered = options.meter?.(flow.peer.address, flow.way === 'direct', flow)
    }
    answered = true
    flow.bytesWritten += bytes.length
    flow.reply(bytes)
  })
  flow.socket = socket
  for (const bytes of flow.waiting) send(socket, bytes)
  flow.waiting = []
}

/** Connected, so that nobody but the target can answer and its refusals are heard. */
async function connected({ address, family }: { address: string; family: number }, port: number): Promise<dgram.Socket> {
  const socket = dgram.createSocket(family === 6 ? 'udp6' : 'udp4')
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.connect(port, address, () => {
        socket.off('error', reject)
        resolve()
      })
    })
    return socket
  } catch (error) {
    socket.close()
    throw error
  }
}

/** Sends or drops; a connected socket has no `to`. What the system says later arrives as the socket's 'error'. */
export function send(socket: dgram.Socket, bytes: Buffer, to?: Endpoint): void {
  try {
    if (socket.getSendQueueSize() > MAX_QUEUE_BYTES) return
    if (to) socket.send(bytes, to.port, to.address)
    else socket.send(bytes)
  } catch {
    // Closed in the meantime: dropped like any other.
  }
}
