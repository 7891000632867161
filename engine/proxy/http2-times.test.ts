/** How long a visitor who speaks HTTP/2 may stay, say nothing, or not take what he asked for: the times of docs/limits.md, made short. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { duplexPair } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { enterHttp2, frame, GET, head, type RawVisitor, TYPE, uint32, windowSetting } from './http2-frames.fixture.ts'
import type { Http2TimesMs } from './http2-limits.ts'
import { openBackend, openDoor } from './test-door.ts'

const LONG_MS = 60_000
const CANCEL = 8

/** Times that a test makes short once its visitor is where they matter, however slowly he came there. */
const longTimes = (): { -readonly [name in keyof Http2TimesMs]: number } => ({
  ...{ STALLED_MS: LONG_MS, IDLE_MS: LONG_MS, LEAVE_MS: LONG_MS },
  lookMs: 20,
})

/** A service whose answer never ends; each of its answers begins with a piece. */
async function openHouse(t: TestContext, short: Partial<Http2TimesMs> = {}, pieceBytes = 1) {
  const { target } = await openBackend(t, (_request, response) => void response.write(Buffer.alloc(pieceBytes)))
  const times = Object.assign(longTimes(), short)
  return { ...(await openDoor(t, target, { http2Times: times })), times }
}

const said = (visitor: RawVisitor, type: number) => visitor.heard().filter((each) => each.type === type)

test('who asks for nothing is told to leave, and is out when he has', async (t) => {
  const { port } = await openHouse(t, { IDLE_MS: 60 })
  const visitor = await enterHttp2(port)
  const closed = once(visitor.socket, 'close')
  await eventually(() => said(visitor, TYPE.goaway).length === 1)
  assert.equal(said(visitor, TYPE.goaway)[0]?.payload.readUInt32BE(4), 0)
  await closed
})

test('who is told to leave and stays is put out', async (t) => {
  const { port } = await openHouse(t, { IDLE_MS: 60, LEAVE_MS: 60 })
  const visitor = await enterHttp2(port, { allowHalfOpen: true })
  await eventually(() => said(visitor, TYPE.goaway).length === 1)
  await eventually(() => {
    visitor.send(frame(TYPE.ping, 0, 0, Buffer.alloc(8)))
    return visitor.socket.destroyed
  })
})

test('an answer that is silent keeps its visitor in; when he has left it he is idle', async (t) => {
  const { port, times } = await openHouse(t)
  const visitor = await enterHttp2(port)
  visitor.send(head(1, GET))
  await eventually(() => said(visitor, TYPE.data).length === 1)
  Object.assign(times, { IDLE_MS: 60, STALLED_MS: 60 })
  await new Promise((resolve) => setTimeout(resolve, 200))
  assert.deepEqual([said(visitor, TYPE.goaway), said(visitor, TYPE.reset)], [[], []])
  visitor.send(frame(TYPE.reset, 0, 1, uint32(CANCEL)))
  await eventually(() => said(visitor, TYPE.goaway).length === 1)
})

test('who gives no credit for what he has asked for loses the answer, and not the one beside it', async (t) => {
  const { port, times } = await openHouse(t, {}, 1000)
  const visitor = await enterHttp2(port)
  visitor.send(frame(TYPE.settings, 0, 0, windowSetting(10)), head(1, GET), head(3, GET), frame(TYPE.windowUpdate, 0, 3, uint32(5000)))
  const bytes = (stream: number) =>
    said(visitor, TYPE.data)
      .filter((each) => each.stream === stream)
      .reduce((sum, { payload }) => sum + payload.length, 0)
  await eventually(() => assert.deepEqual([bytes(1), bytes(3)], [10, 1000]))
  times.STALLED_MS = 60
  await eventually(() => said(visitor, TYPE.reset).length > 0)
  assert.deepEqual([bytes(1), bytes(3)], [10, 1000])
  assert.deepEqual(
    said(visitor, TYPE.reset).map(({ stream, payload }) => [stream, payload.readUInt32BE(0)]),
    [[1, CANCEL]],
  )
})

test('the end of an answer waits for a visitor who is slow to take it', async (t) => {
  const whole = 250_000
  const { target } = await openBackend(t, (_request, response) => void response.end(Buffer.alloc(whole)))
  const times = longTimes()
  const { door } = await openDoor(t, target, { http2Times: times })
  const [there, socket] = duplexPair({ highWaterMark: 16_384 })
  door.accept(there, { address: '192.0.2.1', port: 40_000 })
  const visitor = await enterHttp2(0, { socket })
  visitor.send(frame(TYPE.settings, 0, 0, windowSetting(whole)), frame(TYPE.windowUpdate, 0, 0, uint32(whole)), head(1, GET))
  await once(visitor.socket, 'data')
  visitor.socket.pause()
  Object.assign(times, { IDLE_MS: 60, LEAVE_MS: 60 })
  await new Promise((resolve) => setTimeout(resolve, 300))
  visitor.socket.resume()
  const taken = () => said(visitor, TYPE.data).reduce((sum, { payload }) => sum + payload.length, 0)
  await eventually(() => taken() === whole)
})
