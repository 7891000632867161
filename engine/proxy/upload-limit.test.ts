/** A request that carries more than its service's owner allows is answered 413, and the service gets no more of it. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import http2 from 'node:http2'
import { type TestContext, test } from 'node:test'
import { authority, type Door, enter, HOST, openBackend, openDoor, untilClosed, visit } from './test-door.ts'

const MAX_BYTES = 1000

async function house(
  t: TestContext,
  answersAtOnce = false,
): Promise<Door & { readonly seen: { bytes: number; whole: number; requests: number } }> {
  const seen = { bytes: 0, whole: 0, requests: 0 }
  const { target } = await openBackend(t, (request, response) => {
    seen.requests += 1
    if (answersAtOnce) response.write('already')
    request.on('error', () => undefined)
    request.on('data', (chunk: Buffer) => {
      seen.bytes += chunk.length
    })
    request.on('end', () => {
      seen.whole += 1
      response.end('taken')
    })
  })
  const route = (host: string) => (host === HOST ? { service: 'web', target, isGated: false, maxBodyBytes: MAX_BYTES } : undefined)
  return Object.assign(await openDoor(t, target, { route }), { seen })
}

const post = (headers: Record<string, string> = {}) => ({ method: 'POST', headers: { 'accept-language': 'fr', ...headers } })

test('what is exactly as large passes, with a length and without', async (t) => {
  const door = await house(t)
  const body = 'x'.repeat(MAX_BYTES)
  assert.equal((await visit(door, '/', post({ 'content-length': String(MAX_BYTES) }), body)).body, 'taken')
  assert.equal((await visit(door, '/', post({ 'transfer-encoding': 'chunked' }), body)).body, 'taken')
  assert.equal((await visit(door, '/')).body, 'taken')
  assert.equal(door.seen.whole, 3)
})

test('a length beyond is refused before the service hears of it, and nothing is waited for', async (t) => {
  const { port, seen } = await house(t)
  for (const expect of ['', 'Expect: 100-continue\r\n']) {
    const socket = await enter(port)
    socket.write(`POST / HTTP/1.1\r\nHost: ${HOST}\r\nAccept-Language: fr\r\n${expect}Content-Length: ${MAX_BYTES + 1}\r\n\r\n`)
    const answer = await untilClosed(socket)
    assert.match(answer, /^HTTP\/1\.1 413 [\s\S]*Content-Language: fr[\s\S]*trop volumineux/i)
    assert.doesNotMatch(answer, /100 Continue/)
  }
  assert.equal(seen.requests, 0)
})

test('without a length it is refused when there is more, and the service never takes it for whole', async (t) => {
  const { port, seen } = await house(t)
  const socket = await enter(port)
  socket.write(`POST / HTTP/1.1\r\nHost: ${HOST}\r\nTransfer-Encoding: chunked\r\n\r\n`)
  for (let piece = 0; piece < 3; piece++) socket.write(`190\r\n${'x'.repeat(400)}\r\n`)
  assert.match(await untilClosed(socket), /^HTTP\/1\.1 413 /)
  assert.deepEqual([seen.whole, seen.bytes <= MAX_BYTES], [0, true])
})

test('an answer that has begun is cut, and cannot look whole', async (t) => {
  const { port, seen } = await house(t, true)
  const socket = await enter(port)
  socket.write(`POST / HTTP/1.1\r\nHost: ${HOST}\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n`)
  await once(socket, 'readable')
  for (let piece = 0; piece < 3; piece++) socket.write(`190\r\n${'x'.repeat(400)}\r\n`)
  const answer = await untilClosed(socket)
  assert.match(answer, /already/)
  assert.doesNotMatch(answer, /taken|\r\n0\r\n/)
  assert.equal(seen.whole, 0)
})

test('over HTTP/2 the stream ends, and others of the connection go on', async (t) => {
  const { port } = await house(t)
  const session = http2.connect(`https://${HOST}:${port}`, { host: '127.0.0.1', ca: authority.certPem, servername: HOST })
  t.after(() => session.destroy())
  const statusOf = async (body: string): Promise<unknown> => {
    const stream = session.request({ ':method': 'POST', ':path': '/' })
    stream.on('error', () => undefined)
    stream.end(body)
    const [headers] = await once(stream, 'response')
    stream.resume()
    return headers[':status']
  }
  assert.equal(await statusOf('x'.repeat(5 * MAX_BYTES)), 413)
  assert.equal(await statusOf('x'), 200)
})
