import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import { duplexPair } from 'node:stream'
import { test } from 'node:test'
import tls, { type TLSSocket } from 'node:tls'
import { issue } from '../../certificates/self-made.ts'
import { PROBE_PROTOCOL } from './front-door.ts'
import { authority, enter, HOST, listenOn, openBackend, openDoor, text, untilClosed, visit, wildcard } from './test-door.ts'

const echo = (body: string) => (_: unknown, response: { end(body: string): void }) => response.end(body)

async function handshakeError(port: number, options: tls.ConnectionOptions): Promise<string | undefined> {
  const socket = tls.connect({ host: '127.0.0.1', port, ca: authority.certPem, ...options })
  const outcome = await once(socket, 'secureConnect').then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error.code,
  )
  socket.destroy()
  return outcome
}

test('a known name gets its certificate and its service', async (t) => {
  const { target } = await openBackend(t, echo('hello from home'))
  const door = await openDoor(t, target)
  assert.equal((await visit(door, '/')).body, 'hello from home')
  assert.deepEqual(door.events, ['web ok'])
})

test('an unknown name, no name, a name without a certificate: an alert, and nothing is guessed', async (t) => {
  const { target } = await openBackend(t, () => assert.fail('nobody gets in'))
  const door = await openDoor(t, target, { certificate: (host) => (host === HOST ? undefined : wildcard) })
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const)
    for (const servername of ['other.device.example', '', HOST])
      assert.match(
        (await handshakeError(door.port, { servername, maxVersion })) ?? 'let in',
        /HANDSHAKE_FAILURE/,
        `${servername} ${maxVersion}`,
      )
})

test('old TLS and other protocols are refused', async (t) => {
  const { target } = await openBackend(t, () => assert.fail('nobody gets in'))
  const { port } = await openDoor(t, target)
  const old = { servername: HOST, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
  assert.match((await handshakeError(port, old)) ?? 'let in', /PROTOCOL_VERSION/)
  assert.match((await handshakeError(port, { servername: HOST, ALPNProtocols: ['h3'] })) ?? 'let in', /NO_APPLICATION_PROTOCOL/)
  const plain = net.connect(port, '127.0.0.1')
  plain.write('GET / HTTP/1.1\r\nHost: web.device.example\r\n\r\n')
  assert.doesNotMatch(await untilClosed(plain), /HTTP/)
})

test('a certificate that cannot be used harms its own visitor only', async (t) => {
  const { target } = await openBackend(t, echo('still here'))
  const door = await openDoor(t, target, {
    route: () => ({ service: 'web', target, isGated: false }),
    certificate: (host) => (host === HOST ? wildcard : { certPem: 'torn', keyPem: 'torn' }),
  })
  assert.ok(await handshakeError(door.port, { servername: 'other.device.example' }))
  assert.equal((await visit(door, '/')).body, 'still here')
})

test('a visitor out of the tunnel is served like one over TCP, with his own address, each with his own', async (t) => {
  const { target } = await openBackend(t, (request, response) => response.end(request.headers['x-forwarded-for']))
  const { door, agent } = await openDoor(t, target)
  const addresses = ['198.18.0.10', '2001:db8::7', '::ffff:198.18.0.11']
  const sockets = addresses.map((address) => {
    const [home, visitor] = duplexPair()
    door.accept(home, { address, port: 4711 })
    return tls.connect({ socket: visitor, servername: HOST, ca: authority.certPem })
  })
  const answers = sockets.map(async (socket) => {
    await once(socket, 'secureConnect')
    socket.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`)
    return text(socket)
  })
  for (const [index, seen] of ['198.18.0.10', '2001:db8::7', '198.18.0.11'].entries())
    assert.match((await answers[index]) ?? '', new RegExp(`^HTTP/1.1 200 OK[\\s\\S]*${seen}`))
  assert.equal((await visit({ agent }, '/')).body, '127.0.0.1')
})

test('a stream out of the tunnel that breaks takes nothing with it', async (t) => {
  const { target } = await openBackend(t, echo('still here'))
  const door = await openDoor(t, target)
  const [home, visitor] = duplexPair()
  door.door.accept(home, { address: '198.18.0.10', port: 1 })
  const gone = untilClosed(home)
  home.destroy(new Error('lane lost'))
  await gone
  visitor.destroy()
  assert.equal((await visit(door, '/')).body, 'still here')
})

test('a probe reaches whoever answers probes, and never HTTP', async (t) => {
  const { target } = await openBackend(t, () => assert.fail('a probe is no request'))
  const { port } = await openDoor(t, target, { onProbe: (socket) => socket.once('data', (nonce) => socket.end(nonce)) })
  const probe = await enter(port, { ALPNProtocols: [PROBE_PROTOCOL] })
  assert.equal(probe.alpnProtocol, PROBE_PROTOCOL)
  probe.write('GET / HTTP/1.1\r\n\r\n')
  assert.equal(await text(probe), 'GET / HTTP/1.1\r\n\r\n')
})

test('a renewed certificate serves the next visitor while the one inside goes on', async (t) => {
  let current = wildcard
  const { target } = await openBackend(t, echo('served'))
  const door = await openDoor(t, target, { certificate: () => current })
  const serial = (socket: TLSSocket) => socket.getPeerCertificate().serialNumber
  const inside = await enter(door.port)
  current = await issue(authority, { names: ['*.device.example'] })
  const next = await enter(door.port)
  assert.notEqual(serial(inside), serial(next))
  for (const socket of [inside, next]) {
    socket.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`)
    assert.match(await text(socket), /served/)
  }
})

test('a service that goes is gone for those inside too', async (t) => {
  const { target } = await openBackend(t, echo('served'))
  let open = true
  const door = await openDoor(t, target, { route: () => (open ? { service: 'web', target, isGated: false } : undefined) })
  assert.equal((await visit(door, '/')).status, 200)
  open = false
  const answer = await visit(door, '/')
  assert.equal(answer.status, 421)
  assert.equal(answer.headers.connection, 'close')
})

test('closing hangs up on idle visitors and unfinished handshakes, then on running ones, and takes nobody in', async (t) => {
  const { target } = await openBackend(t, (request, response) => {
    if (request.url === '/stream') response.write('begun')
    else response.end('done')
  })
  const { door, port } = await openDoor(t, target)
  const idle = await enter(port)
  idle.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`)
  await once(idle, 'data')
  const shy = net.connect(port, '127.0.0.1')
  await once(shy, 'connect')
  const running = await enter(port)
  running.write(`GET /stream HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`)
  await once(running, 'data')
  const order: string[] = []
  const closed = [untilClosed(idle).then(() => order.push('idle')), untilClosed(shy).then(() => order.push('shy'))]
  const last = untilClosed(running).then(() => order.push('running'))
  const shut = door.close().then(() => order.push('closed'))
  await Promise.all([...closed, last, shut])
  assert.deepEqual(order.slice(0, 2).sort(), ['idle', 'shy'])
  assert.deepEqual(order.slice(2).sort(), ['closed', 'running'])
  const late = net.connect(port, '127.0.0.1')
  await assert.rejects(once(late, 'connect'), { code: 'ECONNREFUSED' })
  const [home] = duplexPair()
  door.accept(home, { address: '198.18.0.10', port: 1 })
  assert.equal(home.destroyed, true)
  await assert.rejects(door.listen('127.0.0.1', 0), /closed/)
})

test('an answer that has just ended leaves before a door that closes hangs up', async (t) => {
  const { target } = await openBackend(t, (_, response) => void response.end('home'))
  let shut: Promise<void> | undefined
  const closeBehind = {
    answered: () =>
      process.nextTick(() => {
        shut = one.door.close()
      }),
    waited: () => undefined,
    leave: () => undefined,
  }
  const one = await openDoor(t, target, { meter: () => closeBehind })
  assert.equal((await visit(one, '/')).body, 'home')
  await shut
})

test('a port that is taken is said so', async (t) => {
  const { target } = await openBackend(t, echo(''))
  const { door } = await openDoor(t, target)
  const other = net.createServer()
  const port = await listenOn(t, other)
  await assert.rejects(door.listen('127.0.0.1', port), { code: 'EADDRINUSE' })
})

test('by a name that was changed, whoever opens a page is sent on, not for good; what programs ask for is answered', async (t) => {
  const { target } = await openBackend(t, echo('answered here'))
  const route = () => ({ service: 'web', target, isGated: false, movedTo: 'web.new.example' })
  const door = await openDoor(t, target, { route })
  const opening = { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' }
  for (const host of [HOST, `${HOST}:8443`]) {
    const { status, headers } = await visit(door, '/a//b?c=d', { headers: { ...opening, Host: host } })
    assert.deepEqual(
      [status, headers.location, headers['cache-control']],
      [307, `https://${host.replace(HOST, 'web.new.example')}/a//b?c=d`, 'no-store'],
    )
  }
  for (const other of [
    { headers: {} },
    { headers: { ...opening, 'Sec-Fetch-Dest': 'iframe' } },
    { headers: { 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Dest': 'empty' } },
    { headers: opening, method: 'POST' },
  ])
    assert.equal((await visit(door, '/', other)).body, 'answered here')
})
