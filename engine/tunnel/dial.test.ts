import assert from 'node:assert/strict'
import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { ProblemCode } from '../../protocol/problem.ts'
import { type FakeRelayOptions, fakeRelay } from '../../test/fakes/relay.ts'
import { tlsInspector } from '../../test/fakes/tls-inspector.ts'
import { later } from '../../test/folder.ts'
import { fingerprint, newIdentity } from '../../wire/identity.ts'
import type { RefusalCode } from '../../wire/messages.ts'
import { Unread } from '../../wire/unread.ts'
import { call, identity, refused, SESSION } from './dial.fixture.ts'

test('a lane counts what is left unread with those of its session', async (t) => {
  const unread = new Unread()
  const { lane } = await call(t, await fakeRelay(t), { unread })
  assert.equal(lane.unread, unread)
})

test('let in: the welcome, the relay’s key, and what we said of ourselves', async (t) => {
  const relay = await fakeRelay(t)
  const { lane, welcome, relayKey } = await call(t, relay)
  assert.equal(relayKey, relay.identity.publicKey)
  assert.equal(welcome.label, 'amber-otter-42')
  assert.equal(lane.closed, false)
  const [device] = relay.devices
  assert.deepEqual(
    [device?.key, device?.purpose, device?.session, device?.version, device?.code],
    [identity.publicKey, 'session', SESSION, 1, undefined],
  )
})

test('a relay that is known by its key or by a code is let in, and hears the code', async (t) => {
  const relay = await fakeRelay(t)
  await call(t, relay, { pin: { kind: 'key', key: relay.identity.publicKey } })
  const code = 'c'.repeat(22)
  await call(t, relay, { pin: { kind: 'fingerprint', bytes: fingerprint(relay.identity.publicKey) }, code })
  assert.deepEqual(
    relay.devices.map((device) => device.code),
    [undefined, code],
  )
})

test('another relay in its place hears nothing of us', async (t) => {
  const relay = await fakeRelay(t)
  const other = newIdentity().publicKey
  await refused(call(t, relay, { pin: { kind: 'key', key: other } }), 'relay-changed')
  await refused(call(t, relay, { pin: { kind: 'fingerprint', bytes: fingerprint(other) }, code: 'c'.repeat(22) }), 'relay-changed')
  assert.deepEqual(relay.devices, [])
})

const HELLOS: readonly [string, ProblemCode, NonNullable<FakeRelayOptions['hello']>][] = [
  ['older', 'relay-older', (proper) => ({ ...proper, min: 0, max: 0 })],
  ['newer', 'relay-newer', (proper) => ({ ...proper, min: 2, max: 9 })],
  ['of a form we do not know', 'relay-newer', () => ({ m: 'greetings' })],
  ['no object', 'relay-newer', () => 'hello'],
  ['without a key', 'relay-newer', (proper) => ({ ...proper, key: undefined })],
  ['with somebody else’s proof', 'tls-inspected', (proper) => ({ ...proper, proof: 'A'.repeat(86) })],
  ['with somebody else’s key', 'tls-inspected', (proper) => ({ ...proper, key: newIdentity().publicKey })],
]
for (const [what, code, hello] of HELLOS)
  test(`a hello ${what}: ${code}, and we say nothing`, async (t) => {
    const relay = await fakeRelay(t, { hello })
    await refused(call(t, relay), code)
    assert.deepEqual(relay.devices, [])
  })

test('a relay that speaks our version among others is a relay', async (t) => {
  const relay = await fakeRelay(t, { hello: (proper) => ({ ...proper, min: 0, max: 7, motto: 'new' }) })
  await call(t, relay)
})

const REFUSALS: Readonly<Record<RefusalCode, ProblemCode>> = {
  version: 'relay-newer',
  proof: 'tls-inspected',
  'code-unknown': 'relay-code-unknown',
  'code-used': 'relay-code-used',
  'code-expired': 'relay-code-expired',
  closed: 'relay-closed',
  suspended: 'relay-suspended',
  busy: 'relay-busy',
}
for (const [code, expected] of Object.entries(REFUSALS))
  test(`refused: ${code} is told as ${expected}`, async (t) => {
    const relay = await fakeRelay(t, { reply: () => ({ m: 'refused', code }) })
    await refused(call(t, relay), expected)
  })

const REPLIES: readonly [string, ProblemCode, unknown][] = [
  ['a refusal we do not know', 'relay-newer', { m: 'refused', code: 'full-moon' }],
  ['a welcome to nowhere', 'relay-newer', { m: 'welcome', label: '../..' }],
  ['an answer to nothing', 'relay-unreachable', { m: 'answer', id: 1 }],
]
for (const [what, code, message] of REPLIES)
  test(`${what}: ${code}`, async (t) => {
    const relay = await fakeRelay(t, { reply: () => message })
    await refused(call(t, relay), code)
  })

test('a second hello ends the lane', async (t) => {
  const relay = await fakeRelay(t, {
    reply: () => ({ m: 'hello', min: 1, max: 1, key: newIdentity().publicKey, proof: 'A'.repeat(86) }),
  })
  await refused(call(t, relay), 'relay-unreachable')
})

test('a lane that is lost before the welcome is an outage', async (t) => {
  const relay = await fakeRelay(t, {
    reply() {
      relay.cut()
      return undefined
    },
  })
  await refused(call(t, relay), 'relay-unreachable')
})

test('certificates that nobody vouches for, or for another name', async (t) => {
  const relay = await fakeRelay(t)
  await refused(call(t, { host: relay.host, port: relay.port }), 'relay-untrusted', /UNABLE_TO_VERIFY|SELF_SIGNED|UNABLE_TO_GET/)
  await refused(call(t, { ...relay, host: 'other.localhost' }), 'relay-untrusted', /ALTNAME/)
  await refused(call(t, { ...relay, host: '127.0.0.1' }), 'relay-untrusted', /ALTNAME/)
  assert.deepEqual(relay.devices, [])
})

test('a relay is reached by its address too, when its certificate says so', async (t) => {
  const relay = await fakeRelay(t, { host: '127.0.0.1' })
  await call(t, relay)
})

test('who reads along has two sessions, and the proof fits neither', async (t) => {
  const relay = await fakeRelay(t)
  const inspector = await tlsInspector(t, relay.host, relay.port)
  const through = { host: relay.host, port: inspector.port, caPem: inspector.authority.certPem }
  await refused(call(t, through), 'tls-inspected')
  await refused(call(t, through, { pin: { kind: 'key', key: relay.identity.publicKey } }), 'tls-inspected')
  assert.deepEqual(relay.devices, [])
})

test('a web server that is no relay', async (t) => {
  await refused(call(t, await fakeRelay(t, { tls: { ALPNProtocols: ['http/1.1'] } })), 'relay-unreachable', /ALPN|ALERT|PROTOCOL/i)
  const plain = await fakeRelay(t, { tls: { ALPNProtocols: undefined } })
  await refused(call(t, plain), 'relay-unreachable', /NOT_A_RELAY/)
})

test('a relay that is down, and one that hangs up', async (t) => {
  const server = net.createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await refused(call(t, { host: 'porchlight.localhost', port }), 'relay-unreachable', /ECONNRESET|disconnected/)
  server.close()
  await once(server, 'close')
  await refused(call(t, { host: 'porchlight.localhost', port }), 'relay-unreachable', /ECONNREFUSED/)
})

test('called off: while it connects, while it waits for the welcome, and before it began', async (t) => {
  const silent = net.createServer().listen(0, '127.0.0.1')
  const accepted = once(silent, 'connection')
  await once(silent, 'listening')
  const aborter = new AbortController()
  const connecting = call(t, { host: 'porchlight.localhost', port: (silent.address() as AddressInfo).port }, { signal: aborter.signal })
  const [socket] = (await accepted) as [net.Socket]
  later(t, () => {
    socket.destroy()
    silent.close()
  })
  aborter.abort()
  await refused(connecting, 'relay-unreachable')

  const second = new AbortController()
  const relay = await fakeRelay(t, {
    reply() {
      second.abort()
      return undefined
    },
  })
  await refused(call(t, relay, { signal: second.signal }), 'relay-unreachable', /stopped/)
  await refused(call(t, relay, { signal: AbortSignal.abort() }), 'relay-unreachable')
  assert.equal(relay.devices.length, 1)
})

test('once let in, answers arrive, and the end is told once', async (t) => {
  const relay = await fakeRelay(t)
  const answers: unknown[] = []
  const closed: string[] = []
  const { lane } = await call(t, relay, { onAnswer: (answer) => answers.push(answer), onClose: (reason) => closed.push(reason) })
  const [far] = relay.lanes()
  far?.sendControl({ m: 'answer', id: 7, result: 'yes', extra: true })
  far?.sendControl({ m: 'answer', id: 8, rejected: 'full-moon' })
  while (!lane.closed) await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(answers, [{ m: 'answer', id: 7, result: 'yes' }])
  assert.equal(closed.length, 1)
})
