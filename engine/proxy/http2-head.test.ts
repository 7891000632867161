/** A head of HTTP/2 is what HTTP/1.1 would have said, or nothing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readHttp2Head } from './http2-head.ts'

const GET = [':method', 'GET', ':scheme', 'https', ':authority', 'web.example', ':path', '/a?b']
const POST = [':method', 'POST', ...GET.slice(2)]
const OPEN = [':method', 'CONNECT', ':protocol', 'websocket', ...GET.slice(2)]
const without = (raw: string[], name: string) => raw.filter((_, index) => raw[index - (index % 2)] !== name)
const instead = (raw: string[], name: string, value: string) => raw.map((text, index) => (raw[index - 1] === name ? value : text))

test('an ordinary head', () => {
  assert.deepEqual(readHttp2Head([...GET, 'accept', '*/*', 'x-empty', ''], true), {
    method: 'GET',
    url: '/a?b',
    isWebSocket: false,
    rawHeaders: ['Host', 'web.example', 'accept', '*/*', 'x-empty', ''],
  })
})

test('crumbs of cookies are one field, as a service that reads HTTP/1.1 expects it (RFC 9113 §8.2.3)', () => {
  const head = readHttp2Head([...GET, 'cookie', 'a=1', 'accept', '*/*', 'cookie', 'b=2; c=3'], true)
  assert.deepEqual(typeof head === 'object' && head.rawHeaders, ['Host', 'web.example', 'accept', '*/*', 'cookie', 'a=1; b=2; c=3'])
})

test('a host without an authority, or beside the same one, is told once', () => {
  for (const raw of [
    [...without(GET, ':authority'), 'host', 'web.example'],
    [...GET, 'host', 'WEB.example'],
  ]) {
    const head = readHttp2Head(raw, true)
    assert.deepEqual(typeof head === 'object' && head.rawHeaders.map((text) => text.toLowerCase()), ['host', 'web.example'])
  }
})

test('a WebSocket is told as the GET that opens one in HTTP/1.1 (RFC 8441)', () => {
  const head = readHttp2Head([...OPEN, 'sec-websocket-version', '13'], false)
  assert.deepEqual(typeof head === 'object' && [head.method, head.url, head.isWebSocket], ['GET', '/a?b', true])
})

const REFUSED: Readonly<Record<string, readonly [raw: string[], endsHere: boolean, refusal: unknown]>> = {
  'no method': [without(GET, ':method'), true, 'malformed'],
  'no path': [without(GET, ':path'), true, 'malformed'],
  'an empty path': [instead(GET, ':path', ''), true, 'malformed'],
  'a path with a space': [instead(GET, ':path', '/a HTTP/1.1'), true, 'malformed'],
  'a path with a line end': [instead(GET, ':path', '/a\r\nX: y'), true, 'malformed'],
  'a path with a fragment': [instead(GET, ':path', '/a#b'), true, 'malformed'],
  'a path with a backslash': [instead(GET, ':path', '/a\\b'), true, 'malformed'],
  'a path beyond ASCII': [instead(GET, ':path', '/\u010a'), true, 'malformed'],
  'a method with a space': [instead(GET, ':method', 'GET /evil'), true, 'malformed'],
  'no scheme': [without(GET, ':scheme'), true, 'malformed'],
  'another scheme': [instead(GET, ':scheme', 'http'), true, 'malformed'],
  'an unknown pseudo-header field': [[...GET, ':user', 'me'], true, 'malformed'],
  'a field of answers': [[...GET, ':status', '200'], true, 'malformed'],
  'a pseudo-header field twice': [[...GET, ':path', '/b'], true, 'malformed'],
  'a pseudo-header field behind others': [['accept', '*/*', ...GET], true, 'malformed'],
  'a pseudo-header field behind a cookie': [['cookie', 'a=1', ...GET], true, 'malformed'],
  'a pseudo-header field behind a host': [['host', 'web.example', ...GET], true, 'malformed'],
  'another host than the authority': [[...GET, 'host', 'other.example'], true, 'malformed'],
  'two hosts': [[...GET, 'host', 'web.example', 'host', 'web.example'], true, 'malformed'],
  'an upper-case name': [[...GET, 'X-A', 'b'], true, 'malformed'],
  'a nameless field': [[...GET, '', 'b'], true, 'malformed'],
  'a name with a colon': [[...GET, 'a:b', 'c'], true, 'malformed'],
  'a name with a line end': [[...GET, 'a\r\nb', 'c'], true, 'malformed'],
  'a value with a line end': [[...GET, 'a', 'b\r\nc: d'], true, 'malformed'],
  'a value with a line feed': [[...GET, 'a', 'b\nc'], true, 'malformed'],
  'a value with a zero byte': [[...GET, 'a', 'b\0'], true, 'malformed'],
  'a value with space around it': [[...GET, 'a', ' b'], true, 'malformed'],
  'a value that would be cut to a line feed': [[...GET, 'a', 'b\u010ac'], true, 'malformed'],
  connection: [[...GET, 'connection', 'x'], true, 'malformed'],
  'keep-alive': [[...GET, 'keep-alive', '5'], true, 'malformed'],
  'proxy-connection': [[...GET, 'proxy-connection', 'x'], true, 'malformed'],
  'a transfer coding': [[...POST, 'transfer-encoding', 'chunked'], false, 'malformed'],
  upgrade: [[...GET, 'upgrade', 'websocket'], true, 'malformed'],
  'other codings than trailers': [[...GET, 'te', 'gzip'], true, 'malformed'],
  'two lengths': [[...POST, 'content-length', '5', 'content-length', '5'], false, 'malformed'],
  'a length that looks octal': [[...POST, 'content-length', '010'], false, 'malformed'],
  'a signed length': [[...POST, 'content-length', '+5'], false, 'malformed'],
  'a length beyond numbers': [[...POST, 'content-length', '99999999999999999999'], false, 'malformed'],
  'a length without a body': [[...POST, 'content-length', '5'], true, 'malformed'],
  'a proxy is wanted': [[':method', 'CONNECT', ':authority', 'web.example'], false, 405],
  'a proxy is wanted, with a path': [[':method', 'CONNECT', ...GET.slice(2)], false, 'malformed'],
  'another protocol than WebSocket': [instead(OPEN, ':protocol', 'connect-udp'), false, 501],
  'a protocol for another method': [instead(OPEN, ':method', 'GET'), false, 'malformed'],
  'a WebSocket with a length': [[...OPEN, 'content-length', '5'], false, 'malformed'],
  'a WebSocket that ends at once': [OPEN, true, 'malformed'],
  'a WebSocket to nobody': [[...without(OPEN, ':authority'), 'host', 'web.example'], false, 'malformed'],
}

for (const [what, [raw, endsHere, refusal]] of Object.entries(REFUSED))
  test(`refused: ${what}`, () => assert.deepEqual(readHttp2Head(raw, endsHere), refusal))
