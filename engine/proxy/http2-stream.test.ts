import assert from 'node:assert/strict'
import { duplexPair } from 'node:stream'
import { test } from 'node:test'
import { FIRST_WINDOW_BYTES } from '../http/http2-frames.ts'
import { Http2Outlet } from './http2-outlet.ts'
import { Http2Stream } from './http2-stream.ts'

test('an answer is held back at its source while its visitor takes no more, and goes on when he does', () => {
  const [to] = duplexPair()
  const outlet = new Http2Outlet(to)
  const head = { method: 'GET', url: '/', rawHeaders: [], isWebSocket: false }
  const stream = new Http2Stream({ outlet, taken() {}, left() {} }, 1, head, FIRST_WINDOW_BYTES, true)
  let drained = 0
  stream.onDrain(() => {
    drained += 1
  })
  stream.begin(200, '', [])
  assert.equal(stream.write(Buffer.alloc(1000)), true)
  assert.equal(stream.write(Buffer.alloc(FIRST_WINDOW_BYTES - 1000)), false)
  // Of the stream alone, and of the connection alone, is not enough.
  stream.grant(5000)
  outlet.turn()
  assert.equal(drained, 0)
  outlet.credit(5000)
  outlet.turn()
  assert.equal(drained, 1)
  assert.equal(outlet.givenBytes, FIRST_WINDOW_BYTES)
  // What no longer fits is kept until it does.
  assert.equal(stream.write(Buffer.alloc(6000)), false)
  assert.equal(outlet.givenBytes, FIRST_WINDOW_BYTES + 5000)
  outlet.credit(5000)
  stream.grant(5000)
  outlet.turn()
  assert.deepEqual([outlet.givenBytes, drained], [FIRST_WINDOW_BYTES + 6000, 2])
  // The last of a body whose length was told waits for nobody.
  const whole = new Http2Stream({ outlet, taken() {}, left() {} }, 3, head, 4000, true)
  whole.begin(200, '', ['content-length', '4000'])
  assert.equal(whole.write(Buffer.alloc(4000)), true)
})
