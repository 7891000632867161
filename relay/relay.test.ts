/** The whole relay in this process, on loopback. */

import assert from 'node:assert/strict'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import net, { type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { mock, type TestContext, test } from 'node:test'
import tls, { type TLSSocket } from 'node:tls'
import { eventually } from '../lab/eventually.ts'
import { freePort } from '../test/ports.ts'
import { newIdentity } from '../wire/identity.ts'
import { TUNNEL_ALPN } from '../wire/messages.ts'
import type { RunOptions } from './command-line/run-options.ts'
import { createLog, type Log } from './log.ts'
import { parseExposition } from './operator/metrics/parse.fixture.ts'
import { pageOf } from './operator/operator.ts'
import { inRecords } from './public-side/hello.fixture.ts'
import { temporaryFolder } from './registry/registry.fixture.ts'
import { openSqliteRegistry } from './registry/sqlite.ts'
import { startRelay } from './relay.ts'
import { testDevice } from './tunnel/device.fixture.ts'

const at = (port: number) => ({ host: '127.0.0.1', port })
const LEAST: RunOptions = {
  domain: 'relay.example',
  addresses: { ipv4: '127.0.0.1' },
  https: at(0),
  http: at(0),
  dns: 'off',
  dnsUpdate: undefined,
  certificate: { kind: 'self-made' },
  stunIPv4: undefined,
  probeCaFile: undefined,
  witnesses: {},
  open: true,
  host: 'relay.example',
  siblings: [],
  nameServers: ['ns.relay.example'],
  publicPorts: { first: 20000, last: 29999 },
  lineMbit: undefined,
  deviceMbit: undefined,
  mail: undefined,
  alertAfterMs: 300_000,
  operating: { monthlyBytes: null, page: 'off', abuseContact: undefined, logVisitors: false },
}

async function running(context: TestContext, changes: Partial<RunOptions> = {}, log: Log = () => {}) {
  const folder = temporaryFolder(context)
  const relay = await startRelay({ ...LEAST, ...changes }, folder, log)
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => {
    closing ??= relay.close()
    return closing
  }
  context.after(close)
  const port = Number(new URL(relay.url).port)
  const ca = readFileSync(join(folder, 'ca.pem'), 'utf8')
  const secure = async (options: tls.ConnectionOptions = {}): Promise<TLSSocket> => {
    const socket = tls.connect({ ...at(port), servername: 'relay.example', ca, ...options })
    context.after(() => socket.destroy())
    await once(socket, 'secureConnect')
    return socket.on('error', () => {})
  }
  return { close, port, ca, secure, folder }
}

async function get(url: string, options: https.RequestOptions): Promise<http.IncomingMessage> {
  const request = (url.startsWith('https') ? https : http).get(url, { agent: false, ...options })
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  return response.resume()
}

test('one port serves the relay’s pages, the tunnel, and every home’s visitors', async (context) => {
  const { port, ca, secure } = await running(context)
  const page = await get(`https://127.0.0.1:${port}/`, { ca, servername: 'relay.example' })
  assert.equal(page.statusCode, 200)

  const device = testDevice(await secure({ ALPNProtocols: [TUNNEL_ALPN] }), newIdentity())
  assert.equal((await device.next()).m, 'hello')
  const { label, httpsPort } = await device.introduce()
  assert.equal(httpsPort, port)
  const publication = { services: [{ name: 'web', kind: 'http', links: ['abcdefgh2345'], direct: [] }], direct: [] }
  assert.deepEqual((await device.ask({ kind: 'publish', publication })).result, { ports: [] })
  const link = await get(`https://127.0.0.1:${port}/s/abcdefgh2345`, { ca, servername: 'relay.example' })
  assert.equal(link.headers.location, `https://web.${label}.relay.example:${port}/`)

  const visitor = tls.connect({ ...at(port), servername: `web.${label}.relay.example` })
  const closed = new Promise((resolve) => visitor.on('error', () => {}).once('close', resolve))
  const stream = await device.visitor()
  const [bytes] = (await once(stream, 'data')) as [Buffer]
  assert.deepEqual([bytes[0], bytes.includes(`web.${label}.relay.example`)], [22, true], 'the hello, unread')
  stream.destroy()
  await closed
})

test('plain HTTP is sent on to HTTPS, and the relay’s names are in DNS', async (context) => {
  const [httpPort, dnsPort] = [await freePort(), await freePort()]
  const { port } = await running(context, { http: at(httpPort), dns: at(dnsPort) })
  const answer = await get(`http://127.0.0.1:${httpPort}/s/abcdefgh2345`, { headers: { host: 'relay.example' } })
  assert.deepEqual([answer.statusCode, answer.headers.location], [308, `https://relay.example:${port}/s/abcdefgh2345`])
  const resolver = new Resolver()
  resolver.setServers([`127.0.0.1:${dnsPort}`])
  assert.deepEqual(await resolver.resolve4('relay.example'), ['127.0.0.1'])
})

test('a port that is taken is named, and everything opened before is closed again', async (context) => {
  const taken = net.createServer().listen(at(0))
  await once(taken, 'listening')
  context.after(() => taken.close())
  const busy = at((taken.address() as AddressInfo).port)
  const [httpsPort, dnsPort] = [await freePort(), await freePort()]
  const problem = { code: 'port-taken', severity: 'critical', params: { address: `127.0.0.1:${busy.port} (EADDRINUSE)` } }
  for (const changes of [{ https: busy }, { https: at(httpsPort), dns: at(dnsPort), http: busy }, { dns: busy }])
    await assert.rejects(running(context, changes), { name: 'ProblemError', problem })
  await running(context, { https: at(httpsPort), dns: at(dnsPort) })
})

test('a closed relay leaves its ports free at once, and lets everybody go', async (context) => {
  const [httpsPort, httpPort, dnsPort] = [await freePort(), await freePort(), await freePort()]
  const ports = { https: at(httpsPort), http: at(httpPort), dns: at(dnsPort) }
  for (let round = 0; round < 3; round++) {
    const { close, secure } = await running(context, ports)
    const [idle, tunnel] = [await secure(), await secure({ ALPNProtocols: [TUNNEL_ALPN] })]
    const device = testDevice(tunnel, newIdentity())
    await device.next()
    await device.introduce()
    const gone = once(idle.resume(), 'close')
    await close()
    await Promise.all([gone, device.closed])
  }
})

test('a start that is given up while it waits for its certificate ends, with nothing left open', async (context) => {
  const asked = Promise.withResolvers<void>()
  const silent = net.createServer(() => asked.resolve()).listen(at(0))
  await once(silent, 'listening')
  context.after(() => silent.close())
  const dnsPort = await freePort()
  const directoryUrl = `https://127.0.0.1:${(silent.address() as AddressInfo).port}/directory`
  const certificate = { kind: 'acme', directoryUrl, email: 'a@example.org', caFile: undefined } as const
  const stop = new AbortController()
  const options = { ...LEAST, dns: at(dnsPort), certificate }
  const starting = startRelay(options, temporaryFolder(context), () => {}, stop.signal)
  await asked.promise
  stop.abort()
  await assert.rejects(starting, { name: 'AbortError' })
  await running(context, { dns: at(dnsPort) })
})

test('a connection for pages has half a minute, however busy it looks', async (context) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  context.after(() => mock.timers.reset())
  const { secure } = await running(context)
  const socket = await secure()
  socket.write('GET / HTTP/1.1\r\nHost: relay.example\r\n\r\nGET /slow')
  await once(socket, 'data')
  mock.timers.tick(29_999)
  assert.equal(socket.destroyed, false)
  mock.timers.tick(1)
  await once(socket.resume(), 'end')
})

test('a WebSocket for lanes stands beside the pages; what is no lane’s is refused', async (context) => {
  const { secure } = await running(context)
  const upgrade = (...headers: string[]): string =>
    [
      'GET /tunnel HTTP/1.1',
      'Host: relay.example',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      ...headers,
      '',
      '',
    ].join('\r\n')
  const key = `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`
  const ours = 'Sec-WebSocket-Protocol: chat, porchlight.1'
  const rows: readonly [string, RegExp][] = [
    [upgrade(key, ours), /^HTTP\/1.1 101 .*Sec-WebSocket-Protocol: porchlight\.1\r\n/s],
    [upgrade(key), /^HTTP\/1.1 426 /],
    [upgrade(key, 'Sec-WebSocket-Protocol: chat'), /^HTTP\/1.1 426 /],
    [upgrade(ours), /^HTTP\/1.1 400 /],
    [upgrade(key, ours, 'Origin: https://evil.example'), /^HTTP\/1.1 403 /],
    [upgrade(key, ours).replace('/tunnel', '/elsewhere'), /^HTTP\/1.1 404 /],
    [upgrade(key, ours).replace('GET', 'POST'), /^HTTP\/1.1 405 /],
  ]
  for (const [request, expected] of rows) {
    const socket = await secure({ ALPNProtocols: ['http/1.1'] })
    socket.write(request)
    const [answer] = (await once(socket, 'data')) as [Buffer]
    assert.match(answer.toString('latin1'), expected, request)
    socket.destroy()
  }
})

test('what is hostile ends its own connection and nothing else', async (context) => {
  const { port, ca } = await running(context)
  const hostile = [
    Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    // A hello for the relay itself, and then nonsense.
    Buffer.concat([inRecords(Buffer.of(1, 0, 0, 41, ...Buffer.alloc(41))), Buffer.alloc(100, 0xff)]),
    Buffer.alloc(200_000, 22),
  ]
  for (const bytes of hostile) {
    const socket = net.connect(at(port))
    socket.on('error', () => {}).resume()
    socket.write(bytes)
    await new Promise((resolve) => socket.once('close', resolve))
  }
  assert.equal((await get(`https://127.0.0.1:${port}/`, { ca, servername: 'relay.example' })).statusCode, 200)
})

test('the log holds no visitor’s address and no key, unless the operator wants the addresses', async (context) => {
  for (const logVisitors of [false, true]) {
    const lines: string[] = []
    const log = createLog({ write: (line) => lines.push(line), visitors: logVisitors })
    const operating = { ...LEAST.operating, logVisitors }
    const { port, secure, folder, close } = await running(context, { open: false, operating }, log)
    const registry = openSqliteRegistry(join(folder, 'registry.db'))
    const codes = [registry.createCode(Date.now() + 60_000), registry.createCode(Date.now() - 1)].map((key) => Buffer.from(key))
    registry.close()
    const [good, old] = codes.map((key) => key.toString('base64url'))
    const tunnel = async () => testDevice(await secure({ ALPNProtocols: [TUNNEL_ALPN], localAddress: '127.0.0.9' } as never), newIdentity())
    const [device, refused, stranger] = [await tunnel(), await tunnel(), await tunnel()]
    for (const each of [device, refused, stranger]) await each.next()
    const { label } = await device.introduce({ code: good ?? '' })
    assert.equal((await refused.introduce({ code: old ?? '' })).code, 'code-expired')
    assert.equal((await stranger.introduce()).code, 'closed')
    const publication = { services: [{ name: 'web', kind: 'http', links: ['abcdefgh2345'], direct: [] }], direct: [] }
    await device.ask({ kind: 'publish', publication })
    const visitor = tls.connect({
      ...at(port),
      localAddress: '127.0.0.9',
      servername: `web.${label}.relay.example`,
    } as tls.ConnectionOptions)
    visitor.on('error', () => {})
    const stream = await device.visitor()
    stream.destroy()
    device.lane.close('over')
    await device.closed
    await close()
    const text = lines.join('')
    for (const event of ['lane-open', 'lane-closed', 'device-refused']) assert.ok(text.includes(`"${event}"`), event)
    assert.equal(/127\.0\.0\.\d/.test(text), logVisitors)
    assert.equal(text.includes(`"visitor"`), logVisitors)
    for (const key of codes)
      for (const secret of [key.toString('base64url'), key.toString('hex'), key.toString('base64'), 'abcdefgh2345'])
        assert.ok(!text.includes(secret))
  }
})

test('the figures of a running relay, as a strict reader takes them, and its health', async (context) => {
  const dnsPort = await freePort()
  const operating = { ...LEAST.operating, page: at(0) }
  const { folder, port, secure } = await running(context, { dns: at(dnsPort), operating })
  const device = testDevice(await secure({ ALPNProtocols: [TUNNEL_ALPN] }), newIdentity())
  await device.next()
  const { label } = await device.introduce()
  await device.ask({ kind: 'publish', publication: { services: [{ name: 'web', kind: 'http', links: [], direct: [] }], direct: [] } })
  const visit = async (name: string): Promise<void> => {
    const visitor = tls.connect({ ...at(port), servername: `${name}.relay.example` })
    await new Promise((resolve) => visitor.on('error', () => {}).once('close', resolve))
  }
  const visited = visit(`web.${label}`)
  const stream = await device.visitor()
  stream.end('so long')
  stream.resume()
  await Promise.all([visited, visit('web.nobody-here-1')])
  const resolver = new Resolver()
  resolver.setServers([`127.0.0.1:${dnsPort}`])
  await assert.rejects(resolver.resolve6('nobody.relay.example'))

  const url = pageOf(folder) ?? ''
  const look = async (path: string): Promise<string> => await (await fetch(`${url}${path}`)).text()
  const figures = await eventually(async () => {
    const families = parseExposition(await look('/metrics'))
    assert.ok((families.get('porchlight_carried_bytes_total')?.samples[1]?.[2] ?? 0) >= 7)
    return families
  })
  const value = (name: string, labels: object = {}): number | undefined =>
    figures.get(name)?.samples.find((sample) => JSON.stringify(sample[1]) === JSON.stringify(labels))?.[2]
  assert.deepEqual([value('porchlight_devices_registered'), value('porchlight_devices_connected')], [1, 1])
  assert.equal(value('porchlight_streams_opened_total'), 1)
  assert.equal(value('porchlight_visitors_refused_total', { reason: 'unknown-name' }), 1)
  assert.equal(value('porchlight_tls_handshakes_total', { result: 'tunnel' }), 1)
  // Asked again where the first answer is late.
  assert.ok((value('porchlight_dns_responses_total', { transport: 'udp', type: 'AAAA', rcode: 'NXDOMAIN' }) ?? 0) >= 1)
  assert.ok((value('porchlight_certificate_expiry_timestamp_seconds') ?? 0) > Date.now() / 1000)
  assert.ok((figures.get('porchlight_registry_write_duration_seconds')?.samples.at(-1)?.[2] ?? 0) > 2)
  const health = JSON.parse(await look('/health.json'))
  assert.deepEqual([health.dns, health.figures.connected, health.url], ['answers', 1, `https://relay.example:${port}`])
  assert.ok(health.eyes.ipv4 >= 0 && health.disk.freeBytes > 0)
})
