import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import { duplexPair } from 'node:stream'
import { test } from 'node:test'
import tls from 'node:tls'
import { WebSocket, WebSocketServer } from 'ws'
import { authority, enter, HOST, listenOn, openBackend, openDoor, text, untilClosed } from './test-door.ts'
import { mayUpgrade } from './upgrade.ts'

test('a WebSocket echoes text and a large binary message, over TCP and out of the tunnel, and closes with its code', async (t) => {
  const { server, target } = await openBackend(t, () => assert.fail('only WebSockets'))
  const sockets = new WebSocketServer({ server, maxPayload: 64 * 1024 * 1024 })
  sockets.on('connection', (socket, request) => {
    socket.send(`from ${request.headers['x-forwarded-for']}`)
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }))
    socket.on('close', (code) => t.diagnostic(`closed with ${code}`))
  })
  const { door, port } = await openDoor(t, target)
  const [home, visitor] = duplexPair()
  door.accept(home, { address: '198.18.0.10', port: 1 })
  const ways: [address: string, createConnection: () => tls.TLSSocket][] = [
    ['127.0.0.1', () => tls.connect({ host: '127.0.0.1', port, servername: HOST, ca: authority.certPem })],
    ['198.18.0.10', () => tls.connect({ socket: visitor, servername: HOST, ca: authority.certPem })],
  ]
  for (const [address, createConnection] of ways) {
    const socket = new WebSocket(`wss://${HOST}/live?x=1`, { createConnection })
    assert.equal(String((await once(socket, 'message'))[0]), `from ${address}`)
    socket.send('hello')
    assert.equal(String((await once(socket, 'message'))[0]), 'hello')
    const large = Buffer.alloc(8 * 1024 * 1024, 'ab')
    socket.send(large)
    assert.ok(large.equals((await once(socket, 'message'))[0] as Buffer))
    socket.close(4001, 'enough')
    assert.equal((await once(socket, 'close'))[0], 4001)
  }
})

test('any other protocol is spliced too, with what either side sent at once', async (t) => {
  const { server, target } = await openBackend(t, () => assert.fail('an upgrade'))
  server.on('upgrade', (request, socket, head) => {
    assert.equal(request.headers.upgrade, 'jukebox/1')
    socket.write('HTTP/1.1 101 Here We Go\r\nConnection: Upgrade\r\nUpgrade: jukebox/1\r\nX-Song: 7\r\n\r\nwelcome ')
    if (head.length > 0) socket.unshift(head)
    socket.pipe(socket)
  })
  const { port } = await openDoor(t, target)
  const socket = await enter(port)
  socket.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: keep-alive, Upgrade\r\nUpgrade: jukebox/1\r\n\r\nearly `)
  let seen = ''
  for await (const chunk of socket) {
    seen += chunk
    if (seen.endsWith('early ')) socket.write('later')
    if (seen.endsWith('later')) break
  }
  assert.match(
    seen,
    /^HTTP\/1\.1 101 Here We Go\r\nConnection: Upgrade\r\nUpgrade: jukebox\/1\r\n(?:.*\r\n)*X-Song: 7\r\n\r\nwelcome early later$/,
  )
})

test('a backend that declines answers in HTTP, and then the connection ends', async (t) => {
  const body = 'no sockets here'.repeat(100_000)
  const { server, target } = await openBackend(t, () => undefined)
  server.on('upgrade', (_, socket) => socket.end(`HTTP/1.1 403 Forbidden\r\nContent-Length: ${body.length}\r\n\r\n${body}`))
  const { port } = await openDoor(t, target)
  const socket = await enter(port)
  socket.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`)
  const answer = await text(socket)
  assert.match(answer, /^HTTP\/1\.1 403 Forbidden\r\n/)
  assert.ok(answer.endsWith(body))
})

test('an upgrade to a service that is down gets the page', async (t) => {
  const server = net.createServer()
  const port = await listenOn(t, server)
  server.close()
  const door = await openDoor(t, { kind: 'http', host: '127.0.0.1', port })
  const socket = await enter(door.port)
  socket.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\nAccept-Language: fr\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`)
  assert.match(await text(socket), /^HTTP\/1\.1 502 [\s\S]*démarré/)
})

test('whoever leaves, the other side learns it', async (t) => {
  const { server, target } = await openBackend(t, () => undefined)
  const { port } = await openDoor(t, target)
  const start = async () => {
    const [socket, [, backend]] = await Promise.all([
      enter(port).then((entered) => {
        entered.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n`)
        return entered
      }),
      once(server, 'upgrade') as Promise<[unknown, net.Socket]>,
    ])
    backend.write('HTTP/1.1 101 OK\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n')
    await once(socket, 'data')
    return { socket, backend }
  }
  const first = await start()
  const heardOf = once(first.backend.resume(), 'end')
  first.socket.destroy()
  await heardOf
  const second = await start()
  const visitorGone = untilClosed(second.socket)
  second.backend.resetAndDestroy()
  await visitorGone
})

test('HTTP/2 in the clear and TLS in TLS are never asked of a backend', async (t) => {
  const { target } = await openBackend(t, (request, response) => response.end(`upgrade: ${request.headers.upgrade}`))
  const { port } = await openDoor(t, target)
  for (const protocol of ['h2c', 'H2C', 'h2', 'HTTP/2.0', 'TLS/1.0', 'websocket, h2c']) {
    const socket = await enter(port)
    socket.write(
      `GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close, Upgrade, HTTP2-Settings\r\nUpgrade: ${protocol}\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n`,
    )
    assert.match(await text(socket), /^HTTP\/1\.1 200 [\s\S]*upgrade: undefined$/, protocol)
  }
  assert.equal(mayUpgrade('websocket, h2c'), false)
  assert.equal(mayUpgrade('a b'), false)
})
