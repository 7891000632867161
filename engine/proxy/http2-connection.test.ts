/** What the streams of one connection of HTTP/2 share. */
import assert from 'node:assert/strict'
import { duplexPair } from 'node:stream'
import { test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { eventually } from '../../lab/eventually.ts'
import { PREFACE } from '../http/http2-frames.ts'
import { Http2Connection, type Http2Door } from './http2-connection.ts'
import { frame, head, POST, TYPE } from './http2-frames.fixture.ts'
import { HTTP2_LIMITS, HTTP2_TIMES_MS } from './http2-limits.ts'
import type { VisitorRequest } from './visitor-request.ts'
import type { SecuredVisitor } from './visitor-tls.ts'

/** A visitor who was let in; `receive` is the house's. */
function visitorOf(receive: (request: VisitorRequest) => void) {
  const [near, far] = duplexPair({ highWaterMark: 16 << 20 })
  const door = {
    times: HTTP2_TIMES_MS,
    gone() {},
    reception: { receive: (_visitor: unknown, request: VisitorRequest) => receive(request) },
  }
  new Http2Connection(door as unknown as Http2Door, near as unknown as TLSSocket, {} as SecuredVisitor)
  let heard = Buffer.alloc(0)
  far.on('data', (bytes: Buffer) => {
    heard = Buffer.concat([heard, bytes])
  })
  far.write(Buffer.concat([PREFACE, frame(TYPE.settings, 0, 0), frame(TYPE.settings, 1, 0)]))
  /** Of the whole connection, what he was granted on top of what it begins with. */
  const granted = (): number => {
    let bytes = 0
    for (let at = 0; at + 9 <= heard.length; at += 9 + heard.readUIntBE(at, 3))
      if (heard[at + 3] === TYPE.windowUpdate && heard.readUInt32BE(at + 5) === 0) bytes += heard.readUInt32BE(at + 9)
    return bytes
  }
  return { say: (...frames: Buffer[]) => void far.write(Buffer.concat(frames)), granted }
}

test('an upload that its service takes goes on beside others that none takes', async () => {
  const { say, granted } = visitorOf((request) => {
    if (request.url === '/taken') request.read({ data: () => true, end: () => undefined })
  })
  const MB = 1024 * 1024
  const upload = (stream: number, path: string): Buffer[] => [
    head(stream, [...POST.slice(0, -1), path], 0),
    ...Array.from({ length: MB / 16_384 }, () => frame(TYPE.data, 0, stream, Buffer.alloc(16_384))),
  ]
  await eventually(() => granted() > 0)
  const first = granted()
  for (const stream of [1, 3, 5]) say(...upload(stream, '/waits'))
  // All that the connection was granted is used up, and a quarter of it has been taken.
  say(...upload(7, '/taken'))
  await eventually(() => granted() - first >= MB / 2)
  assert.ok(granted() - first <= HTTP2_LIMITS.SESSION_WINDOW_BYTES - 3 * MB)
})
