/** Limits and bans at the doors: over the direct path and out of the tunnel alike, by the visitor's own address. */
import assert from 'node:assert/strict'
import dgram from 'node:dgram'
import { once } from 'node:events'
import http2 from 'node:http2'
import net, { type AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { duplexPair } from 'node:stream'
import { type TestContext, test } from 'node:test'
import tls from 'node:tls'
import { eventually } from '../../lab/eventually.ts'
import type { Guest } from '../../protocol/model/guest.ts'
import { createBanList } from '../bans/ban-list.ts'
import { MAX_BANNED_REQUESTS, MAX_REQUESTS, OFFENCES } from '../bans/limits.ts'
import { createVisitors, type Visitors } from '../bans/visitors.ts'
import { forwardTcp } from './forward-tcp.ts'
import { forwardUdp } from './forward-udp.ts'
import { frame, GET, head, TYPE } from './http2-frames.fixture.ts'
import type { Door } from './test-door.ts'
import { authority, enter, HOST, listenOn, openBackend, openDoor, untilClosed, visit } from './test-door.ts'

const STRANGER = '198.51.100.7'
const SCAN = ['/.env', '/.git/config', '/wp-login.php', '/phpmyadmin/', '/adminer.php']

/** Who counts; whoever comes over loopback is taken for a stranger there. The clock stands, so that a slow machine forgives nobody. */
function counting(isExempt: (address: string) => boolean = () => false): Visitors & { unban(): void } {
  const bans = createBanList()
  const nowMs = Date.now()
  const visitors = createVisitors({ bans, isExempt, onBan: () => undefined, now: () => nowMs })
  return Object.assign(visitors, { unban: () => void bans.lift('127.0.0.1', Date.now()) })
}

async function openHouse(t: TestContext, visitors: Visitors): Promise<Door> {
  const { target } = await openBackend(t, ({ url }, response) => {
    response.statusCode = url === '/' ? 200 : 404
    response.end('ok')
  })
  return await openDoor(t, target, { enter: visitors.enter })
}

/** A visitor out of the tunnel, as the relay tells of him. */
async function tunnelled(door: Door, address = STRANGER, ALPNProtocols: string[] = ['http/1.1']): Promise<tls.TLSSocket> {
  const [here, there] = duplexPair()
  door.door.accept(there, { address, port: 50_000 })
  const socket = tls.connect({ socket: here, servername: HOST, ca: authority.certPem, ALPNProtocols })
  await once(socket, 'secureConnect')
  return socket
}

async function ask(socket: Duplex, ...paths: string[]): Promise<string> {
  for (const [index, path] of paths.entries())
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${HOST}\r\n${index === paths.length - 1 ? 'Connection: close\r\n' : ''}\r\n`)
  // The end of the pair that stands for the tunnel does not close by itself.
  socket.once('end', () => socket.destroy())
  return await untilClosed(socket)
}

const statuses = (text: string): string[] => [...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status = '']) => status)

test('who scans is banned by his own address, over both paths: he reads why, and nobody else is', async (t) => {
  const visitors = counting()
  const door = await openHouse(t, visitors)
  for (const path of SCAN) assert.equal((await visit(door, path)).status, 404)
  const page = await visit(door, '/', { headers: { 'accept-language': 'fr' } })
  assert.deepEqual([page.status, page.headers['content-language'], page.headers.connection], [403, 'fr', 'close'])
  assert.ok(Number(page.headers['retry-after']) > 590)
  assert.match(page.body, /dans 10 minutes[\s\S]*127\.0\.0\.1/)
  assert.deepEqual(statuses(await ask(await tunnelled(door, '127.0.0.1'), '/')), ['403'], 'the same address through the tunnel')
  assert.deepEqual(statuses(await ask(await tunnelled(door), '/')), ['200'], 'another one')
})

test('who scans through the tunnel is banned on the direct path as well', async (t) => {
  const visitors = counting()
  const door = await openHouse(t, visitors)
  for (const path of SCAN) assert.deepEqual(statuses(await ask(await tunnelled(door, '127.0.0.1'), path)), ['404'])
  assert.equal((await visit(door, '/')).status, 403)
})

test('a banned visitor who goes on is cut off before TLS', async (t) => {
  const visitors = counting()
  const door = await openHouse(t, visitors)
  for (const path of SCAN) await visit(door, path)
  for (let look = 0; look < 3; look++) assert.deepEqual(statuses(await ask(await enter(door.port), '/')), ['403'])
  const socket = tls.connect({ host: '127.0.0.1', port: door.port, servername: HOST, ca: authority.certPem })
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException]
  assert.equal(error.code, 'ECONNRESET')
})

test('over HTTP/2 each stream is told why, until the connection is cut', async (t) => {
  const door = await openHouse(t, counting())
  const session = http2.connect(`https://${HOST}:${door.port}`, { host: '127.0.0.1', ca: authority.certPem, servername: HOST })
  session.on('error', () => undefined)
  t.after(() => session.destroy())
  const statusOf = async (path: string): Promise<unknown> => {
    const stream = session.request({ ':path': path })
    stream.on('error', () => undefined)
    stream.resume().end()
    return await new Promise((resolve) => {
      stream.once('response', (headers) => resolve(headers[':status']))
      stream.once('close', () => resolve('cut'))
    })
  }
  const scan: unknown[] = []
  for (const path of SCAN) scan.push(await statusOf(path))
  assert.deepEqual(scan, [404, 404, 404, 404, 404])
  const after: unknown[] = []
  while (after.at(-1) !== 'cut' && after.length < 2 * MAX_BANNED_REQUESTS) after.push(await statusOf('/'))
  assert.deepEqual(after, [...Array(MAX_BANNED_REQUESTS).fill(403), 'cut'])
})

test('what is refused counts like any request: over HTTP/2, too, nobody has endless refusals', async (t) => {
  const begun: string[] = []
  const guest: Guest = {
    secured() {},
    beginRequest: (service) => void begun.push(service),
    endRequest() {},
    answered() {},
    malformed() {},
    leave() {},
  }
  const door = await openDoor(t, { kind: 'http', host: '127.0.0.1', port: 1 }, { enter: () => guest })
  const session = http2.connect(`https://${HOST}:${door.port}`, { host: '127.0.0.1', ca: authority.certPem, servername: HOST })
  session.on('error', () => undefined)
  t.after(() => session.destroy())
  for (let round = 0; round < 3; round++) {
    const stream = session.request({ ':authority': 'other.device.example' })
    const [headers] = await once(stream.resume(), 'response')
    assert.equal(headers[':status'], 421)
    await once(stream, 'close')
  }
  assert.deepEqual(begun, ['web', 'web', 'web'])
})

test('who says one thing after the other that is no request is banned; a faulty program that repeats itself is not', async (t) => {
  const visitors = counting()
  const door = await openHouse(t, visitors)
  const say = async (head: string): Promise<string[]> => {
    const socket = await tunnelled(door)
    const told = untilClosed(socket.once('end', () => socket.destroy()))
    socket.write(head)
    return statuses(await told)
  }
  for (let round = 0; round < 2 * OFFENCES.malformed; round++)
    assert.deepEqual(await say(`GET /caf\xe9 HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`), ['400'])
  for (let round = 0; round < 10; round++) assert.deepEqual(await say(`GET /${'x'.repeat(32_768 + round)}`), ['431'])
  assert.ok(!visitors.isBanned(STRANGER))
  for (let round = 0; round < 2 * OFFENCES.malformed && !visitors.isBanned(STRANGER); round++) await say(`\x16\x03${round} GET\r\n\r\n`)
  assert.ok(visitors.isBanned(STRANGER))
})

const PING = Buffer.from('12345678')

test('over HTTP/2 heads that are none count likewise: what differs, and not what repeats itself', async (t) => {
  const visitors = counting()
  const door = await openHouse(t, visitors)
  const asked = async (fieldsOf: (round: number) => string[]): Promise<void> => {
    const socket = await tunnelled(door, STRANGER, ['h2'])
    const heard: Buffer[] = []
    socket.on('error', () => undefined).on('data', (chunk: Buffer) => heard.push(chunk))
    socket.write(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(TYPE.settings, 0, 0)]))
    // So many a second are let pass.
    for (let round = 0; round < 120; round++) socket.write(head(1 + 2 * round, fieldsOf(round)))
    // Answered once all of them are judged, unless he is banned by then.
    socket.write(frame(TYPE.ping, 0, 0, PING))
    await eventually(() => visitors.isBanned(STRANGER) || Buffer.concat(heard).includes(PING))
    socket.destroy()
  }
  await asked(() => [...GET, 'X-Upper', 'the same'])
  assert.ok(!visitors.isBanned(STRANGER))
  await asked((round) => [':method', `GET ${round}`, ...GET.slice(2)])
  assert.ok(visitors.isBanned(STRANGER))
})

test('who is let in again is let in at once, on a connection that stood all the while', async (t) => {
  const visitors = counting()
  const door = await openHouse(t, visitors)
  for (const path of SCAN) await visit(door, path)
  assert.equal((await visit(door, '/')).status, 403)
  visitors.unban()
  assert.equal((await visit(door, '/')).status, 200)
})

test('a visitor at home is never banned, whatever he asks for', async (t) => {
  const visitors = counting((address) => address === '127.0.0.1')
  const door = await openHouse(t, visitors)
  for (let round = 0; round < 10; round++) for (const path of SCAN) assert.equal((await visit(door, `${path}${round}`)).status, 404)
  assert.equal((await visit(door, '/')).status, 200)
})

test('answers of our own say nothing: what is misdirected, malformed or not running bans nobody', async (t) => {
  const visitors = counting()
  const { target } = await openBackend(t, (_request, response) => response.end())
  const closed = net.createServer()
  const port = await listenOn(t, closed)
  closed.close()
  const down = await openDoor(t, { ...target, port }, { enter: visitors.enter })
  for (let round = 0; round < 20; round++) {
    // As the relay looks at our page.
    const look = await enter(down.port)
    look.write('HEAD / HTTP/1.1\r\nHost: porchlight.invalid\r\nConnection: close\r\n\r\n')
    assert.deepEqual(statuses(await untilClosed(look)), ['421'])
    assert.equal((await visit(down, `/.env.${round}`)).status, 502)
  }
  assert.ok(!visitors.isBanned('127.0.0.1'))
})

test('requests beyond those that may be under way are answered 429, with a time to wait, and count for nothing when they are over', async (t) => {
  const visitors = counting()
  let free = (): void => undefined
  const { target } = await openBackend(t, (_request, response) => response.end('ok'))
  const door = await openDoor(t, target, { enter: visitors.enter })
  const others = visitors.enter('127.0.0.1', () => undefined)
  for (let index = 0; index < MAX_REQUESTS; index++) assert.equal(others?.beginRequest('web'), undefined)
  free = () => others?.endRequest()
  const busy = await visit(door, '/')
  assert.deepEqual([busy.status, busy.headers['retry-after'], busy.headers['content-language']], [429, '2', 'en'])
  free()
  for (let round = 0; round < 5; round++) assert.equal((await visit(door, '/')).status, 200)
})

test('a visitor who leaves in the middle is no longer counted', async (t) => {
  const visitors = counting()
  const { target } = await openBackend(t, () => undefined)
  const door = await openDoor(t, target, { enter: visitors.enter })
  const others = visitors.enter('127.0.0.1', () => undefined)
  for (let index = 0; index < MAX_REQUESTS - 1; index++) others?.beginRequest('web')
  /** Why there is no room for it; one that is let in goes at once. */
  const oneMore = (): string | undefined => {
    const refused = others?.beginRequest('web')
    if (!refused) others?.endRequest()
    return refused?.why
  }
  for (let round = 0; round < 5; round++) {
    const socket = await enter(door.port)
    socket.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`)
    await eventually(() => oneMore() === 'busy')
    socket.destroy()
    await eventually(() => oneMore() === undefined)
  }
})

async function openRaw(t: TestContext, visitors: Visitors, onConnection: (socket: net.Socket) => void) {
  const server = net.createServer(onConnection)
  const port = await listenOn(t, server)
  const forward = await forwardTcp({
    isOwnListener: () => false,
    lanPrefixes: () => [],
    listenAddress: '127.0.0.1',
    port: 0,
    target: () => ({ kind: 'tcp', host: '127.0.0.1', port }),
    enter: (address, cut) => visitors.enterRaw(address, 'box', cut),
    signal: AbortSignal.timeout(60_000),
  })
  t.after(() => forward.close())
  return forward
}

test('raw TCP: who comes and leaves again and again is banned, what he has open is cut, and he gets nothing more', async (t) => {
  const visitors = counting()
  const forward = await openRaw(t, visitors, (socket) => void socket.on('error', () => undefined).write('SSH-2.0-x\r\n'))
  const stays = net.connect({ host: '127.0.0.1', port: forward.port })
  await once(stays, 'data')
  const cut = untilClosed(stays)
  for (let knock = 0; knock < 2 * OFFENCES['short-connection'] && !visitors.isBanned('127.0.0.1'); knock++) {
    const socket = net.connect({ host: '127.0.0.1', port: forward.port })
    socket.on('error', () => undefined)
    await Promise.race([once(socket, 'data'), once(socket, 'close')])
    socket.destroy()
  }
  assert.ok(visitors.isBanned('127.0.0.1'))
  await cut
  assert.equal(await untilClosed(net.connect({ host: '127.0.0.1', port: forward.port })), '')
})

test('UDP: what comes from a banned address is dropped', async (t) => {
  const visitors = counting()
  const echo = dgram.createSocket('udp4')
  echo.on('message', (bytes, { port, address }) => echo.send(bytes, port, address))
  echo.bind(0, '127.0.0.1')
  await once(echo, 'listening')
  t.after(() => echo.close())
  const forward = await forwardUdp({
    isOwnListener: () => false,
    lanPrefixes: () => [],
    listenAddress: '127.0.0.1',
    port: 0,
    target: () => ({ kind: 'udp', host: '127.0.0.1', port: (echo.address() as AddressInfo).port }),
    isBanned: visitors.isBanned,
    signal: AbortSignal.timeout(60_000),
  })
  t.after(() => forward.close())
  for (let guess = 0; guess < 12; guess++) visitors.refused(STRANGER, 'game', String(guess))
  forward.deliver(Buffer.from('from a banned one'), { address: STRANGER, port: 1 }, () => assert.fail('answered'))
  assert.equal(forward.flows(), 0)
  const answer = await new Promise<string>((resolve) =>
    forward.deliver(Buffer.from('hello'), { address: '198.51.100.8', port: 1 }, (bytes) => resolve(String(bytes))),
  )
  assert.equal(answer, 'hello')
})
