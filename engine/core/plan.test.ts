import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { problem } from '../../protocol/problem.ts'
import type { Happening } from './events.ts'
import { plan } from './plan.ts'
import {
  ADDED,
  AT_HOME,
  CERTIFIED,
  continued,
  DIRECT,
  GAME,
  JOURNALLED,
  KNOWN,
  MAPPED,
  OPENED,
  PUBLISHED,
  RELAY,
  ROUTER,
  RULE,
  situation,
  T0,
  WEB,
} from './situation.fixture.ts'
import { EMPTY_STATE, type State } from './state.ts'
import { view } from './view.ts'

/** The kinds of effects, in order, with what they are about. When a service is looked at from inside stands in safety.test.ts, when a relay is
 *  asked to carry names of the owner's own in claims.test.ts. */
function planned(state: State, nowMs = T0): string[] {
  const effects = [...plan(state, nowMs).effects.values()].filter(({ kind }) => kind !== 'check-safety' && kind !== 'claim-hosts')
  return effects.map((effect) => {
    switch (effect.kind) {
      case 'probe':
        return `probe ${effect.via} ${effect.family} ${effect.port} ${effect.host}`
      case 'open':
        return `open ${effect.hops.map(({ externalPort, internalAddress }) => `${externalPort}→${internalAddress}`).join(' ')}:${effect.internalPort}`
      case 'publish':
        return `publish ${effect.publication.services.map(({ name }) => name)} direct=${effect.publication.direct}`
      case 'listen':
        return `listen ${effect.exposure.id}`
      default:
        return effect.kind
    }
  })
}

const WATCH = ['visit-own-names', 'read-certificate-log']
const HOST = `${WEB.name}.amber-otter-42.relay.test`
const silent: Happening = { type: 'gateway-absent', problem: problem('gateway-silent', { address: '192.168.1.1' }) }

describe('the planner: facts in, effects out', () => {
  const published = (state: State): State => continued(state, { ...PUBLISHED, key: publishKey(state), ports: {} })
  const publishKey = (state: State): string => {
    const effect = [...plan(state, T0).effects.values()].find(({ kind }) => kind === 'publish')
    assert.ok(effect?.kind === 'publish')
    return effect.key
  }
  const rows: readonly (readonly [string, State, readonly string[]])[] = [
    ['an empty house only looks at its network', EMPTY_STATE, ['watch-network']],
    [
      'a service without network or relay listens',
      situation({ type: 'service-added', service: WEB }),
      ['watch-network', 'listen :web', 'check-target'],
    ],
    ['a network: look for the router', situation(...ADDED, AT_HOME), ['watch-network', 'listen :web', 'hear-router', 'keep-router']],
    ['nothing to share: leave the router alone', situation(AT_HOME), ['watch-network']],
    [
      'a router: ask for 443',
      situation(...ADDED, AT_HOME, ROUTER),
      ['watch-network', 'listen :web', 'hear-router', 'keep-router', 'open 443→192.168.1.10:40443'],
    ],
    [
      'a relay alone: publish, and order a certificate',
      situation(...ADDED, ...RELAY),
      ['watch-network', 'keep-tunnel', 'listen :web', 'publish photos direct=', 'obtain-certificate'],
    ],
    [
      'a certificate: be looked at through the tunnel, and watch over the names',
      published(situation(...ADDED, ...RELAY, CERTIFIED)),
      ['watch-network', 'keep-tunnel', 'listen :web', `probe tunnel ipv4 443 ${HOST}`, `probe tunnel ipv6 443 ${HOST}`, ...WATCH],
    ],
    [
      'an opened path: be looked at directly',
      published(situation(...ADDED, AT_HOME, ...RELAY, CERTIFIED, ROUTER, JOURNALLED, OPENED)),
      [
        'watch-network',
        'keep-tunnel',
        'listen :web',
        'hear-router',
        'keep-router',
        `probe direct ipv4 443 ${HOST}`,
        `probe tunnel ipv4 443 ${HOST}`,
        `probe tunnel ipv6 443 ${HOST}`,
        ...WATCH,
        'look-up-names',
      ],
    ],
    [
      'a proven path: publish it',
      situation(...DIRECT),
      [
        'watch-network',
        'keep-tunnel',
        'listen :web',
        'hear-router',
        'keep-router',
        `probe tunnel ipv6 443 ${HOST}`,
        'publish photos direct=ipv4',
        ...WATCH,
        'look-up-names',
      ],
    ],
    [
      'a removed service: its rule goes',
      published(continued(situation(...DIRECT), { type: 'service-removed', name: WEB.name })),
      ['watch-network', 'keep-tunnel', 'hear-router', 'keep-router', 'remove-rule'],
    ],
    [
      'a rule left by a crash, for nobody: goes as soon as the router is known',
      situation(JOURNALLED, AT_HOME, ROUTER),
      ['watch-network', 'hear-router', 'keep-router', 'remove-rule'],
    ],
    [
      'a rule left by a crash, wanted again: adopted by asking for it',
      situation(JOURNALLED, ...ADDED, AT_HOME, ROUTER),
      ['watch-network', 'listen :web', 'hear-router', 'keep-router', 'open 443→192.168.1.10:40443'],
    ],
    [
      'a rule asked for again after a refusal: not taken away meanwhile',
      continued(
        situation(...ADDED, AT_HOME, ROUTER),
        {
          type: 'opening-failed',
          path: MAPPED,
          problem: problem('gateway-refused', { address: '192.168.1.1', reason: '501' }),
          silent: null,
        },
        { type: 'check-now' },
        JOURNALLED,
      ),
      ['watch-network', 'listen :web', 'check-target', 'hear-router', 'keep-router', 'open 443→192.168.1.10:40443'],
    ],
    [
      'a raw service: its own port, no certificate',
      situation(
        { type: 'service-added', service: GAME },
        { type: 'listening', exposure: 'game', family: 'ipv4', port: 40001 },
        { type: 'target-up', name: 'game' },
        AT_HOME,
        ROUTER,
      ),
      ['watch-network', 'listen game', 'hear-router', 'keep-router', 'open 22124→192.168.1.10:40001'],
    ],
    [
      'a relay that refused us is not asked again',
      continued(situation(...RELAY), { type: 'relay-refused', problem: problem('relay-closed', { relay: 'relay.test' }) }),
      ['watch-network'],
    ],
    [
      'a relay that is away is tried on',
      continued(situation(...RELAY), {
        type: 'relay-waiting',
        problem: problem('relay-unreachable', { relay: 'relay.test', reason: 'x' }),
      }),
      ['watch-network', 'keep-tunnel'],
    ],
  ]
  for (const [name, state, effects] of rows) it(name, () => assert.deepEqual(planned(state), effects))

  it('asks the relay once over UDP from where it sees us', () => {
    const connected = situation(...ADDED, AT_HOME, { type: 'relay-chosen', url: KNOWN.url }, { type: 'relay-connected', known: KNOWN })
    assert.ok(planned(connected).includes('ask-stun'))
    assert.ok(!planned(continued(connected, { type: 'udp-observed', from: null })).includes('ask-stun'))
  })

  it('shows itself to the relay over IPv4 when neither the tunnel nor a datagram has', () => {
    const known = { ...KNOWN, observed: { ipv6: '2001:db8:1::10' } }
    const connected = situation(...ADDED, AT_HOME, { type: 'relay-chosen', url: KNOWN.url }, { type: 'relay-connected', known })
    assert.ok(!planned(connected).includes('be-seen'))
    const unheard = continued(connected, { type: 'udp-observed', from: null })
    assert.ok(planned(unheard).includes('be-seen'))
    for (const address of ['203.0.113.10', null]) {
      const shown = continued(unheard, { type: 'relay-observed', family: 'ipv4', address })
      assert.ok(!planned(shown).includes('be-seen'))
      assert.equal(view(shown).relay.observedIPv4, address)
    }
    const heard = continued(connected, { type: 'udp-observed', from: { address: '203.0.113.10', port: 50_000 } })
    assert.ok(!planned(heard).includes('be-seen'))
    assert.equal(view(heard).relay.observedIPv4, '203.0.113.10')
  })

  it('keeps one tunnel while the relay comes and goes', () => {
    const up = situation(...RELAY)
    const down = continued(up, { type: 'relay-waiting', problem: problem('relay-unreachable', { relay: 'relay.test', reason: 'x' }) })
    const key = (state: State): string[] => [...plan(state, T0).effects.keys()].filter((each) => each.startsWith('keep-tunnel'))
    assert.deepEqual(key(up), key(down))
    assert.deepEqual(key(continued(down, { type: 'relay-connected', known: KNOWN })), key(up))
  })

  it('looks for a silent service elsewhere once a minute, but not for one that refuses, nor in a rehearsal', () => {
    const known: Happening = { type: 'target-known', name: WEB.name, mac: '00:16:3e:0a:0b:0c' }
    const down = (code: 'service-silent' | 'service-refused'): Happening => ({
      type: 'target-down',
      name: WEB.name,
      problem: problem(code, { service: WEB.name, target: '' }),
    })
    const seeks = (state: State, atMs = T0): boolean => planned(state, atMs).includes('seek-target')
    const lost = situation(...ADDED, AT_HOME, known, down('service-silent'))
    const stayed = continued(lost, { type: 'target-stayed', name: WEB.name })
    assert.deepEqual([seeks(lost), seeks(stayed), seeks(stayed, T0 + 59_999), seeks(stayed, T0 + 60_000)], [true, false, false, true])
    assert.equal(seeks(situation(...ADDED, AT_HOME, known, down('service-refused'))), false)
    assert.equal(seeks(situation(...ADDED, AT_HOME, down('service-silent'))), false)
    assert.equal(seeks(situation(...ADDED, known, down('service-silent'))), false)
    assert.equal(seeks(continued(lost, { type: 'relay-chosen', url: 'https://127.0.0.1:8443' })), false)
    assert.equal(seeks(continued(lost, { type: 'service-paused', name: WEB.name })), false)
  })

  it('wakes for a silent router, and not before', () => {
    const state = situation(...ADDED, AT_HOME, silent)
    assert.equal(plan(state, T0).wakeAtMs, T0 + 2000)
    assert.ok(!planned(state, T0 + 1999).includes('keep-router'))
    assert.ok(planned(state, T0 + 2000).includes('keep-router'))
  })

  it('renews at half the lease, inspects and probes in between', () => {
    const state = situation(...DIRECT)
    assert.ok(planned(state, T0 + 5000).includes('inspect'))
    assert.ok(planned(state, T0 + 30_000).some((effect) => effect.startsWith('probe direct')))
    assert.ok(planned(state, T0 + (RULE.lifetimeS / 2) * 1000).includes('open 443→192.168.1.10:40443'))
  })

  it('sends nothing to a router while no port is listened on', () => {
    const state = situation({ type: 'service-added', service: WEB }, AT_HOME, ROUTER)
    assert.ok(!planned(state).some((effect) => effect.startsWith('open')))
  })
})
