/** A visitor who speaks HTTP/2 gets from a service that speaks HTTP/1.1 what one who speaks HTTP/1.1 would get. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import http2, { type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { authority, HOST, openBackend, openDoor, text } from './test-door.ts'

// What its client still has to send counts as memory too: beyond 10 MB of it, answers are refused.
function comeIn(t: TestContext, port: number, servername = HOST): ClientHttp2Session {
  const session = http2.connect(`https://127.0.0.1:${port}`, { ca: authority.certPem, servername, maxSessionMemory: 100 })
  session.on('error', () => undefined)
  t.after(() => session.destroy())
  return session
}

type Head = http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader

/** Read by hand: for node's iterator a reset that says "no error" breaks an answer off that is whole. */
async function answerOf(stream: ClientHttp2Stream): Promise<{ head: Head; body: string }> {
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  const ended = once(stream, 'end')
  const [head] = (await once(stream, 'response')) as [Head]
  await ended
  return { head, body: Buffer.concat(chunks).toString() }
}

function ask(session: ClientHttp2Session, fields: http2.OutgoingHttpHeaders, options?: http2.ClientSessionRequestOptions) {
  // Who waits for an event of it is told of an error as well; nobody else minds.
  return session.request({ ':authority': HOST, ...fields }, options).on('error', () => undefined)
}

test('what the service hears, and what the visitor', async (t) => {
  const { target } = await openBackend(t, (request, response) => {
    response.setHeader('X-Twice', ['a', 'b'])
    response.setHeader('Set-Cookie', ['a=1; Domain=device.example', 'b=2'])
    response.setHeader('Keep-Alive', 'timeout=5')
    response.end(JSON.stringify({ ...request.headers, method: request.method, url: request.url, version: request.httpVersion }))
  })
  const { port } = await openDoor(t, target)
  const { head, body } = await answerOf(ask(comeIn(t, port), { ':path': '/a?b', 'x-forwarded-for': '1.2.3.4', cookie: ['a=1', 'b=2'] }))
  const heard = JSON.parse(body)
  assert.deepEqual([heard.method, heard.url, heard.version, heard.host], ['GET', '/a?b', '1.1', HOST])
  assert.deepEqual([heard.cookie, heard['x-forwarded-for'], heard['x-forwarded-proto']], ['a=1; b=2', '127.0.0.1', 'https'])
  assert.deepEqual([head[':status'], head['x-twice'], head['set-cookie']], [200, 'a, b', ['a=1', 'b=2']])
  assert.equal(head['keep-alive'], undefined)
})

test('a path leads elsewhere as over HTTP/1.1', async (t) => {
  const { target } = await openBackend(t, (request, response) => {
    response
      .writeHead(200, { Location: '/login', 'Set-Cookie': 'a=1; Path=/' })
      .end(`${request.url} ${request.headers['x-forwarded-prefix']}`)
  })
  const nobody = { kind: 'http', host: '127.0.0.1', port: 1 } as const
  const routes = [{ prefix: '/zm', target, strip: true }]
  const { port } = await openDoor(t, nobody, { route: () => ({ service: 'web', target: nobody, isGated: false, routes }) })
  const session = comeIn(t, port)
  const { head, body } = await answerOf(ask(session, { ':path': '/zm/x?y' }))
  assert.deepEqual([body, head.location, head['set-cookie']], ['/x?y /zm', '/zm/login', ['a=1; Path=/zm']])
  const folder = await answerOf(ask(session, { ':path': '/zm?y' }))
  assert.deepEqual([folder.head[':status'], folder.head.location], [307, '/zm/?y'])
  // Only the stream ends: others of the same visitor go on.
  assert.equal((await answerOf(ask(session, { ':path': '/zm/%2e%2e/admin' }))).head[':status'], 400)
  assert.equal((await answerOf(ask(session, { ':path': '/zm/' }))).body, '/ /zm')
})

test('a body with trailers, both ways', async (t) => {
  const { target } = await openBackend(t, async (request, response) => {
    const heard = await text(request)
    response.writeHead(200, { Trailer: 'X-Sum' })
    response.write(heard)
    response.addTrailers({ 'X-Sum': request.trailers['x-sum'] ?? 'none' })
    response.end()
  })
  const { port } = await openDoor(t, target)
  const stream = ask(comeIn(t, port), { ':method': 'POST', ':path': '/', trailer: 'x-sum' }, { waitForTrailers: true })
  stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '42' }))
  stream.write('one ')
  stream.end('two')
  const trailed = once(stream, 'trailers')
  const { body } = await answerOf(stream)
  assert.equal(body, 'one two')
  assert.equal(((await trailed) as [http2.IncomingHttpHeaders])[0]['x-sum'], '42')
})

test('answers without a body: HEAD keeps its length, 204 and 304 have none', async (t) => {
  const { target } = await openBackend(t, (request, response) => {
    if (request.method === 'HEAD') response.setHeader('Content-Length', 7)
    response.writeHead(Number(request.url?.slice(1))).end()
  })
  const { port } = await openDoor(t, target)
  const session = comeIn(t, port)
  for (const [method, status, length] of [
    ['HEAD', 200, '7'],
    ['GET', 204, undefined],
    ['GET', 304, undefined],
  ] as const) {
    const { head, body } = await answerOf(ask(session, { ':method': method, ':path': `/${status}` }))
    assert.deepEqual([head[':status'], head['content-length'], body], [status, length, ''])
  }
})

test('a visitor may wait for the go-ahead', async (t) => {
  const { server, target } = await openBackend(t, (_request, response) => response.end())
  server.on('checkContinue', async (request, response) => {
    response.writeContinue()
    response.end(await text(request))
  })
  const { port } = await openDoor(t, target)
  const stream = ask(comeIn(t, port), { ':method': 'POST', ':path': '/', expect: '100-continue' }, { endStream: false })
  await once(stream, 'continue')
  stream.end('now')
  assert.equal((await answerOf(stream)).body, 'now')
})

test('an event arrives when it is sent, and the head before the first', async (t) => {
  const { promise: asked, resolve: isAsked } = Promise.withResolvers<(event: string) => void>()
  const { target } = await openBackend(t, (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders()
    isAsked((event) => void response.write(event))
  })
  const { port } = await openDoor(t, target)
  const stream = ask(comeIn(t, port), { ':path': '/' })
  await once(stream, 'response')
  const say = await asked
  for (const event of ['data: 1\n\n', 'data: 2\n\n']) {
    say(event)
    assert.equal(String((await once(stream, 'data'))[0]), event)
  }
})

test('many large answers and uploads at once arrive whole', async (t) => {
  const big = Buffer.alloc(3_000_000, 'porchlight ')
  const { target } = await openBackend(t, async (request, response) => {
    const hash = createHash('sha256')
    for await (const chunk of request) hash.update(chunk)
    response.setHeader('X-Heard', hash.digest('hex'))
    response.end(big)
  })
  const { port } = await openDoor(t, target)
  const session = comeIn(t, port)
  const expected = createHash('sha256').update(big).digest('hex')
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      const stream = ask(session, { ':method': 'POST', ':path': '/', 'content-length': big.length })
      stream.end(big)
      const { head, body } = await answerOf(stream)
      assert.deepEqual([head['x-heard'], createHash('sha256').update(body).digest('hex')], [expected, expected])
    }),
  )
})

test('by the name of another service nothing is had on this connection: 421 (RFC 9110 §7.4)', async (t) => {
  const { target } = await openBackend(t, (_request, response) => response.end())
  const { port } = await openDoor(t, target, { route: () => ({ service: 'web', target, isGated: false }) })
  const session = comeIn(t, port)
  const { head } = await answerOf(session.request({ ':authority': 'other.device.example', ':path': '/' }))
  assert.equal(head[':status'], 421)
  assert.equal((await answerOf(ask(session, { ':path': '/' }))).head[':status'], 200)
})

test('who leaves leaves the service too', async (t) => {
  const { promise: left, resolve: hasLeft } = Promise.withResolvers<void>()
  const { target } = await openBackend(t, (_request, response) => response.once('close', hasLeft).flushHeaders())
  const { port } = await openDoor(t, target)
  const stream = ask(comeIn(t, port), { ':path': '/' })
  await once(stream, 'response')
  stream.close(http2.constants.NGHTTP2_CANCEL)
  await left
})

test('an answer that breaks off does not look whole', async (t) => {
  const { target } = await openBackend(t, (_request, response) => {
    response.write('half')
    setTimeout(() => response.destroy(), 20)
  })
  const { port } = await openDoor(t, target)
  const stream = ask(comeIn(t, port), { ':path': '/' })
  stream.resume()
  const [error] = await once(stream, 'error')
  assert.match(String(error), /NGHTTP2_INTERNAL_ERROR/)
})

test('an answer before the end of a long upload arrives whole, and the rest is not asked for', async (t) => {
  const page = 'x'.repeat(200_000)
  const { target } = await openBackend(t, (_request, response) => response.writeHead(413).end(page))
  const { port } = await openDoor(t, target)
  const stream = ask(comeIn(t, port), { ':method': 'POST', ':path': '/' })
  stream.write(Buffer.alloc(100_000))
  const { head, body } = await answerOf(stream)
  assert.deepEqual([head[':status'], body], [413, page])
  await eventually(() => stream.closed)
})

test('a visitor who does not read holds the service up, not our memory', async (t) => {
  let isHeld = false
  const { target } = await openBackend(t, (_request, response) => {
    const more = () => {
      while (response.write(Buffer.alloc(65_536))) isHeld = false
      isHeld = true
    }
    response.on('drain', more)
    more()
  })
  const { port } = await openDoor(t, target)
  const stream = ask(comeIn(t, port), { ':path': '/' })
  await once(stream, 'response')
  stream.pause()
  let quiet = 0
  await eventually(() => {
    quiet = isHeld ? quiet + 1 : 0
    return quiet > 5
  })
})

test('a WebSocket on a stream of its own, with the service’s own words in it (RFC 8441)', async (t) => {
  const { server, target } = await openBackend(t, (_request, response) => response.end('no upgrade'))
  server.on('upgrade', (request, socket) => {
    const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Protocol: chat']
    socket.write([...lines, `Sec-WebSocket-Accept: ${accept.digest('base64')}`, '', ''].join('\r\n'))
    socket.pipe(socket)
  })
  const { port } = await openDoor(t, target)
  const session = comeIn(t, port)
  if (!session.remoteSettings?.enableConnectProtocol) await once(session, 'remoteSettings')
  const stream = ask(session, {
    ':method': 'CONNECT',
    ':protocol': 'websocket',
    ':scheme': 'https',
    ':path': '/',
    'sec-websocket-version': '13',
  })
  const [head] = (await once(stream, 'response')) as [Head]
  assert.deepEqual([head[':status'], head['sec-websocket-protocol'], head['sec-websocket-accept']], [200, 'chat', undefined])
  stream.write('frames')
  assert.equal(String((await once(stream, 'data'))[0]), 'frames')
  stream.end()
  await once(stream, 'end')
})

test('a service that answers a WebSocket like any request has not opened one', async (t) => {
  const { target } = await openBackend(t, (_request, response) => response.end('hello'))
  const { port } = await openDoor(t, target)
  const session = comeIn(t, port)
  await once(session, 'remoteSettings')
  const { head } = await answerOf(ask(session, { ':method': 'CONNECT', ':protocol': 'websocket', ':scheme': 'https', ':path': '/' }))
  assert.equal(head[':status'], 502)
})

test('a door that closes says so, and lets finish what runs', async (t) => {
  const { promise: asked, resolve: isAsked } = Promise.withResolvers<() => void>()
  const { target } = await openBackend(t, (_request, response) => isAsked(() => response.end('done')))
  const { door, port } = await openDoor(t, target)
  const session = comeIn(t, port)
  const answer = answerOf(ask(session, { ':path': '/' }))
  const finish = await asked
  const leaving = once(session, 'goaway')
  const closed = door.close()
  await leaving
  finish()
  assert.equal((await answer).body, 'done')
  await closed
})
