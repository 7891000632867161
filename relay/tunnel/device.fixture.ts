/** A device as tests need it: it speaks the protocol over a real TLS connection, and says also what no honest one would. */
import { EventEmitter, once } from 'node:events'
import type { TLSSocket } from 'node:tls'
import { type Identity, proveIdentity, sessionBinding } from '../../wire/identity.ts'
import { Lane } from '../../wire/lane.ts'
import type { LaneStream } from '../../wire/lane-stream.ts'
import { type Device, WIRE_VERSION } from '../../wire/messages.ts'

export interface TestDevice {
  readonly lane: Lane
  /** The relay's next message. */
  next(): Promise<Record<string, unknown>>
  /** The next visitor's stream. */
  visitor(): Promise<LaneStream>
  /** Says who it is, with a proof over this very session unless told otherwise; gives the relay's answer. */
  introduce(changes?: Partial<Device>): Promise<Record<string, unknown>>
  /** Asks, and gives the answer. */
  ask(ask: unknown): Promise<Record<string, unknown>>
  /** Resolves with the reason when the lane is over. */
  readonly closed: Promise<string>
}

export const SESSION = 'A'.repeat(22)

export function testDevice(socket: TLSSocket, identity: Identity): TestDevice {
  const arrivals = new EventEmitter()
  const waiting: Record<'message' | 'visitor', unknown[]> = { message: [], visitor: [] }
  const arrive = (kind: 'message' | 'visitor', value: unknown): void => {
    waiting[kind].push(value)
    arrivals.emit(kind)
  }
  const take = async (kind: 'message' | 'visitor'): Promise<unknown> => {
    while (waiting[kind].length === 0) await once(arrivals, kind)
    return waiting[kind].shift()
  }
  const closed = Promise.withResolvers<string>()
  const lane = new Lane(socket, {
    onControl: (message) => arrive('message', message),
    onStream: (stream) => arrive('visitor', stream),
    onClose: closed.resolve,
  })
  const next = async () => (await take('message')) as Record<string, unknown>
  let asked = 0
  return {
    lane,
    next,
    visitor: async () => (await take('visitor')) as LaneStream,
    async introduce(changes = {}) {
      const proof = proveIdentity(identity, 'device', sessionBinding(socket))
      lane.sendControl({
        m: 'device',
        version: WIRE_VERSION,
        key: identity.publicKey,
        proof,
        purpose: 'session',
        session: SESSION,
        ...changes,
      })
      return await next()
    },
    async ask(ask) {
      lane.sendControl({ m: 'ask', id: ++asked, ask })
      return await next()
    },
    closed: closed.promise,
  }
}
