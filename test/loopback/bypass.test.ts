/** Bulk streams leave the lane (wire/bypass.ts), between a whole relay and the engine's tunnel. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'
import type { Readable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import tls from 'node:tls'
import { eventually } from '../../lab/eventually.ts'
import { browserHello, inRecords } from '../../relay/public-side/hello.fixture.ts'
import { testDevice } from '../../relay/tunnel/device.fixture.ts'
import { newIdentity } from '../../wire/identity.ts'
import type { LaneStream } from '../../wire/lane-stream.ts'
import { TUNNEL_ALPN } from '../../wire/messages.ts'
import { later } from '../folder.ts'
import { DOMAIN } from './programs.ts'
import { homeHere, relayHere } from './tunnel-ends.ts'

const PIECE = Buffer.from(Array.from({ length: 1_048_573 }, (_, at) => (at * 7 + (at >> 8)) % 256))

/** Says the piece again and again until it is enough, and then some more, and ends. Gives the hash of it all. */
async function say(stream: NodeJS.WritableStream, isEnough: () => boolean): Promise<string> {
  const hash = createHash('sha256')
  for (let more = 30; more > 0; more -= isEnough() ? 1 : 0) {
    hash.update(PIECE)
    if (!stream.write(PIECE)) await once(stream, 'drain')
  }
  stream.end()
  return hash.digest('hex')
}

async function heard(stream: Readable): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of stream) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

/** Somebody comes to this home's service; the home has read his hello. */
async function visit(t: TestContext, port: number, label: string, arrived: () => Promise<LaneStream>): Promise<[net.Socket, LaneStream]> {
  const socket = net.connect({ host: '127.0.0.1', port, allowHalfOpen: true })
  later(t, () => socket.destroy())
  const hello = inRecords(browserHello(`web.${label}.${DOMAIN}`))
  socket.on('error', () => {}).write(hello)
  const stream = await arrived()
  await eventually(() => assert.equal(stream.readableLength, hello.length))
  stream.read()
  return [socket, stream]
}

/** Both ways at once, and as it should be. */
async function transfers(visitor: net.Socket, stream: LaneStream, isEnough: () => boolean): Promise<void> {
  const all = await Promise.all([say(visitor, isEnough), heard(stream), say(stream, isEnough), heard(visitor)])
  assert.deepEqual([all[1], all[3]], [all[0], all[2]])
}

test('a long download and a long upload leave the lane, and every byte arrives', async (t) => {
  const relay = await relayHere(t)
  const streams: LaneStream[] = []
  const home = homeHere(t, relay, { port: relay.port, onVisitor: (stream) => streams.push(stream) })
  const { label } = await eventually(() => {
    const [welcome] = home.welcomes
    assert.ok(welcome)
    return welcome
  })
  const [visitor, stream] = await visit(t, relay.port, label, () =>
    eventually(() => {
      const next = streams.shift()
      assert.ok(next)
      return next
    }),
  )
  // Only what moves fast leaves its lane, and a busy machine may need long for it.
  const untilMs = performance.now() + 90_000
  await transfers(visitor, stream, () => stream.isBypassed || performance.now() > untilMs)
  assert.equal(stream.isBypassed, true)
})

test('an engine that knows nothing of it is offered nothing, and serves as before', async (t) => {
  const relay = await relayHere(t)
  const socket = tls.connect({ port: relay.port, host: '127.0.0.1', servername: DOMAIN, ca: relay.ca, ALPNProtocols: [TUNNEL_ALPN] })
  await once(socket, 'secureConnect')
  const device = testDevice(socket, newIdentity())
  later(t, () => device.lane.close('done'))
  await device.next()
  const { label } = await device.introduce()
  const [visitor, stream] = await visit(t, relay.port, String(label), device.visitor)
  const untilMs = performance.now() + 1500
  await transfers(visitor, stream, () => performance.now() > untilMs)
  assert.deepEqual([stream.isOffered, stream.isBypassed, device.lane.closed], [false, false, false])
})
