import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FakeAnswer, type FakeGateway, type FakeScript, fromRule } from '../../../test/fakes/gateway.ts'
import type { MapRequest } from '../gateway.ts'
import { actions, fault, never, OURS, opened } from './opened.fixture.ts'

const THEIRS = '192.168.1.77'
const IGD_2 = { serviceType: 'urn:schemas-upnp-org:service:WANIPConnection:2' }
const REQUEST: MapRequest = {
  protocol: 'udp',
  internalAddress: OURS,
  internalPort: 22_124,
  externalPort: 22_124,
  lifetimeS: 3_600,
  description: 'Porchlight music',
}
const ANY: MapRequest = { ...REQUEST, exactPort: false }
const KEY = 'UDP 22124'
const nas = { client: THEIRS, internalPort: 22_124, leaseS: 0, description: 'NAS' }

const added = (router: FakeGateway) => actions(router).filter((action) => action.startsWith('Add'))
const askedPorts = (router: FakeGateway) =>
  router.calls.filter(({ action }) => action === 'AddPortMapping').map(({ values }) => Number(values.NewExternalPort))
const isFree = (port: number) => port >= 49_152 && port <= 65_535

test('any port: an IGD:2 chooses, and the inner port stays as it is (tailscale#18348)', async (t) => {
  const { router, gateway } = await opened(t, { device: IGD_2 })
  router.rules.set(KEY, nas)
  const mapping = await gateway.map(ANY, never)
  assert.deepEqual([mapping.externalPort, mapping.internalPort], [22_125, 22_124])
  assert.deepEqual(added(router), ['AddAnyPortMapping'])
  assert.equal(router.rules.get('UDP 22125')?.client, OURS)
  assert.equal(await gateway.inspect(mapping, never), 'present')
})

test('any port: never asked for where the port matters, nor of an IGD:1', async (t) => {
  const exact = await opened(t, { device: IGD_2 })
  await exact.gateway.map(REQUEST, never)
  await exact.gateway.map({ ...REQUEST, protocol: 'tcp', exactPort: true }, never)
  assert.deepEqual(added(exact.router), ['AddPortMapping', 'AddPortMapping'])
  const old = await opened(t)
  assert.equal((await old.gateway.map(ANY, never)).externalPort, 22_124)
  assert.deepEqual(added(old.router), ['AddPortMapping'])
})

test('any port: a lease that the router refuses is given up here too', async (t) => {
  const { gateway } = await opened(t, {
    device: IGD_2,
    onCall: ({ action, values }) => (action.startsWith('Add') && values.NewLeaseDuration !== '0' ? fault(725) : undefined),
  })
  assert.equal((await gateway.map(ANY, never)).lifetimeS, 0)
})

const WITHOUT_CHOICE: [what: string, answer: FakeAnswer][] = [
  ['breaks the connection off (miniupnp#528)', { kind: 'reset' }],
  ['does not answer', { kind: 'hang' }],
  ['does not know the action', fault(401)],
  ['finds no port', fault(728)],
  ['answers with garbage', { kind: 'raw', status: 404, body: 'Not found' }],
]
for (const [what, answer] of WITHOUT_CHOICE)
  test(`any port: a router that ${what} is asked for the wanted one`, async (t) => {
    const onCall: FakeScript['onCall'] = ({ action }) => (action === 'AddAnyPortMapping' ? answer : undefined)
    const { router, gateway } = await opened(t, { device: IGD_2, onCall }, answer.kind === 'hang' ? 1_500 : undefined)
    assert.equal((await gateway.map(ANY, never)).externalPort, 22_124)
    assert.deepEqual(added(router), ['AddAnyPortMapping', 'AddPortMapping'])
  })

test('any port: a port that the router does not tell is looked for where it was asked for', async (t) => {
  for (const port of ['', '0', '70000']) {
    const { router, gateway } = await opened(t, {
      device: IGD_2,
      onCall: ({ action }, rules) => {
        if (action !== 'AddAnyPortMapping') return undefined
        rules.set(KEY, { client: OURS, internalPort: 22_124, leaseS: 3_600, description: '' })
        return { kind: 'result', values: { NewReservedPort: port } }
      },
    })
    assert.equal((await gateway.map(ANY, never)).externalPort, 22_124, port)
    assert.deepEqual(added(router), ['AddAnyPortMapping'])
  }
})

for (const code of [718, 729, 501])
  test(`any port: ${code} → others from the free range, until one is granted`, async (t) => {
    let refusals = 3
    const { router, gateway } = await opened(t, {
      onCall: ({ action }) => {
        if (action !== 'AddPortMapping' || refusals === 0) return undefined
        refusals -= 1
        return fault(code)
      },
    })
    const mapping = await gateway.map(ANY, never)
    const [first, ...others] = askedPorts(router)
    assert.equal(first, 22_124)
    assert.ok(others.length === 3 && others.every(isFree), String(others))
    assert.deepEqual([mapping.externalPort, mapping.internalPort], [others[2], 22_124])
  })

test('any port: after four others the first refusal is told', async (t) => {
  const { router, gateway } = await opened(t)
  router.rules.set(KEY, nas)
  const all: FakeScript['onCall'] = ({ action }) => (action === 'AddPortMapping' ? fault(718) : undefined)
  const full = await opened(t, { onCall: all })
  full.router.rules.set(KEY, nas)
  await assert.rejects(full.gateway.map(ANY, never), { fault: 'conflict', message: /22124 .*192\.168\.1\.77/ })
  assert.equal(askedPorts(full.router).length, 5)
  // Where the port matters there is one question, and no rule elsewhere.
  await assert.rejects(gateway.map(REQUEST, never), { fault: 'conflict' })
  assert.equal(askedPorts(router).length, 1)
})

test('any port: no other helps against a refusal, or a missing line', async (t) => {
  const refusing = await opened(t, { onCall: ({ action }) => (action === 'AddPortMapping' ? fault(606) : undefined) })
  await assert.rejects(refusing.gateway.map(ANY, never), { wire: 606 })
  assert.equal(askedPorts(refusing.router).length, 1)
  const onCall: FakeScript['onCall'] = ({ action }) => (action.startsWith('Add') ? fault(501) : undefined)
  const offline = await opened(t, { device: IGD_2, onCall, externalAddress: '' })
  await assert.rejects(offline.gateway.map(ANY, never), { fault: 'no-internet' })
  assert.equal(added(offline.router).length, 1)
})

/** A router whose leases run: `elapse` seconds, and re-adding leaves a rule as it is. */
function stubborn(readd: 'kept' | 'refused'): { script: FakeScript; elapse: (router: FakeGateway, seconds: number) => void } {
  return {
    script: {
      onCall: ({ action, values }, rules) => {
        if (action !== 'AddPortMapping' || !rules.has(`${values.NewProtocol} ${values.NewExternalPort}`)) return undefined
        return readd === 'kept' ? { kind: 'result', values: {} } : fault(718)
      },
    },
    elapse,
  }
}

function elapse(router: FakeGateway, seconds: number): void {
  for (const [key, rule] of router.rules) router.rules.set(key, { ...rule, leaseS: rule.leaseS - seconds })
}

for (const readd of ['kept', 'refused'] as const)
  test(`renewal: a lease that does not grow (re-adding is ${readd}) → away and back (miniupnp#131)`, async (t) => {
    const { script } = stubborn(readd)
    const { router, gateway } = await opened(t, script)
    const mapping = await gateway.map(REQUEST, never)
    elapse(router, 1_800)
    assert.equal((await gateway.map(mapping, never)).lifetimeS, 3_600)
    assert.equal(router.rules.get(KEY)?.leaseS, 3_600)
    assert.deepEqual(actions(router).slice(-3), ['DeletePortMapping', 'AddPortMapping', 'GetSpecificPortMappingEntry'])
  })

test('renewal: a lease that grows is never interrupted, however short the router keeps it', async (t) => {
  for (const limitS of [3_600, 120]) {
    const { router, gateway } = await opened(t, {
      onCall: ({ action, values }, rules) => {
        if (action !== 'AddPortMapping') return undefined
        rules.set(KEY, { client: values.NewInternalClient ?? '', internalPort: 22_124, leaseS: limitS, description: '' })
        return { kind: 'result', values: {} }
      },
    })
    const mapping = await gateway.map(REQUEST, never)
    elapse(router, limitS / 2)
    assert.equal((await gateway.map({ ...mapping, lifetimeS: 3_600 }, never)).lifetimeS, limitS)
    // At once again: it is full already, and cannot grow.
    await gateway.map({ ...mapping, lifetimeS: 3_600 }, never)
    assert.ok(!actions(router).includes('DeletePortMapping'))
  }
})

test('renewal: routers that keep no count of a lease, or know rules without an end only, are left alone', async (t) => {
  const uncounted: FakeScript = {
    onCall: ({ action }, rules) => {
      const rule = rules.get(KEY)
      return action.startsWith('GetSpecific') && rule ? { kind: 'result', values: { ...fromRule(rule), NewLeaseDuration: 0 } } : undefined
    },
  }
  const endless: FakeScript = {
    onCall: ({ action, values }) => (action === 'AddPortMapping' && values.NewLeaseDuration !== '0' ? fault(725) : undefined),
  }
  for (const script of [uncounted, endless]) {
    const { router, gateway } = await opened(t, script)
    await gateway.map(REQUEST, never)
    await gateway.map(REQUEST, never)
    assert.ok(!actions(router).includes('DeletePortMapping'))
  }
})

test('renewal: a rule that is gone is added again, and one that another has taken is a conflict', async (t) => {
  const { router, gateway } = await opened(t)
  await gateway.map(REQUEST, never)
  router.rules.clear()
  assert.equal((await gateway.map(REQUEST, never)).lifetimeS, 3_600)
  router.rules.set(KEY, nas)
  await assert.rejects(gateway.map(REQUEST, never), { fault: 'conflict' })
  assert.equal(router.rules.get(KEY)?.client, THEIRS)
})

test('renewal: a port that was chosen is kept, by name', async (t) => {
  const { router, gateway } = await opened(t, { device: IGD_2 })
  router.rules.set(KEY, nas)
  const mapping = await gateway.map(ANY, never)
  assert.equal((await gateway.map(mapping, never)).externalPort, 22_125)
  assert.deepEqual(added(router), ['AddAnyPortMapping', 'AddPortMapping'])
  assert.deepEqual([...router.rules.keys()], [KEY, 'UDP 22125'])
})
