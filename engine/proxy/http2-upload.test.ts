import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HTTP2_LIMITS } from './http2-limits.ts'
import { Http2Upload } from './http2-upload.ts'

test('a whole window in frames of a byte each waits in few pieces, and goes on as it came', () => {
  const upload = new Http2Upload({ onTaken() {}, onCredit() {} }, undefined)
  for (let at = 0; at < HTTP2_LIMITS.STREAM_WINDOW_BYTES; at += 1) {
    assert.equal(upload.expects(1, 1, false), undefined)
    upload.data(Buffer.from([at & 255]))
  }
  const pieces: Buffer[] = []
  upload.read({ data: (piece) => pieces.push(Buffer.from(piece)) > 0, end: () => undefined })
  assert.ok(pieces.length <= 1024, `${pieces.length} pieces`)
  const whole = Buffer.concat(pieces)
  assert.equal(whole.length, HTTP2_LIMITS.STREAM_WINDOW_BYTES)
  assert.ok(whole.every((byte, at) => byte === (at & 255)))
  assert.equal(upload.unreadBytes, 0)
})
