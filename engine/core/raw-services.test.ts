/** Services without TLS: the relay's public port comes first, and the name has one port, whichever way visitors come. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Happening } from './events.ts'
import { publicationOf } from './exposures.ts'
import { plan } from './plan.ts'
import { AT_HOME, AT_HOME6, continued, GAME, KNOWN, PUBLISHED, RELAY, ROUTER, RULE, seen, situation, T0 } from './situation.fixture.ts'
import type { State } from './state.ts'
import { view } from './view.ts'

const BAND = { ...GAME, name: 'band', preset: 'jamulus' }
const SHELL = { ...GAME, name: 'shell', target: { kind: 'tcp', host: '192.168.1.30', port: 22 } } as const
const ADDED: Happening[] = [
  { type: 'service-added', service: SHELL },
  { type: 'listening', exposure: 'shell', family: 'ipv4', port: 40022 },
  { type: 'target-up', name: 'shell' },
]
const published = (port: number | null): Happening => ({ ...PUBLISHED, ports: { shell: port } })
const opened = (externalPort: number): Happening => ({
  type: 'opened',
  path: 'shell mapped ipv4',
  rules: [{ ...RULE, externalPort, internalPort: 40022 }],
  outside: { address: '203.0.113.10', port: externalPort },
  missing: null,
  silent: null,
})
const keys = (state: State): string[] => [...plan(state, T0).effects.keys()]
const asksRouterFor = (state: State): number[] =>
  [...plan(state, T0).effects.values()].flatMap((effect) =>
    effect.kind === 'open' ? effect.hops.map(({ externalPort }) => externalPort) : [],
  )
const service = (state: State) => view(state).services[0]
const codes = (state: State): string[] => view(state).problems.map(({ code }) => code)
const pathOf = (state: State, key: string) => state.paths[key]
const CONNECTED: Happening[] = [...ADDED, AT_HOME, ROUTER, ...RELAY]

describe('the relay’s public port of a raw service', () => {
  it('is asked for with the service’s own port, and nothing is opened on another before it is known', () => {
    const state = situation(...CONNECTED)
    assert.deepEqual(
      publicationOf(state).services.map(({ name, port }) => [name, port]),
      [['shell', 22]],
    )
    assert.deepEqual(asksRouterFor(state), [])
    assert.deepEqual(asksRouterFor(continued(state, published(23871))), [23871])
    assert.equal(service(state)?.state, 'checking')
  })

  it('is a path in each family of the relay, proven through it, like any other', () => {
    const state = situation(...CONNECTED, published(23871))
    const probe = [...plan(state, T0).effects.values()].find((effect) => effect.kind === 'probe' && effect.via === 'tunnel')
    assert.deepEqual(probe, {
      kind: 'probe',
      path: 'shell tunnel ipv4',
      via: 'tunnel',
      family: 'ipv4',
      transport: 'tcp',
      port: 23871,
      host: null,
      ping: null,
      afresh: true,
    })
    const proven = continued(state, { type: 'probed', path: 'shell tunnel ipv4', verdict: seen('reachable') })
    const shown = service(proven)
    assert.deepEqual([shown?.state, shown?.best], ['reachable', { ipv4: 'tunnel', ipv6: null }])
    assert.deepEqual(shown?.publicAddress, { host: 'shell.amber-otter-42.relay.test', port: 23871 })
    assert.deepEqual(
      shown?.paths.filter(({ rung }) => rung === 'tunnel').map(({ family, outside }) => [family, outside]),
      [
        ['ipv4', { address: KNOWN.addresses.ipv4, port: 23871 }],
        ['ipv6', { address: KNOWN.addresses.ipv6, port: 23871 }],
      ],
    )
  })

  it('stays the name’s port when the router grants another one: that is a direct address, and said so', () => {
    const state = continued(
      situation(...CONNECTED, published(23871)),
      opened(1025),
      { type: 'probed', path: 'shell mapped ipv4', verdict: seen('reachable') },
      { type: 'probed', path: 'shell tunnel ipv4', verdict: seen('reachable') },
    )
    assert.deepEqual(publicationOf(state).services[0]?.direct, [])
    assert.deepEqual(service(state)?.best.ipv4, 'tunnel')
    assert.equal(service(state)?.publicAddress?.port, 23871)
    const differs = view(state).problems.find(({ code }) => code === 'direct-port-differs')
    assert.deepEqual(differs?.params, { service: 'shell', port: '23871', address: '203.0.113.10:1025' })
    const alone = continued(state, { type: 'probed', path: 'shell tunnel ipv4', verdict: seen('refused') }, [
      { type: 'probed', path: 'shell tunnel ipv4', verdict: seen('refused') },
      T0 + 500,
    ])
    assert.equal(service(alone)?.state, 'checking', 'nobody who has the name gets there')
  })

  it('is the direct port too where the router grants it: then the name leads home', () => {
    const state = continued(situation(...CONNECTED, published(23871)), opened(23871), {
      type: 'probed',
      path: 'shell mapped ipv4',
      verdict: seen('reachable'),
    })
    assert.deepEqual(publicationOf(state).services[0]?.direct, [{ address: '203.0.113.10', port: 23871 }])
    assert.equal(service(state)?.best.ipv4, 'mapped')
    assert.ok(!codes(state).includes('direct-port-differs'))
  })

  it('moves what stands on another port, in both families', () => {
    const alone = continued(
      situation(...ADDED, AT_HOME6, ROUTER),
      { type: 'listening', exposure: 'shell', family: 'ipv6', port: 22 },
      opened(22),
    )
    assert.ok(keys(alone).includes('listen tcp shell 2001:db8:1::10 22'))
    const state = continued(alone, ...RELAY, published(23871))
    assert.deepEqual([pathOf(state, 'shell mapped ipv4')?.phase, pathOf(state, 'shell direct ipv6')?.phase], ['seeking', 'seeking'])
    assert.ok(keys(state).includes('listen tcp shell 2001:db8:1::10 23871'))
    assert.deepEqual(asksRouterFor(state), [23871])
    const same = continued(continued(state, opened(23871)), published(23871))
    assert.equal(pathOf(same, 'shell mapped ipv4')?.phase, 'provisioned', 'to say it again moves nothing')
  })

  it('is remembered over a loss of the relay, whose path then says why it is closed', () => {
    const lost = continued(situation(...CONNECTED, published(23871)), {
      type: 'relay-waiting',
      problem: { code: 'relay-unreachable', severity: 'warning', params: {} },
    })
    assert.deepEqual(asksRouterFor(lost), [23871])
    assert.equal(service(lost)?.paths.find(({ rung }) => rung === 'tunnel')?.problem, 'relay-unreachable')
    const back = continued(lost, { type: 'relay-connected', known: KNOWN })
    assert.equal(pathOf(back, 'shell tunnel ipv4')?.phase, 'seeking', 'the relay opens it when it has been told')
    assert.equal(pathOf(continued(back, published(23871)), 'shell tunnel ipv4')?.phase, 'provisioned')
  })

  it('is not to be had: direct only, and said so', () => {
    const none = situation(...CONNECTED, published(null))
    assert.deepEqual(Object.keys(none.paths), ['shell mapped ipv4'])
    assert.deepEqual(asksRouterFor(none), [22])
    assert.ok(codes(none).includes('relay-no-port'))
    const unanswered = situation(...CONNECTED, { type: 'publish-failed' })
    assert.deepEqual(asksRouterFor(unanswered), [22], 'nobody waits for ever')
  })

  it('is another one at another relay', () => {
    const url = 'https://other.test'
    const moved = continued(
      situation(...CONNECTED, published(23871)),
      { type: 'relay-chosen', url },
      { type: 'relay-left', url: KNOWN.url },
    )
    assert.deepEqual([moved.publicPorts, asksRouterFor(moved)], [{}, []])
    assert.deepEqual(asksRouterFor(continued(moved, { type: 'relay-left', url })), [22])
  })

  it('needs no certificate', () => {
    const state = continued(
      situation(...CONNECTED, published(23871)),
      {
        type: 'certificate-failed',
        domain: 'amber-otter-42.relay.test',
        problem: { code: 'certificate-failed', severity: 'critical', params: {} },
        retryAfterMs: 1000,
      },
      { type: 'probed', path: 'shell tunnel ipv4', verdict: seen('refused') },
    )
    assert.equal(service(state)?.state, 'checking')
  })
})

describe('the delay of the relay', () => {
  const relayed: Happening[] = [
    { type: 'service-added', service: BAND },
    { type: 'listening', exposure: 'band', family: 'ipv4', port: 40124 },
    { type: 'target-up', name: 'band' },
    AT_HOME,
    ROUTER,
    ...RELAY,
    { ...PUBLISHED, ports: { band: 22124 } },
    { type: 'probed', path: 'band tunnel ipv4', verdict: seen('reachable') },
  ]
  const warns = (state: State): boolean => codes(state).includes('relay-far-for-music')

  it('is shown, and troubles music above 50 ms, when it really goes that way', () => {
    const near = situation(...relayed, { type: 'relay-measured', url: KNOWN.url, rttMs: 50 })
    assert.deepEqual([view(near).relay.rttMs, warns(near)], [50, false])
    const far = continued(near, { type: 'relay-measured', url: KNOWN.url, rttMs: 50.6 })
    assert.deepEqual(view(far).problems.find(({ code }) => code === 'relay-far-for-music')?.params, {
      service: 'band',
      relay: 'relay.test',
      delayMs: '51',
    })
    const direct = continued(
      far,
      {
        type: 'opened',
        path: 'band mapped ipv4',
        rules: [],
        outside: { address: '203.0.113.10', port: 22124 },
        missing: null,
        silent: null,
      },
      { type: 'probed', path: 'band mapped ipv4', verdict: seen('reachable') },
    )
    assert.equal(warns(direct), false)
  })

  it('troubles no other service', () => {
    const shell = situation(
      ...CONNECTED,
      published(23871),
      { type: 'probed', path: 'shell tunnel ipv4', verdict: seen('reachable') },
      { type: 'relay-measured', url: KNOWN.url, rttMs: 200 },
    )
    assert.equal(warns(shell), false)
    assert.equal(view(continued(shell, { type: 'relay-connected', known: KNOWN })).relay.rttMs, null, 'measured anew')
  })
})
