/** What faces are shown of a state. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { problem } from '../../protocol/problem.ts'
import { lightOf } from '../../protocol/snapshot.ts'
import type { Happening } from './events.ts'
import { publicationOf } from './exposures.ts'
import {
  ADDED,
  AT_HOME,
  AT_HOME6,
  CERTIFIED,
  continued,
  DIRECT,
  GAME,
  KNOWN,
  RELAY,
  ROUTER,
  RULE,
  seen,
  situation,
  TUNNEL,
  WEB,
} from './situation.fixture.ts'
import type { State } from './state.ts'
import { view } from './view.ts'

describe('the view', () => {
  const rows: readonly (readonly [string, State, string, string])[] = [
    ['nothing added', situation(AT_HOME), '-', 'empty'],
    ['no relay', situation(...ADDED, AT_HOME), 'unknown', 'cannot-check'],
    ['relay not reached yet', situation(...ADDED, AT_HOME, { type: 'relay-chosen', url: KNOWN.url }), 'checking', 'checking'],
    ['tunnel up, not proven', situation(...ADDED, AT_HOME, ...RELAY), 'checking', 'checking'],
    [
      'tunnel proven',
      situation(...ADDED, AT_HOME, ...RELAY, CERTIFIED, { type: 'probed', path: TUNNEL, verdict: seen('reachable') }),
      'reachable',
      'relayed',
    ],
    ['direct proven', situation(...DIRECT), 'reachable', 'reachable'],
    [
      'service down',
      continued(situation(...DIRECT), {
        type: 'target-down',
        name: WEB.name,
        problem: problem('service-refused', { service: WEB.name, target: 'x' }),
      }),
      'unreachable',
      'needs-you',
    ],
    ['paused', continued(situation(...DIRECT), { type: 'service-paused', name: WEB.name }), 'paused', 'paused'],
    [
      'relay refused us',
      continued(situation(...DIRECT), { type: 'relay-refused', problem: problem('relay-suspended', { relay: 'relay.test' }) }),
      'unknown',
      'cannot-check',
    ],
  ]
  for (const [name, state, service, light] of rows)
    it(`${name}: ${light}`, () => {
      assert.equal(view(state).services[0]?.state ?? '-', service)
      assert.equal(lightOf(view(state)), light)
    })

  it('gives every service its name, address and share link, before anything is proven', () => {
    const [service] = view(situation(...ADDED, ...RELAY)).services
    assert.equal(service?.publicUrl, 'https://photos.amber-otter-42.relay.test/')
    assert.deepEqual(service?.publicAddress, { host: 'photos.amber-otter-42.relay.test', port: 443 })
    assert.equal(service?.shareLink, 'https://relay.test/s/abcdefghijklmnop')
  })

  it('never calls a service reachable whose paths nobody has proven', () => {
    for (const [name, state] of rows)
      for (const service of view(state).services)
        if (service.state === 'reachable')
          assert.ok(
            service.paths.some(({ phase, verdict }) => phase === 'confirmed' && verdict?.outcome === 'reachable'),
            name,
          )
  })

  it('explains an address that the router itself does not own', () => {
    const behind = (externalIPv4: string | null): string[] =>
      view(continued(situation(...DIRECT), { ...ROUTER, externalIPv4 } as Happening)).problems.map(({ code }) => code)
    assert.ok(behind('100.64.0.10').includes('provider-shares-address'))
    assert.ok(behind(null).includes('gateway-no-address'))
    assert.deepEqual(behind('203.0.113.10'), [])
  })
})

describe('a raw service on a port that the router changed', () => {
  it('is given away with one port, and leaves out the IPv6 path that does not have it', () => {
    const paths = ['game mapped ipv4', 'game direct ipv6'] as const
    const rule = { ...RULE, protocol: 'udp' as const, externalPort: 22125, internalPort: 40001 }
    const state = situation(
      { type: 'service-added', service: GAME },
      { type: 'target-up', name: GAME.name },
      AT_HOME6,
      ...RELAY,
      ROUTER,
      { type: 'listening', exposure: 'game', family: 'ipv4', port: 40001 },
      { type: 'listening', exposure: 'game', family: 'ipv6', port: 22124 },
      { type: 'opened', path: paths[0], rules: [rule], outside: { address: '203.0.113.10', port: 22125 }, missing: null, silent: null },
      ...paths.map((path): Happening => ({ type: 'probed', path, verdict: seen('reachable') })),
    )
    assert.equal(view(state).services[0]?.publicAddress?.port, 22125)
    assert.deepEqual(publicationOf(state).services[0]?.direct, [{ address: '203.0.113.10', port: 22125 }])
  })
})
