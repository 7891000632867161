/** What a hostile device does to the relay that let it in. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises'
import tls, { type TLSSocket } from 'node:tls'
import { browserHello, inRecords } from '../../relay/public-side/hello.fixture.ts'
import { type TestDevice, testDevice } from '../../relay/tunnel/device.fixture.ts'
import { FrameType, frame, MAX_DATA_BYTES } from '../../wire/frames.ts'
import { type Identity, newIdentity } from '../../wire/identity.ts'
import { TUNNEL_ALPN } from '../../wire/messages.ts'
import { type Attack, again, connected, type Target } from './target.ts'

interface Inside {
  readonly socket: TLSSocket
  readonly device: TestDevice
  readonly label: string
}

/** Through the TLS handshake only. */
async function secured(target: Target, signal: AbortSignal): Promise<TLSSocket> {
  const tcp = await connected(target, signal)
  const socket = tls.connect({ socket: tcp, servername: target.domain, rejectUnauthorized: false, ALPNProtocols: [TUNNEL_ALPN] })
  tcp.once('close', () => socket.destroy())
  await once(socket, 'secureConnect')
  socket.on('error', () => {})
  return socket
}

/** Let in as a device, by its own valid proof. Throws what the relay said when it was not. */
async function enter(target: Target, signal: AbortSignal, identity: Identity = newIdentity()): Promise<Inside> {
  const socket = await secured(target, signal)
  const device = testDevice(socket, identity)
  const over = device.closed.then((reason) => Promise.reject(new Error(`lane: ${reason}`)))
  over.catch(() => {})
  await Promise.race([device.next(), over])
  const welcome = await Promise.race([device.introduce(), over])
  if (welcome.m !== 'welcome') throw new Error(`refused: ${String(welcome.code)}`)
  return { socket, device, label: String(welcome.label) }
}

/** Writes for as long as the relay takes it, and resolves with how the lane ended. */
async function pour({ socket, device }: Inside, signal: AbortSignal, bytes: () => Buffer): Promise<string> {
  let ended: string | undefined
  void device.closed.then((reason) => {
    ended = reason
  })
  while (!signal.aborted && ended === undefined && !socket.destroyed) {
    if (socket.write(bytes())) await turn()
    else await Promise.race([once(socket, 'drain'), device.closed, wait(1000)])
  }
  return ended ?? 'still open'
}

/** Connects, and never says who it is. */
const unintroduced: Attack = (target, signal) =>
  again({ atOnce: 200, atMost: 4000, target, signal }, async () => {
    const socket = await secured(target, signal)
    const device = testDevice(socket, newIdentity())
    return device.closed
  })

/** Introduces itself with a proof that is not its own. */
const wrongProof: Attack = (target, signal) =>
  again({ atOnce: 20, atMost: 20_000, target, signal }, async () => {
    const socket = await secured(target, signal)
    const device = testDevice(socket, newIdentity())
    await device.next()
    const answer = await Promise.race([device.introduce({ proof: randomBytes(64).toString('base64url') }), device.closed])
    socket.destroy()
    return typeof answer === 'string' ? answer : `refused: ${String(answer.code)}`
  })

/** Two devices that come and go without end. */
const comeAndGo: Attack = (target, signal) => {
  const identities = [newIdentity(), newIdentity()]
  let visits = 0
  return again({ atOnce: 8, atMost: 20_000, target, signal }, async () => {
    const inside = await enter(target, signal, identities[visits++ % 2])
    inside.device.lane.close('enough')
    return 'let in'
  })
}

/** A new identity each time: what the relay remembers of devices must not grow without limit. */
const newcomers: Attack = (target, signal) =>
  again({ atOnce: 8, atMost: 20_000, target, signal }, async () => {
    const inside = await enter(target, signal)
    inside.device.lane.close('enough')
    return 'let in'
  })

const frames = (attack: (inside: Inside, signal: AbortSignal, target: Target) => Promise<string>): Attack => {
  const identities = [newIdentity(), newIdentity()]
  let turns = 0
  return (target, signal) =>
    again({ atOnce: 8, atMost: 20_000, target, signal }, async () => {
      const inside = await enter(target, signal, identities[turns++ % 2])
      try {
        return await attack(inside, signal, target)
      } finally {
        inside.socket.destroy()
      }
    })
}

const PINGS = Buffer.concat(Array.from({ length: 1000 }, () => frame(FrameType.ping, 0, Buffer.alloc(8))))
/** Pings as fast as they are taken, on four lanes of two devices each. */
const pings = frames((inside, signal) => pour(inside, signal, () => PINGS))

const noise = frames((inside, signal) => pour(inside, signal, () => randomBytes(16_384)))

/** Streams are the relay's to open. */
const opened = frames((inside, signal) => pour(inside, signal, () => frame(FrameType.open, 1, Buffer.from('{}'))))

const PUBLICATION = {
  kind: 'publish',
  publication: {
    services: Array.from({ length: 80 }, (_, n) => ({ name: `service-${n}`, kind: 'http', links: [], direct: [] })),
    direct: [],
  },
}
/** Publishes eighty services, again and again, without waiting for answers. */
const asks = frames((inside, signal) => {
  let id = 0
  return pour(inside, signal, () => frame(FrameType.control, 0, Buffer.from(JSON.stringify({ m: 'ask', id: ++id, ask: PUBLICATION }))))
})

/** A visitor of its own for the device, who asks for nothing: the stream is all it needs. */
async function visitOwn({ label }: Inside, target: Target, signal: AbortSignal) {
  const visitor = await connected(target, signal)
  visitor.on('error', () => {}).write(inRecords(browserHello(`web.${label}.${target.domain}`)))
  return visitor
}

/** Sends its visitor more than it has credit for. */
const overCredit = frames(async (inside, signal, target) => {
  const visitor = await visitOwn(inside, target, signal)
  visitor.pause()
  const { id } = await inside.device.visitor()
  return pour(inside, signal, () => frame(FrameType.data, id, Buffer.alloc(MAX_DATA_BYTES))).finally(() => visitor.destroy())
})

/** Nothing forbidden: as much data as the relay takes, on eight streams. */
const bulk = frames(async (inside, signal, target) => {
  const visitor = await visitOwn(inside, target, signal)
  visitor.resume()
  const stream = await inside.device.visitor()
  const piece = Buffer.alloc(65_536, 1)
  while (!signal.aborted && !stream.destroyed)
    if (stream.write(piece)) await turn()
    else await Promise.race([once(stream, 'drain'), once(stream, 'close'), wait(1000)])
  visitor.destroy()
  return 'still open'
})

export const DEVICE_ATTACKS = {
  unintroduced,
  wrongProof,
  comeAndGo,
  newcomers,
  pings,
  noise,
  opened,
  asks,
  overCredit,
  bulk,
} as const satisfies Record<string, Attack>
