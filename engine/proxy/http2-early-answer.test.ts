/** An answer over HTTP/2 that is complete before the request is (RFC 9113 §8.1): what is on its way is let in and dropped, the rest is stopped. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { END_STREAM, enterHttp2, frame, GET, head, POST, type RawVisitor, TYPE } from './http2-frames.fixture.ts'
import { HTTP2_LIMITS } from './http2-limits.ts'
import { openBackend, openDoor } from './test-door.ts'

const NO_ERROR = 0

/** A service that refuses before it has read anything. */
async function enterHouse(t: TestContext): Promise<RawVisitor> {
  const { target } = await openBackend(t, (_request, response) => void response.writeHead(405, { 'content-length': '0' }).end())
  const { port } = await openDoor(t, target)
  return await enterHttp2(port)
}

const resets = (visitor: RawVisitor) =>
  visitor.heard().flatMap(({ type, stream, payload }) => (type === TYPE.reset ? [[stream, payload.readUInt32BE(0)]] : []))

const isAnswered = (visitor: RawVisitor, stream: number): boolean =>
  visitor.heard().some((each) => each.stream === stream && each.type === TYPE.headers && (each.flags & END_STREAM) !== 0)

test('what fits into what was granted is not reset: its last frame may be on its way', async (t) => {
  const visitor = await enterHouse(t)
  visitor.send(head(1, [...POST, 'content-length', '1'], 0))
  await eventually(() => isAnswered(visitor, 1))
  visitor.send(frame(TYPE.data, END_STREAM, 1, Buffer.from('x')), head(3, GET))
  await eventually(() => isAnswered(visitor, 3))
  assert.deepEqual(resets(visitor), [])
})

test('what would need more credit, or may have no end, is stopped without an error', async (t) => {
  const visitor = await enterHouse(t)
  visitor.send(head(1, [...POST, 'content-length', String(HTTP2_LIMITS.STREAM_WINDOW_BYTES + 1)], 0), head(3, POST, 0))
  await eventually(() => resets(visitor).length === 2)
  assert.ok(isAnswered(visitor, 1) && isAnswered(visitor, 3))
  assert.deepEqual(resets(visitor).sort(), [
    [1, NO_ERROR],
    [3, NO_ERROR],
  ])
})
