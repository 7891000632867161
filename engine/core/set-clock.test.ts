/** The clock of this computer jumps, and a certificate runs out while nobody looks. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { problem } from '../../protocol/problem.ts'
import { lightOf } from '../../protocol/snapshot.ts'
import type { Happening } from './events.ts'
import { publicationOf } from './exposures.ts'
import { plan } from './plan.ts'
import { CERTIFIED, continued, DIRECT, MAPPED, OPENED, phaseOf, probed, RULE, situation, T0, TUNNEL, TUNNEL6 } from './situation.fixture.ts'
import type { State } from './state.ts'
import { view } from './view.ts'

const DAY_MS = 86_400_000
const DOMAIN = 'amber-otter-42.relay.test'
const OVER_MS = T0 + 90 * DAY_MS
const UNREACHABLE: Happening = {
  ...{ type: 'certificate-failed', domain: DOMAIN, problem: problem('certificate-failed', { reason: 'directory-unreachable' }) },
  retryAfterMs: 3_600_000,
}
const AGED: Happening = { type: 'certificate-aged', domain: DOMAIN }

const well = situation(...DIRECT, probed(TUNNEL6, 'reachable'))
const planned = (state: State, atMs: number): string[] => [...plan(state, atMs).effects.values()].map(({ kind }) => kind)
const shown = (state: State) => [lightOf(view(state)), view(state).services[0]?.problem?.code]

describe('a certificate that ends, and cannot be renewed', () => {
  const late = continued(well, [UNREACHABLE, OVER_MS - 1000])
  const over = continued(late, [AGED, OVER_MS])

  it('is green until then, and not a moment longer, whatever was seen before', () => {
    assert.deepEqual(shown(late), ['reachable', undefined])
    assert.deepEqual(shown(over), ['needs-you', 'certificate-over'])
    assert.deepEqual(shown(continued(over, [UNREACHABLE, OVER_MS + DAY_MS])), ['needs-you', 'certificate-failed'])
  })

  it('takes nothing back that is published: the way itself is as it was', () => {
    assert.equal(phaseOf(over, MAPPED), 'provisioned')
    assert.deepEqual(publicationOf(over).direct, ['ipv4'])
  })

  it('is green again once there is another one, and somebody has looked', () => {
    const renewed: Happening = { ...CERTIFIED, notAfterMs: OVER_MS + 90 * DAY_MS, renewAtMs: OVER_MS + 60 * DAY_MS } as Happening
    const back = continued(over, [renewed, OVER_MS + 5000])
    assert.deepEqual(shown(back), ['checking', undefined])
    assert.ok(planned(back, OVER_MS + 5000).includes('probe'))
    assert.deepEqual(shown(continued(back, probed(TUNNEL, 'reachable', OVER_MS + 6000))), ['relayed', undefined])
  })
})

describe('a clock that was ahead and is set back', () => {
  const ahead = T0 + 400 * DAY_MS
  const before = continued(well, [UNREACHABLE, ahead], [AGED, ahead], [OPENED, ahead])
  const back = continued(before, [{ type: 'check-now' }, T0 + 1000])

  it('lets nothing wait until it is there again: certificates, leases, looks', () => {
    assert.ok(!planned(before, T0 + 1000).includes('obtain-certificate'))
    assert.ok(planned(back, T0 + 1000).includes('obtain-certificate'))
    const path = back.paths[MAPPED]
    assert.ok(path && 'way' in path)
    assert.equal(path.way.renewAtMs, T0 + 1000 + RULE.lifetimeS * 500)
  })

  it('orders nothing where the failure was not in a time to come: its owner may ask as often as he likes', () => {
    const failed = continued(well, [UNREACHABLE, OVER_MS], [{ type: 'check-now' }, OVER_MS + 1000])
    assert.ok(!planned(failed, OVER_MS + 1000).includes('obtain-certificate'))
  })
})
