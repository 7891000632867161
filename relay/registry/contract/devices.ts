import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { isLabel } from '../../../protocol/model/label.ts'
import { QUARANTINE_MS } from '../registry.ts'
import { newKey, publicationOf } from '../values.fixture.ts'
import { type Check, fails, NOW } from './check.ts'

/** Who is in, under which label, and who may come back. */
export function deviceChecks(check: Check): void {
  check('facts about the relay itself are kept', (registry, reopen) => {
    assert.equal(registry.meta('serial'), undefined)
    registry.setMeta('serial', '1')
    registry.setMeta('serial', '2')
    registry.close()
    assert.equal(reopen().meta('serial'), '2')
  })

  check('a new device gets a label, and keeps it', (registry, reopen) => {
    const key = newKey()
    assert.equal(registry.device(key), undefined)
    const device = registry.registerDevice(key, NOW)
    assert.match(device.label, /^[a-z]+-[a-z]+-\d{2}$/)
    assert.deepEqual(device, { key, label: device.label, createdAtMs: NOW, lastSeenAtMs: NOW, suspendedAtMs: null })
    assert.deepEqual(registry.registerDevice(key, NOW + 5, 'another'), device, 'once in, a wish changes nothing')
    registry.touchDevices([newKey(), key], NOW + 9)
    registry.close()
    const again = reopen()
    assert.deepEqual(again.device(key), { ...device, lastSeenAtMs: NOW + 9 })
    assert.deepEqual(again.deviceByLabel(device.label, NOW), again.device(key))
    assert.equal(again.deviceByLabel('nobody', NOW), undefined)
  })

  check('labels are unique and good in DNS; devices are listed in order', (registry) => {
    const keys = Array.from({ length: 200 }, newKey)
    const labels = keys.map((key) => registry.registerDevice(key, NOW).label)
    assert.equal(new Set(labels).size, 200)
    for (const label of labels) assert.ok(isLabel(label), label)
    assert.deepEqual(
      registry.devices().map(({ key }) => key),
      keys,
    )
  })

  check('a wished label is given when it may be', (registry) => {
    assert.equal(registry.registerDevice(newKey(), NOW, 'our-house').label, 'our-house')
    assert.throws(() => registry.registerDevice(newKey(), NOW, 'our-house'), fails('label-refused'))
    for (const label of ['www', 'ns', 'ns1', 'mail', 'join', 'api', 'admin', 'acme', 'relay', 'wpad', 'localhost', 'paypa1'])
      assert.throws(() => registry.registerDevice(newKey(), NOW, label), fails('label-refused'), label)
    for (const label of [
      '',
      's',
      'ab',
      '_acme',
      '-house',
      'house-',
      'xn--house',
      'Our-House',
      'our.house',
      '9lives',
      'h'.repeat(31),
      'maïs',
    ])
      assert.throws(() => registry.registerDevice(newKey(), NOW, label), fails('label-refused'), label)
    assert.equal(registry.devices().length, 1, 'a refusal registers nothing')
  })

  check('a key has one spelling', (registry) => {
    const key = Buffer.alloc(32).toString('base64url')
    const twin = `${key.slice(0, -1)}B`
    for (const wrong of ['', 'short', `${key}=`, `${key}A`, twin, key.replace('A', '+')])
      assert.throws(() => registry.registerDevice(wrong, NOW), fails('key-malformed'), wrong)
    assert.throws(() => registry.device(twin), fails('key-malformed'))
  })

  check('what needs a device says so', (registry) => {
    const key = newKey()
    assert.throws(() => registry.suspendDevice(key, NOW), fails('device-unknown'))
    assert.throws(() => registry.releaseDevice(key, NOW), fails('device-unknown'))
    assert.throws(() => registry.setPublished(key, publicationOf({}), NOW), fails('device-unknown'))
    assert.throws(() => registry.setDirect(key, 'ipv4', null), fails('device-unknown'))
    assert.equal(registry.published(key), undefined)
    assert.deepEqual(registry.direct(key), {})
  })

  check('a released label comes back to its key at any time, and to others after 90 days', (registry) => {
    const [key, other] = [newKey(), newKey()]
    registry.registerDevice(key, NOW, 'our-house')
    registry.releaseDevice(key, NOW)
    assert.equal(registry.device(key), undefined)
    assert.equal(registry.deviceByLabel('our-house', NOW), undefined)
    assert.deepEqual(registry.devices(), [])
    assert.throws(() => registry.registerDevice(other, NOW + QUARANTINE_MS - 1, 'our-house'), fails('label-refused'))
    assert.equal(registry.registerDevice(key, NOW + 1000).label, 'our-house')
    registry.releaseDevice(key, NOW + 2000)
    assert.equal(registry.registerDevice(other, NOW + 2000 + QUARANTINE_MS, 'our-house').label, 'our-house')
    assert.notEqual(registry.registerDevice(key, NOW + 2001 + QUARANTINE_MS).label, 'our-house')
  })

  check('a device may come back under another label; the old one waits for it', (registry) => {
    const key = newKey()
    registry.registerDevice(key, NOW, 'old-house')
    registry.releaseDevice(key, NOW)
    assert.equal(registry.registerDevice(key, NOW + 1, 'new-house').label, 'new-house')
    assert.throws(() => registry.registerDevice(newKey(), NOW + 2, 'old-house'), fails('label-refused'))
    registry.releaseDevice(key, NOW + 3)
    assert.equal(registry.registerDevice(key, NOW + 4, 'old-house').label, 'old-house')
  })

  check('a suspension is lifted by the operator only', (registry) => {
    const key = newKey()
    const { label } = registry.registerDevice(key, NOW)
    registry.suspendDevice(key, NOW + 1)
    assert.equal(registry.device(key)?.suspendedAtMs, NOW + 1)
    assert.deepEqual(registry.suspensions(), [{ key, label, suspendedAtMs: NOW + 1 }])
    registry.releaseDevice(key, NOW + 2)
    registry.registerDevice(newKey(), NOW + 3 + QUARANTINE_MS)
    assert.equal(registry.registerDevice(key, NOW + 4 + QUARANTINE_MS).suspendedAtMs, NOW + 1)
    registry.suspendDevice(key, null)
    assert.equal(registry.device(key)?.suspendedAtMs, null)
  })

  check('a relay code lets one device in', (registry, reopen) => {
    const [mine, other] = [newKey(), newKey()]
    const code = registry.createCode(NOW + 1000)
    assert.equal(code.length, 16)
    assert.equal(registry.redeemCode(randomBytes(16), mine, NOW), 'unknown')
    assert.equal(registry.redeemCode(code, mine, NOW), 'ok')
    registry.close()
    const again = reopen()
    assert.equal(again.redeemCode(code, mine, NOW + 9999), 'ok', 'it crashed before it could note its success')
    assert.equal(again.redeemCode(code, other, NOW), 'used')
    const late = again.createCode(NOW + 1000)
    assert.equal(again.redeemCode(late, mine, NOW + 1000), 'expired')
    assert.throws(() => again.redeemCode(late, 'nobody', NOW), fails('key-malformed'))
    assert.equal(again.redeemCode(late, mine, NOW + 999), 'ok')
  })
}
