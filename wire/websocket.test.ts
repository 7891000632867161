/** Lanes inside WebSockets, over real TLS on loopback. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket, WebSocketServer } from 'ws'
import { eventually } from '../lab/eventually.ts'
import { later } from '../test/folder.ts'
import { drained, lanePair, pour } from '../test/lanes.ts'
import type { LaneStream } from './lane-stream.ts'
import { WINDOW_BYTES } from './limits.ts'
import { WEBSOCKET_OPTIONS, websocketStream } from './websocket.ts'

interface Pair {
  readonly near: Duplex
  readonly far: Duplex
  readonly nearSocket: WebSocket
  readonly farSocket: WebSocket
}

async function pair(t: TestContext): Promise<Pair> {
  const server = http.createServer().listen(0, '127.0.0.1')
  const sockets = new WebSocketServer({ ...WEBSOCKET_OPTIONS, server })
  await once(server, 'listening')
  const nearSocket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, WEBSOCKET_OPTIONS)
  const [[farSocket]] = (await Promise.all([once(sockets, 'connection'), once(nearSocket, 'open')])) as [[WebSocket], unknown]
  const [near, far] = [websocketStream(nearSocket), websocketStream(farSocket)]
  for (const stream of [near, far]) stream.on('error', () => {})
  later(t, () => {
    near.destroy()
    far.destroy()
    sockets.close()
    server.close()
  })
  return { near, far, nearSocket, farSocket }
}

test('16 streams at once carry what was written, both ways', async (t) => {
  const { near, far } = await pair(t)
  const upward: Promise<[string, string]>[] = []
  const { relay, closed } = lanePair([far, near], (stream) => {
    upward.push(Promise.all([pour(stream, 300_000, 1000 + stream.id), drained(stream)]))
  })
  const downward = await Promise.all(
    Array.from({ length: 16 }, (_, index) => {
      const stream = relay.open({ index }) as LaneStream
      return Promise.all([pour(stream, 300_000, index), drained(stream)])
    }),
  )
  const upwards = await Promise.all(upward)
  assert.equal(upwards.length, 16)
  for (const [index, [sent, seen]] of downward.entries()) assert.deepEqual([upwards[index]?.[1], upwards[index]?.[0]], [sent, seen])
  assert.deepEqual(closed, { relay: [], engine: [] })
  relay.close('done')
})

test('20 MB arrive whole, while a stream that nobody reads stands still beside them', async (t) => {
  const { near, far } = await pair(t)
  const streams: LaneStream[] = []
  const { relay } = lanePair([far, near], (stream) => streams.push(stream))
  const still = relay.open({}) as LaneStream
  still.write(Buffer.alloc(WINDOW_BYTES * 4))
  const bulk = relay.open({}) as LaneStream
  await eventually(() => assert.equal(streams.length, 2))
  const [sent, seen] = await Promise.all([pour(bulk, 20_000_000, 3), drained(streams[1] as LaneStream)])
  assert.equal(seen, sent)
  assert.ok((streams[0]?.readableLength ?? 0) <= WINDOW_BYTES)
  relay.close('done')
})

test('who writes to a side that does not read is told to wait, and little is held on either side', async (t) => {
  const { near, far, nearSocket } = await pair(t)
  const piece = Buffer.alloc(16_384)
  let written = 0
  // The system's own buffers take some megabytes on loopback.
  while (written < 50_000_000) {
    written += piece.length
    if (
      !near.write(piece) &&
      !(await Promise.race([once(near, 'drain'), sleep(300, 'stands still')]).then((how) => how !== 'stands still'))
    )
      break
  }
  assert.ok(written < 50_000_000, `${written} bytes were taken`)
  assert.ok(near.writableLength <= near.writableHighWaterMark + piece.length, `${near.writableLength} bytes wait`)
  assert.ok(nearSocket.bufferedAmount <= 2 * near.writableHighWaterMark, `${nearSocket.bufferedAmount} bytes wait below`)
  assert.ok(far.readableLength <= 2 * far.readableHighWaterMark, `${far.readableLength} bytes are held unread`)
  let seen = 0
  far.on('data', (chunk: Buffer) => {
    seen += chunk.length
  })
  await eventually(() => assert.equal(seen, written))
})

test('what is longer than a message may be is several messages', async (t) => {
  const { near, far } = await pair(t)
  const long = Buffer.alloc(700_000, 'long ')
  near.write(long)
  const parts: Buffer[] = []
  far.on('data', (part: Buffer) => parts.push(part))
  await eventually(() => assert.ok(Buffer.concat(parts).equals(long)))
})

test('the end of one side is the end of the other, however it comes', async (t) => {
  for (const end of [(stream: Duplex) => void stream.destroy(), (stream: Duplex) => void stream.end()]) {
    const { near, far } = await pair(t)
    const closed = once(far, 'close')
    end(near)
    await closed
  }
})

test('what no lane sends ends the connection: text, and messages without measure', async (t) => {
  for (const wrong of ['hello', Buffer.alloc(262_145)]) {
    const { far, nearSocket } = await pair(t)
    const closed = new Promise((resolve) => far.once('close', resolve))
    nearSocket.send(wrong)
    await closed
  }
})

test('pings are not answered: who never reads the answers would fill our memory', async (t) => {
  const { nearSocket } = await pair(t)
  let answered = false
  nearSocket.on('pong', () => {
    answered = true
  })
  nearSocket.ping()
  await sleep(100)
  assert.equal(answered, false)
})
