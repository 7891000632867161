import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { problem } from '../../protocol/problem.ts'
import type { Happening } from './events.ts'
import { FRONT_DOOR } from './exposures.ts'
import { isFromElsewhere, PROOF_FOR_MS } from './phone-proof.ts'
import { plan } from './plan.ts'
import { ADDED, AT_HOME, AT_HOME6, continued, MAPPED, OPENED, OUTSIDE, RELAY, ROUTER, situation, T0 } from './situation.fixture.ts'
import { view } from './view.ts'

/** A way that the router has promised, and nobody who could look. */
const PROMISED = situation(...ADDED, AT_HOME6, ROUTER, OPENED)
const came = (from: string, changes: object = {}): Happening => ({
  ...{ type: 'phone-came', exposure: FRONT_DOOR, family: 'ipv4', at: null, from, isPublic: true },
  ...changes,
})
const shown = (state: typeof PROMISED) => view(state).services[0]

describe('a home without a relay', () => {
  test('is not known to be reachable before a phone has come in from elsewhere', () => {
    assert.equal(PROMISED.paths[MAPPED]?.phase, 'provisioned')
    assert.deepEqual([shown(PROMISED)?.state, shown(PROMISED)?.provenAtMs], ['unknown', null])
    const proven = shown(continued(PROMISED, [came('198.51.100.77'), T0 + 5000]))
    assert.deepEqual([proven?.state, proven?.best.ipv4, proven?.provenAtMs], ['reachable', 'mapped', T0 + 5000])
    assert.deepEqual(proven?.paths.find(({ rung }) => rung === 'mapped')?.verdict, {
      outcome: 'reachable',
      atMs: T0 + 5000,
      untilMs: T0 + 5000 + PROOF_FOR_MS,
    })
  })

  test('is not green by it once the certificate of its own name has ended: the way is there, and no browser shows the page', () => {
    const ownNames = [{ host: 'home.example.org', service: 'photos' }]
    const named = continued(PROMISED, came('198.51.100.77'), { type: 'own-names-chosen', ownNames })
    const held = { type: 'certificate-valid', domain: 'home.example.org', notAfterMs: T0 + 5000, renewAtMs: T0 + 60_000 } as const
    const valid = continued(named, held)
    assert.equal(shown(valid)?.state, 'reachable')
    const over = shown(continued(valid, [{ type: 'certificate-aged', domain: held.domain }, T0 + 5000]))
    assert.deepEqual([over?.state, over?.problem?.code], ['unreachable', 'certificate-over'])
  })

  test('forgets the proof after a day, by itself', () => {
    const proven = continued(PROMISED, came('198.51.100.77'))
    assert.equal(plan(proven, T0).effects.has('end-proofs'), false)
    assert.ok(plan(proven, T0).wakeAtMs <= T0 + PROOF_FOR_MS)
    assert.equal(plan(proven, T0 + PROOF_FOR_MS).effects.has('end-proofs'), true)
    const over = continued(proven, [{ type: 'proofs-over' }, T0 + PROOF_FOR_MS])
    assert.deepEqual([shown(over)?.state, over.proofs], ['unknown', []])
  })

  test('does not believe it where the way leads elsewhere now', () => {
    const proven = continued(PROMISED, came('198.51.100.77'))
    const moved = { ...proven, proofs: proven.proofs.map((proof) => ({ ...proof, outside: { ...OUTSIDE, address: '203.0.113.99' } })) }
    assert.equal(shown(moved)?.state, 'unknown')
  })

  test('leaves it to a relay, once there is one', () => {
    const joined = continued(PROMISED, came('198.51.100.77'), ...RELAY)
    assert.notEqual(shown(joined)?.state, 'reachable')
  })

  test('takes nothing for a proof of a way that there is not', () => {
    const nowhere = situation(...ADDED, AT_HOME6)
    assert.deepEqual(continued(nowhere, came('198.51.100.77')).proofs, [])
    assert.deepEqual(continued(PROMISED, came('198.51.100.77', { exposure: 'game' })).proofs, [])
  })
})

describe('a rule made by hand, on a router that tells nothing', () => {
  const GIVEN = '203.0.113.10'
  const SILENT: Happening = { type: 'gateway-absent', problem: problem('gateway-silent', { address: '192.168.1.1' }) }
  const shut = situation(...ADDED, AT_HOME, SILENT)
  const codes = (state: typeof shut) => view(state).problems.map(({ code }) => code)

  test('is proven by the phone that came in at the address which the owner has given', () => {
    assert.ok(codes(shut).includes('forward-by-hand'))
    const proven = continued(shut, [came('198.51.100.77', { at: GIVEN }), T0 + 5000])
    assert.deepEqual([shown(proven)?.state, shown(proven)?.best.ipv4], ['reachable', 'manual'])
    assert.deepEqual(shown(proven)?.paths.find(({ rung }) => rung === 'manual')?.outside, { address: GIVEN, port: 443 })
    assert.equal(codes(proven).includes('forward-by-hand'), false)
    const over = continued(proven, [{ type: 'proofs-over' }, T0 + 5000 + PROOF_FOR_MS])
    assert.equal(shown(over)?.state, 'unknown')
  })

  test('is not, by who came from that very address, or to one that nobody has given', () => {
    for (const event of [came(GIVEN, { at: GIVEN }), came('198.51.100.77'), came('192.168.1.77', { at: GIVEN, isPublic: false })])
      assert.equal(shown(continued(shut, event))?.state, 'unknown')
  })
})

describe('from elsewhere', () => {
  const rows: [from: string, isPublic: boolean, counts: boolean, why: string][] = [
    ['198.51.100.77', true, true, 'another provider’s address'],
    ['2001:db8:77::5', true, true, 'another network'],
    ['192.168.1.77', false, false, 'the home’s own Wi-Fi, led back in'],
    ['192.168.1.1', false, false, 'the router puts itself in everybody’s place'],
    [OUTSIDE.address, true, false, 'the home’s own outside address'],
    ['100.64.7.7', true, false, 'a neighbour behind the same provider'],
    ['2001:db8:1:7::9', true, false, 'a guest network of the same home'],
    ['127.0.0.1', false, false, 'this computer'],
    ['nonsense', false, false, 'no address'],
  ]
  for (const [from, isPublic, counts, why] of rows)
    test(`${from} ${counts ? 'counts' : 'does not'}: ${why}`, () =>
      assert.equal(isFromElsewhere(PROMISED, { at: null, from, isPublic }), counts))
})
