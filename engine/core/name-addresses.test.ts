/** Where a name should lead: what becomes of it when a way is lost, and which addresses are wanted. */
import assert from 'node:assert/strict'
import { describe, it, test } from 'node:test'
import type { Happening } from './events.ts'
import { formatIPv6, suffixBytes } from './name-addresses.ts'
import { plan } from './plan.ts'
import { at, begun, gone, HOME, HOST, here, looked, named, set } from './publisher.fixture.ts'
import {
  ADDED,
  AT_HOME,
  AT_HOME6,
  continued,
  DIRECT,
  DIRECT6,
  GAME,
  KNOWN,
  MAPPED,
  OPENED,
  probed,
  RELAY,
  T0,
} from './situation.fixture.ts'
import type { State } from './state.ts'
import { view } from './view.ts'

describe('a way that is lost', () => {
  const standing = [...DIRECT, named(), looked([here])]
  const refusedTwice = [probed(MAPPED, 'refused'), probed(MAPPED, 'refused')]
  const lost = [...refusedTwice, gone('ipv4'), gone('ipv6')]

  it('is waited for a while: the next look may find it again', () => {
    const effects = (state: State, afterMs: number): string[] =>
      [...plan(state, T0 + afterMs).effects.keys()].filter((key) => key.startsWith('give-up-way'))
    const state = begun([...standing, ...refusedTwice, looked([here])])
    assert.deepEqual(
      [at(state), effects(state, 9999), effects(state, 10_000)],
      [[], [], [`give-up-way ${HOST} ipv4`, `give-up-way ${HOST} ipv6`]],
    )
    const back = continued(state, OPENED, probed(MAPPED, 'reachable'))
    assert.deepEqual(effects(back, 10_000), [`give-up-way ${HOST} ipv6`])
  })

  it('is withdrawn where the provider can, once somebody outside has looked in vain', () => {
    assert.deepEqual(at(begun([...standing, ...lost, looked([here])])), [set(null)])
  })
  it('stays, and its owner is told, where it cannot', () => {
    const state = begun([...DIRECT, named({ provider: 'dyndns2' }), looked([here]), ...lost])
    assert.deepEqual(at(state), [])
    const [told] = view(state).problems.filter(({ code }) => code === 'name-stands-dead')
    assert.deepEqual(told?.params, { host: HOST, name: 'DynDNS 2', address: HOME })
  })
  it('stays while nobody can look', () => {
    const away: Happening = { type: 'relay-waiting', problem: { code: 'relay-unreachable', severity: 'warning', params: {} } }
    assert.deepEqual(at(begun([...standing, away, ...lost])), [])
  })
  it('gives way to the relay, where it takes the name; and the relay to the way, once that is proven', () => {
    const accepted: Happening = {
      ...{ type: 'hosts-claimed', url: KNOWN.url, hosts: [{ host: HOST, service: 'photos' }] },
      standing: [{ state: 'carried', untilMs: null }],
    }
    assert.deepEqual(at(begun([...standing, accepted, ...lost, looked([here])])), [set('198.51.100.20', '2001:db8:200::20')])
    // A new name works at once; with a direct way in IPv4 the relay's IPv6 is withheld.
    assert.deepEqual(at(begun([...ADDED, AT_HOME, ...RELAY, accepted, named(), looked([{}])])), [set('198.51.100.20', '2001:db8:200::20')])
    assert.deepEqual(at(begun([...DIRECT, accepted, named(), looked([{}])])), [set(HOME, null)])
  })
  it('is told where nothing leads here any more', () => {
    const codes = (state: State): string[] => view(state).problems.map(({ code }) => code)
    const state = begun([...standing, ...lost, looked([{}])])
    assert.ok(codes(state).includes('name-without-way'))
    assert.ok(!codes(begun(standing)).includes('name-without-way'))
  })
})

test('which addresses are wanted: websites by port 443 alone, others by any, another machine by its suffix', () => {
  const wanted = (state: State, host = HOST): (string | null | undefined)[] => {
    const one = view(state).ownNames.find((name) => name.host === host)
    return [one?.ipv4.wanted, one?.ipv6.wanted]
  }
  const six = probed(DIRECT6, 'reachable')
  const listening: Happening = { type: 'listening', exposure: ':web', family: 'ipv6', port: 443 }
  const both = begun([...ADDED, AT_HOME6, ...RELAY, listening, ...DIRECT.slice(-6), six, named()])
  assert.deepEqual(wanted(both), [HOME, '2001:db8:1::10'])
  assert.deepEqual(wanted(continued(both, named({ service: undefined }))), [HOME, '2001:db8:1::10'])
  assert.deepEqual(wanted(continued(both, named({ service: undefined, ipv6Suffix: '::1a2b:0:0:5' }))), [null, '2001:db8:1:0:1a2b::5'])
  const moved: Happening = {
    type: 'network',
    facts: {
      ...(AT_HOME as Extract<Happening, { type: 'network' }>).facts,
      ipv6: { gateway: 'fe80::1', localAddress: '2001:db8:77::10', interfaceName: 'eth0' },
    },
  }
  const after = continued(both, named({ service: undefined, ipv6Suffix: '::5' }), moved)
  assert.deepEqual(wanted(after), [null, '2001:db8:77::5'])
  const odd = begun([
    ...DIRECT.slice(0, -3),
    { type: 'opened', path: MAPPED, rules: [], outside: { address: HOME, port: 8443 }, missing: null, silent: null },
    probed(MAPPED, 'reachable'),
    named(),
  ])
  assert.deepEqual(wanted(odd), [null, null])
  const game = begun([...DIRECT, { type: 'service-added', service: GAME }, named({ service: GAME.name })])
  assert.deepEqual(wanted(game), [null, null])
})

test('without any relay the router’s word is all there is', () => {
  const [router, journalled, opened] = DIRECT.slice(-5, -2) as [Happening, Happening, Happening]
  assert.deepEqual(at(begun([...ADDED, AT_HOME, router, journalled, opened, named(), looked([{}])])), [set(HOME)])
})

test('ends of IPv6 addresses, and how addresses are written', () => {
  for (const suffix of ['', '::', '2001:db8::1', '1.2.3.4', '::g', 'fe80::1']) assert.equal(suffixBytes(suffix), undefined, suffix)
  for (const [bytes, text] of [
    [[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], '2001:db8::1'],
    [[0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0], '2001:db8:0:1:1::'],
    [[0x20, 1, 0xd, 0xb8, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 0], '2001:db8:1:2:3:4:5:0'],
    [Array<number>(16).fill(0), '::'],
  ] as const)
    assert.equal(formatIPv6([...bytes]), text)
})
