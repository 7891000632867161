/** A service that its owner keeps to the relay: its name does not give the home away, no rule is made for it, and its light goes by the tunnel. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Happening } from './events.ts'
import { publicationOf } from './exposures.ts'
import { homeAddresses } from './name-addresses.ts'
import { type EffectOf, plan } from './plan.ts'
import {
  ADDED,
  AT_HOME6,
  CERTIFIED,
  continued,
  DIRECT,
  GAME,
  MAPPED,
  PUBLISHED,
  probed,
  RELAY,
  ROUTER,
  situation,
  T0,
  TUNNEL,
  TUNNEL6,
  WEB,
} from './situation.fixture.ts'
import type { State } from './state.ts'
import { view } from './view.ts'

const SECOND = { ...WEB, name: 'diary', links: [], relayOnly: true }
const kept = (name: string, relayOnly = true): Happening => ({ type: 'service-changed', name, change: { relayOnly } })
const planned = (state: State, kind: string): string[] =>
  [...plan(state, T0).effects].flatMap(([key, effect]) => (effect.kind === kind ? [key] : []))
const shown = (state: State, name: string) => view(state).services.find((service) => service.name === name)
const ways = (state: State, name: string): string[] | undefined => shown(state, name)?.paths.map(({ rung, family }) => `${rung} ${family}`)
const BOTH = [...DIRECT, { type: 'service-added', service: SECOND }, { type: 'target-up', name: 'diary' }] as const satisfies Happening[]

describe('a service kept to the relay', () => {
  it('alone: no way in is sought but the tunnel, and the rule that was made for it is taken back', () => {
    const before = situation(...ADDED, AT_HOME6, ROUTER, ...RELAY, CERTIFIED)
    assert.deepEqual(planned(before, 'open'), [`open ${MAPPED} 443`])
    const state = continued(before, kept(WEB.name))
    assert.deepEqual(Object.keys(state.paths), [TUNNEL, TUNNEL6])
    assert.deepEqual(planned(state, 'open'), [])
    assert.deepEqual(planned(state, 'listen'), ['listen tcp :web ipv4'])
    const opened = continued(situation(...DIRECT), kept(WEB.name))
    assert.equal(planned(opened, 'remove-rule').length, 1)
    assert.deepEqual(publicationOf(opened).direct, [])
    assert.deepEqual(planned(continued(state, kept(WEB.name, false)), 'open'), [`open ${MAPPED} 443`])
  })

  it('beside one that is direct: the relay is told, and neither way nor light of the other changes', () => {
    const state = situation(...BOTH)
    assert.deepEqual(
      publicationOf(state).services.map(({ name, relayOnly }) => [name, relayOnly]),
      [
        ['photos', undefined],
        ['diary', true],
      ],
    )
    assert.deepEqual(publicationOf(state).direct, ['ipv4'])
    assert.deepEqual(ways(state, 'photos'), ['mapped ipv4', 'tunnel ipv4', 'tunnel ipv6'])
    assert.deepEqual(ways(state, 'diary'), ['tunnel ipv4', 'tunnel ipv6'])
    assert.deepEqual([shown(state, 'photos')?.best.ipv4, shown(state, 'diary')?.best.ipv4], ['mapped', 'tunnel'])
  })

  it('is no longer reachable when the tunnel is not, although the home is', () => {
    const lost = continued(
      situation(...BOTH),
      ...[0, 1, 2].flatMap((times) => [TUNNEL, TUNNEL6].map((path) => probed(path, 'timed-out', T0 + times))),
    )
    assert.deepEqual([shown(lost, 'photos')?.state, shown(lost, 'diary')?.state], ['reachable', 'unreachable'])
    assert.equal(shown(lost, 'diary')?.problem?.code, 'unreachable-outside')
  })

  it('is asked for by no outsider on a direct way, where nobody would answer for it', () => {
    const state = situation(...BOTH, kept('photos'), kept('diary', false))
    assert.deepEqual(ways(state, 'photos'), ['tunnel ipv4', 'tunnel ipv6'])
    const asked = [...plan(state, T0 + 3_600_000).effects.values()].filter((effect): effect is EffectOf<'probe'> => effect.kind === 'probe')
    assert.deepEqual([...new Set(asked.map(({ host }) => host))], ['diary.amber-otter-42.relay.test'])
  })

  it('without TLS has the relay’s port and no other', () => {
    const state = situation(
      { type: 'service-added', service: { ...GAME, relayOnly: true } },
      { type: 'listening', exposure: 'game', family: 'ipv4', port: 40022 },
      { type: 'target-up', name: 'game' },
      AT_HOME6,
      ROUTER,
      ...RELAY,
      { ...PUBLISHED, ports: { game: 23871 } },
    )
    assert.deepEqual([planned(state, 'open'), planned(state, 'listen')], [[], ['listen udp game ipv4']])
    assert.deepEqual(ways(state, 'game'), ['tunnel ipv4', 'tunnel ipv6'])
    assert.equal(shown(state, 'game')?.publicAddress?.port, 23871)
    assert.deepEqual(
      publicationOf(state).services.map(({ direct, relayOnly }) => [direct, relayOnly]),
      [[[], true]],
    )
  })

  it('is at home at no address that a name of its owner’s own could tell', () => {
    const state = situation(...BOTH)
    const named = (service: string) => homeAddresses(state, { host: `${service}.example`, service })
    assert.equal(named('photos').ipv4, '203.0.113.10')
    assert.deepEqual(named('diary'), { ipv4: null, ipv6: null })
  })
})
