import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import https from 'node:https'
import net from 'node:net'
import { test } from 'node:test'
import tls from 'node:tls'
import { issue, makeAuthority } from '../../certificates/self-made.ts'
import { enter, fingerprintOf, HOST, listenOn, openBackend, openDoor, text, untilClosed, visit } from './test-door.ts'

test('the backend sees the visitor’s own Host and what we know of him, and believes nobody else', async (t) => {
  const { target } = await openBackend(t, (request, response) => response.end(JSON.stringify(request.headers)))
  const door = await openDoor(t, target)
  const forged = {
    'x-forwarded-for': '10.0.0.1',
    x_forwarded_for: '10.0.0.2',
    'x-real-ip': '10.0.0.3',
    forwarded: 'for=10.0.0.4',
    'x-forwarded-proto': 'http',
  }
  const { body } = await visit(door, '/', {
    headers: { ...forged, connection: 'keep-alive, x-secret', 'x-secret': '1', 'keep-alive': 'timeout=9' },
  })
  const { 'cdn-loop': loop, ...seen } = JSON.parse(body)
  assert.deepEqual(seen, {
    host: HOST,
    accept: 'text/html',
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': HOST,
    forwarded: `for=127.0.0.1;host="${HOST}";proto=https`,
    connection: 'keep-alive',
  })
  assert.match(loop, /^porchlight-[0-9a-f]{16}$/)
})

test('status, reason, repeated fields and no-body answers come back as they are', async (t) => {
  const { target } = await openBackend(t, (request, response) => {
    response.sendDate = false
    if (request.url === '/empty') response.writeHead(204).end()
    else if (request.url === '/unchanged') response.writeHead(304, { etag: '"1"' }).end()
    else
      response.writeHead(418, 'Short And Stout', { 'set-cookie': ['a=1', 'b=2; Domain=device.example'], 'content-length': '3' }).end('tea')
  })
  const door = await openDoor(t, target)
  const tea = await visit(door, '/tea')
  assert.deepEqual([tea.status, tea.body, tea.headers['set-cookie'], tea.headers['content-length']], [418, 'tea', ['a=1', 'b=2'], '3'])
  const head = await visit(door, '/tea', { method: 'HEAD' })
  assert.deepEqual([head.status, head.body, head.headers['content-length']], [418, '', '3'])
  assert.equal((await visit(door, '/empty')).status, 204)
  assert.deepEqual([(await visit(door, '/unchanged')).status, (await visit(door, '/unchanged')).headers.etag], [304, '"1"'])
})

test('the path goes on byte for byte', async (t) => {
  const { target } = await openBackend(t, (request, response) => response.end(request.url))
  const door = await openDoor(t, target)
  for (const path of ['/a/../b', '//x', '/%2e%2e/%00', '/?q=a%20b&c=[]{}|', '/é'.normalize('NFD').replace('́', '%CC%81')])
    assert.equal((await visit(door, path)).body, path)
})

test('another Host than the server name is misdirected and the backend does not hear of it', async (t) => {
  const { target } = await openBackend(t, () => assert.fail('misdirected'))
  const door = await openDoor(t, target)
  const answer = await visit(door, '/', { headers: { host: 'other.device.example', 'accept-language': 'fr' } })
  assert.deepEqual([answer.status, answer.headers['content-language'], answer.headers.connection], [421, 'fr', 'close'])
})

test('an event stream’s head and each event arrive while the backend says nothing more', async (t) => {
  let stream: { write(text: string): void; end(): void } | undefined
  const { target } = await openBackend(t, (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    stream = response
  })
  const { agent } = await openDoor(t, target)
  const request = https.get({ agent, path: '/events', headers: { host: HOST } })
  const [answer] = (await once(request, 'response')) as [IncomingMessage]
  for (const event of ['data: one\n\n', 'data: two\n\n']) {
    stream?.write(event)
    assert.equal(String((await once(answer, 'data'))[0]), event)
  }
  stream?.end()
  await once(answer, 'end')
})

test('a request body arrives piece by piece, and an answer may overtake it', async (t) => {
  const { target } = await openBackend(t, (request, response) => {
    request.on('data', (chunk) => response.write(`heard ${chunk}`))
    request.on('end', () => response.end())
  })
  const { agent } = await openDoor(t, target)
  const request = https.request({ agent, method: 'POST', path: '/', headers: { host: HOST } })
  request.write('one')
  const [answer] = (await once(request, 'response')) as [IncomingMessage]
  assert.equal(String((await once(answer, 'data'))[0]), 'heard one')
  request.write('two')
  assert.equal(String((await once(answer, 'data'))[0]), 'heard two')
  request.end()
  assert.equal(await text(answer), '')
})

test('trailers travel both ways, without what does not belong in them', async (t) => {
  let seen: NodeJS.Dict<string> = {}
  const { target } = await openBackend(t, async (request, response) => {
    await text(request)
    seen = request.trailers
    response.writeHead(200, { trailer: 'x-sum' })
    response.write('body')
    response.addTrailers({ 'x-sum': 'abc', 'set-cookie': 'a=1' })
    response.end()
  })
  const { agent } = await openDoor(t, target)
  const request = https.request({
    agent,
    method: 'POST',
    path: '/',
    headers: { host: HOST, trailer: 'x-up', 'transfer-encoding': 'chunked' },
  })
  request.write('body')
  request.addTrailers({ 'x-up': 'def', 'x-forwarded-for': '10.0.0.1' })
  request.end()
  const [answer] = (await once(request, 'response')) as [IncomingMessage]
  assert.equal(await text(answer), 'body')
  assert.deepEqual({ ...seen }, { 'x-up': 'def' })
  assert.deepEqual({ ...answer.trailers }, { 'x-sum': 'abc' })
})

test('the go-ahead for a body is the backend’s own', async (t) => {
  const { server, target } = await openBackend(t, async (request, response) => response.end(await text(request)))
  server.on('checkContinue', (request, response) => {
    if (request.url === '/no') return void response.writeHead(417).end('no')
    response.writeContinue()
    server.emit('request', request, response)
  })
  const { agent } = await openDoor(t, target)
  const ask = (path: string) =>
    https.request({ agent, method: 'PUT', path, headers: { host: HOST, expect: '100-continue', 'content-length': '4' } })
  const welcome = ask('/yes')
  welcome.flushHeaders()
  await once(welcome, 'continue')
  welcome.end('body')
  const [agreed] = (await once(welcome, 'response')) as [IncomingMessage]
  assert.equal(await text(agreed), 'body')
  const unwelcome = ask('/no')
  unwelcome.on('continue', () => assert.fail('nobody agreed')).flushHeaders()
  const [refused] = (await once(unwelcome, 'response')) as [IncomingMessage]
  assert.deepEqual([refused.statusCode, refused.headers.connection], [417, 'close'])
  unwelcome.on('error', () => undefined).destroy()
})

test('methods without a body get none, whatever their name', async (t) => {
  const { target } = await openBackend(t, (request, response) =>
    response.end(`${request.method} ${request.headers['content-length']} ${request.headers['transfer-encoding']}`),
  )
  const { port } = await openDoor(t, target)
  for (const [method, expected] of [
    ['GET', 'undefined'],
    ['DELETE', 'undefined'],
    ['POST', '0'],
    ['PUT', '0'],
    ['PROPFIND', '0'],
  ]) {
    const socket = await enter(port)
    socket.write(`${method} / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`)
    assert.match(await text(socket), new RegExp(`${method} ${expected} undefined`))
  }
})

test('a chunked body of any method stays framed', async (t) => {
  const { target } = await openBackend(t, async (request, response) => response.end(`${request.method} ${await text(request)}`))
  const { agent } = await openDoor(t, target)
  for (const method of ['GET', 'DELETE', 'PATCH'])
    assert.equal((await visit({ agent }, '/', { method, headers: { 'transfer-encoding': 'chunked' } }, 'body')).body, `${method} body`)
})

test('an HTTP/1.0 visitor gets an answer he can read', async (t) => {
  const { target } = await openBackend(t, (_, response) => {
    response.write('no ')
    response.end('length')
  })
  const { port } = await openDoor(t, target)
  const socket = await enter(port)
  socket.write(`GET / HTTP/1.0\r\nHost: ${HOST}\r\n\r\n`)
  const answer = await text(socket)
  assert.match(answer, /\r\n\r\nno length$/)
  assert.doesNotMatch(answer, /chunked/i)
})

test('a service that is down: a page in the visitor’s language, not stored, and the owner hears of it', async (t) => {
  const server = net.createServer()
  const port = await listenOn(t, server)
  server.close()
  const door = await openDoor(t, { kind: 'http', host: '127.0.0.1', port })
  const english = await visit(door, '/')
  assert.equal(english.status, 502)
  assert.match(english.body, /The service is not running/)
  assert.equal(english.headers['cache-control'], 'no-store')
  assert.match(String(english.headers['content-security-policy']), /^default-src 'none'/)
  assert.doesNotMatch(english.body, /127\.0\.0\.1/)
  const french = await visit(door, '/', { headers: { 'accept-language': 'fr-FR,fr;q=0.9,en;q=0.5' } })
  const program = await visit(door, '/', { headers: { accept: 'application/json' } })
  assert.deepEqual([program.status, program.headers['content-type']], [502, 'application/json'])
  assert.deepEqual(JSON.parse(program.body).error, 'not-running')
  const curl = await visit(door, '/', { headers: { accept: '*/*', 'accept-language': 'fr' } })
  assert.match(curl.body, /^Le service n’est pas démarré/)
  assert.match(french.body, /<html lang="fr">[\s\S]*n’est pas démarré/)
  assert.equal((await visit(door, '/', { method: 'HEAD' })).body, '')
  assert.equal((await visit(door, '/', { method: 'POST' }, 'x'.repeat(100_000))).status, 502)
  assert.deepEqual(door.events, Array(6).fill('web refused'))
})

test('a target that must not be one is not connected to', async (t) => {
  const { target } = await openBackend(t, () => assert.fail('forbidden'))
  const door = await openDoor(t, target, { isOwnListener: (_, port) => port === target.port })
  assert.equal((await visit(door, '/')).status, 502)
  assert.deepEqual(door.events, ['web forbidden'])
  const metadata = await openDoor(t, { kind: 'http', host: '169.254.169.254', port: 80 })
  assert.equal((await visit(metadata, '/latest/')).status, 502)
  assert.deepEqual(metadata.events, ['web forbidden'])
})

test('a service that leads back to the door is noticed at the first turn', async (t) => {
  let turns = 0
  const door = await openDoor(
    t,
    { kind: 'http', host: '127.0.0.1', port: 1 },
    {
      route: (host) => ({
        service: host,
        target: { kind: 'https', host: '127.0.0.1', port: back, pin: fingerprintOf(own) },
        isGated: false,
      }),
    },
  )
  // A detour that keeps the header, as any honest proxy does; the name must be ours again.
  const own = await issue(await makeAuthority(), { names: ['127.0.0.1'] })
  const detour = tls.createServer({ cert: own.certPem, key: own.keyPem })
  const back = await listenOn(t, detour)
  detour.on('secureConnection', async (socket) => {
    turns += 1
    const again = await enter(door.port)
    socket.pipe(again).pipe(socket)
  })
  assert.equal((await visit(door, '/')).status, 508)
  assert.equal(turns, 1)
})

test('something that is no web server is not shown as one', async (t) => {
  const server = net.createServer((socket) => socket.end('220 mail ready\r\n'))
  const port = await listenOn(t, server)
  const door = await openDoor(t, { kind: 'http', host: '127.0.0.1', port })
  assert.equal((await visit(door, '/')).status, 502)
  assert.deepEqual(door.events, ['web odd'])
})

test('a connection that the backend has just closed is replaced, once, for requests that may be repeated', async (t) => {
  let connections = 0
  const server = net.createServer((socket) => {
    connections += 1
    socket.on('error', () => undefined)
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      // The next request on this connection meets a reset, as when an idle timeout and a request cross.
      socket.once('data', () => socket.resetAndDestroy())
    })
  })
  const port = await listenOn(t, server)
  // However slow this machine is, what is kept is not given up meanwhile.
  t.mock.timers.enable({ apis: ['setInterval'] })
  const door = await openDoor(t, { kind: 'http', host: '127.0.0.1', port })
  assert.equal((await visit(door, '/')).body, 'ok')
  assert.equal((await visit(door, '/')).body, 'ok')
  assert.equal(connections, 2)
  assert.equal((await visit(door, '/')).body, 'ok')
  assert.equal((await visit(door, '/', { method: 'POST' }, 'x')).status, 502)
  assert.equal(door.events.includes('web refused'), false)
})

test('a visitor who leaves takes his request with him', async (t) => {
  const left = Promise.withResolvers<void>()
  const { target } = await openBackend(t, (request, response) => {
    response.write('begun')
    request.socket.once('close', () => left.resolve())
  })
  const { port } = await openDoor(t, target)
  const socket = await enter(port)
  socket.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`)
  await once(socket, 'data')
  socket.destroy()
  await left.promise
})

test('an answer that breaks off does not look whole', async (t) => {
  const { target } = await openBackend(t, (request, response) => {
    if (request.url === '/length') response.writeHead(200, { 'content-length': '100' })
    response.write('only this')
    setImmediate(() => request.socket.destroy())
  })
  const { port } = await openDoor(t, target)
  for (const path of ['/length', '/chunked']) {
    const socket = await enter(port)
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`)
    const answer = await untilClosed(socket)
    assert.match(answer, /only this/)
    assert.doesNotMatch(answer, /\r\n0\r\n/)
  }
})

test('an https service with a certificate of its own is reached once its owner has accepted exactly that one', async (t) => {
  const own = await issue(await makeAuthority(), { names: ['nas.local'] })
  const server = https.createServer({ cert: own.certPem, key: own.keyPem }, (_, response) => response.end('nas'))
  const port = await listenOn(t, server)
  t.after(() => server.closeAllConnections())
  const at = { kind: 'https', host: '127.0.0.1', port } as const
  const door = await openDoor(t, { ...at, pin: fingerprintOf(own) })
  assert.equal((await visit(door, '/')).body, 'nas')
  assert.deepEqual(door.events, ['web ok'])
  const other = await issue(await makeAuthority(), { names: ['nas.local'] })
  for (const pin of [undefined, null, fingerprintOf(other)]) {
    const shut = await openDoor(t, { ...at, pin })
    const answer = await visit(shut, '/')
    assert.equal(answer.status, 502)
    assert.match(answer.body, /could not be recognised/)
    assert.deepEqual(shut.events, ['web untrusted'])
  }
})

test('a host name is resolved, and one that leads nowhere is said so', async (t) => {
  const { target } = await openBackend(t, (_, response) => response.end('by name'))
  const door = await openDoor(t, { ...target, host: 'localhost' })
  assert.equal((await visit(door, '/')).body, 'by name')
  const lost = await openDoor(t, { ...target, host: 'nowhere.invalid' })
  assert.equal((await visit(lost, '/')).status, 502)
  assert.deepEqual(lost.events, ['web not-found'])
})
