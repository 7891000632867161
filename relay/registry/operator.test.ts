/** What the operator keeps in the registry: takedowns, traffic and quotas, codes he may revoke, keys to his page. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { idOfCode } from './codes.ts'
import { temporaryRegistry } from './registry.fixture.ts'
import { monthOf, nextMonthMs } from './traffic.ts'
import { newKey, newLinkId, publicationOf } from './values.fixture.ts'

const NOW = Date.UTC(2030, 0, 31, 23, 59)

test('what is taken down stays so through publications and a release, until it is put back', (context) => {
  const registry = temporaryRegistry(context)
  const [key, id] = [newKey(), newLinkId()]
  const service = { deviceKey: key, kind: 'service', name: 'web' } as const
  const link = { deviceKey: key, kind: 'link', name: id } as const
  assert.throws(() => registry.takeDown(service, null, NOW), { code: 'device-unknown' })
  registry.registerDevice(key, NOW)
  registry.setPublished(key, publicationOf({ web: [id] }), NOW)
  registry.takeDown(service, 'a copied shop', NOW)
  registry.takeDown(link, null, NOW + 1)
  registry.setPublished(key, publicationOf({ other: [] }), NOW + 2)
  registry.setPublished(key, publicationOf({ web: [id] }), NOW + 3)
  const both = [
    { ...link, reason: null, atMs: NOW + 1 },
    { ...service, reason: 'a copied shop', atMs: NOW },
  ]
  assert.deepEqual(registry.takedowns(), both)
  assert.deepEqual(registry.takedownOf(service), both[1])
  registry.releaseDevice(key, NOW)
  assert.deepEqual(registry.takedowns(), [])
  registry.registerDevice(key, NOW)
  assert.deepEqual(registry.takedowns(), both)
  assert.deepEqual([registry.putBack(link), registry.putBack(link)], [true, false])
  assert.equal(registry.takedownOf(link), undefined)
  registry.takeDown(service, 'another reason', NOW + 9)
  assert.deepEqual(registry.takedowns(), [{ ...service, reason: 'another reason', atMs: NOW + 9 }])
})

test('traffic adds up by month; thirteen months are kept', (context) => {
  const registry = temporaryRegistry(context)
  const [one, other] = [newKey(), newKey()]
  registry.registerDevice(one, NOW)
  registry.addTraffic('2030-01', new Map([[one, { inBytes: 1, outBytes: 2 ** 40 }]]))
  registry.addTraffic(
    '2030-01',
    new Map([
      [one, { inBytes: 10, outBytes: 20 }],
      [other, { inBytes: 5, outBytes: 5 }],
    ]),
  )
  assert.deepEqual(
    [...registry.traffic('2030-01')],
    [[one, { inBytes: 11, outBytes: 2 ** 40 + 20 }]],
    'who is not registered is passed over',
  )
  for (let month = 0; month < 13; month++)
    registry.addTraffic(monthOf(Date.UTC(2030, 1 + month)), new Map([[one, { inBytes: 1, outBytes: 0 }]]))
  assert.equal(registry.traffic('2030-01').size, 0)
  assert.equal(registry.traffic('2030-02').size, 1)
})

test('a month begins at midnight in UTC', () => {
  assert.deepEqual([monthOf(NOW), nextMonthMs(NOW)], ['2030-01', Date.UTC(2030, 1)])
  assert.equal(nextMonthMs(Date.UTC(2030, 11, 31)), Date.UTC(2031, 0))
})

test('a quota of its own: a figure, no limit, or what holds for all', (context) => {
  const registry = temporaryRegistry(context)
  const key = newKey()
  assert.throws(() => registry.setQuota(key, 5), { code: 'device-unknown' })
  registry.registerDevice(key, NOW)
  registry.setQuota(key, 5e9)
  assert.deepEqual([...registry.quotas()], [[key, 5e9]])
  registry.setQuota(key, null)
  assert.deepEqual([...registry.quotas()], [[key, null]])
  registry.setQuota(key, undefined)
  assert.equal(registry.quotas().size, 0)
})

test('relay codes are listed without their keys; an unused one can be revoked', (context) => {
  const registry = temporaryRegistry(context)
  const [first, second] = [registry.createCode(NOW + 2000), registry.createCode(NOW + 1000)]
  const device = newKey()
  registry.redeemCode(first, device, NOW)
  assert.deepEqual(registry.codes(), [
    { id: idOfCode(second), expiresAtMs: NOW + 1000, redeemedBy: null },
    { id: idOfCode(first), expiresAtMs: NOW + 2000, redeemedBy: device },
  ])
  assert.deepEqual(
    [idOfCode(first), idOfCode(second), idOfCode(second), '%'].map((id) => registry.revokeCode(id)),
    [false, true, false, false],
  )
  assert.equal(registry.redeemCode(second, newKey(), NOW), 'unknown')
})

test('a key to the page opens once, and not when it is too old', (context) => {
  const registry = temporaryRegistry(context)
  const [good, old] = [registry.createPageKey(NOW + 1000), registry.createPageKey(NOW)]
  assert.deepEqual(
    [good, good, old, 'no key', ''].map((key) => registry.redeemPageKey(key, NOW)),
    [true, false, false, false, false],
  )
})
