import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { CertificateFault } from '../../protocol/model/path.ts'
import type { Happening } from './events.ts'
import { publicationOf } from './exposures.ts'
import { plan } from './plan.ts'
import {
  ADDED,
  AT_HOME,
  CERTIFIED,
  continued,
  DIRECT,
  JOURNALLED,
  MAPPED,
  OPENED,
  OUTSIDE,
  phaseOf,
  RELAY,
  ROUTER,
  seen,
  situation,
  T0,
  TUNNEL,
  TUNNEL6,
} from './situation.fixture.ts'
import type { State } from './state.ts'
import { view } from './view.ts'

const reached = (path: string): Happening => ({ type: 'probed', path, verdict: seen('reachable') })

describe('a page that a browser would not show', () => {
  const shown = (path: string, certificate: CertificateFault): Happening => ({
    type: 'probed',
    path,
    verdict: { outcome: 'wrong-certificate', certificate, atMs: T0 },
  })
  const codes = (state: State): string[] => view(state).problems.map(({ code }) => code)

  it('is not green, and is no reason to trouble the router', () => {
    const expired = shown(MAPPED, 'expired')
    const doubted = continued(situation(...DIRECT), expired)
    assert.equal(phaseOf(doubted, MAPPED), 'confirmed')
    const state = continued(doubted, expired, shown(TUNNEL, 'expired'), shown(TUNNEL, 'expired'), shown(TUNNEL6, 'expired'))
    assert.deepEqual([phaseOf(state, MAPPED), phaseOf(state, TUNNEL)], ['provisioned', 'provisioned'])
    assert.deepEqual(publicationOf(state).direct, [])
    assert.equal(plan(state, T0).effects.has(`open ${MAPPED}`), false)
    const [photos] = view(state).services
    assert.deepEqual(
      [photos?.state, photos?.problem?.code, photos?.problem?.params],
      ['unreachable', 'certificate-wrong', { reason: 'expired' }],
    )
    assert.ok(codes(state).includes('certificate-wrong'))
    assert.deepEqual(codes(continued(state, reached(MAPPED), reached(TUNNEL), reached(TUNNEL6))), [])
  })

  it('is no longer told once nobody can see whether it is still shown', () => {
    const state = situation(...DIRECT, shown(TUNNEL, 'expired'), shown(TUNNEL, 'expired'))
    assert.ok(codes(state).includes('certificate-wrong'))
    const unseen: Happening = { type: 'probed', path: TUNNEL, verdict: seen('unknown') }
    assert.ok(!codes(continued(state, unseen, unseen, unseen)).includes('certificate-wrong'))
  })

  it('was never green when it begins like that', () => {
    const state = continued(situation(...ADDED, AT_HOME, ...RELAY, CERTIFIED, ROUTER, JOURNALLED, OPENED), shown(MAPPED, 'untrusted'))
    assert.equal(phaseOf(state, MAPPED), 'provisioned')
    assert.ok(codes(state).includes('certificate-wrong'))
  })

  it('with somebody else’s key on one way raises the alarm, while the other way serves', () => {
    const state = continued(situation(...DIRECT), shown(MAPPED, 'foreign-key'), shown(MAPPED, 'foreign-key'))
    const alarm = view(state).problems.find(({ code }) => code === 'foreign-certificate')
    assert.deepEqual([alarm?.severity, alarm?.params], ['critical', { host: 'amber-otter-42.relay.test', address: OUTSIDE.address }])
    assert.equal(view(state).services[0]?.state, 'reachable')
    assert.deepEqual(publicationOf(state).direct, [])
  })
})
