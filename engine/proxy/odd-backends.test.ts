/** What services at home may answer, and what nobody passes on: a visitor must never take one answer's bytes for another's. */
import assert from 'node:assert/strict'
import net from 'node:net'
import { type TestContext, test } from 'node:test'
import { type Door, enter, HOST, listenOn, openDoor, untilClosed, visit } from './test-door.ts'

/** A backend that answers the n-th request of a connection with the n-th text, and hangs up behind the last. */
async function answering(t: TestContext, ...texts: string[]): Promise<Door & { connections: () => number }> {
  let connections = 0
  const server = net.createServer((socket) => {
    connections += 1
    const left = [...texts]
    socket.on('error', () => undefined)
    socket.on('data', () => {
      const text = left.shift() ?? ''
      if (left.length > 0) socket.write(text, 'latin1')
      else socket.end(text, 'latin1')
    })
  })
  const port = await listenOn(t, server)
  return { ...(await openDoor(t, { kind: 'http', host: '127.0.0.1', port })), connections: () => connections }
}

const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'

test('a head that could be read in two ways, or is none, becomes a page that says 502', async (t) => {
  for (const text of [
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok',
    'HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok',
    'HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok',
    'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nok',
    'HTTP/1.1 200 OK\nContent-Length: 2\n\nok',
    'HTTP/1.1 200 OK\r\nX-A: b\r\n c\r\nContent-Length: 2\r\n\r\nok',
    'HTTP/1.1 200 OK\r\nX-A : b\r\nContent-Length: 2\r\n\r\nok',
    'HTTP/1.1 200 OK\r\nX-A: b\rSet-Cookie: c=d\r\nContent-Length: 2\r\n\r\nok',
    'HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nok',
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
    `${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(17)}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`,
    `HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(70_000)}\r\n\r\n`,
    'HTTP/1.1 999 OK\r\nContent-Length: 2\r\n\r\nok',
    'HTTP/2 200 OK\r\n\r\n',
    'SSH-2.0-OpenSSH_9.2\r\n',
  ]) {
    const door = await answering(t, text, '')
    assert.equal((await visit(door, '/')).status, 502, JSON.stringify(text.slice(0, 80)))
    assert.deepEqual(door.events, ['web odd'])
  }
})

test('a body that breaks its own frame is cut, and does not look whole', async (t) => {
  for (const body of [
    '5\r\nhello',
    '5\r\nhello!\r\n0\r\n\r\n',
    '5\nhello\r\n0\r\n\r\n',
    'x\r\n',
    '5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n',
  ]) {
    const { port } = await answering(t, CHUNKED + body)
    const socket = await enter(port)
    socket.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`)
    const answer = await untilClosed(socket)
    // Nothing at all, when it breaks in the same breath as its head.
    assert.match(answer, /^(HTTP\/1\.1 200 [\s\S]*)?$/, body)
    assert.doesNotMatch(answer, /\r\n0\r\n/, body)
  }
})

test('what comes behind an answer is nobody’s, and its connection is not asked again', async (t) => {
  const forged = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged'
  for (const first of ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', `${CHUNKED}2\r\nok\r\n0\r\n\r\n`]) {
    const door = await answering(t, first + forged, forged)
    for (let turn = 1; turn <= 3; turn += 1) {
      assert.equal((await visit(door, '/')).body, 'ok')
      assert.equal(door.connections(), turn)
    }
  }
})

test('a connection is asked again where the answer says that it may be', async (t) => {
  // However slow this machine is, what is kept is not given up meanwhile.
  t.mock.timers.enable({ apis: ['setInterval'] })
  const second = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond'
  const rows: [first: string, isKept: boolean][] = [
    ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', true],
    [`${CHUNKED}2\r\nok\r\n0\r\n\r\n`, true],
    ['HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok', true],
    ['HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok', false],
    ['HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok', false],
  ]
  for (const [first, isKept] of rows) {
    const door = await answering(t, first, second)
    assert.equal((await visit(door, '/')).body, 'ok')
    assert.equal((await visit(door, '/')).body, isKept ? 'second' : 'ok', first)
  }
})

test('an answer without a length goes on until its connection ends', async (t) => {
  for (const head of ['HTTP/1.0 200 OK\r\n\r\n', 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n', 'HTTP/1.1 200\r\n\r\n'])
    assert.equal((await visit(await answering(t, `${head}all of it`), '/')).body, 'all of it')
})

test('what is said before the answer reaches the visitor before it; an uncalled go-ahead does not', async (t) => {
  const early = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\nConnection: X-Hop\r\nX-Hop: 1\r\n\r\n'
  const { port } = await answering(t, `${early}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`)
  const modern = await enter(port)
  modern.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`)
  assert.match(await untilClosed(modern), /^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a>\r\n\r\nHTTP\/1\.1 200 OK\r\n/)
  const old = await enter(port)
  old.write(`GET / HTTP/1.0\r\nHost: ${HOST}\r\n\r\n`)
  assert.match(await untilClosed(old), /^HTTP\/1\.1 200 OK\r\n/)
})
