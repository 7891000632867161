import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAnswerHead, refuseOtherProtocol } from './answer-head.ts'
import { Malformed } from './octets.ts'

const read = (text: string, isHead = false) => readAnswerHead(text, isHead)
const framingOf = (lines: string, status = '200', isHead = false) => read(`HTTP/1.1 ${status} X\r\n${lines}\r\n`, isHead).framing.kind

test('a head is read into what it says', () => {
  assert.deepEqual(read('HTTP/1.1 404 Not Found\r\nServer: x\r\nContent-Length: 3\r\n\r\n'), {
    status: 404,
    reason: 'Not Found',
    fields: ['Server', 'x', 'Content-Length', '3'],
    framing: { kind: 'length', bytes: 3 },
    staysOpen: true,
    upgrade: undefined,
  })
  assert.equal(read('HTTP/1.1 200\r\n\r\n').reason, '')
  assert.equal(read('HTTP/1.1 200 \r\n\r\n').reason, '')
  assert.equal(read('HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n').upgrade, 'websocket')
})

test('what is no answer, or one that could be read in two ways, is refused', () => {
  for (const text of [
    'HTTP/2.0 200 OK\r\n\r\n',
    'HTTP/1.2 200 OK\r\n\r\n',
    'ICY 200 OK\r\n\r\n',
    'HTTP/1.1  200 OK\r\n\r\n',
    'HTTP/1.1 20 OK\r\n\r\n',
    'HTTP/1.1 2000 OK\r\n\r\n',
    'HTTP/1.1 099 OK\r\n\r\n',
    'HTTP/1.1 600 OK\r\n\r\n',
    'HTTP/1.1 200OK\r\n\r\n',
    'HTTP/1.1 200\tOK\r\n\r\n',
    'HTTP/1.1 200 O\0K\r\n\r\n',
    'HTTP/1.1 200 OK\r\nX : a\r\n\r\n',
    'HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n',
    'HTTP/1.1 200 OK\r\nX: a\nY: b\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n',
    'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
    'HTTP/1.1 204 No\r\nContent-Length: 1\r\n\r\n',
    'HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n',
    'HTTP/1.1 100 Continue\r\nContent-Length: 1\r\n\r\n',
    // Also where no body follows: the next reader may not know what was asked.
    'HTTP/1.1 304 Same\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
  ])
    assert.throws(() => read(text), Malformed, JSON.stringify(text))
})

test('where the body ends', () => {
  assert.equal(framingOf(''), 'close')
  assert.equal(framingOf('Content-Length: 0\r\n'), 'none')
  assert.equal(framingOf('Transfer-Encoding: chunked\r\n'), 'chunked')
  assert.equal(framingOf('', '204'), 'none')
  assert.equal(framingOf('Content-Length: 0\r\n', '204'), 'none')
  assert.equal(framingOf('Content-Length: 5\r\n', '304'), 'none')
  assert.equal(framingOf('', '103'), 'none')
  assert.equal(framingOf('Content-Length: 5\r\n', '200', true), 'none')
  assert.equal(framingOf('Transfer-Encoding: chunked\r\n', '200', true), 'none')
  assert.equal(framingOf('', '200', true), 'none')
})

test('whether the connection can be asked again', () => {
  const staysOpen = (text: string) => read(text).staysOpen
  assert.equal(staysOpen('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'), true)
  assert.equal(staysOpen('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'), false)
  assert.equal(staysOpen('HTTP/1.1 200 OK\r\n\r\n'), false)
  assert.equal(staysOpen('HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n'), false)
  assert.equal(staysOpen('HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n'), true)
})

test('another protocol shows itself at its first bytes', () => {
  for (const start of ['', 'H', 'HTTP/1.', 'HTTP/1.1 200 OK']) refuseOtherProtocol(Buffer.from(start))
  for (const start of ['S', 'SSH-2.0', '220 mail', 'HTTP/2', '\r\n'])
    assert.throws(() => refuseOtherProtocol(Buffer.from(start)), Malformed, start)
})
