/** Who is let in, as whom, and who is not. */
import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { eventually } from '../../lab/eventually.ts'
import { checkIdentity, newIdentity, proveIdentity, sessionBinding } from '../../wire/identity.ts'
import { Hello, Welcome } from '../../wire/messages.ts'
import { checkVoucher, vouch } from '../../wire/voucher.ts'
import { Buckets } from '../public-ports/buckets.ts'
import { GRACE_MS } from '../registry/registry.ts'
import { DEVICE, house, RELAY } from './admission.fixture.ts'
import { testDevice } from './device.fixture.ts'

const HOUR_MS = 3_600_000
/** Nothing comes back while a test runs, however long it takes. */
const PER_HOUR = 1 / 3600

test('the relay speaks first, and its proof holds for this session only', async (context) => {
  const { connect } = await house(context)
  const [one, other] = [await connect(), await connect()]
  const hello = Hello.parse(await testDevice(one, DEVICE).next())
  assert.deepEqual([hello.min, hello.max, hello.key], [1, 1, RELAY.publicKey])
  assert.equal(checkIdentity(RELAY.publicKey, 'relay', sessionBinding(one), hello.proof), true)
  assert.equal(checkIdentity(RELAY.publicKey, 'relay', sessionBinding(other), hello.proof), false)
})

test('a device with a good proof is in: it learns its label, its address and how many lanes it may have', async (context) => {
  const { device, presence, registry, logged } = await house(context)
  const { introduce, lane, closed } = await device()
  const welcome = Welcome.parse(await introduce())
  const label = registry.device(DEVICE.publicKey)?.label ?? ''
  const { voucher = '', ...rest } = welcome
  assert.equal(checkVoucher(RELAY.publicKey, { domain: 'relay.example', label, deviceKey: DEVICE.publicKey }, voucher), true)
  assert.deepEqual(rest, {
    m: 'welcome',
    domain: 'relay.example',
    label,
    former: [],
    lanes: 4,
    observed: { family: 'ipv4', address: '127.0.0.1' },
    addresses: { ipv4: '203.0.113.1' },
    httpsPort: 8443,
    relayOnly: true,
  })
  assert.equal(presence.isUp(DEVICE.publicKey), true)
  assert.equal(presence.observedAddress(DEVICE.publicKey, 'ipv4'), '127.0.0.1')
  lane.close('over')
  await closed
  assert.doesNotMatch(logged.join(), /127\.0\.0\.1/)
})

test('a known device has the same label again, and needs no code', async (context) => {
  const { device, registry } = await house(context, { open: false })
  const { label } = registry.registerDevice(DEVICE.publicKey, Date.now())
  assert.equal((await (await device()).introduce()).label, label)
  assert.equal((await (await device()).introduce({ code: 'A'.repeat(22) })).label, label)
})

test('who cannot prove the key over this very session is refused', async (context) => {
  const { device, presence, registry } = await house(context)
  const elsewhere = await device()
  const wrong: Record<string, (socket: TLSSocket) => object> = {
    'another session’s proof': () => ({ proof: proveIdentity(DEVICE, 'device', sessionBinding(elsewhere.socket)) }),
    'another role’s proof': (socket) => ({ proof: proveIdentity(DEVICE, 'relay', sessionBinding(socket)) }),
    'another key’s proof': (socket) => ({ proof: proveIdentity(newIdentity(), 'device', sessionBinding(socket)) }),
    'the relay’s own hello sent back': () => ({ m: 'hello' }),
    'a second spelling of the key': () => ({ key: respelled(DEVICE.publicKey) }),
    'no proof': () => ({ proof: undefined }),
    'another purpose': () => ({ purpose: 'everything' }),
    'a session without a name': () => ({ session: '' }),
  }
  for (const [reason, changes] of Object.entries(wrong)) {
    const one = await device()
    assert.deepEqual(await one.introduce(changes(one.socket)), { m: 'refused', code: 'proof' }, reason)
    // The connection is the device's to close; what it says now is not listened to.
    one.lane.sendControl({ m: 'ask', id: 1, ask: { kind: 'publish' } })
    one.lane.close('refused')
  }
  assert.deepEqual([presence.isUp(DEVICE.publicKey), registry.devices()], [false, []])
})

/** The last digit of 32 bytes carries two bits that mean nothing. */
const respelled = (key: string): string => {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return key.slice(0, -1) + digits[digits.indexOf(key.at(-1) ?? '') + 1]
}

test('another version of the protocol is named as such', async (context) => {
  const { device } = await house(context)
  for (const version of [0, 2, 99]) assert.deepEqual(await (await device()).introduce({ version }), { m: 'refused', code: 'version' })
})

test('a closed relay admits a new device with a good code only, and each code once', async (context) => {
  const { device, registry } = await house(context, { open: false })
  const code = (expiresAtMs: number): string => Buffer.from(registry.createCode(expiresAtMs)).toString('base64url')
  const attempt = async (identity: typeof DEVICE, changes: object): Promise<unknown> => {
    const answer = await (await device(identity)).introduce(changes)
    return answer.code ?? answer.m
  }
  const good = code(Date.now() + HOUR_MS)
  assert.equal(await attempt(DEVICE, {}), 'closed')
  assert.equal(await attempt(DEVICE, { code: 'A'.repeat(22) }), 'code-unknown')
  assert.equal(await attempt(DEVICE, { code: code(Date.now() - 1) }), 'code-expired')
  assert.equal(registry.device(DEVICE.publicKey), undefined)
  assert.equal(await attempt(DEVICE, { code: good }), 'welcome')
  assert.equal(await attempt(newIdentity(), { code: good }), 'code-used')
  assert.equal(await attempt(DEVICE, { code: good }), 'welcome')
})

test('whom another relay of the domain vouches for is let in without a code and under its label there', async (context) => {
  const sibling = newIdentity()
  const { device, registry, logged } = await house(context, { open: false, siblings: [sibling.publicKey] })
  const taken = registry.registerDevice(newIdentity().publicKey, Date.now(), 'calm-heron-77').label
  const voucher = (signer: typeof sibling, identity: typeof DEVICE, label = 'amber-otter-42', domain = 'relay.example') => ({
    relayKey: signer.publicKey,
    label,
    signature: vouch(signer, { domain, label, deviceKey: identity.publicKey }),
  })
  const attempt = async (identity: typeof DEVICE, ...vouchers: object[]): Promise<unknown> => {
    const answer = await (await device(identity)).introduce({ vouchers } as never)
    return answer.code ?? answer.label
  }
  const stranger = newIdentity()
  assert.equal(await attempt(stranger), 'closed')
  assert.equal(await attempt(stranger, voucher(newIdentity(), stranger)), 'closed')
  assert.equal(await attempt(stranger, voucher(sibling, DEVICE)), 'closed')
  assert.equal(await attempt(stranger, voucher(sibling, stranger, 'amber-otter-42', 'other.example')), 'closed')
  assert.equal(await attempt(stranger, voucher(sibling, stranger, taken)), 'closed')
  assert.ok(logged.some((line) => line.startsWith('voucher-in-vain')))
  assert.equal(await attempt(DEVICE, voucher(newIdentity(), DEVICE), voucher(sibling, DEVICE)), 'amber-otter-42')
  // In once, its label stays, whatever others say later.
  assert.equal(await attempt(DEVICE, voucher(sibling, DEVICE, 'warm-badger-11')), 'amber-otter-42')
  registry.suspendDevice(DEVICE.publicKey, Date.now())
  assert.equal(await attempt(DEVICE, voucher(sibling, DEVICE)), 'suspended')
})

test('who left comes back to its name without a new code, and learns which old names still lead to it', async (context) => {
  const { device, registry } = await house(context, { open: false, mayRegister: () => false })
  const nowMs = Date.now()
  registry.registerDevice(DEVICE.publicKey, nowMs, 'old-house')
  registry.renameDevice(DEVICE.publicKey, 'new-house', nowMs)
  registry.releaseDevice(DEVICE.publicKey, nowMs)
  assert.equal((await (await device(newIdentity())).introduce()).code, 'closed')
  const welcome = Welcome.parse(await (await device()).introduce())
  assert.deepEqual([welcome.label, welcome.former], ['new-house', [{ label: 'old-house', untilMs: nowMs + GRACE_MS }]])
})

test('a suspended device stays outside', async (context) => {
  const { device, registry } = await house(context)
  registry.registerDevice(DEVICE.publicKey, Date.now())
  registry.suspendDevice(DEVICE.publicKey, Date.now())
  assert.deepEqual(await (await device()).introduce(), { m: 'refused', code: 'suspended' })
})

test('who only wants to be seen is seen, has no tunnel, and is let go', async (context) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  context.after(() => mock.timers.reset())
  const { device, presence } = await house(context)
  const { introduce, closed } = await device()
  assert.equal((await introduce({ purpose: 'observe' })).m, 'welcome')
  assert.equal(presence.isUp(DEVICE.publicKey), false)
  assert.equal(presence.observedAddress(DEVICE.publicKey, 'ipv4'), '127.0.0.1')
  mock.timers.tick(5000)
  await closed
})

test('a device that says nothing is let go after ten seconds, and one that was refused after one', async (context) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  context.after(() => mock.timers.reset())
  const { device } = await house(context)
  const [silent, refused] = [await device(), await device()]
  await refused.introduce({ version: 7 })
  mock.timers.tick(1000)
  await refused.closed
  mock.timers.tick(8999)
  assert.equal(silent.lane.closed, false)
  mock.timers.tick(1)
  await silent.closed
})

test('an open relay takes in only so many newcomers from one place; who is known, or brings a code, is no newcomer', async (context) => {
  let mayRegister = true
  const seen: string[] = []
  const { device, registry } = await house(context, {
    mayRegister(address) {
      seen.push(address)
      return mayRegister
    },
  })
  assert.equal((await (await device()).introduce()).m, 'welcome')
  mayRegister = false
  assert.deepEqual(await (await device(newIdentity())).introduce(), { m: 'refused', code: 'busy' })
  assert.equal((await (await device()).introduce()).m, 'welcome')
  const code = Buffer.from(registry.createCode(Date.now() + 60_000)).toString('base64url')
  assert.equal((await (await device(newIdentity())).introduce({ code })).m, 'welcome')
  assert.deepEqual(seen, ['127.0.0.1', '127.0.0.1'])
})

test('a device that comes and goes without end is told to wait, and its address is remembered', async (context) => {
  const { device, logged } = await house(context, { entries: new Buckets(PER_HOUR, 3, 100) })
  for (let lanes = 0; lanes < 3; lanes++) assert.equal((await (await device()).introduce()).m, 'welcome')
  assert.deepEqual(
    logged.filter((line) => line.startsWith('fault')),
    [],
  )
  assert.deepEqual(await (await device()).introduce(), { m: 'refused', code: 'busy' })
  assert.equal((await (await device(newIdentity())).introduce()).m, 'welcome', 'another one is not held back')
  assert.deepEqual(
    logged.filter((line) => line.startsWith('fault')),
    ['fault 127.0.0.1'],
  )
})

test('where the protocol was broken from is remembered; who only leaves has done nothing wrong', async (context) => {
  const { device, logged } = await house(context)
  const [leaves, breaks] = [await device(), await device(newIdentity())]
  await leaves.introduce()
  leaves.lane.close('enough')
  await eventually(() => assert.ok(logged.some((line) => line.startsWith('lane-closed'))))
  assert.deepEqual(
    logged.filter((line) => line.startsWith('fault')),
    [],
  )
  breaks.socket.write(Buffer.alloc(64, 0xff))
  await eventually(() =>
    assert.deepEqual(
      logged.filter((line) => line.startsWith('fault')),
      ['fault 127.0.0.1'],
    ),
  )
})
