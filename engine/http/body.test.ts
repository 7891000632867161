import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bodyReader } from './body.ts'
import { Malformed } from './octets.ts'

/** The body, its trailers and what stands behind it, however it is cut. */
function readAll(framing: Parameters<typeof bodyReader>[0], text: string, pieceBytes: number) {
  const reader = bodyReader(framing)
  const bytes = Buffer.from(text, 'latin1')
  let body = ''
  let trailers: readonly string[] | undefined
  let at = 0
  const sink = {
    data(chunk: Buffer) {
      assert.ok(chunk.length > 0)
      body += chunk.toString('latin1')
    },
    end(found: readonly string[]) {
      assert.equal(trailers, undefined, 'ended twice')
      trailers = found
    },
  }
  while (reader && !reader.isDone && at < bytes.length) {
    const piece = bytes.subarray(at, at + pieceBytes)
    const used = reader.read(piece, 0, sink)
    assert.ok(used === piece.length || reader.isDone)
    at += used
  }
  return { body, trailers, rest: text.slice(at), isDone: reader?.isDone ?? true }
}

const PIECES = [1, 2, 3, 7, 1000]

test('a counted body ends where it says, and what follows is left', () => {
  for (const pieceBytes of PIECES)
    assert.deepEqual(readAll({ kind: 'length', bytes: 5 }, 'helloGET /', pieceBytes), {
      body: 'hello',
      trailers: [],
      rest: 'GET /',
      isDone: true,
    })
  assert.equal(bodyReader({ kind: 'none' }), undefined)
  assert.equal(readAll({ kind: 'close' }, 'all of it', 4).body, 'all of it')
  assert.equal(readAll({ kind: 'close' }, 'all of it', 4).isDone, false)
})

test('a chunked body is put together, however it is cut', () => {
  const rows: [text: string, body: string, trailers: string[], rest: string][] = [
    ['0\r\n\r\nX', '', [], 'X'],
    ['5\r\nhello\r\nA\r\n0123456789\r\n0\r\n\r\n', 'hello0123456789', [], ''],
    ['5\r\nhello\r\n0\r\nX-Sum: 1\r\nx-b:\r\n\r\nGET', 'hello', ['X-Sum', '1', 'x-b', ''], 'GET'],
    ['005\r\nhello\r\n000\r\n\r\n', 'hello', [], ''],
    ['5;a\r\nhello\r\n2;a=b;c\r\nyo\r\n0;z\r\n\r\n', 'helloyo', [], ''],
    ['2\r\n\r\n\r\n0\r\n\r\n\r\n', '\r\n', [], '\r\n'],
  ]
  for (const [text, body, trailers, rest] of rows)
    for (const pieceBytes of PIECES)
      assert.deepEqual(
        readAll({ kind: 'chunked' }, text, pieceBytes),
        { body, trailers, rest, isDone: true },
        JSON.stringify([text, pieceBytes]),
      )
})

test('a chunked body that could be read in two ways is refused, however it is cut', () => {
  for (const text of [
    '\r\n',
    ';a\r\n',
    'x\r\n',
    '+5\r\nhello\r\n',
    '-5\r\nhello\r\n',
    '0x5\r\nhello\r\n',
    ' 5\r\nhello\r\n',
    '5 \r\nhello\r\n',
    '5\t\r\nhello\r\n',
    '5\nhello\r\n',
    '5\r5\r\n',
    '5\r\nhello\n0\r\n\r\n',
    '5\r\nhello0\r\n\r\n',
    '5\r\nhello!\r\n0\r\n\r\n',
    '5;\r\nhello\r\n',
    '5;;\r\nhello\r\n',
    '5;a=\r\nhello\r\n',
    '5;a=b=c\r\nhello\r\n',
    '5;a b\r\nhello\r\n',
    '5; a\r\nhello\r\n',
    '5;a="b"\r\nhello\r\n',
    '5;a\nhello\r\n',
    '5;a\rhello\r\n',
    `5;${'a'.repeat(5000)}\r\nhello\r\n`,
    `${'1;aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\nx\r\n'.repeat(100)}0\r\n\r\n`,
    'fffffffffffff\r\n',
    '0\r\n\n',
    '0\r\n X: a\r\n\r\n',
    '0\r\nX : a\r\n\r\n',
    '0\r\nX: a\r\n b\r\n\r\n',
    '0\r\nX: a\nY: b\r\n\r\n',
    '0\r\nContent-Length: 5\r\n\r\n',
    '0\r\ntransfer-encoding: chunked\r\n\r\n',
    '0\r\nHost: a\r\n\r\n',
    `0\r\nX: ${'a'.repeat(9000)}\r\n\r\n`,
    `0\r\n${'X: a\r\n'.repeat(300)}\r\n`,
  ])
    for (const pieceBytes of PIECES)
      assert.throws(() => readAll({ kind: 'chunked' }, text, pieceBytes), Malformed, JSON.stringify([text.slice(0, 40), pieceBytes]))
})
