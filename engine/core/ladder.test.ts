/** The ladder of paths: what is sought, believed, doubted and given up. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { problem } from '../../protocol/problem.ts'
import type { Happening } from './events.ts'
import { publicationOf } from './exposures.ts'
import {
  ADDED,
  AT_HOME,
  CERTIFIED,
  continued,
  DIRECT,
  JOURNALLED,
  MAPPED,
  OPENED,
  phaseOf,
  probed,
  RELAY,
  ROUTER,
  RULE,
  situation,
  T0,
  TUNNEL,
  TUNNEL6,
  WEB,
} from './situation.fixture.ts'
import type { State } from './state.ts'
import { view } from './view.ts'

describe('the ladder', () => {
  it('wants no path for nothing, and none for a paused service', () => {
    assert.deepEqual(situation(AT_HOME, ...RELAY).paths, {})
    const paused = continued(situation(...DIRECT), { type: 'service-paused', name: WEB.name })
    assert.deepEqual(paused.paths, {})
    assert.equal(phaseOf(continued(paused, { type: 'service-resumed', name: WEB.name }), MAPPED), 'seeking')
  })

  it('stands on the tunnel as soon as the relay is there, in every family the relay has', () => {
    const state = situation(...ADDED, ...RELAY)
    assert.equal(phaseOf(state, TUNNEL), 'provisioned')
    assert.equal(phaseOf(state, TUNNEL6), 'provisioned')
  })

  it('shows no way in IPv6 while no IPv6 address stands in DNS: the relay’s goes once IPv4 is direct', () => {
    const best = (state: State) => view(state).services[0]?.best
    const tunnelled = situation(...ADDED, AT_HOME, ...RELAY, CERTIFIED, probed(TUNNEL, 'reachable'), probed(TUNNEL6, 'reachable'))
    assert.deepEqual(best(tunnelled), { ipv4: 'tunnel', ipv6: 'tunnel' })
    assert.deepEqual(best(situation(...DIRECT, probed(TUNNEL6, 'reachable'))), { ipv4: 'mapped', ipv6: null })
  })

  it('takes the router’s word for provisioned, and only a verdict for confirmed', () => {
    const word = situation(...ADDED, AT_HOME, ...RELAY, CERTIFIED, ROUTER, JOURNALLED, OPENED)
    assert.equal(phaseOf(word, MAPPED), 'provisioned')
    assert.deepEqual(publicationOf(word).direct, [])
    const verdict = continued(word, probed(MAPPED, 'reachable'))
    assert.equal(phaseOf(verdict, MAPPED), 'confirmed')
    assert.deepEqual(publicationOf(verdict).direct, ['ipv4'])
  })

  it('doubts once before it gives a confirmed path up', () => {
    const once = continued(situation(...DIRECT), probed(MAPPED, 'timed-out'))
    assert.equal(phaseOf(once, MAPPED), 'confirmed')
    assert.equal(phaseOf(continued(once, probed(MAPPED, 'reachable')), MAPPED), 'confirmed')
    const twice = continued(once, probed(MAPPED, 'timed-out'))
    assert.equal(phaseOf(twice, MAPPED), 'seeking')
    assert.deepEqual(publicationOf(twice).direct, [])
  })

  it('deletes and makes anew a rule that nobody outside sees, once; then blocks, ever longer', () => {
    let state = continued(situation(...ADDED, AT_HOME, ...RELAY, CERTIFIED, ROUTER, JOURNALLED, OPENED), probed(MAPPED, 'timed-out'))
    const seeking = state.paths[MAPPED]
    assert.deepEqual(seeking?.phase === 'seeking' && seeking.replace, [RULE])
    state = continued(state, OPENED, probed(MAPPED, 'timed-out'))
    const waits: number[] = []
    for (let round = 0; round < 4; round++) {
      const blocked = state.paths[MAPPED]
      assert.ok(blocked?.phase === 'blocked' && blocked.problem.code === 'mapping-unreachable')
      waits.push(blocked.retryAtMs - T0)
      state = continued(state, OPENED, probed(MAPPED, 'refused'))
    }
    assert.deepEqual(waits, [60_000, 120_000, 300_000, 600_000])
  })

  it('seeks again when the rule is gone from the router’s table, and blocks when it is somebody else’s', () => {
    const inspected = (found: 'present' | 'absent' | 'foreign' | 'unknown'): State =>
      continued(situation(...DIRECT), {
        type: 'inspected',
        path: MAPPED,
        found,
        router: 'gateway',
        claims: { gateway: null, upstream: null },
      })
    assert.equal(phaseOf(inspected('present'), MAPPED), 'confirmed')
    assert.equal(phaseOf(inspected('unknown'), MAPPED), 'confirmed')
    assert.equal(phaseOf(inspected('absent'), MAPPED), 'seeking')
    assert.equal(phaseOf(inspected('foreign'), MAPPED), 'blocked')
  })

  it('keeps a renewed path confirmed, and looks again when a renewal fails', () => {
    const renewed = continued(situation(...DIRECT), [OPENED, T0 + 3_600_000])
    const path = renewed.paths[MAPPED]
    assert.ok(path?.phase === 'confirmed' && path.way.renewAtMs === T0 + 7_200_000)
    const failed = continued(situation(...DIRECT), [
      { type: 'opening-failed', path: MAPPED, problem: problem('gateway-silent', { address: '192.168.1.1' }), silent: 'gateway' },
      T0 + 5,
    ])
    const still = failed.paths[MAPPED]
    assert.ok(still?.phase === 'confirmed' && still.way.probeAtMs === T0 + 5)
    assert.equal(failed.gateway.phase, 'unknown')
  })

  it('forgets what was open elsewhere when the network changes, and nothing when it does not', () => {
    const elsewhere: Happening = { type: 'network', facts: { ipv4: { gateway: '10.0.0.1', localAddress: '10.0.0.7' } } }
    const moved = continued(situation(...DIRECT), elsewhere)
    assert.equal(phaseOf(moved, MAPPED), 'seeking')
    assert.equal(moved.gateway.phase, 'unknown')
    assert.deepEqual(publicationOf(moved).direct, [])
    assert.equal(phaseOf(continued(situation(...DIRECT), AT_HOME), MAPPED), 'confirmed')
  })

  it('blocks with the router’s silence, and seeks at once when it speaks again', () => {
    const silent: Happening = { type: 'gateway-absent', problem: problem('gateway-silent', { address: '192.168.1.1' }) }
    const state = situation(...ADDED, AT_HOME, silent)
    assert.equal(phaseOf(state, MAPPED), 'blocked')
    assert.equal(phaseOf(continued(state, ROUTER), MAPPED), 'seeking')
  })

  it('follows a machine to its new address, says so once, and leaves the way in alone', () => {
    const down: Happening = { type: 'target-down', name: WEB.name, problem: problem('service-silent', { service: WEB.name, target: '' }) }
    const known: Happening = { type: 'target-known', name: WEB.name, mac: '00:16:3e:0a:0b:0c' }
    const state = continued(situation(...DIRECT), known, down, { type: 'target-moved', name: WEB.name, host: '192.168.1.120' })
    assert.deepEqual(state.services, [{ ...WEB, mac: '00:16:3e:0a:0b:0c', target: { ...WEB.target, host: '192.168.1.120' } }])
    assert.deepEqual([state.targets[WEB.name]?.phase, phaseOf(state, MAPPED)], ['up', 'confirmed'])
    const again = continued(state, { type: 'target-moved', name: WEB.name, host: '192.168.1.121' })
    assert.deepEqual(again.notices, [
      problem('target-moved', { service: WEB.name, address: '192.168.1.120', target: 'http://192.168.1.121:8080' }),
    ])
    assert.deepEqual(continued(again, { type: 'service-removed', name: WEB.name }).notices, [])
    const { diagnosis: _, ...untouched } = continued(situation(), { type: 'target-moved', name: 'gone', host: '192.168.1.9' })
    const { diagnosis: __, ...empty } = situation()
    assert.deepEqual(untouched, empty)
  })
})
