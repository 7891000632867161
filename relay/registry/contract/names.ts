import assert from 'node:assert/strict'
import { GRACE_MS, MAX_FORMER_LABELS, QUARANTINE_MS } from '../registry.ts'
import { newKey } from '../values.fixture.ts'
import { type Check, fails, NOW } from './check.ts'

/** A device changes its name: what answers meanwhile, and what is refused. */
export function nameChecks(check: Check): void {
  check('a new name is the device’s at once, and the old one leads to it for 30 days more, then to nobody for 90', (registry, reopen) => {
    const [key, other] = [newKey(), newKey()]
    registry.registerDevice(key, NOW, 'old-house')
    registry.registerDevice(other, NOW, 'elsewhere')
    assert.deepEqual(registry.labelStanding(key, 'new-house', NOW), { state: 'free' })
    assert.deepEqual(registry.renameDevice(key, 'new-house', NOW), { state: 'own' })
    registry.close()
    const again = reopen()
    assert.equal(again.device(key)?.label, 'new-house')
    assert.deepEqual(again.formerLabels(key, NOW), [{ label: 'old-house', untilMs: NOW + GRACE_MS }])
    for (const label of ['new-house', 'old-house']) {
      assert.equal(again.deviceByLabel(label, NOW + GRACE_MS - 1)?.key, key)
      assert.deepEqual(again.labelStanding(other, label, NOW + GRACE_MS - 1), { state: 'taken' })
    }
    assert.deepEqual(again.formerLabels(key, NOW + GRACE_MS), [])
    assert.equal(again.deviceByLabel('old-house', NOW + GRACE_MS), undefined)
    assert.deepEqual(again.labelStanding(other, 'old-house', NOW + GRACE_MS), { state: 'quarantined' })
    assert.deepEqual(again.renameDevice(other, 'old-house', NOW + GRACE_MS + QUARANTINE_MS - 1), { state: 'quarantined' })
    assert.deepEqual(again.renameDevice(other, 'old-house', NOW + GRACE_MS + QUARANTINE_MS), { state: 'own' })
    assert.equal(again.deviceByLabel('old-house', NOW + GRACE_MS + QUARANTINE_MS)?.key, other)
  })

  check('a name that may not be had is refused with its reason, and nothing changes', (registry) => {
    const [key, other] = [newKey(), newKey()]
    registry.registerDevice(key, NOW, 'our-house')
    registry.registerDevice(other, NOW, 'their-house')
    const refusals = {
      'their-house': { state: 'taken' },
      www: { state: 'reserved' },
      'pay-pal': { state: 'imitates', brand: 'paypal' },
      'xn--house': { state: 'malformed' },
    } as const
    for (const [label, refusal] of Object.entries(refusals)) {
      assert.deepEqual(registry.labelStanding(key, label, NOW), refusal)
      assert.deepEqual(registry.renameDevice(key, label, NOW), refusal)
    }
    assert.deepEqual(registry.renameDevice(key, 'our-house', NOW), { state: 'own' }, 'no change')
    assert.deepEqual([registry.device(key)?.label, registry.formerLabels(key, NOW)], ['our-house', []])
    assert.throws(() => registry.renameDevice(newKey(), 'another-house', NOW), fails('device-unknown'))
    assert.deepEqual(registry.labelStanding(newKey(), 'another-house', NOW), { state: 'free' })
  })

  check('three old names answer at one time; back to one of them is possible at any moment', (registry) => {
    const key = newKey()
    registry.registerDevice(key, NOW, 'house-0')
    const change = (label: string, atMs: number) => registry.renameDevice(key, label, atMs)
    for (let count = 1; count <= MAX_FORMER_LABELS; count++) assert.deepEqual(change(`house-${count}`, NOW + count), { state: 'own' })
    const tooSoon = { state: 'too-soon', untilMs: NOW + 1 + GRACE_MS }
    assert.deepEqual(change('house-9', NOW + 9), tooSoon)
    assert.deepEqual(registry.labelStanding(key, 'house-9', NOW + 9), tooSoon)
    for (const label of ['house-0', 'house-3', 'house-0']) assert.deepEqual(change(label, NOW + 10), { state: 'own' }, label)
    assert.deepEqual(
      registry.formerLabels(key, NOW + 10).map(({ label }) => label),
      ['house-1', 'house-2', 'house-3'],
    )
    // Nor does leaving and coming back make room.
    registry.releaseDevice(key, NOW + 11)
    assert.equal(registry.deviceByLabel('house-1', NOW + 12), undefined)
    assert.equal(registry.registerDevice(key, NOW + 12).label, 'house-0', 'the one it left with')
    assert.equal(registry.deviceByLabel('house-1', NOW + 12)?.key, key)
    assert.equal(change('house-9', NOW + 13).state, 'too-soon')
    assert.deepEqual(change('house-9', NOW + 2 + GRACE_MS), { state: 'own' })
  })

  check('who left may come back for as long as its names rest', (registry) => {
    const key = newKey()
    assert.equal(registry.mayReturn(key, NOW), false)
    registry.registerDevice(key, NOW)
    assert.equal(registry.mayReturn(key, NOW), false, 'it is here')
    registry.releaseDevice(key, NOW)
    assert.equal(registry.mayReturn(key, NOW + QUARANTINE_MS - 1), true)
    assert.equal(registry.mayReturn(key, NOW + QUARANTINE_MS), false)
    registry.registerDevice(newKey(), NOW + QUARANTINE_MS)
    assert.equal(registry.mayReturn(key, NOW + QUARANTINE_MS), false)
  })
}
