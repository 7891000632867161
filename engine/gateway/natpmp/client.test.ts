import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { type FakePcp, type FakePcpScript, patched, startFakePcp } from '../../../test/fakes/pcp-server.ts'
import type { Gateway, MapRequest } from '../gateway.ts'
import type { Tuning } from '../pcp/client.ts'
import { type NatpmpOptions, openNatpmp } from './client.ts'

const OURS = '127.0.0.1'
const never = new AbortController().signal
/** For routers that answer: long enough for a slow machine. */
const PATIENT = { firstWaitMs: 20_000, tries: 3 }
/** For routers that never do. */
const HASTY = { firstWaitMs: 10, tries: 3 }

const REQUEST: MapRequest = {
  protocol: 'udp',
  internalAddress: OURS,
  internalPort: 22_124,
  externalPort: 22_125,
  lifetimeS: 7200,
  description: 'Porchlight',
}

type OnRequest = NonNullable<FakePcpScript['onRequest']>

async function fake(t: TestContext, script: FakePcpScript = {}): Promise<FakePcp> {
  const router = await startFakePcp(script)
  t.after(() => router.close())
  return router
}

async function open(t: TestContext, router: FakePcp, tuning: Partial<Tuning> = {}, options: Partial<NatpmpOptions> = {}) {
  const gateway = await openNatpmp({
    gatewayAddress: '127.0.0.1',
    localAddress: OURS,
    signal: never,
    tuning: { port: router.port, announcePort: router.announcePort, restartWaitMs: 0, search: PATIENT, patience: PATIENT, ...tuning },
    ...options,
  })
  t.after(() => gateway?.close?.())
  return gateway
}

async function found(
  t: TestContext,
  router: FakePcp,
  tuning: Partial<Tuning> = {},
  options: Partial<NatpmpOptions> = {},
): Promise<Gateway> {
  const gateway = await open(t, router, tuning, options)
  assert.ok(gateway)
  return gateway
}

/** Answers a request for a mapping in its own way, and everything else properly. */
const onMap =
  (change: OnRequest): OnRequest =>
  (request, proper) =>
    (request[1] ?? 0) > 0 ? change(request, proper) : undefined

test('natpmp: map, renew, look and take away', async (t) => {
  const router = await fake(t, { speaks: 'natpmp' })
  const gateway = await found(t, router)
  assert.deepEqual([gateway.via, gateway.address, gateway.name], ['natpmp', '127.0.0.1', null])
  assert.equal(await gateway.externalAddress(never), '203.0.113.10')
  const mapping = await gateway.map(REQUEST, never)
  assert.deepEqual(mapping, { ...REQUEST, via: 'natpmp' })
  assert.deepEqual(await gateway.map(mapping, never), mapping)
  assert.equal(await gateway.inspect(mapping, never), 'present')
  const tcp = await gateway.map({ ...REQUEST, protocol: 'tcp' }, never)
  assert.deepEqual([...router.rules.keys()], ['17 22124', '6 22124'])
  await gateway.unmap(mapping, never)
  await gateway.unmap(tcp, never)
  assert.equal(router.rules.size, 0)
  await gateway.unmap(mapping, never)
  assert.equal(router.requests.at(-1)?.toString('hex'), '00010000566c000000000000', 'the external port of a deletion is 0')
})

test('natpmp: what the router grants counts, not what was asked for', async (t) => {
  const router = await fake(t, { onRequest: onMap((_, proper) => [patched(proper, 10, 0x23, 0x29, 0, 0, 0, 120)]) })
  const gateway = await found(t, router)
  const { externalPort, lifetimeS } = await gateway.map(REQUEST, never)
  assert.deepEqual([externalPort, lifetimeS], [9001, 120])
})

test('natpmp: a rule whose port another one has is foreign, and what the router makes instead is taken back', async (t) => {
  const other = onMap((request, proper) => (request.readUInt32BE(8) > 0 ? [patched(proper, 10, 0x23, 0x29)] : undefined))
  const router = await fake(t, { onRequest: other })
  const gateway = await found(t, router)
  assert.equal(await gateway.inspect({ ...REQUEST, via: 'natpmp' }, never), 'foreign')
  assert.equal(router.rules.size, 0)
})

const REFUSALS: [result: number, fault: string, final: boolean][] = [
  [1, 'refused', true],
  [2, 'refused', true],
  [3, 'no-internet', false],
  [4, 'full', false],
  [5, 'refused', true],
  [77, 'refused', true],
]
test('natpmp: every refusal is a fault with its code, in sixteen bytes or in eight', async (t) => {
  for (const length of [16, 8])
    for (const [result, fault, final] of REFUSALS) {
      const router = await fake(t, { onRequest: onMap((_, proper) => [patched(proper, 3, result).subarray(0, length)]) })
      const gateway = await found(t, router)
      await assert.rejects(gateway.map(REQUEST, never), { name: 'GatewayError', fault, final, wire: result })
      assert.equal(await gateway.inspect({ ...REQUEST, via: 'natpmp' }, never), 'unknown')
    }
})

test('natpmp: without a line the router is there and has no address', async (t) => {
  const router = await fake(t, { onRequest: (request, proper) => (request[1] === 0 ? [patched(proper, 3, 3)] : undefined) })
  assert.equal(await (await found(t, router)).externalAddress(never), null)
  const blank = await fake(t, { externalAddress: [0, 0, 0, 0] })
  assert.equal(await (await found(t, blank)).externalAddress(never), null)
})

test('natpmp: answers to others, from others, and none at all are passed over until the right one comes', async (t) => {
  const router = await fake(t, {
    onRequest: onMap((request, proper) => [
      patched(proper, 1, 130), // another protocol
      patched(proper, 8, 0, 1), // another port
      patched(proper, 12, 0, 0, 0, 0), // the late answer to a deletion
      Buffer.of(0, 128, 0, 0, 0, 0, 0, 9, 1, 2, 3, 4), // an address
      request, // an echo
      proper.subarray(0, 12),
      Buffer.alloc(60_000),
      Buffer.alloc(0),
      { stranger: patched(proper, 10, 0, 80) },
      proper,
    ]),
  })
  assert.equal((await (await found(t, router)).map(REQUEST, never)).externalPort, 22_125)
})

test('natpmp: silence and garbage are told apart', async (t) => {
  const rows: [string, OnRequest, string][] = [
    ['silent', onMap(() => []), 'silent'],
    ['answered by others only', onMap((_, proper) => [{ stranger: proper }]), 'silent'],
    ['cut off', onMap((_, proper) => [proper.subarray(0, 12)]), 'garbled'],
    ['noisy', onMap(() => [Buffer.alloc(17)]), 'garbled'],
    ['giving port 0', onMap((_, proper) => [patched(proper, 10, 0, 0)]), 'garbled'],
    ['with a newer firmware now', onMap(() => [Buffer.alloc(24, 2)]), 'garbled'],
  ]
  for (const [what, onRequest, fault] of rows) {
    const router = await fake(t, { onRequest })
    const gateway = await found(t, router, { patience: HASTY })
    await assert.rejects(gateway.map(REQUEST, never), { name: 'GatewayError', fault }, what)
  }
})

test('natpmp: routers that are none, and one whose owner has switched it off', async (t) => {
  const nothing = await fake(t, { onRequest: () => [] })
  assert.equal(await open(t, nothing, { search: HASTY }), null, 'silence')
  const newer = await fake(t, { speaks: 'pcp' })
  assert.equal(await open(t, newer), null, 'PCP only')
  assert.equal(newer.requests.length, 1, 'known at once')
  const gone = await startFakePcp()
  gone.close()
  assert.equal(await open(t, gone), null, 'a closed port')
  assert.equal(await open(t, nothing, {}, { gatewayAddress: 'fe80::1', localAddress: '2001:db8::10' }), null, 'IPv6')
  const off = await fake(t, { onRequest: (_, proper) => [patched(proper, 3, 2)] })
  await assert.rejects(open(t, off), { fault: 'refused', wire: 2, final: true })
})

test('natpmp: only our own address, real ports and a time are asked for', async (t) => {
  const router = await fake(t)
  const gateway = await found(t, router)
  for (const part of [{ internalAddress: '192.168.1.20' }, { internalPort: 0 }, { externalPort: 0 }, { lifetimeS: 0 }]) {
    const request = { ...REQUEST, ...part }
    await assert.rejects(gateway.map(request, never), { fault: 'refused', final: true }, JSON.stringify(part))
    await assert.rejects(gateway.inspect({ ...request, via: 'natpmp' }, never), { fault: 'refused' }, JSON.stringify(part))
    await assert.rejects(gateway.unmap({ ...request, via: 'natpmp' }, never), { fault: 'refused', final: true })
  }
  assert.equal(router.requests.length, 1)
})

test('natpmp: one question at a time, and who gives up does so at once', async (t) => {
  const stop = new AbortController()
  const router = await fake(t, { onRequest: onMap((request) => (request[1] === 2 ? [] : undefined)) })
  const gateway = await found(t, router)
  const first = gateway.map({ ...REQUEST, protocol: 'tcp' }, stop.signal)
  const second = gateway.map(REQUEST, never)
  const third = gateway.map(REQUEST, AbortSignal.abort(new Error('never mind')))
  await assert.rejects(third, /never mind/)
  assert.equal(router.rules.size, 0)
  stop.abort(new Error('enough'))
  await assert.rejects(first, /enough/)
  assert.equal((await second).externalPort, 22_125)
})

test('natpmp: a clock that began anew shows in any answer, and in what is announced to all', async (t) => {
  const router = await fake(t)
  const events = new EventTarget()
  let count = 0
  const onRestart = () => {
    count += 1
    events.dispatchEvent(new Event('restart'))
  }
  const gateway = await found(t, router, {}, { onRestart })
  await gateway.check?.(never)
  await router.announce('natpmp')
  await gateway.check?.(never)
  assert.equal(count, 0)
  // Far enough back for the protocol's two seconds of grace, each time.
  const shown = once(events, 'restart')
  router.reboot()
  await gateway.check?.(never)
  await shown
  const announced = once(events, 'restart')
  router.ageBy(1_000)
  await gateway.check?.(never)
  router.reboot()
  await router.announce('natpmp')
  await announced
  const announcedAsPcp = once(events, 'restart')
  router.ageBy(1_000)
  await gateway.check?.(never)
  router.reboot()
  await router.announce('pcp')
  await announcedAsPcp
  assert.equal(count, 3)
})

test('upstream: a rule leads to our router, and to nobody else', async (t) => {
  const router = await fake(t)
  const gateway = await found(t, router, {}, { upstream: { routerAddress: '192.168.0.2' } })
  const request = { ...REQUEST, internalAddress: '192.168.0.2' }
  const mapping = await gateway.map(request, never)
  assert.deepEqual(mapping, { ...request, via: 'natpmp' })
  assert.equal(await gateway.inspect(mapping, never), 'present')
  await assert.rejects(gateway.map(REQUEST, never), { fault: 'refused', final: true })
  await gateway.unmap(mapping, never)
  assert.equal(router.rules.size, 0)
})
