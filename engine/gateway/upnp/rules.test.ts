import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FakeAnswer, type FakeScript, fromRule } from '../../../test/fakes/gateway.ts'
import type { MapRequest } from '../gateway.ts'
import { actions, fault, never, OURS, opened } from './opened.fixture.ts'

const THEIRS = '192.168.1.77'
const REQUEST: MapRequest = {
  protocol: 'tcp',
  internalAddress: OURS,
  internalPort: 8443,
  externalPort: 443,
  lifetimeS: 3_600,
  description: 'Porchlight web',
}
const MAPPING = { ...REQUEST, via: 'upnp' } as const

const onAdd = (answer: (values: Readonly<Record<string, string>>, router: Map<string, unknown>) => FakeAnswer | undefined): FakeScript => ({
  onCall: ({ action, values }, rules) => (action === 'AddPortMapping' ? answer(values, rules) : undefined),
})

test('map: the address first, then the rule, then its proof', async (t) => {
  const { router, gateway } = await opened(t)
  assert.deepEqual(await gateway.map(REQUEST, never), MAPPING)
  assert.deepEqual(actions(router), ['GetExternalIPAddress', 'AddPortMapping', 'GetSpecificPortMappingEntry'])
  assert.deepEqual(Object.entries(router.calls[1]?.values ?? {}), [
    ['NewRemoteHost', ''],
    ['NewExternalPort', '443'],
    ['NewProtocol', 'TCP'],
    ['NewInternalPort', '8443'],
    ['NewInternalClient', OURS],
    ['NewEnabled', '1'],
    ['NewPortMappingDescription', 'Porchlight web'],
    ['NewLeaseDuration', '3600'],
  ])
  assert.equal(await gateway.inspect(MAPPING, never), 'present')
  await gateway.unmap(MAPPING, never)
  assert.equal(router.rules.size, 0)
  assert.equal(await gateway.inspect(MAPPING, never), 'absent')
})

test('map: TCP and UDP on the same port are two rules', async (t) => {
  const { router, gateway } = await opened(t)
  await gateway.map(REQUEST, never)
  await gateway.map({ ...REQUEST, protocol: 'udp' }, never)
  assert.deepEqual([...router.rules.keys()], ['TCP 443', 'UDP 443'])
})

for (const code of [725, 402])
  test(`map: error ${code} on a lease → a rule without an end, read back (tailscale#9343, #15223)`, async (t) => {
    const { router, gateway } = await opened(
      t,
      onAdd(({ NewLeaseDuration }) => (NewLeaseDuration === '0' ? undefined : fault(code))),
    )
    assert.equal((await gateway.map(REQUEST, never)).lifetimeS, 0)
    assert.equal(actions(router).at(-1), 'GetSpecificPortMappingEntry')
  })

test('map: 402 on a rule without an end as well is a refusal', async (t) => {
  const { gateway } = await opened(
    t,
    onAdd(() => fault(402)),
  )
  await assert.rejects(gateway.map(REQUEST, never), { fault: 'refused', wire: 402, final: true })
})

test('map: makes that want rules without an end are asked for no other', async (t) => {
  for (const device of [{ manufacturer: 'MikroTik' }, { friendlyName: 'DD-WRT:router' }]) {
    const { router, gateway } = await opened(t, { device })
    await gateway.map(REQUEST, never)
    assert.equal(router.calls.find(({ action }) => action === 'AddPortMapping')?.values.NewLeaseDuration, '0')
  }
})

test('map: a lease that vanishes at once → a rule without an end (tailscale#18196)', async (t) => {
  const { gateway } = await opened(
    t,
    onAdd(({ NewLeaseDuration }) => (NewLeaseDuration === '0' ? undefined : { kind: 'result', values: {} })),
  )
  assert.equal((await gateway.map(REQUEST, never)).lifetimeS, 0)
})

test('map: a router that lists nothing is believed, but cannot be asked again', async (t) => {
  const { gateway } = await opened(
    t,
    onAdd(() => ({ kind: 'result', values: {} })),
  )
  const mapping = await gateway.map(REQUEST, never)
  assert.equal(mapping.lifetimeS, 0)
  assert.equal(await gateway.inspect(mapping, never), 'unknown')
  assert.equal(await gateway.inspect({ ...mapping, externalPort: 444 }, never), 'absent')
})

test('map: the lifetime is what the router shows, when it shows one', async (t) => {
  const shown = async (askedS: number, leaseS: number | string) => {
    const { gateway } = await opened(t, {
      onCall: ({ action }, rules) => {
        const rule = rules.get('TCP 443')
        return action === 'GetSpecificPortMappingEntry' && rule
          ? { kind: 'result', values: { ...fromRule(rule), NewLeaseDuration: leaseS } }
          : undefined
      },
    })
    return (await gateway.map({ ...REQUEST, lifetimeS: askedS }, never)).lifetimeS
  }
  assert.equal(await shown(3_600, 120), 120)
  assert.equal(await shown(3_600, 0), 3_600)
  assert.equal(await shown(3_600, 604_800), 3_600)
  assert.equal(await shown(3_600, 'soon'), 3_600)
  assert.equal(await shown(0, 604_800), 604_800)
})

for (const code of [718, 729]) {
  test(`map: ${code} for a rule that is ours already is a success`, async (t) => {
    const { router, gateway } = await opened(
      t,
      onAdd(() => fault(code)),
    )
    router.rules.set('TCP 443', { client: OURS, internalPort: 8443, leaseS: 900, description: 'x' })
    assert.equal((await gateway.map(REQUEST, never)).lifetimeS, 900)
  })

  test(`map: ${code} names the owner of the port`, async (t) => {
    const { router, gateway } = await opened(
      t,
      onAdd(() => fault(code)),
    )
    router.rules.set('TCP 443', { client: THEIRS, internalPort: 443, leaseS: 0, description: 'NAS' })
    await assert.rejects(gateway.map(REQUEST, never), { fault: 'conflict', wire: code, message: /192\.168\.1\.77/ })
    assert.equal(router.rules.get('TCP 443')?.client, THEIRS)
  })
}

test('map: our own rule for another inner port is a conflict too', async (t) => {
  const { router, gateway } = await opened(
    t,
    onAdd(() => fault(718)),
  )
  router.rules.set('TCP 443', { client: OURS, internalPort: 9_000, leaseS: 0, description: 'another program' })
  await assert.rejects(gateway.map(REQUEST, never), { fault: 'conflict', message: /127\.0\.0\.1/ })
})

test('map: 718 on a free port is still a conflict, with the code', async (t) => {
  const { gateway } = await opened(
    t,
    onAdd(() => fault(718)),
  )
  await assert.rejects(gateway.map(REQUEST, never), { fault: 'conflict', wire: 718 })
})

test('map: a yes that leaves the port to another is a conflict', async (t) => {
  const { router, gateway } = await opened(
    t,
    onAdd(() => ({ kind: 'result', values: {} })),
  )
  router.rules.set('TCP 443', { client: THEIRS, internalPort: 443, leaseS: 0, description: 'NAS' })
  await assert.rejects(gateway.map(REQUEST, never), { fault: 'conflict', message: /192\.168\.1\.77/ })
})

test('map: 724 → the same port outside and inside', async (t) => {
  const { gateway } = await opened(
    t,
    onAdd(({ NewExternalPort, NewInternalPort }) => (NewExternalPort === NewInternalPort ? undefined : fault(724))),
  )
  assert.equal((await gateway.map(REQUEST, never)).externalPort, 8_443)
})

test('map: a router that silently forwards to the same port is found out (tailscale#14344)', async (t) => {
  const { router, gateway } = await opened(t, {
    onCall: ({ action, values }, rules) => {
      if (action !== 'AddPortMapping') return undefined
      const port = Number(values.NewExternalPort)
      rules.set(`TCP ${port}`, { client: OURS, internalPort: port, leaseS: 3_600, description: 'x' })
      return { kind: 'result', values: {} }
    },
  })
  assert.equal((await gateway.map(REQUEST, never)).externalPort, 8_443)
  assert.deepEqual([...router.rules.keys()], ['TCP 8443'])
})

const REFUSALS: [code: number, fault: string, final: boolean][] = [
  [401, 'refused', true],
  [501, 'refused', false],
  [606, 'refused', true],
  [715, 'refused', true],
  [716, 'refused', true],
  [727, 'refused', true],
  [728, 'full', false],
  [899, 'refused', false],
]
for (const [code, name, final] of REFUSALS)
  test(`map: error ${code} is ${name}${final ? ', for good' : ''}`, async (t) => {
    const { router, gateway } = await opened(
      t,
      onAdd(() => fault(code)),
    )
    await assert.rejects(gateway.map(REQUEST, never), { name: 'GatewayError', fault: name, wire: code, final })
    assert.equal(actions(router).filter((action) => action === 'AddPortMapping').length, 1)
  })

test('map: 501 from a router without an address means that there is no internet', async (t) => {
  const { gateway } = await opened(t, { ...onAdd(() => fault(501)), externalAddress: '' })
  await assert.rejects(gateway.map(REQUEST, never), { fault: 'no-internet', wire: 501 })
})

test('map: a router that does not tell its address is not asked for a rule (tailscale PR#20781)', async (t) => {
  const { router, gateway } = await opened(t, {
    onCall: ({ action }) => (action === 'GetExternalIPAddress' ? { kind: 'reset' } : undefined),
  })
  await assert.rejects(gateway.map(REQUEST, never), { fault: 'silent' })
  assert.ok(!actions(router).includes('AddPortMapping'))
})

const BAD_ANSWERS: [what: string, answer: FakeAnswer, fault: string][] = [
  ['none', { kind: 'hang' }, 'silent'],
  ['one byte at a time', { kind: 'drip' }, 'silent'],
  ['a broken connection', { kind: 'reset' }, 'silent'],
  ['garbage', { kind: 'raw', body: '\u0000\u0001garbage' }, 'garbled'],
  ['a page of 300 kB', { kind: 'raw', body: 'x'.repeat(300_000) }, 'garbled'],
  ['a redirect', { kind: 'raw', status: 307, headers: { Location: 'http://198.51.100.66/' }, body: '' }, 'garbled'],
  ['an error page', { kind: 'raw', status: 403, body: '<html>Forbidden</html>' }, 'garbled'],
  ['entities', { kind: 'raw', body: '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>' }, 'garbled'],
  ['something that is not HTTP', { kind: 'not-http', bytes: '\u0000\u0001\u0002' }, 'garbled'],
]
for (const [what, answer, name] of BAD_ANSWERS)
  test(`map: ${what} for an answer is ${name}`, async (t) => {
    const endless = answer.kind === 'hang' || answer.kind === 'drip'
    const { gateway } = await opened(
      t,
      onAdd(() => answer),
      endless ? 1_500 : undefined,
    )
    await assert.rejects(gateway.map(REQUEST, never), { name: 'GatewayError', fault: name, wire: undefined })
  })

test('map: what must never leave is refused here', async (t) => {
  const { router, gateway } = await opened(t)
  const bad: Partial<MapRequest>[] = [
    { externalPort: 0 },
    { externalPort: 65_536 },
    { internalPort: 0 },
    { internalPort: 1.5 },
    { internalAddress: '192.168.1.20' },
    { lifetimeS: -1 },
  ]
  for (const change of bad) await assert.rejects(gateway.map({ ...REQUEST, ...change }, never), { fault: 'refused', final: true })
  assert.deepEqual(router.calls, [])
})

test('inspect: whose rule it is, by address and inner port', async (t) => {
  const { router, gateway } = await opened(t)
  const put = (client: string, internalPort: number) => router.rules.set('TCP 443', { client, internalPort, leaseS: 0, description: '' })
  put(THEIRS, 8_443)
  assert.equal(await gateway.inspect(MAPPING, never), 'foreign')
  put(OURS, 9_000)
  assert.equal(await gateway.inspect(MAPPING, never), 'foreign')
  put('my-computer', 8_443)
  assert.equal(await gateway.inspect(MAPPING, never), 'unknown')
})

test('inspect: a router that cannot say is unknown, one that says nothing is silent', async (t) => {
  const answers: FakeAnswer[] = [fault(401), fault(501), { kind: 'raw', body: 'x' }, { kind: 'result', values: {} }]
  for (const answer of answers) {
    const { gateway } = await opened(t, { onCall: ({ action }) => (action.startsWith('GetSpecific') ? answer : undefined) })
    assert.equal(await gateway.inspect(MAPPING, never), 'unknown')
    assert.equal((await gateway.map(REQUEST, never)).lifetimeS, 3_600)
  }
  const { gateway } = await opened(t, { onCall: ({ action }) => (action.startsWith('GetSpecific') ? { kind: 'reset' } : undefined) })
  await assert.rejects(gateway.inspect(MAPPING, never), { fault: 'silent' })
})

test('unmap: a rule that is gone, or another program’s by now, is left as it is', async (t) => {
  const { router, gateway } = await opened(t)
  await gateway.unmap(MAPPING, never)
  router.rules.set('TCP 443', { client: THEIRS, internalPort: 443, leaseS: 0, description: 'NAS' })
  await gateway.unmap(MAPPING, never)
  assert.equal(router.rules.get('TCP 443')?.client, THEIRS)
})

test('unmap: a refusal to remove is told', async (t) => {
  const { gateway } = await opened(t, { onCall: ({ action }) => (action === 'DeletePortMapping' ? fault(606) : undefined) })
  await gateway.map(REQUEST, never)
  await assert.rejects(gateway.unmap(MAPPING, never), { fault: 'refused', wire: 606 })
})
