/** Requests that two parsers could read differently (RFC 9112 §11.2): refused whole, and the backend hears nothing. */
import assert from 'node:assert/strict'
import net from 'node:net'
import { type TestContext, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { enter, HOST, listenOn, openBackend, openDoor, untilClosed } from './test-door.ts'

/** A backend that answers everything and remembers every byte. */
async function witness(t: TestContext) {
  const heard: string[] = []
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      heard.push(bytes.toString('latin1'))
      if (bytes.includes('\r\n\r\n')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    })
  })
  const port = await listenOn(t, server)
  const door = await openDoor(t, { kind: 'http', host: '127.0.0.1', port })
  return { heard, port: door.port }
}

async function answerTo(port: number, bytes: string): Promise<string> {
  const socket = await enter(port)
  socket.write(bytes, 'latin1')
  return untilClosed(socket)
}

const HOST_LINE = `Host: ${HOST}\r\n`

const REFUSED: Readonly<Record<string, string>> = {
  'length beside chunked': `POST / HTTP/1.1\r\n${HOST_LINE}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX`,
  'chunked beside length': `POST / HTTP/1.1\r\n${HOST_LINE}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\nX`,
  'two lengths': `POST / HTTP/1.1\r\n${HOST_LINE}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`,
  'the same length twice': `POST / HTTP/1.1\r\n${HOST_LINE}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`,
  'a list of lengths': `POST / HTTP/1.1\r\n${HOST_LINE}Content-Length: 5, 5\r\n\r\nhello`,
  'a signed length': `POST / HTTP/1.1\r\n${HOST_LINE}Content-Length: +5\r\n\r\nhello`,
  'a negative length': `POST / HTTP/1.1\r\n${HOST_LINE}Content-Length: -1\r\n\r\n`,
  'a hexadecimal length': `POST / HTTP/1.1\r\n${HOST_LINE}Content-Length: 0x5\r\n\r\nhello`,
  'an empty length': `POST / HTTP/1.1\r\n${HOST_LINE}Content-Length:\r\n\r\n`,
  'a length beyond numbers': `POST / HTTP/1.1\r\n${HOST_LINE}Content-Length: 99999999999999999999\r\n\r\nhello`,
  'a length that goes on': `POST / HTTP/1.1\r\n${HOST_LINE}Content-Length: 5 5\r\n\r\nhello`,
  'an unknown coding': `POST / HTTP/1.1\r\n${HOST_LINE}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
  'chunked is not last': `POST / HTTP/1.1\r\n${HOST_LINE}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
  'chunked twice': `POST / HTTP/1.1\r\n${HOST_LINE}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  'a coding behind a tab': `POST / HTTP/1.1\r\n${HOST_LINE}Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n`,
  'a coding in HTTP/1.0': `POST / HTTP/1.0\r\n${HOST_LINE}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  'space before the colon': `POST / HTTP/1.1\r\n${HOST_LINE}Content-Length : 5\r\n\r\nhello`,
  'space before a name': `GET / HTTP/1.1\r\n ${HOST_LINE}\r\n`,
  'a folded line': `GET / HTTP/1.1\r\n${HOST_LINE}X-A: one\r\n two\r\n\r\n`,
  'a folded line with a tab': `GET / HTTP/1.1\r\n${HOST_LINE}X-A: one\r\n\ttwo\r\n\r\n`,
  'bare line feeds': `GET / HTTP/1.1\nHost: ${HOST}\n\n`,
  'one bare line feed': `GET / HTTP/1.1\r\n${HOST_LINE}X-A: b\nX-C: d\r\n\r\n`,
  'a bare line feed at the end': `GET / HTTP/1.1\r\n${HOST_LINE}X-A: b\r\n\n`,
  'a bare carriage return': `GET / HTTP/1.1\r\n${HOST_LINE}X-A: b\rX-C: d\r\n\r\n`,
  'a zero byte': `GET / HTTP/1.1\r\n${HOST_LINE}X-A: b\0c\r\n\r\n`,
  'a control byte': `GET / HTTP/1.1\r\n${HOST_LINE}X-A: b\x07c\r\n\r\n`,
  'a control byte in the path': `GET /\x07 HTTP/1.1\r\n${HOST_LINE}\r\n`,
  'a nameless field': `GET / HTTP/1.1\r\n${HOST_LINE}: value\r\n\r\n`,
  'a field without a colon': `GET / HTTP/1.1\r\n${HOST_LINE}nothing\r\n\r\n`,
  'no host': 'GET / HTTP/1.1\r\n\r\n',
  'two hosts': `GET / HTTP/1.1\r\n${HOST_LINE}Host: other.device.example\r\n\r\n`,
  'an absolute address': `GET http://other.device.example/ HTTP/1.1\r\n${HOST_LINE}\r\n`,
  'no path': `GET  HTTP/1.1\r\n${HOST_LINE}\r\n`,
  'a fragment': `GET /a#b HTTP/1.1\r\n${HOST_LINE}\r\n`,
  'a method of nobody': `GIT / HTTP/1.1\r\n${HOST_LINE}\r\n`,
  'a method in lower case': `get / HTTP/1.1\r\n${HOST_LINE}\r\n`,
  'another version': `GET / HTTP/3.7\r\n${HOST_LINE}\r\n`,
  'no version': `GET /\r\n${HOST_LINE}\r\n`,
  'the preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'a way through': `CONNECT 192.168.1.1:80 HTTP/1.1\r\n${HOST_LINE}\r\n`,
  'a mirror': `TRACE / HTTP/1.1\r\n${HOST_LINE}\r\n`,
  'an upgrade with a body': `POST / HTTP/1.1\r\n${HOST_LINE}Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 5\r\n\r\nhello`,
  'an expectation of more than a go-ahead': `POST / HTTP/1.1\r\n${HOST_LINE}Expect: 200-maybe\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  'a head without end': `GET / HTTP/1.1\r\n${HOST_LINE}X-A: ${'a'.repeat(40_000)}\r\n\r\n`,
  'fields without end': `GET / HTTP/1.1\r\n${HOST_LINE}${'X-A: 1\r\n'.repeat(5000)}\r\n`,
  'a path without end': `GET /${'a'.repeat(40_000)} HTTP/1.1\r\n${HOST_LINE}\r\n`,
}

test('every ambiguous or oversized head is refused, the connection ends, and the backend hears nothing', async (t) => {
  const { heard, port } = await witness(t)
  for (const [name, bytes] of Object.entries(REFUSED)) {
    const answer = await answerTo(port, bytes)
    assert.match(answer, /^HTTP\/1\.1 (400|405|417|421|431|501|505) [\s\S]*connection: close/i, name)
    assert.equal(answer.match(/^HTTP\/1\.1 /gm)?.length ?? 0, 1, name)
    assert.deepEqual(heard, [], name)
  }
})

test('what follows a refused request on the same connection is not read', async (t) => {
  const { heard, port } = await witness(t)
  const second = `GET /second HTTP/1.1\r\n${HOST_LINE}\r\n`
  for (const first of ['two hosts', 'a fragment', 'a mirror', 'bare line feeds', 'length beside chunked'] as const) {
    await answerTo(port, `${REFUSED[first]}${second}`)
    assert.deepEqual(heard, [], first)
  }
})

test('a broken chunk ends the exchange, and what stands behind it never becomes a request', async (t) => {
  const bodies: Readonly<Record<string, string>> = {
    'a size that is none': 'x\r\nhello\r\n0\r\n\r\n',
    'a size with a sign': '+5\r\nhello\r\n0\r\n\r\n',
    'a size beyond numbers': 'fffffffffffffffff\r\nhello\r\n0\r\n\r\n',
    'a bare line feed behind the size': '5\nhello\r\n0\r\n\r\n',
    'a bare line feed in the extension': '5;a\nhello\r\n0\r\n\r\n',
    'a chunk longer than its size': '5\r\nhelloGET /second HTTP/1.1\r\n\r\n0\r\n\r\n',
    'a chunk without its end': '5\r\nhello0\r\n\r\n',
    'an extension without end': `5;${'a'.repeat(20_000)}\r\nhello\r\n0\r\n\r\n`,
  }
  for (const [name, body] of Object.entries(bodies)) {
    const { heard, port } = await witness(t)
    const answer = await answerTo(
      port,
      `POST / HTTP/1.1\r\n${HOST_LINE}Transfer-Encoding: chunked\r\n\r\n${body}GET /second HTTP/1.1\r\n${HOST_LINE}\r\n`,
    )
    assert.ok((answer.match(/^HTTP\/1\.1 /gm)?.length ?? 0) <= 1, name)
    assert.doesNotMatch(heard.join(''), /second/, name)
    assert.doesNotMatch(heard.join(''), /\r\n0\r\n/, name)
  }
})

test('a body cannot grow a second request: the backend gets exactly one head', async (t) => {
  const { heard, port } = await witness(t)
  const inner = `GET /inner HTTP/1.1\r\n${HOST_LINE}\r\n`
  await answerTo(
    port,
    `GET /outer HTTP/1.1\r\n${HOST_LINE}Connection: close, content-length\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`,
  )
  const whole = heard.join('')
  assert.match(whole, /^GET \/outer HTTP\/1\.1\r\n/)
  assert.match(whole, new RegExp(`Content-Length: ${inner.length}\\r\\n`))
  assert.ok(whole.endsWith(inner))
})

test('requests sent in one breath are answered in order, one after the other, however many they are', async (t) => {
  let running = 0
  const { target } = await openBackend(t, async ({ url }, response) => {
    running += 1
    assert.equal(running, 1)
    await setImmediate()
    running -= 1
    response.end(url)
  })
  const { port } = await openDoor(t, target)
  const requests = Array.from({ length: 200 }, (_, index) => `GET /${index} HTTP/1.1\r\n${HOST_LINE}\r\n`)
  const answer = await answerTo(port, `${requests.join('')}GET /last HTTP/1.1\r\n${HOST_LINE}Connection: close\r\n\r\n`)
  assert.deepEqual(
    [...answer.matchAll(/^\/(\d+|last)/gm)].map(([, path]) => path),
    [...requests.map((_, index) => String(index)), 'last'],
  )
})

test('an upgrade behind an unanswered request ends the connection instead of writing into its answer', async (t) => {
  const { port } = await witness(t)
  const upgrade = `GET /ws HTTP/1.1\r\n${HOST_LINE}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`
  assert.doesNotMatch(await answerTo(port, `GET / HTTP/1.1\r\n${HOST_LINE}\r\n${upgrade}`), /101/)
})
