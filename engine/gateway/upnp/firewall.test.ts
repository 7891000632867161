import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { type TestContext, test } from 'node:test'
import { type FakeAnswer, type FakeGateway, type FakeScript, properReply, startFakeGateway } from '../../../test/fakes/gateway.ts'
import { FIREWALL_SERVICE } from '../../../test/fakes/gateway-xml.ts'
import type { Gateway, Mapping, MapRequest } from '../gateway.ts'
import { openUpnpPinholes, type PinholeOptions } from './firewall.ts'

const OURS = '::1'
const LOOPBACK = Object.entries(networkInterfaces()).find(([, addresses]) => addresses?.some(({ address }) => address === OURS))?.[0] ?? ''
const never = new AbortController().signal
const PLACE_PATH = '/desc.xml'
const REQUEST: MapRequest = {
  protocol: 'tcp',
  internalAddress: OURS,
  internalPort: 8_443,
  externalPort: 8_443,
  lifetimeS: 3_600,
  description: 'Porchlight web',
}
const MAPPING: Mapping = { ...REQUEST, ruleId: '1', via: 'upnp' }
const fault = (code: number): FakeAnswer => ({ kind: 'fault', code })
const on = (action: string, answer: FakeAnswer): FakeScript => ({ onCall: (call) => (call.action === action ? answer : undefined) })

async function fake(t: TestContext, script: FakeScript = {}): Promise<FakeGateway> {
  const device = { serviceType: FIREWALL_SERVICE, controlUrl: '/ctl/IP6FCtl', ...script.device }
  const router = await startFakeGateway({ at: '::1', ...script, device })
  t.after(() => router.close())
  return router
}

function open(router: FakeGateway, options: Partial<PinholeOptions> = {}): Promise<Gateway | null> {
  const gateway = { address: router.address, interfaceName: LOOPBACK }
  // What is found ends the search; what answers has time enough for a slow machine.
  const tuning = { ssdpPort: router.ssdpPort, searchMs: 20_000, answerMs: 20_000, ...options.tuning }
  return openUpnpPinholes({ gateway, localAddress: OURS, signal: never, ...options, tuning })
}

/** For searches that go on to their end. */
const HASTY: Partial<PinholeOptions> = { tuning: { searchMs: 4_000 } }

async function opened(t: TestContext, script: FakeScript = {}): Promise<{ router: FakeGateway; gateway: Gateway }> {
  const router = await fake(t, script)
  const gateway = await open(router, { place: { port: router.httpPort, path: PLACE_PATH } })
  assert.ok(gateway)
  router.calls.length = 0
  return { router, gateway }
}

const actions = (router: FakeGateway) => router.calls.map(({ action }) => action)

test('pinholes: found by a search over IPv6, for :2 only', async (t) => {
  const router = await fake(t)
  const gateway = await open(router)
  assert.deepEqual([gateway?.via, gateway?.address, gateway?.name], ['upnp', '::1', 'Scripted router'])
  assert.equal(await gateway?.externalAddress(never), OURS)
  assert.deepEqual([...new Set(router.searches)], ['urn:schemas-upnp-org:device:InternetGatewayDevice:2'])
  assert.deepEqual(actions(router), ['GetFirewallStatus'])
  assert.equal(router.calls[0]?.headers.host, `[::1]:${router.httpPort}`)
})

test('pinholes: at a place that is known already, without a search', async (t) => {
  const router = await fake(t)
  assert.ok(await open(router, { place: { port: router.httpPort, path: PLACE_PATH } }))
  assert.deepEqual(router.searches, [])
})

test('pinholes: a known place that leads nowhere is searched for after all', async (t) => {
  const router = await fake(t)
  assert.ok(await open(router, { place: { port: 1, path: '/' } }))
})

test('pinholes: a LOCATION with the zone of the router’s own interface is read without', async (t) => {
  const announce = (location: string, target: string) => [properReply(location.replace('[::1]', '[fe80::1%25br-lan]'), target)]
  assert.ok(await open(await fake(t, { announce })))
})

test('pinholes: none at a router without the service, nor where the firewall is off', async (t) => {
  assert.equal(await open(await fake(t, { device: { serviceType: 'urn:schemas-upnp-org:service:WANIPConnection:2' } }), HASTY), null)
  const off = on('GetFirewallStatus', { kind: 'result', values: { FirewallEnabled: 0, InboundPinholeAllowed: 0 } })
  assert.equal(await open(await fake(t, off)), null)
})

test('pinholes: an owner who allows none is told apart (fritzconnection#161)', async (t) => {
  const router = await fake(t, on('GetFirewallStatus', { kind: 'result', values: { FirewallEnabled: 1, InboundPinholeAllowed: 0 } }))
  await assert.rejects(open(router), { name: 'GatewayError', fault: 'refused', final: true })
})

test('pinholes: unusable answers to the search, each with its fault', async (t) => {
  const search = async (script: FakeScript) => open(await fake(t, script), HASTY)
  // Side by side, since each search goes on to its end.
  await Promise.all([
    assert.rejects(search({ description: { kind: 'raw', body: 'Welcome' } }), { fault: 'garbled' }),
    assert.rejects(search(on('GetFirewallStatus', { kind: 'reset' })), { fault: 'silent' }),
    assert.rejects(search(on('GetFirewallStatus', fault(403))), { fault: 'refused', wire: 403 }),
    search({ announce: () => [] }).then((found) => assert.equal(found, null)),
  ])
})

test('pinholes: a signal ends the search with its reason', async (t) => {
  const router = await fake(t, { announce: () => [] })
  const stop = new AbortController()
  const search = open(router, { signal: stop.signal })
  setImmediate(() => stop.abort(new Error('enough')))
  await assert.rejects(search, /enough/)
})

test('pinhole: opened to everybody, at our address, and kept under its number', async (t) => {
  const { router, gateway } = await opened(t)
  assert.deepEqual(await gateway.map(REQUEST, never), MAPPING)
  assert.deepEqual(Object.entries(router.calls[0]?.values ?? {}), [
    ['RemoteHost', ''],
    ['RemotePort', '0'],
    ['InternalClient', OURS],
    ['InternalPort', '8443'],
    ['Protocol', '6'],
    ['LeaseTime', '3600'],
  ])
  assert.equal(router.calls[0]?.path, '/ctl/IP6FCtl')
  const udp = await gateway.map({ ...REQUEST, protocol: 'udp' }, never)
  assert.deepEqual([udp.ruleId, router.calls[1]?.values.Protocol], ['2', '17'])
  assert.equal(await gateway.inspect(MAPPING, never), 'present')
  await gateway.unmap(MAPPING, never)
  assert.deepEqual([...router.pinholes.keys()], ['2'])
  assert.equal(await gateway.inspect(MAPPING, never), 'absent')
  await gateway.unmap(MAPPING, never)
})

test('pinhole: a mapping survives being written down', async (t) => {
  const { gateway } = await opened(t)
  const noted = JSON.parse(JSON.stringify(await gateway.map(REQUEST, never))) as Mapping
  assert.equal(await gateway.inspect(noted, never), 'present')
})

test('pinhole: the lease is kept within what the standard allows', async (t) => {
  const { gateway, router } = await opened(t)
  for (const [askedS, grantedS] of [
    [0, 86_400],
    [604_800, 86_400],
    [120, 120],
  ] as const) {
    assert.equal((await gateway.map({ ...REQUEST, lifetimeS: askedS }, never)).lifetimeS, grantedS)
    assert.equal(router.pinholes.get('1')?.leaseS, grantedS)
  }
})

test('pinhole: renewed by its number, and opened anew when the router has forgotten it', async (t) => {
  const { gateway, router } = await opened(t)
  const mapping = await gateway.map(REQUEST, never)
  assert.deepEqual(await gateway.map({ ...mapping, lifetimeS: 7_200 }, never), { ...mapping, lifetimeS: 7_200 })
  assert.equal(router.pinholes.get('1')?.leaseS, 7_200)
  router.pinholes.clear()
  router.pinholes.set('7', { client: '2001:db8::7', port: 1_700, protocol: 6, leaseS: 9 })
  assert.equal((await gateway.map(mapping, never)).ruleId, '8')
  assert.deepEqual(actions(router), ['AddPinhole', 'UpdatePinhole', 'UpdatePinhole', 'AddPinhole'])
})

test('pinhole: a number that stands for another computer’s by now is left alone', async (t) => {
  const theirs = (action: string) => ['UpdatePinhole', 'GetPinholePackets', 'DeletePinhole'].includes(action)
  const { gateway } = await opened(t, { onCall: ({ action }) => (theirs(action) ? fault(606) : undefined) })
  assert.equal(await gateway.inspect(MAPPING, never), 'foreign')
  await gateway.unmap(MAPPING, never)
  assert.equal((await gateway.map(MAPPING, never)).ruleId, '1')
})

test('pinhole: below port 1024 the refusal says why (miniupnp#692)', async (t) => {
  const { gateway } = await opened(t)
  const low = gateway.map({ ...REQUEST, internalPort: 443, externalPort: 443 }, never)
  await assert.rejects(low, { name: 'GatewayError', fault: 'refused', wire: 606, final: true, reason: 'low-port' })
})

const REFUSALS: [code: number, fault: string, final: boolean][] = [
  [402, 'refused', true],
  [606, 'refused', true],
  [701, 'full', false],
  [702, 'refused', true],
  [703, 'refused', true],
  [705, 'refused', true],
  [899, 'refused', false],
]
for (const [code, name, final] of REFUSALS)
  test(`pinhole: error ${code} is ${name}${final ? ', for good' : ''}`, async (t) => {
    const { gateway } = await opened(t, on('AddPinhole', fault(code)))
    await assert.rejects(gateway.map(REQUEST, never), { name: 'GatewayError', fault: name, wire: code, final, reason: undefined })
  })

test('pinhole: a router that renews nothing says so', async (t) => {
  const { gateway } = await opened(t, on('UpdatePinhole', fault(501)))
  await assert.rejects(gateway.map(MAPPING, never), { fault: 'refused', wire: 501 })
})

test('pinhole: a number that is none is garbled', async (t) => {
  for (const id of ['', '-1', '123456', '<b/>']) {
    const { gateway } = await opened(t, on('AddPinhole', { kind: 'result', values: { UniqueID: id } }))
    await assert.rejects(gateway.map(REQUEST, never), { fault: 'garbled' }, id)
  }
})

test('inspect: a router that does not count packets is asked whether it works', async (t) => {
  for (const answer of [fault(401), { kind: 'raw', body: 'x' } as const]) {
    const { gateway, router } = await opened(t, on('GetPinholePackets', answer))
    await gateway.map(REQUEST, never)
    // 709: it is there, and nobody has come through it yet.
    assert.equal(await gateway.inspect(MAPPING, never), 'present')
    router.pinholes.clear()
    assert.equal(await gateway.inspect(MAPPING, never), 'absent')
  }
  const { gateway } = await opened(t, { onCall: ({ action }) => (/Packets|Working/.test(action) ? fault(401) : undefined) })
  assert.equal(await gateway.inspect(MAPPING, never), 'unknown')
  const { ruleId: _, ...nameless } = MAPPING
  assert.equal(await gateway.inspect(nameless, never), 'unknown')
})

test('inspect: a count of zero proves nothing, since miniupnpd on iptables has it for every number', async (t) => {
  const none: FakeAnswer = { kind: 'result', values: { PinholePackets: 0 } }
  const { gateway, router } = await opened(t, on('GetPinholePackets', none))
  await gateway.map(REQUEST, never)
  assert.equal(await gateway.inspect(MAPPING, never), 'present')
  router.pinholes.clear()
  assert.equal(await gateway.inspect(MAPPING, never), 'absent')
  const some = await opened(t, on('GetPinholePackets', { kind: 'result', values: { PinholePackets: 7 } }))
  assert.equal(await some.gateway.inspect(MAPPING, never), 'present')
  assert.ok(!some.router.calls.some(({ action }) => action === 'CheckPinholeWorking'))
})

test('unmap: a pinhole whose number was never learnt is found by opening it again', async (t) => {
  const { gateway, router } = await opened(t)
  const { ruleId: _, ...nameless } = await gateway.map(REQUEST, never)
  await gateway.unmap(nameless, never)
  assert.equal(router.pinholes.size, 0)
  assert.deepEqual(actions(router), ['AddPinhole', 'AddPinhole', 'DeletePinhole'])
  assert.equal(router.calls[1]?.values.LeaseTime, '1')
})

test('unmap: what the router would not open is not open, and a refusal to close is told', async (t) => {
  const { gateway, router } = await opened(t, on('DeletePinhole', fault(501)))
  await gateway.unmap({ ...REQUEST, internalPort: 443, externalPort: 443, via: 'upnp' }, never)
  assert.deepEqual(actions(router), ['AddPinhole'])
  await assert.rejects(gateway.unmap(MAPPING, never), { fault: 'refused', wire: 501 })
})

test('pinhole: what must never leave is refused here', async (t) => {
  const { router, gateway } = await opened(t)
  const bad: Partial<MapRequest>[] = [
    { externalPort: 8_444 },
    { externalPort: 0, internalPort: 0 },
    { internalAddress: '2001:db8::9' },
    { lifetimeS: -1 },
    { ruleId: '1</UniqueID>' },
  ]
  for (const change of bad) {
    await assert.rejects(gateway.map({ ...REQUEST, ...change }, never), { fault: 'refused', final: true })
    await assert.rejects(gateway.unmap({ ...MAPPING, ...change }, never), { fault: 'refused', final: true })
  }
  assert.deepEqual(router.calls, [])
})
