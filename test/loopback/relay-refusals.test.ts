import assert from 'node:assert/strict'
import { once } from 'node:events'
import { cpSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { formatRelayCode } from '../../protocol/model/relay-code.ts'
import { loadIdentity } from '../../relay/identity.ts'
import { openSqliteRegistry } from '../../relay/registry/sqlite.ts'
import { FrameType, HEADER_BYTES } from '../../wire/frames.ts'
import { fingerprint, newIdentity } from '../../wire/identity.ts'
import { fakeRelay } from '../fakes/relay.ts'
import { tlsInspector } from '../fakes/tls-inspector.ts'
import { folder } from '../folder.ts'
import {
  assertError,
  at,
  DOMAIN,
  type Outcome,
  porchlight,
  type Relay,
  readText,
  runEngine,
  startEngine,
  startRelay,
  statusOf,
  succeed,
  testAuthority,
} from './programs.ts'

const connected = (data: string): Promise<unknown> =>
  eventually(async () => assert.equal((await statusOf(data)).relay.state, 'connected'), { timeoutMs: 60_000 })

/** A code as the relay would make it, on its own registry. */
function codeOf({ data, port }: Relay, expiresAtMs: number, change: { key?: Uint8Array; fingerprint?: Uint8Array } = {}): string {
  const registry = openSqliteRegistry(join(data, 'registry.db'))
  try {
    const key = registry.createCode(expiresAtMs)
    return formatRelayCode({ host: DOMAIN, port, fingerprint: fingerprint(loadIdentity(data).publicKey), key, ...change })
  } finally {
    registry.close()
  }
}

/** The same word with one letter wrong. */
const mistyped = (code: string): string => `${code.slice(0, 30)}${code[30] === 'a' ? 'b' : 'a'}${code.slice(31)}`

test('a relay code lets one device in, and that one again and again', async (t) => {
  const relay = await startRelay(t)
  const code = await relay.code()
  const [first, second] = [folder(t), folder(t)]
  const options = ['--relay', code, '--relay-ca', relay.ca]
  const engine = await startEngine(t, first, ...options)
  await connected(first)
  const { domain } = await statusOf(first)
  assertError(await runEngine(second, ...options), 'relay-code-used', /new relay code/)
  await engine.stop()

  // The code still stands in its arguments, as in a unit file of systemd.
  await startEngine(t, first, ...options)
  await connected(first)
  assert.equal((await statusOf(first)).domain, domain)
  assertError(await runEngine(second, ...options), 'relay-code-used', /new relay code/)
})

test('a relay that lets nobody in without a code, and codes that are none', async (t) => {
  const relay = await startRelay(t)
  const trust = ['--relay-ca', relay.ca]
  const inAnHour = Date.now() + 3_600_000
  const rows: readonly [string, string, RegExp][] = [
    [relay.ready, 'relay-closed', /relay code/],
    [codeOf(relay, Date.now() - 1000), 'relay-code-expired', /new relay code/],
    [codeOf(relay, inAnHour, { key: new Uint8Array(16) }), 'relay-code-unknown', /new relay code/],
    [mistyped(codeOf(relay, inAnHour)), 'relay-code-invalid', /Copy the code again/],
    [codeOf(relay, inAnHour, { fingerprint: new Uint8Array(16) }), 'relay-changed', /new relay code/],
  ]
  for (const [typed, code, nextStep] of rows) assertError(await runEngine(folder(t), '--relay', typed, ...trust), code, nextStep)
  assert.match(relay.stderr(), /"code-expired"/)
})

test('a mistyped code is caught before anybody is asked, and a wrong relay never hears the key', async (t) => {
  const relay = await fakeRelay(t)
  const code = { host: relay.host, port: relay.port, fingerprint: new Uint8Array(16).fill(7), key: new Uint8Array(16).fill(9) }
  assertError(await runEngine(folder(t), '--relay', mistyped(formatRelayCode(code)), '--relay-ca', relay.ca), 'relay-code-invalid', /Copy/)
  assertError(await runEngine(folder(t), '--relay', formatRelayCode(code), '--relay-ca', relay.ca), 'relay-changed', /new relay code/)
  assert.deepEqual(relay.devices, [])
})

test('join: the same refusals, and the relay in use goes on; another one is taken besides, and serves when it is left alone', async (t) => {
  const [home, strange] = [await startRelay(t, { open: true }), await startRelay(t)]
  const data = folder(t)
  const both = join(data, 'both.pem')
  writeFileSync(both, readText(home.ca) + readText(strange.ca))
  await startEngine(t, data, '--relay', home.ready, '--relay-ca', both)
  await connected(data)
  await succeed('join', home.ready, '--data', data)
  assertError(await porchlight('join', strange.ready, '--data', data), 'relay-closed', /relay code/)
  await connected(data)
  assert.equal((await statusOf(data)).relay.url, home.ready)
  await succeed('join', await strange.code(), '--data', data)
  const relays = async (): Promise<unknown> => (await statusOf(data)).relays.map(({ url, state, serves }) => [url, state, serves])
  assert.deepEqual(await relays(), [
    [home.ready, 'connected', true],
    [strange.ready, 'connected', false],
  ])
  assert.match(await succeed('status', '--data', data), /connected.*, serves now\n.*connected(?!.*serves)/)
  assertError(await porchlight('leave', 'https://elsewhere.example', '--data', data), 'relay-not-joined', /porchlight status/)
  await succeed('leave', home.ready, '--data', data)
  assert.deepEqual(await relays(), [[strange.ready, 'connected', true]])
  await strange.stop()
  await eventually(async () => assert.equal((await statusOf(data)).relay.state, 'waiting'))
  await succeed('leave', strange.ready, '--data', data)
  assert.deepEqual([(await statusOf(data)).relay.state, await relays()], ['none', []])
})

test('two relays joined at once: each is answered for itself, and the one that lets us in stays', async (t) => {
  const relay = await startRelay(t)
  const data = folder(t)
  await startEngine(t, data, '--relay-ca', relay.ca)
  // So slow that both are at it at the same time.
  const slow = net.createServer((socket) => void setTimeout(() => socket.destroy(), 1500)).listen(0, '127.0.0.1')
  t.after(() => slow.close())
  await once(slow, 'listening')
  const nobody = `https://${DOMAIN}:${(slow.address() as net.AddressInfo).port}`
  const [good, bad] = await Promise.all([await relay.code(), nobody].map((typed) => porchlight('join', typed, '--data', data)))
  assert.equal(good?.code, 0, good?.stderr)
  assertError(bad as Outcome, 'relay-unreachable', /.+/)
  await connected(data)
  assert.equal((await statusOf(data)).relay.url, relay.ready)
})

test('a relay whose certificate nobody vouches for', async (t) => {
  const relay = await startRelay(t, { open: true })
  assertError(await runEngine(folder(t), '--relay', relay.ready), 'relay-untrusted', /relay's address/)
  assert.doesNotMatch(relay.stderr(), /lane-open/)
})

test('a relay that became another one is noticed while the engine runs, and can be joined anew', async (t) => {
  const certificate = await testAuthority(t)
  const first = await startRelay(t, { open: true, certificate })
  const data = folder(t)
  await startEngine(t, data, ...at(first))
  await connected(data)
  await first.stop()
  rmSync(join(first.data, 'identity.pem'))
  const second = await startRelay(t, { ...first, certificate })
  const status = await eventually(async () => {
    const now = await statusOf(data)
    assert.equal(now.relay.state, 'refused')
    return now
  })
  const changed = status.problems.find(({ code }) => code === 'relay-changed')
  assert.match(changed?.remedy ?? '', /new relay code/)
  assert.doesNotMatch(second.stderr(), /lane-open/)
  await succeed('join', await second.code(), '--data', data)
  await connected(data)
})

test('a relay that was joined before is waited for and shown, also when it is named again and will not have us', async (t) => {
  const relay = await fakeRelay(t)
  const data = folder(t)
  const joined = { url: relay.ready, key: newIdentity().publicKey }
  writeFileSync(join(data, 'settings.json'), JSON.stringify({ v: 1, services: [], relay: joined, ports: {} }))
  await startEngine(t, data, ...at(relay))
  const { problems } = await eventually(async () => {
    const status = await statusOf(data)
    assert.equal(status.relay.state, 'refused')
    return status
  })
  assert.ok(problems.some(({ code }) => code === 'relay-changed'))
  assert.deepEqual(relay.devices, [])
})

for (const [name, versions, code, nextStep] of [
  ['newer', { min: 2, max: 3 }, 'relay-newer', /latest Porchlight/],
  ['older', { min: 0, max: 0 }, 'relay-older', /update it/],
] as const)
  test(`a relay of ${name} protocol versions only`, async (t) => {
    const relay = await fakeRelay(t, { hello: (proper) => ({ ...proper, ...versions }) })
    assertError(await runEngine(folder(t), ...at(relay)), code, nextStep)
    assert.deepEqual(relay.devices, [])
  })

test('a relay that greets in a way of the future', async (t) => {
  const relay = await fakeRelay(t, { hello: () => ({ m: 'greetings', from: 2030 }) })
  assertError(await runEngine(folder(t), ...at(relay)), 'relay-newer', /latest Porchlight/)
})

test('who reads along is noticed, though this computer trusts his certificate', async (t) => {
  const relay = await startRelay(t, { open: true })
  const inspector = await tlsInspector(t, DOMAIN, relay.port)
  const data = folder(t)
  const ca = join(data, 'inspector.pem')
  writeFileSync(ca, inspector.authority.certPem)
  const outcome = await runEngine(data, '--relay', `https://${DOMAIN}:${inspector.port}`, '--relay-ca', ca)
  assertError(outcome, 'tls-inspected', /exception/)
  // It got as far as the greeting and a lane's ping, and no word of ours.
  assert.ok(inspector.read.every((bytes) => bytes[0] === FrameType.ping && bytes.length === HEADER_BYTES + 8))
  assert.doesNotMatch(relay.stderr(), /lane-open/)
})

test('who begins to read along while the engine runs is shown; when he is gone the engine goes on', async (t) => {
  const certificate = await testAuthority(t)
  const relay = await startRelay(t, { open: true, certificate })
  const behind = await startRelay(t, { data: copyOf(t, relay.data), open: true, certificate })
  const data = folder(t)
  const inspector = await tlsInspector(t, DOMAIN, behind.port)
  const trusted = join(data, 'trusted.pem')
  writeFileSync(trusted, readText(certificate.caFile) + inspector.authority.certPem)
  await startEngine(t, data, '--relay', relay.ready, '--relay-ca', trusted)
  await connected(data)
  await relay.stop()
  const inTheWay = await tlsInspector(t, DOMAIN, behind.port, relay.port, inspector.authority)
  const status = await eventually(async () => {
    const now = await statusOf(data)
    assert.ok(now.problems.some(({ code }) => code === 'tls-inspected'))
    return now
  })
  assert.equal(status.relay.state, 'waiting')
  assert.doesNotMatch(behind.stderr(), /lane-open/)
  inTheWay.close()
  await startRelay(t, { ...relay, open: true, certificate })
  await connected(data)
})

/** Identity and registry of a relay, for a second one that is the same to its devices. */
function copyOf(t: TestContext, data: string): string {
  const copy = folder(t)
  cpSync(join(data, 'identity.pem'), join(copy, 'identity.pem'))
  return copy
}
