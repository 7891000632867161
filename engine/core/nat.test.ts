import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { problem } from '../../protocol/problem.ts'
import type { Happening } from './events.ts'
import { beyond } from './line.ts'
import { type Facts, judge } from './nat.ts'
import { plan } from './plan.ts'
import {
  ADDED,
  AT_HOME,
  AT_HOME6,
  CERTIFIED,
  continued,
  DIRECT,
  JOURNALLED,
  KNOWN,
  MAPPED,
  OPENED,
  probed,
  RELAY,
  ROUTER,
  RULE,
  situation,
  T0,
} from './situation.fixture.ts'
import type { State } from './state.ts'
import { view } from './view.ts'

const HOME: Facts = {
  local: '192.168.1.10',
  claimed: '203.0.113.10',
  observed: '203.0.113.10',
  observedUdp: '203.0.113.10',
  open: [443],
  closed: [],
  isPending: false,
}
const SHUT = { open: [], closed: [443] }
const SAYS = 'router-says 203.0.113.10'
const SEEN = 'outside-sees 203.0.113.10'

describe('the NAT verdict, and what it rests on', () => {
  const rows: readonly (readonly [string, Partial<Facts>, string, readonly string[]])[] = [
    ['the router has the address that outsiders see', {}, 'single', [SAYS, SEEN, 'open 443']],
    ['and another program has the port', { open: [] }, 'single', [SAYS, SEEN]],
    ['and nobody has looked yet', { open: [], isPending: true }, 'unknown', [SAYS, SEEN]],
    ['no datagrams at all, which says nothing of the router', { observedUdp: undefined }, 'single', [SAYS, SEEN, 'open 443']],

    ['a provider’s shared range', { claimed: '100.64.0.10' }, 'carrier', ['router-says 100.64.0.10', SEEN]],
    ['a modem that hands the provider’s address on', { local: '100.64.0.10', claimed: null }, 'carrier', ['our-address 100.64.0.10', SEEN]],
    [
      'a router without an address, and the provider’s range behind it',
      { claimed: null, ...SHUT, nextHop: '100.64.0.1' },
      'carrier',
      ['router-says no-address', SEEN, 'next-hop 100.64.0.1'],
    ],
    [
      'a router that lies, and the provider’s range behind it',
      { ...SHUT, nextHop: '100.64.0.1' },
      'carrier',
      [SAYS, SEEN, 'next-hop 100.64.0.1', 'closed 443'],
    ],
    ['providers number their own routers so, too', { nextHop: '100.64.0.1' }, 'single', [SAYS, SEEN, 'open 443']],
    ['a router that may lie', { ...SHUT, nextHop: '203.0.113.1' }, 'unsure', [SAYS, SEEN, 'next-hop 203.0.113.1', 'closed 443']],
    [
      'a router without an address, and nothing known of the way behind it',
      { claimed: null, open: [] },
      'unsure',
      ['router-says no-address', SEEN],
    ],
    ['and that is being asked', { claimed: null, open: [], isPending: true }, 'unknown', ['router-says no-address', SEEN]],

    ['a private address outside: a second router', { claimed: '192.168.0.2' }, 'double', ['router-says 192.168.0.2', SEEN]],
    [
      'a second router that says where it leads',
      { claimed: '192.168.0.2', upstream: '203.0.113.10' },
      'double',
      ['router-says 192.168.0.2', 'second-router-says 203.0.113.10', SEEN],
    ],
    [
      'a second router behind the provider’s NAT',
      { claimed: '192.168.0.2', upstream: '100.64.0.10' },
      'carrier',
      ['router-says 192.168.0.2', 'second-router-says 100.64.0.10'],
    ],

    ['another public address than outsiders see', { observed: '203.0.113.5' }, 'unsure', [SAYS, 'outside-sees 203.0.113.5']],
    ['datagrams that leave by another door', { observedUdp: '203.0.113.99' }, 'unsure', [SEEN, 'outside-sees-udp-from 203.0.113.99']],

    ['IPv4 carried over IPv6, seen at the router', { claimed: '192.0.0.2' }, 'ds-lite', ['router-says 192.0.0.2']],
    [
      'IPv4 carried over IPv6, seen behind the router',
      { claimed: null, nextHop: '192.0.0.1' },
      'ds-lite',
      ['router-says no-address', SEEN, 'next-hop 192.0.0.1'],
    ],
    ['a phone’s own translator', { local: '192.0.0.4', claimed: null }, 'ds-lite', ['our-address 192.0.0.4']],
    [
      'a router that translates',
      { claimed: null, nat64: '64:ff9b::/96' },
      'ds-lite',
      ['router-says no-address', SEEN, 'nat64-prefix 64:ff9b::/96'],
    ],
    ['no IPv4 but for the provider’s translator', { local: undefined, nat64: '64:ff9b::/96' }, 'ds-lite', ['nat64-prefix 64:ff9b::/96']],
    ['a translator beside an ordinary router', { nat64: '64:ff9b::/96' }, 'single', [SAYS, SEEN, 'open 443']],

    ['an iPhone’s hotspot', { local: '172.20.10.3', claimed: null }, 'mobile', ['our-address 172.20.10.3', SEEN]],
    ['an Android’s hotspot', { local: '192.168.43.20', claimed: undefined }, 'mobile', ['our-address 192.168.43.20', SEEN]],
    ['a modem in this computer', { claimed: undefined, interfaceName: 'wwan0' }, 'mobile', ['our-address 192.168.1.10 on wwan0', SEEN]],
    ['a home that has a hotspot’s numbers', { local: '192.168.43.20' }, 'single', [SAYS, SEEN, 'open 443']],

    [
      'a port of ours arrives, and one that cannot be ours with it does not',
      { open: [50_000], closed: [443, 19_000], beyond: 'closed' },
      'shared-ports',
      [SAYS, SEEN, 'open 50000', 'closed 443,19000'],
    ],
    [
      'only 443 is shut',
      { open: [50_000, 19_000], closed: [443], beyond: 'open' },
      'single',
      [SAYS, SEEN, 'open 50000,19000', 'closed 443'],
    ],
    ['one port arrives and one does not', { open: [50_000], closed: [443] }, 'unsure', [SAYS, SEEN, 'open 50000', 'closed 443']],

    ['the router does not answer', { silent: '192.168.1.1', claimed: undefined, open: [] }, 'unknown', ['router-silent 192.168.1.1', SEEN]],
    ['the router does not say, but visitors come in', { claimed: undefined }, 'single', [SEEN, 'open 443']],
    ['nobody outside has looked', { observed: undefined, open: [] }, 'unknown', [SAYS]],
  ]
  for (const [name, facts, verdict, evidence] of rows) it(name, () => assert.deepEqual(judge({ ...HOME, ...facts }), { verdict, evidence }))
})

/** A set of ports: the same bits at this place. */
const sameSet = (offset: number, length: number, a: number, b: number): boolean =>
  ((a ^ b) & (((1 << length) - 1) << (16 - offset - length))) === 0

describe('a port that no set holds together with another', () => {
  for (const [offset, length] of [
    [0, 2],
    [0, 4],
    [4, 8],
    [6, 1],
    [6, 4],
  ] as const)
    it(`sets of ${2 ** (16 - length)} ports, told apart after ${offset} bits`, () => {
      for (let port = 1024; port < 65_536; port++) {
        assert.ok(beyond(port) >= 1024 && beyond(port) < 65_536)
        assert.ok(!sameSet(offset, length, port, beyond(port)), `${port} and ${beyond(port)}`)
      }
    })
})

describe('what is asked about the line', () => {
  const asked = (state: State): string[] =>
    [...plan(state, T0).effects.values()].flatMap((effect) => {
      if (effect.kind === 'try-port') return [`try-port ${effect.port}`]
      return ['find-next-hop', 'ask-nat64', 'remove-rule', 'open'].includes(effect.kind) ? [effect.kind] : []
    })
  const twiceUnseen = [OPENED, probed(MAPPED, 'timed-out'), OPENED, probed(MAPPED, 'timed-out')] as const
  const shut = situation(...ADDED, AT_HOME, ...RELAY, CERTIFIED, ROUTER, JOURNALLED, ...twiceUnseen)
  const tried = (port: number, found: 'open' | 'closed' | 'untold'): Happening => ({ type: 'port-tried', tried: { port, found } })
  const nat = (state: State): string => view(state).gateway.nat

  it('nothing where all is as it should be', () => {
    assert.deepEqual(asked(situation(...DIRECT)), [])
    assert.equal(nat(situation(...DIRECT)), 'single')
  })

  it('the way on, where the router is silent or has no address', () => {
    const silent = situation(...ADDED, AT_HOME6, ...RELAY, CERTIFIED, {
      type: 'gateway-absent',
      problem: problem('gateway-silent', { address: '192.168.1.1' }),
    })
    assert.deepEqual(asked(silent), ['find-next-hop', 'ask-nat64'])
    const told = continued(silent, { type: 'next-hop-found', address: null }, { type: 'nat64-found', prefix: null })
    assert.deepEqual(asked(told), [])
    assert.deepEqual(view(told).gateway.natEvidence, ['router-silent 192.168.1.1', SEEN])
    const empty = situation(...ADDED, AT_HOME, ...RELAY, CERTIFIED, { ...ROUTER, externalIPv4: null } as Happening)
    assert.ok(asked(empty).includes('find-next-hop'))
  })

  it('a network without IPv4: whether its provider translates', () => {
    const ipv6 = { gateway: 'fe80::1', localAddress: '2001:db8:1::10', interfaceName: 'eth0' }
    const known = { ...KNOWN, observed: { ipv6: '2001:db8:1::10' } }
    const steps: Happening[] = [
      { type: 'network', facts: { ipv6 } },
      { type: 'relay-chosen', url: KNOWN.url },
      { type: 'relay-connected', known },
    ]
    const state = situation(...ADDED, ...steps)
    assert.deepEqual(asked(state), ['ask-nat64'])
    const kinds = [...plan(state, T0).effects.values()].map(({ kind }) => kind)
    assert.deepEqual([kinds.includes('keep-router'), kinds.includes('hear-router'), kinds.includes('ask-stun')], [true, false, false])
    const router = continued(state, { ...ROUTER, address: 'fe80::1', pinholes: 1, externalIPv4: null } as Happening)
    assert.deepEqual(
      view(router).problems.map(({ code }) => code),
      [],
    )
    const found = continued(state, { type: 'nat64-found', prefix: '64:ff9b::/96' })
    assert.deepEqual([nat(found), view(found).gateway.natEvidence], ['ds-lite', ['nat64-prefix 64:ff9b::/96']])
  })

  it('two ports, one after the other, where a rule is seen by nobody', () => {
    assert.equal(nat(shut), 'unsure')
    assert.deepEqual(asked(shut), ['find-next-hop', 'try-port 50000'])
    const rule = { ...RULE, internalPort: 34_567, externalPort: 50_000 }
    const mapped = continued(shut, { type: 'next-hop-found', address: null }, { type: 'rule-journalled', rule })
    assert.deepEqual(asked(mapped), ['try-port 50000'])
    const open = continued(mapped, { type: 'rule-gone', rule }, tried(50_000, 'open'))
    assert.deepEqual([nat(open), asked(open)], ['unsure', [`try-port ${beyond(50_000)}`]])
    const done = continued(open, tried(beyond(50_000), 'closed'))
    assert.deepEqual([nat(done), asked(done)], ['shared-ports', []])
    assert.equal(nat(continued(open, tried(beyond(50_000), 'open'))), 'single')
    assert.equal(nat(continued(open, tried(beyond(50_000), 'untold'))), 'unsure')
    const left = continued(mapped, tried(50_000, 'closed'))
    assert.deepEqual(asked(left), ['remove-rule'])
  })

  it('one port is enough when that is shut, too', () => {
    const told = continued(shut, { type: 'next-hop-found', address: '100.64.0.1' }, tried(50_000, 'closed'))
    assert.deepEqual([nat(told), asked(told)], ['carrier', []])
    assert.deepEqual(view(told).gateway.natEvidence, [SAYS, SEEN, 'next-hop 100.64.0.1', 'closed 443,50000'])
  })

  it('what was not told is asked again when its owner looks', () => {
    const untold = continued(shut, { type: 'next-hop-found', address: null }, tried(50_000, 'untold'))
    assert.deepEqual(asked(untold), [])
    assert.deepEqual(
      asked(continued(untold, { type: 'check-now' })).filter((kind) => kind !== 'open'),
      ['find-next-hop', 'try-port 50000'],
    )
    const told = continued(shut, { type: 'next-hop-found', address: '100.64.0.1' }, tried(50_000, 'closed'), { type: 'check-now' })
    assert.deepEqual(
      asked(told).filter((kind) => kind !== 'open'),
      [],
    )
  })

  it('another address, another line', () => {
    const told = continued(shut, { type: 'next-hop-found', address: '100.64.0.1' }, tried(50_000, 'closed'))
    const inspected = { type: 'inspected', path: MAPPED, found: 'present', router: 'gateway' } as const
    const moved = continued(told, { ...inspected, claims: { gateway: '203.0.113.77', upstream: null } })
    assert.deepEqual(moved.line, {})
    const away = continued(told, { type: 'network', facts: { ipv4: { gateway: '192.168.5.1', localAddress: '192.168.5.10' } } })
    assert.deepEqual(away.line, {})
  })
})
