/** Frames of HTTP/2, and heads as they come out of HPACK: whatever is taken of those goes on as one request of HTTP/1.1, and as the one that was
 *  asked. */
import assert from 'node:assert/strict'
import { FLAG, FRAME, fourBytes, frameHead, Http2Error, PREFACE } from '../../../engine/http/http2-frames.ts'
import { Http2Reader } from '../../../engine/http/http2-reader.ts'
import { chunkStart, lastChunk, requestText } from '../../../engine/http/write.ts'
import { fieldOf, requestLines } from '../../../engine/proxy/headers.ts'
import { readHttp2Head } from '../../../engine/proxy/http2-head.ts'
import { refusal } from '../../../engine/proxy/request-check.ts'
import type { Random } from '../random.ts'
import { around, type Target } from '../target.ts'
import { readByNode } from './node-parser.ts'

const HOST = 'web.device.example'
const VISIT = { address: '203.0.113.9', authority: HOST, loopToken: 'porchlight-1' }
/** Between names and values in an input: nothing that would end a line, which inputs shall hold. */
const SEPARATOR = '\x1e'
const BODY = 'hello'
const MAX_HEAD_BYTES = 300
const MAX_FIELDS = 8

const GET = [':method', 'GET', ':scheme', 'https', ':authority', HOST, ':path', '/a?b']
const SAMPLES = [
  [...GET, 'accept', '*/*', 'cookie', 'a=1', 'cookie', 'b=2', 'te', 'trailers'],
  [':method', 'POST', ...GET.slice(2), 'content-length', '5', 'expect', '100-continue', 'x_forwarded_for', '1.2.3.4'],
  [':method', 'PUT', ...GET.slice(2), 'trailer', 'x-sum', 'host', HOST],
  [':method', 'CONNECT', ':protocol', 'websocket', ...GET.slice(2), 'sec-websocket-version', '13'],
  [':method', 'OPTIONS', ':scheme', 'https', ':path', '*', 'host', HOST],
].map((raw) => raw.join(SEPARATOR))

const TRICKS = [
  '\r\n',
  '\r\nX: y\r\n',
  '\r\n\r\nGET /2 HTTP/1.1\r\n',
  '\n',
  '\0',
  ' ',
  '\t',
  '\u010a',
  '\u0d0a',
  'é',
  '#',
  '\\',
  ':',
  '5',
  'X',
  SEPARATOR,
] as const

function input(random: Random): Buffer {
  if (random.chance(0.3)) return around(SAMPLES)(random)
  let text = random.pick(SAMPLES)
  for (let changes = 1 + random.int(3); changes > 0; changes--) {
    const at = random.int(text.length + 1)
    text = text.slice(0, at) + random.pick(TRICKS) + text.slice(at + random.int(2))
  }
  return Buffer.from(text)
}

function check(bytes: Buffer): string {
  const raw = bytes.toString().split(SEPARATOR)
  const endsHere = bytes.length % 2 === 0
  const head = readHttp2Head(raw.slice(0, raw.length - (raw.length % 2)), endsHere)
  if (typeof head !== 'object') return String(head)
  for (const text of [head.method, head.url, ...head.rawHeaders]) assert.doesNotMatch(text, /[\0\r\n]|[^\t\x20-\x7e\x80-\xff]/)
  const { method, url, rawHeaders, isWebSocket } = head
  const request = {
    method,
    url,
    version: '2',
    rawHeaders,
    hasBody: !endsHere && !isWebSocket,
    upgrade: isWebSocket ? 'websocket' : undefined,
  }
  if (refusal(request, HOST, VISIT.loopToken)) return 'refused'
  const length = fieldOf(rawHeaders, 'content-length')
  if (isWebSocket || (length !== undefined && Number(length) !== BODY.length)) return 'taken'
  const framed = length === undefined ? `${chunkStart(BODY.length)}${BODY}\r\n${lastChunk([])}` : BODY
  const sent = Buffer.from(requestText(method, url, requestLines(request, VISIT)) + (request.hasBody ? framed : ''), 'latin1')
  const [seen, ...more] = readByNode('request', sent)
  assert.equal(more.length, 0, 'two requests went on')
  assert.deepEqual([seen?.start, seen?.body, seen?.end], [`${method} ${url}`, request.hasBody ? BODY : '', sent.length])
  // Several would stand here as a list.
  assert.equal(
    fieldOf(seen?.fields ?? [], 'host')
      ?.toLowerCase()
      .replace(/:.*/, ''),
    HOST,
  )
  return 'passed'
}

const frame = (type: number, flags: number, stream: number, payload: string | Buffer = ''): Buffer =>
  Buffer.concat([Buffer.from(frameHead(payload.length, type, flags, stream), 'latin1'), Buffer.from(payload as string, 'latin1')])
/** The examples of RFC 7541, C.4: in Huffman's code, and referring to what was said before. */
const BLOCKS = ['828684418cf1e3c2e5f23a6ba0ab90f4ff', '828684be5886a8eb10649cbf', '828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf']
const GREETED = [PREFACE, frame(FRAME.settings, 0, 0, `\0\x04${fourBytes(1000)}`), frame(FRAME.settings, FLAG.ack, 0)]

function conversation(random: Random): Buffer {
  const frames = Array.from({ length: random.int(12) }, () => {
    const stream = random.int(4)
    const block = Buffer.from(random.pick(BLOCKS), 'hex')
    const some = random.chance(0.3) ? random.mutated(block) : block
    const cut = random.int(some.length + 1)
    switch (random.int(8)) {
      case 0:
        return frame(FRAME.data, random.pick([0, FLAG.endStream, FLAG.padded]), stream, random.bytes(random.int(60)))
      case 1:
        return Buffer.concat([
          frame(FRAME.headers, random.int(2), stream, some.subarray(0, cut)),
          frame(FRAME.continuation, FLAG.endHeaders, stream, some.subarray(cut)),
        ])
      case 2:
        return frame(random.int(12), random.int(64), stream, random.bytes(random.pick([0, 4, 5, 6, 8, 9])))
      case 3:
        return frame(FRAME.windowUpdate, 0, stream, random.bytes(4))
      default:
        return frame(FRAME.headers, FLAG.endHeaders | random.int(2), stream, some)
    }
  })
  // The other heads refer to the first one.
  const first = frame(FRAME.headers, FLAG.endHeaders, 1, Buffer.from(BLOCKS[0] as string, 'hex'))
  const whole = Buffer.concat([...GREETED, first, ...frames])
  return random.chance(0.4) ? random.mutated(whole) : whole
}

/** What is heard of it, and the error at its end. */
function heardOf(bytes: Buffer, pieceBytes: number): string[] {
  const heard: string[] = []
  let body = ''
  const tell =
    (what: string) =>
    (...told: unknown[]) =>
      void heard.push(`${what} ${told.join(' ')}`)
  const reader = new Http2Reader(
    {
      ...{ dataBegins: tell('data'), reset: tell('reset'), setting: tell('setting'), settingsEnd: tell('settings') },
      ...{ ping: tell('ping'), credit: tell('credit'), useless: tell('useless') },
      head(stream, fields, endsStream) {
        const length = (fields ?? []).reduce((sum, text) => sum + text.length, 0)
        assert.ok(length <= MAX_HEAD_BYTES && (fields?.length ?? 0) <= 2 * MAX_FIELDS)
        heard.push(`head ${stream} ${fields?.join('|')} ${endsStream}`)
      },
      data(piece) {
        body += piece.toString('latin1')
      },
      dataEnds() {
        heard.push(`body ${body}`)
        body = ''
      },
    },
    MAX_HEAD_BYTES,
    MAX_FIELDS,
  )
  try {
    for (let at = 0; at < bytes.length; at += pieceBytes) reader.read(Buffer.from(bytes.subarray(at, at + pieceBytes)))
  } catch (error) {
    if (!(error instanceof Http2Error)) throw error
    heard.push(`error ${error.code}`)
  }
  return heard
}

function checkFrames(bytes: Buffer): string {
  const heard = heardOf(bytes, bytes.length || 1)
  assert.deepEqual(heardOf(bytes, 1 + (bytes.length % 13)), heard, 'another conversation, in other pieces')
  return heard.at(-1)?.startsWith('error') ? (heard.at(-1) as string) : heard.some((each) => each.startsWith('head')) ? 'heads' : 'none'
}

export const HTTP2_TARGETS = {
  'http2-frames': { says: 'frames of HTTP/2 from a visitor, with their heads in HPACK', input: conversation, check: checkFrames },
  'http2-heads': { says: 'heads of HTTP/2, as HPACK leaves them', input, check },
} satisfies Record<string, Target>
