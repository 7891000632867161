/** A router that gets another address, or restarts. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { problem } from '../../protocol/problem.ts'
import type { Happening } from './events.ts'
import { publicationOf } from './exposures.ts'
import { plan } from './plan.ts'
import { continued, DIRECT, KNOWN, MAPPED, phaseOf, probed, situation, T0 } from './situation.fixture.ts'
import type { State } from './state.ts'

describe('a router that changes under us', () => {
  const inspected = (externalIPv4: string | null): State =>
    continued(situation(...DIRECT), {
      type: 'inspected',
      path: MAPPED,
      found: 'present',
      router: 'gateway',
      claims: { gateway: externalIPv4, upstream: null },
    })

  it('is asked anew when it has another address outside, and everything is connected anew', () => {
    const changed = inspected('203.0.113.11')
    assert.equal(phaseOf(changed, MAPPED), 'seeking')
    assert.deepEqual(publicationOf(changed).direct, [])
    assert.equal(changed.relay.phase, 'connecting')
    assert.notDeepEqual(
      [...plan(changed, T0).effects.keys()].find((key) => key.startsWith('keep-tunnel')),
      [...plan(situation(...DIRECT), T0).effects.keys()].find((key) => key.startsWith('keep-tunnel')),
    )
  })

  it('has its rules asked for again, and nothing else, when our lanes go over IPv6 or the new address is proven already', () => {
    const claims: Happening = {
      type: 'inspected',
      path: MAPPED,
      found: 'present',
      router: 'gateway',
      claims: { gateway: '203.0.113.11', upstream: null },
    }
    const over6: Happening = { type: 'relay-connected', known: { ...KNOWN, family: 'ipv6' } }
    const before = continued(situation(...DIRECT), over6, probed(MAPPED, 'reachable'))
    const changed = continued(before, claims)
    assert.deepEqual([changed.relay.phase, phaseOf(changed, MAPPED), changed.generation], ['connected', 'seeking', before.generation])
    assert.ok(changed.relay.phase === 'connected' && changed.relay.known.observed.ipv4 === undefined)
    const moved: Happening = { type: 'relay-observed', family: 'ipv4', address: '203.0.113.11' }
    assert.equal(phaseOf(continued(before, moved, probed(MAPPED, 'reachable'), claims), MAPPED), 'confirmed')
  })

  it('is left alone while it says the same, or nothing', () => {
    assert.equal(phaseOf(inspected('203.0.113.10'), MAPPED), 'confirmed')
    assert.equal(phaseOf(inspected(null), MAPPED), 'confirmed')
  })

  it('is looked for again when it falls silent while nobody outside can look at the rule', () => {
    const silent: Happening = {
      ...{ type: 'inspected', path: MAPPED, found: 'silent', router: 'gateway' },
      claims: { gateway: null, upstream: null },
    }
    const before = situation(...DIRECT)
    assert.equal(continued(before, silent).gateway.phase, 'found', 'somebody outside looks')
    const lost: Happening = { type: 'relay-waiting', problem: problem('relay-unreachable', { relay: 'relay.test', reason: 'ETIMEDOUT' }) }
    const alone = continued(before, lost, silent)
    assert.deepEqual([alone.gateway.phase, alone.search], ['unknown', before.search + 1])
  })

  it('is asked for every rule again after a restart', () => {
    assert.equal(phaseOf(continued(situation(...DIRECT), { type: 'router-restarted' }), MAPPED), 'seeking')
  })
})
