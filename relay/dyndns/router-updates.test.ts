/** The protocol as it is spoken on the wire: requests as routers send them, byte for byte. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { parseRange, type Range } from '../../protocol/model/address.ts'
import { createNames } from '../names/names.ts'
import { temporaryRegistry } from '../registry/registry.fixture.ts'
import { newKey } from '../registry/values.fixture.ts'
import { createPresence } from '../tunnel/presence.ts'
import { answerRouterName } from './router-names.ts'
import { createRouterUpdates, refusePlain } from './router-updates.ts'

const KEY = newKey()
const DOMAIN = 'relay.example'
const MINUTE_MS = 60_000

interface Relay {
  readonly host: string
  readonly password: string
  readonly changes: string[]
  readonly clock: { ms: number }
  readonly registry: ReturnType<typeof temporaryRegistry>
  /** What stands in DNS under the router's name. */
  stands(): string[]
  /** One request on a connection of its own; the whole answer. */
  say(...lines: string[]): Promise<string>
  /** The same, well-formed; status and body. */
  update(query: string, password?: string, from?: '127.0.0.1' | '127.0.0.2'): Promise<string>
}

async function relay(t: TestContext, publicRanges: readonly Range[] = [parseRange('127.0.0.0/8') as Range]): Promise<Relay> {
  const registry = temporaryRegistry(t)
  const { label } = registry.registerDevice(KEY, 1)
  const presence = createPresence(() => {})
  const names = createNames({ domain: DOMAIN, nameServers: [], addresses: {}, registry, presence, ownChallenges: new Set() })
  const made = answerRouterName({ registry, domain: DOMAIN }, KEY, { kind: 'router-name', action: 'on', name: 'router' })
  const { host, password } = ('result' in made ? made.result : {}) as { host: string; password: string }
  const clock = { ms: 0 }
  const changes: string[] = []
  const ticks = (): number => clock.ms
  const updates = createRouterUpdates({ registry, names, presence, publicRanges, onChange: (key) => changes.push(key), ticks })
  const server = http.createServer((request, response) => {
    if (!updates.handle(request, response)) response.writeHead(404).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const send = async (lines: readonly string[], localAddress: string): Promise<string> => {
    const socket = connect({ port, host: '127.0.0.1', localAddress })
    socket.end(`${lines.join('\r\n')}\r\n\r\n`)
    let said = ''
    for await (const chunk of socket.setEncoding('utf8')) said += chunk
    return said
  }
  const basic = (secret: string): string => `Authorization: Basic ${Buffer.from(`anybody:${secret}`).toString('base64')}`
  return {
    host,
    password,
    changes,
    clock,
    registry,
    stands: () =>
      (names.zone.lookup(['router', label])?.records ?? []).map((record) => ('address' in record ? record.address : record.type)),
    say: (...lines) => send(lines, '127.0.0.1'),
    async update(query, secret = password, from = '127.0.0.1') {
      const said = await send([`GET /nic/update?${query} HTTP/1.0`, 'User-Agent: Fritz!Box DDNS/1.0', basic(secret)], from)
      const [, status, body] = /^HTTP\/1\.1 (\d+)[\s\S]*?\r\n\r\n([\s\S]*)$/.exec(said) ?? []
      return `${status} ${body}`
    },
  }
}

test('a name stands where its router comes from, is not written again, and moves with it', async (t) => {
  const { host, update, stands, changes, registry } = await relay(t)
  assert.deepEqual(stands(), [])
  assert.equal(await update(`hostname=${host}&myip=127.0.0.1`), '200 good 127.0.0.1\n')
  assert.deepEqual([stands(), changes.length], [['127.0.0.1'], 1])
  const changedAtMs = registry.routerName(KEY)?.changedAtMs
  assert.equal(await update(`hostname=${host.toUpperCase()}.`), '200 nochg 127.0.0.1\n')
  assert.deepEqual([registry.routerName(KEY)?.changedAtMs, changes.length], [changedAtMs, 1])
  assert.equal(await update(`hostname=${host}&myip=192.0.2.66&myipv6=`, undefined, '127.0.0.2'), '200 good 127.0.0.2\n')
  assert.deepEqual(stands(), ['127.0.0.2'], 'never the address of somebody else')
})

test('a wrong password, none, or none that can be read', async (t) => {
  const { host, say, update, stands } = await relay(t)
  const get = `GET /nic/update?hostname=${host} HTTP/1.0`
  assert.equal(await update(`hostname=${host}`, 'guess'), '401 badauth\n')
  assert.equal(await update(`hostname=${host}`, ''), '401 badauth\n')
  assert.match(await say(get, 'User-Agent: x'), /^HTTP\/1\.1 401 [\s\S]*WWW-Authenticate: Basic realm="router"[\s\S]*\r\n\r\nbadauth\n$/)
  for (const authorization of [
    'Basic',
    'Basic !!!',
    'Bearer abc',
    `Basic ${Buffer.from('nocolon').toString('base64')}`,
    `Basic ${'A'.repeat(5000)}`,
  ])
    assert.match(await say(get, 'User-Agent: x', `Authorization: ${authorization}`), /^HTTP\/1\.1 401 [\s\S]*badauth\n$/)
  assert.deepEqual(stands(), [])
})

test('names that are not his, and names that are none', async (t) => {
  const { host, update, registry, password } = await relay(t)
  const other = newKey()
  const { label } = registry.registerDevice(other, 1)
  assert.equal(await update(`hostname=${host},router.${label}.${DOMAIN},web.${host.slice(7)}`), '200 good 127.0.0.1\nnohost\nnohost\n')
  assert.equal(await update(`hostname=router.${label}.${DOMAIN}`), '401 badauth\n')
  assert.equal(await update(''), '200 notfqdn\n')
  assert.equal(await update('hostname=router'), '200 notfqdn\n')
  assert.equal(await update(`hostname=${Array.from({ length: 21 }, () => host).join(',')}`), '200 numhost\n')
  registry.setPublished(KEY, { services: [{ name: 'router', kind: 'http', links: [], direct: [] }], direct: [] }, 1)
  assert.equal(await update(`hostname=${host}`, password), '401 badauth\n', 'a service of that name goes before')
})

test('no name of the program, another method, another path', async (t) => {
  const { host, say } = await relay(t)
  assert.match(await say(`GET /nic/update?hostname=${host} HTTP/1.0`), /\r\n\r\nbadagent\n$/)
  assert.match(await say(`POST /nic/update?hostname=${host} HTTP/1.0`, 'User-Agent: x'), /^HTTP\/1\.1 405 [\s\S]*Allow: GET/)
  assert.match(await say('GET /nic/updates HTTP/1.0'), /^HTTP\/1\.1 404 /)
  assert.match(await say('GET //nic/update HTTP/1.0'), /^HTTP\/1\.1 404 /)
})

test('who asks without end is told so for half an hour, and then may again', async (t) => {
  const { host, update, clock } = await relay(t)
  assert.equal(await update(`hostname=${host}`), '200 good 127.0.0.1\n')
  for (let time = 1; time < 10; time++) assert.equal(await update(`hostname=${host}`), '200 nochg 127.0.0.1\n')
  assert.equal(await update(`hostname=${host}`), '200 abuse\n')
  clock.ms += 29 * MINUTE_MS
  assert.equal(await update(`hostname=${host}`, undefined, '127.0.0.2'), '200 abuse\n')
  clock.ms += MINUTE_MS
  assert.equal(await update(`hostname=${host}`, undefined, '127.0.0.2'), '200 good 127.0.0.2\n')
})

test('who guesses passwords is slowed down, and nobody else', async (t) => {
  const { host, update } = await relay(t)
  for (let time = 0; time < 20; time++) assert.equal(await update(`hostname=${host}`, `guess ${time}`), '401 badauth\n')
  assert.equal(await update(`hostname=${host}`, 'another'), '429 abuse\n')
  assert.equal(await update(`hostname=${host}`), '200 good 127.0.0.1\n')
})

test('a suspended device’s name does not move, one taken back answers no more', async (t) => {
  const { host, update, registry, stands } = await relay(t)
  registry.suspendDevice(KEY, 5)
  assert.equal(await update(`hostname=${host}`), '200 abuse\n')
  registry.suspendDevice(KEY, null)
  assert.equal(await update(`hostname=${host}`), '200 good 127.0.0.1\n')
  answerRouterName({ registry, domain: DOMAIN }, KEY, { kind: 'router-name', action: 'off' })
  assert.deepEqual([await update(`hostname=${host}`), stands()], ['401 badauth\n', []])
})

test('an address that the internet cannot reach is not put there', async (t) => {
  const { host, update, stands } = await relay(t, [])
  assert.deepEqual([await update(`hostname=${host}`), stands()], ['200 dnserr\n', []])
})

test('on port 80 nothing is taken, and the reason is final', async (t) => {
  const server = http.createServer((request, response) => {
    if (!refusePlain(request, response, DOMAIN)) response.writeHead(308).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const refused = await fetch(`${url}/nic/update?hostname=x`)
  assert.deepEqual(
    [refused.status, await refused.text()],
    [403, `badagent\nUpdates are taken by HTTPS only: https://${DOMAIN}/nic/update\n`],
  )
  assert.equal((await fetch(`${url}/`, { redirect: 'manual' })).status, 308)
})
