import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type FakeAnswer, type FakeGateway, type FakeScript, startFakeGateway } from '../../../test/fakes/gateway.ts'
import type { RouterRule } from '../gateway.ts'
import { openUpnp } from './client.ts'

const never = new AbortController().signal
const fault = (code: number): FakeAnswer => ({ kind: 'fault', code })

async function listed(t: TestContext, script: FakeScript, fill?: (router: FakeGateway) => void) {
  const router = await startFakeGateway(script)
  t.after(() => router.close())
  fill?.(router)
  const tuning = { ssdpPort: router.ssdpPort, searchMs: 20_000, answerMs: 20_000 }
  const gateway = await openUpnp({ gatewayAddress: router.address, localAddress: '127.0.0.1', signal: never, tuning })
  router.calls.length = 0
  const rules = gateway?.rules?.(never)
  assert.ok(rules)
  return { router, rules }
}

const generic = (answer: (index: number) => FakeAnswer | undefined): FakeScript => ({
  onCall: ({ action, values }) => (action === 'GetGenericPortMappingEntry' ? answer(Number(values.NewPortMappingIndex)) : undefined),
})
const entry = (values: Record<string, string | number>): FakeAnswer => ({
  kind: 'result',
  values: {
    NewRemoteHost: '',
    NewExternalPort: 80,
    NewProtocol: 'TCP',
    NewInternalPort: 80,
    NewInternalClient: '192.168.1.20',
    NewEnabled: 1,
    NewPortMappingDescription: 'web',
    NewLeaseDuration: 0,
    ...values,
  },
})
const WEB: RouterRule = {
  protocol: 'tcp',
  externalPort: 80,
  internalAddress: '192.168.1.20',
  internalPort: 80,
  remoteHost: '',
  enabled: true,
  description: 'web',
  leaseS: 0,
}

test('rules: ours and everybody’s, in the router’s order, until it has no more', async (t) => {
  const { router, rules } = await listed(t, {}, ({ rules: table }) => {
    table.set('TCP 443', { client: '127.0.0.1', internalPort: 8_443, leaseS: 900, description: 'Porchlight web' })
    table.set('UDP 22124', { client: '192.168.1.77', internalPort: 22_124, leaseS: 0, description: 'NAS' })
  })
  assert.deepEqual(await rules, [
    { ...WEB, externalPort: 443, internalAddress: '127.0.0.1', internalPort: 8_443, description: 'Porchlight web', leaseS: 900 },
    { ...WEB, protocol: 'udp', externalPort: 22_124, internalAddress: '192.168.1.77', internalPort: 22_124, description: 'NAS' },
  ])
  assert.equal(router.calls.length, 3)
})

test('rules: an empty table, in each way that routers say so', async (t) => {
  for (const code of [713, 714, 402]) {
    const { rules } = await listed(
      t,
      generic(() => fault(code)),
    )
    assert.deepEqual(await rules, [], String(code))
  }
})

test('rules: forwards of every port and to every address are seen for what they are', async (t) => {
  const wide = [{ NewExternalPort: 0, NewInternalPort: 0 }, { NewInternalClient: '192.168.1.255' }]
  const { rules } = await listed(
    t,
    generic((index) => (wide[index] ? entry(wide[index]) : fault(713))),
  )
  assert.deepEqual(await rules, [
    { ...WEB, externalPort: 0, internalPort: 0 },
    { ...WEB, internalAddress: '192.168.1.255' },
  ])
})

test('rules: what is odd is made safe, and what cannot be read is left out', async (t) => {
  const odd = [
    { NewPortMappingDescription: `a\u202eb${'c'.repeat(500)}`, NewInternalClient: 'nas.local', NewEnabled: '0', NewLeaseDuration: 'soon' },
    { NewProtocol: 'SCTP' },
    { NewExternalPort: 70_000 },
    { NewExternalPort: 81, NewRemoteHost: '198.51.100.7' },
  ]
  const { rules } = await listed(
    t,
    generic((index) => (odd[index] ? entry(odd[index]) : fault(899))),
  )
  assert.deepEqual(await rules, [
    { ...WEB, description: `ab${'c'.repeat(78)}`, internalAddress: 'nas.local', enabled: false, leaseS: null },
    { ...WEB, externalPort: 81, remoteHost: '198.51.100.7' },
  ])
})

test('rules: a router without an end is left after 200, or as soon as it begins again', async (t) => {
  const endless = await listed(
    t,
    generic((index) => entry({ NewExternalPort: index + 1 })),
  )
  assert.equal((await endless.rules).length, 200)
  const round = await listed(
    t,
    generic((index) => entry({ NewExternalPort: 80 + (index % 3) })),
  )
  assert.equal((await round.rules).length, 3)
  assert.equal(round.router.calls.length, 4)
  const blank = await listed(
    t,
    generic(() => ({ kind: 'result', values: {} })),
  )
  assert.deepEqual(await blank.rules, [])
  assert.equal(blank.router.calls.length, 1)
})

test('rules: a router that cannot list says so, or says nothing', async (t) => {
  await assert.rejects(
    (
      await listed(
        t,
        generic(() => fault(401)),
      )
    ).rules,
    { fault: 'refused', wire: 401 },
  )
  await assert.rejects(
    (
      await listed(
        t,
        generic(() => ({ kind: 'reset' })),
      )
    ).rules,
    { fault: 'silent' },
  )
  await assert.rejects(
    (
      await listed(
        t,
        generic(() => ({ kind: 'raw', body: 'x' })),
      )
    ).rules,
    { fault: 'garbled' },
  )
})
