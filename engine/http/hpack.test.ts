/** The examples of RFC 7541, appendix C, and what must not be. Whether nghttp2 and we understand each other: `engine/proxy/http2-peer.test.ts`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HpackDecoder } from './hpack-decoder.ts'
import { encodeFields, encodeStatus, NO_TABLE } from './hpack-encoder.ts'
import { ERROR, Http2Error } from './http2-frames.ts'

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex')
const decode = (decoder: HpackDecoder, hex: string): readonly string[] | undefined => decoder.decode(bytes(hex), 4096, 100)
const GET = [':method', 'GET', ':scheme', 'http', ':path', '/', ':authority', 'www.example.com']

test('three requests on one connection, in plain text and in Huffman’s code (C.3, C.4)', () => {
  for (const blocks of [
    [
      '8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
      '8286 84be 5808 6e6f 2d63 6163 6865',
      '8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65',
    ],
    [
      '8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff',
      '8286 84be 5886 a8eb 1064 9cbf',
      '8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf',
    ],
  ]) {
    const decoder = new HpackDecoder()
    assert.deepEqual(
      blocks.map((block) => decode(decoder, block)),
      [
        GET,
        [...GET, 'cache-control', 'no-cache'],
        [...GET.slice(0, 3), 'https', ':path', '/index.html', ...GET.slice(6), 'custom-key', 'custom-value'],
      ],
    )
  }
})

test('what no longer fits into the table is forgotten', () => {
  const decoder = new HpackDecoder()
  decode(decoder, '40 01 61 01 62')
  assert.deepEqual(decode(decoder, 'be'), ['a', 'b'])
  // The table is made small, and large again.
  assert.throws(() => decode(decoder, '20 3f e1 1f be'), Http2Error)
})

test('too many fields, or too long ones, are told; what they said is remembered all the same', () => {
  const decoder = new HpackDecoder()
  assert.equal(decoder.decode(bytes('40 01 61 01 62 be'), 4096, 1), undefined)
  assert.equal(decoder.decode(bytes('be be'), 66, 100), undefined)
  assert.deepEqual(decoder.decode(bytes('be be'), 68, 100), ['a', 'b', 'a', 'b'])
})

const REFUSED: Readonly<Record<string, string>> = {
  'field 0': '80',
  'a field that was never said': 'be',
  'a name that was never said': '7f 00 01 61',
  'a number without its end': 'ff',
  'a number beyond all bounds': 'ff 80 80 80 80 80 01',
  'a text that is cut off': '00 01 61 05 62',
  'a text without its length': '00 01 61',
  'a larger table than ours': '3f e2 1f',
  'a new size behind a field': '82 20',
  'the sign of the end within a text': '00 01 61 84 ff ff ff ff',
  'padding of zeros': '00 01 61 81 18',
  'padding of a whole byte': '00 01 61 82 1f ff',
}
for (const [what, hex] of Object.entries(REFUSED))
  test(`refused: ${what}`, () => {
    assert.throws(
      () => decode(new HpackDecoder(), hex),
      (error) => error instanceof Http2Error && error.code === ERROR.compression,
    )
  })

test('what we say is read as what it was, whatever its length', () => {
  const fields = [
    'Content-Type',
    'text/html',
    'X-Own',
    'y'.repeat(127),
    'set-cookie',
    'a=\xe9',
    'X'.repeat(300),
    'z'.repeat(20_000),
    'x-empty',
    '',
  ]
  const told = fields.map((text, index) => (index % 2 === 0 ? text.toLowerCase() : text))
  for (const status of [200, 302, 404, 599]) {
    const block = NO_TABLE + encodeStatus(status) + encodeFields(fields)
    const read = new HpackDecoder().decode(Buffer.from(block, 'latin1'), 65_536, 100)
    assert.deepEqual(read, [':status', String(status), ...told])
  }
})
