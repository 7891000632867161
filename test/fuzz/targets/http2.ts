/** Heads of HTTP/2, as they come out of HPACK: whatever is taken of them goes on as one request of HTTP/1.1, and as the one that was asked. What
 *  reads the frames is nghttp2, which has fuzz targets of its own. */
import assert from 'node:assert/strict'
import { chunkStart, lastChunk, requestText } from '../../../engine/http/write.ts'
import { fieldOf, requestHeaders } from '../../../engine/proxy/headers.ts'
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
  const sent = Buffer.from(requestText(method, url, requestHeaders(request, VISIT)) + (request.hasBody ? framed : ''), 'latin1')
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

export const HTTP2_TARGETS = { 'http2-heads': { says: 'heads of HTTP/2, as HPACK leaves them', input, check } satisfies Target }
