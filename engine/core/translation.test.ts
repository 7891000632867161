import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { plan } from './plan.ts'
import { ADDED, AT_HOME, continued, KNOWN, RELAY, ROUTER, situation, T0 } from './situation.fixture.ts'
import { view } from './view.ts'

const FROM = { address: '203.0.113.10', port: 50_000 }
const OTHER = { address: '198.51.100.21', port: 3478 }
const HOME = situation(...ADDED, AT_HOME, ...RELAY, ROUTER)
const LEARNT = {
  type: 'translation-learnt',
  translation: { mapping: 'endpoint-independent', filtering: 'address-and-port-dependent' },
} as const

describe('what the translation before the house does', () => {
  it('is asked of a relay that has a second address, once', () => {
    const state = continued(HOME, { type: 'udp-observed', from: FROM, other: OTHER })
    assert.deepEqual(plan(state, T0).effects.get('learn-translation'), {
      kind: 'learn-translation',
      server: { address: KNOWN.addresses.ipv4, port: 443 },
      other: OTHER,
    })
    for (const event of [LEARNT, { ...LEARNT, translation: null }])
      assert.equal(plan(continued(state, event), T0).effects.has('learn-translation'), false)
  })

  it('is not asked of one without, nor where no datagram comes through', () => {
    for (const from of [FROM, null]) {
      const state = continued(HOME, { type: 'udp-observed', from, ...(from ? {} : { other: OTHER }) })
      assert.equal(plan(state, T0).effects.has('learn-translation'), false)
    }
  })

  it('stands among the evidence, and changes no verdict', () => {
    const state = continued(HOME, { type: 'udp-observed', from: FROM, other: OTHER }, LEARNT)
    const { nat, natEvidence } = view(state).gateway
    assert.equal(nat, view(HOME).gateway.nat)
    assert.deepEqual(natEvidence.slice(-2), ['udp-mapping endpoint-independent', 'udp-filtering address-and-port-dependent'])
    assert.equal(
      view(continued(state, { type: 'relay-left', url: KNOWN.url })).gateway.natEvidence.some((text) => text.startsWith('udp-')),
      false,
    )
  })
})
