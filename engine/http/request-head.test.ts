import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Malformed } from './octets.ts'
import { readRequestHead } from './request-head.ts'

const HOST = 'Host: a\r\n'
const read = (text: string) => readRequestHead(text)
const fields = (lines: string) => read(`POST / HTTP/1.1\r\n${HOST}${lines}\r\n`)

/** The status of a refusal, or 200. */
function statusOf(text: string): number {
  try {
    read(text)
    return 200
  } catch (error) {
    if (error instanceof Malformed) return error.status
    throw error
  }
}

test('a head is read into what it says', () => {
  const head = read(
    `PUT /a/b?c=d HTTP/1.1\r\n${HOST}X-A: \t one two  \r\nX-B:\r\nx-a:b\xe9\r\nContent-Length: 5\r\nExpect: 100-Continue\r\n\r\n`,
  )
  assert.deepEqual(head, {
    method: 'PUT',
    url: '/a/b?c=d',
    version: '1.1',
    fields: ['Host', 'a', 'X-A', 'one two', 'X-B', '', 'x-a', 'b\xe9', 'Content-Length', '5', 'Expect', '100-Continue'],
    framing: { kind: 'length', bytes: 5 },
    awaitsContinue: true,
    staysOpen: true,
    upgrade: undefined,
  })
})

test('the request line: which are read, which refused, and with which status', () => {
  const rows: [status: number, line: string][] = [
    [200, 'GET / HTTP/1.1'],
    [200, 'GET / HTTP/1.0'],
    [200, 'M-SEARCH / HTTP/1.1'],
    [200, 'OPTIONS * HTTP/1.1'],
    [200, 'GET //a/../b/%2e%2e/%00/;p=1?q=%zz?[]{}|^`"<>\\ HTTP/1.1'],
    [200, 'TRACE / HTTP/1.1'],
    [400, 'GET * HTTP/1.1'],
    [400, 'get / HTTP/1.1'],
    [400, 'GIT / HTTP/1.1'],
    [400, 'CONNECT a:443 HTTP/1.1'],
    [400, ' GET / HTTP/1.1'],
    [400, 'GET  / HTTP/1.1'],
    [400, 'GET\t/ HTTP/1.1'],
    [400, 'GET /  HTTP/1.1'],
    [400, 'GET / HTTP/1.1 '],
    [400, 'GET /a b HTTP/1.1'],
    [400, 'GET /a\\b HTTP/1.1'],
    [400, 'GET /a#b HTTP/1.1'],
    [400, 'GET /?a#b HTTP/1.1'],
    [400, 'GET /\xe9 HTTP/1.1'],
    [400, 'GET /\x7f HTTP/1.1'],
    [400, 'GET /\0 HTTP/1.1'],
    [400, 'GET / http/1.1'],
    [400, 'GET / HTTP/1.10'],
    [400, 'GET / HTTP/11'],
    [400, 'GET /'],
    [400, 'GET'],
    [400, ''],
    [400, 'GET a HTTP/1.1'],
    [400, 'GET http://a/ HTTP/1.1'],
    [505, 'GET / HTTP/2.0'],
    [505, 'GET / HTTP/1.2'],
    [505, 'GET / HTTP/0.9'],
  ]
  for (const [status, line] of rows) assert.equal(statusOf(`${line}\r\n${HOST}\r\n`), status, JSON.stringify(line))
})

test('lines of fields: which are read, which refused', () => {
  const rows: [status: number, lines: string][] = [
    [200, "!#$%&'*+-.^_`|~09aZ: x\r\n"],
    [200, 'X: \x80\xff\r\n'],
    [400, 'X : a\r\n'],
    [400, ': a\r\n'],
    [400, 'X\r\n'],
    [400, 'X(: a\r\n'],
    [400, 'X\xe9: a\r\n'],
    [400, 'X: a\r\n b\r\n'],
    [400, 'X: a\r\n\tb\r\n'],
    [400, ' X: a\r\n'],
    [400, 'X: a\nY: b\r\n'],
    [400, 'X: a\rY: b\r\n'],
    [400, 'X: a\r\r\n'],
    [400, 'X: a\t\r\n'],
    [400, 'X: a \t \r\n'],
    [400, '\rX: a\r\n'],
    [400, '\r: a\r\n'],
    [400, 'X: a\0\r\n'],
    [400, 'X: a\x0b\r\n'],
    [400, 'X: a\x7f\r\n'],
    [200, 'X: a\r\n'.repeat(255)],
    [431, 'X: a\r\n'.repeat(256)],
  ]
  for (const [status, lines] of rows)
    assert.equal(statusOf(`GET / HTTP/1.1\r\n${HOST}${lines}\r\n`), status, JSON.stringify(lines.slice(0, 30)))
})

test('exactly one Host', () => {
  assert.equal(statusOf('GET / HTTP/1.1\r\n\r\n'), 400)
  assert.equal(statusOf('GET / HTTP/1.0\r\nX: a\r\n\r\n'), 400)
  assert.equal(statusOf(`GET / HTTP/1.1\r\n${HOST}hOsT: a\r\n\r\n`), 400)
})

test('a body has one length and one end, or the request is refused', () => {
  const rows: [expected: number | string, lines: string, version?: string][] = [
    ['none', ''],
    ['none', 'Content-Length: 0\r\n'],
    ['length', 'content-length: 999999999999999\r\n'],
    ['chunked', 'Transfer-Encoding: chunked\r\n'],
    ['chunked', 'transfer-encoding:CHUNKED\r\n'],
    [400, 'Content-Length: 1\r\nTransfer-Encoding: chunked\r\n'],
    [400, 'Content-Length: 0\r\nTransfer-Encoding: chunked\r\n'],
    [400, 'Content-Length: 1\r\nContent-Length: 1\r\n'],
    [400, 'Content-Length: 0\r\ncontent-length: 0\r\n'],
    [400, 'Transfer-Encoding: chunked\r\n', '1.0'],
    ...['', '+1', '-1', '0x1', '1,1', '1 1', '1.0', '1e3', '01', '00', '9999999999999999'].map((value): [number, string] => [
      400,
      `Content-Length: ${value}\r\n`,
    ]),
    ...['', 'identity', 'gzip', 'gzip, chunked', 'chunked, chunked', 'chunked;a=b', 'xchunked', '"chunked"'].map(
      (value): [number, string] => [501, `Transfer-Encoding: ${value}\r\n`],
    ),
    [501, 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n'],
    [501, 'Transfer-Encoding: chunked\r\nTransfer-Encoding:\r\n'],
  ]
  for (const [expected, lines, version = '1.1'] of rows) {
    const text = `POST / HTTP/${version}\r\n${HOST}${lines}\r\n`
    if (typeof expected === 'number') assert.equal(statusOf(text), expected, lines)
    else assert.equal(read(text).framing.kind, expected, lines)
  }
})

test('whether the connection stays open', () => {
  const staysOpen = (version: string, lines: string) => read(`GET / HTTP/${version}\r\n${HOST}${lines}\r\n`).staysOpen
  assert.equal(staysOpen('1.1', ''), true)
  assert.equal(staysOpen('1.1', 'Connection: x, Close\r\n'), false)
  assert.equal(staysOpen('1.1', 'Connection: x\r\nConnection: close\r\n'), false)
  assert.equal(staysOpen('1.1', 'Connection: closed\r\n'), true)
  assert.equal(staysOpen('1.0', ''), false)
  assert.equal(staysOpen('1.0', 'Connection: Keep-Alive\r\n'), true)
})

test('an upgrade is one protocol that Connection names too', () => {
  assert.equal(fields('Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n').upgrade, 'websocket')
  assert.equal(fields('Upgrade: websocket\r\n').upgrade, undefined)
  assert.equal(fields('Connection: upgrade\r\nUpgrade: websocket\r\nUpgrade: h2c\r\n').upgrade, undefined)
  assert.equal(read(`GET / HTTP/1.0\r\n${HOST}Connection: upgrade\r\nUpgrade: websocket\r\n\r\n`).upgrade, undefined)
})

test('an expectation of anything but the go-ahead is refused; HTTP/1.0 cannot wait for one', () => {
  for (const value of ['200-ok', '100-continue, 100-continue', '100-continue;x', ''])
    assert.equal(statusOf(`POST / HTTP/1.1\r\n${HOST}Expect: ${value}\r\n\r\n`), 417, value)
  assert.equal(read(`POST / HTTP/1.0\r\n${HOST}Expect: 100-continue\r\nContent-Length: 1\r\n\r\n`).awaitsContinue, false)
})
