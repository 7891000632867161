import assert from 'node:assert/strict'
import { once } from 'node:events'
import net, { type AddressInfo, type Socket } from 'node:net'
import { duplexPair } from 'node:stream'
import { mock, type TestContext, test } from 'node:test'
import { drained, lanePair, pour } from '../../test/lanes.ts'
import type { Lane } from '../../wire/lane.ts'
import type { LaneStream } from '../../wire/lane-stream.ts'
import type { StreamMeta } from '../../wire/messages.ts'
import { createFront } from './front.ts'
import { browserHello, helloMessage, inRecords } from './hello.fixture.ts'

const OWN = 'relay.example'
const HOME = 'web.amber-otter-42.relay.example'
const ALERT = Buffer.from([21, 3, 3, 0, 2, 2, 112])

interface House {
  dial(): Promise<Socket>
  readonly own: Promise<Socket>
  /** The home's end of the next visitor's stream. */
  readonly visitor: Promise<{ stream: LaneStream; meta: StreamMeta }>
  readonly lane: Lane
  /** The relay's end of the next connection. */
  readonly accepted: Promise<Socket>
}

async function house(context: TestContext): Promise<House> {
  const own = Promise.withResolvers<Socket>()
  const visitor = Promise.withResolvers<{ stream: LaneStream; meta: StreamMeta }>()
  const { relay, engine } = lanePair(duplexPair(), (stream, meta) => visitor.resolve({ stream, meta: meta as StreamMeta }))
  const front = createFront({
    isOwn: (name) => name === undefined || name === OWN,
    onOwn: own.resolve,
    openStream: (meta) => (meta.host === HOME ? relay.open(meta) : undefined),
  })
  const accepted = once(front, 'connection').then(([socket]) => socket as Socket)
  front.listen(0, '127.0.0.1')
  await once(front, 'listening')
  const sockets: Socket[] = []
  context.after(() => {
    for (const socket of sockets) socket.destroy()
    for (const lane of [relay, engine]) lane.close('over')
    front.close()
  })
  const dial = async (): Promise<Socket> => {
    const socket = net.connect({ port: (front.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true })
    socket.on('error', () => {})
    sockets.push(socket)
    await once(socket, 'connect')
    return socket
  }
  return { dial, own: own.promise, visitor: visitor.promise, lane: engine, accepted }
}

async function readBytes(stream: LaneStream | Socket, count: number): Promise<Buffer> {
  let seen = Buffer.alloc(0)
  while (seen.length < count) {
    const chunk = stream.read()
    if (chunk) seen = Buffer.concat([seen, chunk])
    else await once(stream, 'readable')
  }
  return seen
}

async function hasRead(socket: Socket, bytes: number): Promise<void> {
  while (socket.bytesRead < bytes) await new Promise((resolve) => setImmediate(resolve))
}

async function everything(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(socket, 'end')
  socket.end()
  return Buffer.concat(chunks)
}

test('the relay’s own name, and no name, stay here, with every byte put back', async (context) => {
  for (const message of [browserHello(OWN), helloMessage([])]) {
    const { dial, own, accepted } = await house(context)
    const visitor = await dial()
    const hello = inRecords(message)
    // The second piece comes when the first has been looked at.
    visitor.write(hello.subarray(0, 60))
    await hasRead(await accepted, 60)
    visitor.write(hello.subarray(60))
    const socket = await own
    assert.deepEqual(await readBytes(socket, hello.length), hello)
    socket.write('to you')
    assert.equal(String(await readBytes(visitor, 6)), 'to you')
  }
})

test('a home’s name goes to that home, which is told who came, and gets every byte of the hello first', async (context) => {
  const { dial, visitor } = await house(context)
  const socket = await dial()
  const hello = inRecords(browserHello(HOME))
  socket.write(hello)
  const { stream, meta } = await visitor
  assert.deepEqual(meta, { host: HOME, peer: { address: '127.0.0.1', port: socket.localPort } })
  assert.deepEqual(await readBytes(stream, hello.length), hello)
  const [upwards, downwards] = [drained(stream), drained(socket)]
  const [sent, answered] = await Promise.all([pour(socket, 1_500_000, 1), pour(stream, 1_500_000, 2)])
  assert.deepEqual([await upwards, await downwards], [sent, answered])
})

test('a visitor may end first and still hear the answer', async (context) => {
  const { dial, visitor } = await house(context)
  const socket = await dial()
  socket.end(inRecords(browserHello(HOME)))
  const { stream } = await visitor
  await drained(stream)
  const answered = drained(socket)
  assert.equal(await pour(stream, 100_000, 3), await answered)
})

test('a reset reaches the other side as a reset', async (context) => {
  for (const side of ['visitor', 'home', 'tunnel'] as const) {
    const { dial, visitor, lane } = await house(context)
    const socket = await dial()
    socket.write(inRecords(browserHello(HOME)))
    const { stream } = await visitor
    await once(stream, 'readable')
    const cut = assert.rejects(drained(side === 'visitor' ? stream : socket))
    if (side === 'visitor') socket.resetAndDestroy()
    else if (side === 'home') stream.destroy()
    else lane.close('the home is gone')
    await cut
  }
})

test('a name that is nobody’s gets one alert, unrecognized_name, and the end', async (context) => {
  for (const name of ['stranger.relay.example', 'deep.web.amber-otter-42.relay.example', '192.0.2.1', 'example.com']) {
    const { dial } = await house(context)
    const socket = await dial()
    socket.write(inRecords(browserHello(name)))
    assert.deepEqual(await everything(socket), ALERT, name)
  }
})

test('what is no TLS is closed without a word, and so is a hello that has no end', async (context) => {
  const endless = Buffer.concat([inRecords(Buffer.of(1, 0, 0xff, 0xf0)), inRecords(Buffer.alloc(70_000))])
  for (const bytes of [Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), Buffer.alloc(100), inRecords(Buffer.of(2, 0, 0, 0)), endless]) {
    const { dial } = await house(context)
    const socket = await dial()
    let heard = 0
    socket.on('data', (chunk) => {
      heard += chunk.length
    })
    socket.write(bytes)
    await new Promise((resolve) => socket.once('end', resolve).once('close', resolve))
    assert.equal(heard, 0)
  }
})

test('who ends before the hello is whole is let go', async (context) => {
  const { dial } = await house(context)
  const socket = await dial()
  socket.end(inRecords(browserHello(OWN)).subarray(0, 20))
  assert.equal((await everything(socket)).length, 0)
})

test('ten seconds for the whole hello, however steadily its bytes drip', async (context) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  context.after(() => mock.timers.reset())
  const { dial, accepted } = await house(context)
  const socket = await dial()
  const server = await accepted
  const closed = once(socket, 'end')
  socket.resume()
  for (const [second, byte] of inRecords(browserHello(OWN)).subarray(0, 9).entries()) {
    socket.write(Buffer.of(byte))
    await hasRead(server, second + 1)
    mock.timers.tick(1000)
    assert.equal(server.destroyed, false, `second ${second}`)
  }
  mock.timers.tick(1000)
  await closed
})

test('once the name is known nobody is hurried', async (context) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  context.after(() => mock.timers.reset())
  const { dial, visitor } = await house(context)
  const socket = await dial()
  socket.write(inRecords(browserHello(HOME)))
  const { stream } = await visitor
  mock.timers.tick(3_600_000)
  stream.write('still here')
  assert.equal(String(await readBytes(socket, 10)), 'still here')
})

test('who may not come now is cut off, not told that the name is unknown', async (context) => {
  const front = createFront({ isOwn: () => false, onOwn: () => {}, openStream: () => 'busy' })
  front.listen(0, '127.0.0.1')
  context.after(() => front.close())
  await once(front, 'listening')
  const visitor = net.connect({ port: (front.address() as AddressInfo).port, host: '127.0.0.1' })
  visitor.write(inRecords(browserHello(HOME)))
  const [error] = (await once(visitor, 'error')) as [NodeJS.ErrnoException]
  assert.equal(error.code, 'ECONNRESET')
})

test('of one address, so many may still be silent; who has said his name makes room', async (context) => {
  const { dial, own, visitor } = await house(context)
  const silent = await Promise.all(Array.from({ length: 256 }, dial))
  const oneMore = await dial()
  await new Promise((resolve) => oneMore.once('close', resolve))
  assert.ok(silent.every((socket) => !socket.destroyed))
  silent[0]?.write(inRecords(browserHello(OWN)))
  await own
  const next = await dial()
  next.write(inRecords(browserHello(HOME)))
  assert.equal((await visitor).meta.host, HOME)
})
