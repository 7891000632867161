import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { MONTHLY_BYTES } from '../registry/device-facts.ts'
import { temporaryRegistry } from '../registry/registry.fixture.ts'
import type { Carried } from '../registry/traffic.ts'
import { newKey } from '../registry/values.fixture.ts'
import { createDecisions } from './decisions.ts'
import type { Carriage } from './meter.ts'

const KEY = newKey()
const WEB: Carriage = { deviceKey: KEY, service: 'web' }
const NOW = Date.UTC(2030, 0, 31, 23, 58)

function relay(context: TestContext) {
  const registry = temporaryRegistry(context)
  registry.registerDevice(KEY, NOW)
  const clock = { nowMs: NOW }
  let carried = new Map<string, Carried>()
  /** What is open, and what of it was ended. */
  const [open, ended] = [[WEB, { deviceKey: KEY, service: 'wiki' }], [] as string[]]
  const logged: string[] = []
  let changes = 0
  const decisions = createDecisions({
    registry,
    onChanged: () => {
      changes += 1
    },
    meter: {
      collect: () => carried,
      end: (isOver) => void ended.push(...open.filter(isOver).map(({ service }) => service)),
    },
    log: (event) => logged.push(event),
    now: () => clock.nowMs,
  })
  /** One look, after these bytes went by, so many seconds later. */
  const look = (bytes = 0, seconds = 1): void => {
    clock.nowMs += seconds * 1000
    carried = bytes === 0 ? new Map() : new Map([[KEY, { inBytes: 0, outBytes: bytes }]])
    decisions.look()
    carried = new Map()
  }
  const changed = (): number => {
    const count = changes
    changes = 0
    return count
  }
  return { registry, decisions, clock, look, ended, logged, changed }
}

test('what another process decides holds after the next look', (context) => {
  const { registry, decisions, look, ended, clock, changed } = relay(context)
  look()
  assert.deepEqual([decisions.closed(WEB), changed()], [undefined, 0])
  registry.takeDown({ ...WEB, kind: 'service', name: 'web' }, 'a copied shop', NOW)
  registry.takeDown({ ...WEB, kind: 'link', name: 'abcdefghijkl' }, null, NOW)
  look()
  assert.deepEqual([decisions.closed(WEB), decisions.closed({ ...WEB, service: 'wiki' })], ['taken-down', undefined])
  assert.deepEqual([ended, changed()], [['web'], 1], 'at once')
  look()
  assert.equal(changed(), 0)
  assert.deepEqual([decisions.isLinkDown(KEY, 'abcdefghijkl'), decisions.isLinkDown(KEY, 'web')], [true, false])
  assert.equal(decisions.takedownsOf(KEY).length, 2)
  assert.equal(decisions.takedownsOf(newKey()).length, 0)
  registry.putBack({ ...WEB, kind: 'service', name: 'web' })
  registry.suspendDevice(KEY, NOW + 10_000)
  look()
  assert.deepEqual([decisions.closed(WEB), decisions.suspensionOf(KEY)?.atMs], [undefined, NOW + 10_000])
  clock.nowMs = NOW + 10_000
  assert.equal(decisions.closed(WEB), 'suspended')
})

test('a quota: what is open gets a minute, nobody new comes in, and the next month everybody does', (context) => {
  const { registry, decisions, look, ended, logged, clock } = relay(context)
  registry.setMeta(MONTHLY_BYTES, '1000')
  look(999)
  assert.equal(decisions.closed(WEB), undefined)
  assert.deepEqual(decisions.allowanceOf(KEY), { monthlyBytes: 1000, usedBytes: 999, renewsAtMs: Date.UTC(2030, 1) })
  look(1)
  assert.deepEqual([decisions.closed(WEB), ended, logged], ['used-up', [], ['quota-used-up']])
  look(500, 59)
  assert.deepEqual(ended, [])
  look(0, 1)
  assert.deepEqual(ended, ['web', 'wiki'])
  registry.setQuota(KEY, null)
  look()
  assert.deepEqual([decisions.closed(WEB), decisions.allowanceOf(KEY)], [undefined, undefined])
  registry.setQuota(KEY, 1400)
  look()
  assert.equal(decisions.closed(WEB), 'used-up')
  registry.setQuota(KEY, undefined)
  clock.nowMs = Date.UTC(2030, 1)
  look(7, 0)
  assert.deepEqual([decisions.closed(WEB), decisions.allowanceOf(KEY)?.usedBytes], [undefined, 0])
  assert.deepEqual(registry.traffic('2030-01').get(KEY), { inBytes: 0, outBytes: 1507 })
})

test('what was counted is written every five seconds, and at the end; a new start goes on from there', (context) => {
  const { registry, decisions, look, clock } = relay(context)
  registry.setMeta(MONTHLY_BYTES, '1000')
  look(10)
  assert.equal(registry.traffic('2030-01').size, 0)
  look(10, 4)
  assert.deepEqual(registry.traffic('2030-01').get(KEY), { inBytes: 0, outBytes: 20 })
  look(5)
  decisions.close()
  assert.deepEqual(registry.traffic('2030-01').get(KEY), { inBytes: 0, outBytes: 25 })
  const meter = { collect: () => new Map(), end: () => {} }
  const again = createDecisions({ registry, meter, log: () => {}, now: () => clock.nowMs })
  assert.equal(again.allowanceOf(KEY)?.usedBytes, 25)
})

test('a registry that cannot be read or written for a while: what was known holds, nothing is lost', (context) => {
  const registry = temporaryRegistry(context)
  registry.registerDevice(KEY, NOW)
  registry.takeDown({ ...WEB, kind: 'service', name: 'web' }, null, NOW)
  const clock = { nowMs: NOW }
  let isBroken = false
  const broken = new Proxy(registry, {
    get: (target, name: keyof typeof registry) =>
      isBroken
        ? () => {
            throw new Error('the disk is gone')
          }
        : target[name],
  })
  const logged: string[] = []
  const meter = { collect: () => new Map([[KEY, { inBytes: 1, outBytes: 2 }]]), end: () => {} }
  const decisions = createDecisions({ registry: broken, meter, log: (event) => logged.push(event), now: () => clock.nowMs })
  decisions.look()
  isBroken = true
  clock.nowMs += 6000
  decisions.look()
  assert.deepEqual([decisions.closed(WEB), logged], ['taken-down', ['decisions-unread']])
  isBroken = false
  decisions.look()
  decisions.look()
  assert.deepEqual(registry.traffic('2030-01').get(KEY), { inBytes: 2, outBytes: 4 }, 'with the third look; the fourth waits its turn')
})
