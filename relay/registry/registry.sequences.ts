/** Random sequences of what devices and operators do, against the model: names change hands only as rule and time allow. */
import assert from 'node:assert/strict'
import type { Random } from '../../test/fuzz/random.ts'
import { type Step, sequences } from '../../test/sequences/sequences.ts'
import { policy, RegistryModel } from './registry.model.ts'
import type { PublicPort, Registry } from './registry.ts'
import type { Policy } from './reserved.ts'

const KEYS = [1, 2, 3, 4].map((byte) => Buffer.alloc(32, byte).toString('base64url'))
const LABELS = ['our-house', 'old-mill', 'sea-view', 'hill-top', 'www', 'paypa1']
const LINKS = ['abcdefghijkl', 'bcdefghijklm', 'cdefghijklmn']
const SERVICES = ['band', 'game', 'radio']
const RANGE = { first: 22000, last: 22003 }
const NOW = 1_800_000_000_000
const DAY_MS = 86_400_000

const at = <T>(list: readonly T[], index: number | string | undefined): T => list[Number(index) % list.length] as T
/** Those whose bit is set. */
const some = <T>(list: readonly T[], bits: number | string | undefined): T[] => list.filter((_, index) => Number(bits) & (1 << index))

interface World {
  registry: Registry
  readonly model: RegistryModel
  readonly codes: Uint8Array[]
  reopen(): Registry
}

/** What each step does to both, and what must be the same. */
const OPERATIONS: Readonly<Record<string, (world: World, step: Step) => void>> = {
  register({ registry, model }, { key, wish }) {
    const [device, wished] = [at(KEYS, key), wish === 0 ? undefined : at(LABELS, Number(wish) - 1)]
    const may = wished === undefined || model.here(device) || ['free', 'own'].includes(model.against(device, wished).state)
    const register = () => registry.registerDevice(device, model.nowMs, wished)
    if (may) model.register(device, register().label, wished)
    else assert.throws(register, { code: 'label-refused' })
  },
  rename({ registry, model }, { key, label }) {
    const rename = () => registry.renameDevice(at(KEYS, key), at(LABELS, label), model.nowMs)
    if (model.here(at(KEYS, key))) assert.deepEqual(rename(), model.rename(at(KEYS, key), at(LABELS, label)))
    else assert.throws(rename, { code: 'device-unknown' })
  },
  release({ registry, model }, { key }) {
    const release = () => registry.releaseDevice(at(KEYS, key), model.nowMs)
    if (model.here(at(KEYS, key))) release()
    else assert.throws(release, { code: 'device-unknown' })
    model.release(at(KEYS, key))
  },
  suspend({ registry, model }, { key, on }) {
    const [row, atMs] = [model.here(at(KEYS, key)), Number(on) % 2 ? model.nowMs : null]
    const suspend = () => registry.suspendDevice(at(KEYS, key), atMs)
    if (!row) return assert.throws(suspend, { code: 'device-unknown' })
    suspend()
    row.suspendedAtMs = atMs
  },
  publish({ registry, model }, { key, links }) {
    const [device, wanted] = [at(KEYS, key), some(LINKS, links)]
    const services = [{ name: 'web', kind: 'http' as const, links: wanted, direct: [] }]
    const publish = () => registry.setPublished(device, { services, direct: [] }, model.nowMs)
    if (model.here(device)) assert.equal(publish(), model.publish(device, wanted))
    else assert.throws(publish, { code: 'device-unknown' })
  },
  ports({ registry, model }, { key, services, port }) {
    const wishes = some(SERVICES, services).map(
      (service): PublicPort => ({ service, protocol: 'udp', port: RANGE.first + (Number(port) % 5) }),
    )
    const reserve = () => registry.setPublicPorts(at(KEYS, key), wishes, RANGE, model.nowMs)
    if (model.here(at(KEYS, key))) model.reserve(at(KEYS, key), wishes, RANGE, reserve())
    else assert.throws(reserve, { code: 'device-unknown' })
  },
  code({ registry, model, codes }, { days }) {
    const expiresAtMs = model.nowMs + Number(days) * DAY_MS
    model.codes.set(codes.length, { expiresAtMs, redeemedBy: null })
    codes.push(registry.createCode(expiresAtMs))
  },
  redeem({ registry, model, codes }, { code, key }) {
    if (codes.length === 0) return
    const index = Number(code) % codes.length
    assert.equal(registry.redeemCode(at(codes, index), at(KEYS, key), model.nowMs), model.redeem(index, at(KEYS, key)))
  },
  wait: ({ model }, { days }) => model.wait(Number(days) * DAY_MS),
  reopen(world) {
    world.registry.close()
    world.registry = world.reopen()
  },
}

function looksLike({ registry, model }: World): void {
  for (const key of KEYS) {
    const [device, row] = [registry.device(key), model.here(key)]
    assert.deepEqual(
      device && [device.label, device.createdAtMs, device.suspendedAtMs],
      row && [row.label, row.createdAtMs, row.suspendedAtMs],
    )
    assert.deepEqual(registry.formerLabels(key, model.nowMs), model.former(key))
    assert.equal(registry.mayReturn(key, model.nowMs), isAway(model, key))
    assert.deepEqual(registry.published(key)?.services[0]?.links, model.published.get(key))
    const standing = [...model.ports.values()].filter((each) => each.key === key && each.atMs === null).map(({ port }) => port)
    assert.deepEqual(new Set(registry.publicPorts(key).map(({ port }) => port)), new Set(standing))
  }
  for (const label of LABELS) {
    assert.equal(registry.deviceByLabel(label, model.nowMs)?.key, model.leadsTo(label))
    for (const key of KEYS.slice(0, 2)) assert.deepEqual(registry.labelStanding(key, label, model.nowMs), model.standing(key, label))
  }
  for (const id of LINKS) {
    const row = model.links.get(id)
    assert.equal(registry.linkOwner(id)?.deviceKey, row?.atMs === null ? row.key : undefined)
  }
  const suspended = KEYS.filter((key) => typeof model.here(key)?.suspendedAtMs === 'number')
  assert.deepEqual(new Set(registry.suspensions().map(({ key }) => key)), new Set(suspended))
}

function isAway(model: RegistryModel, key: string): boolean {
  const releasedAtMs = model.devices.get(key)?.releasedAtMs
  return typeof releasedAtMs === 'number' && releasedAtMs > model.nowMs - 90 * DAY_MS
}

const WAITS = [0, 1, 29, 31, 61, 90, 120]

function step(chance: Random): Step {
  const key = chance.int(KEYS.length)
  const steps: Step[] = [
    { op: 'register', key, wish: chance.int(LABELS.length + 1) },
    { op: 'register', key, wish: 0 },
    { op: 'rename', key, label: chance.int(LABELS.length) },
    { op: 'rename', key, label: chance.int(4) },
    { op: 'release', key },
    { op: 'suspend', key, on: chance.int(2) },
    { op: 'publish', key, links: chance.int(8) },
    { op: 'ports', key, services: chance.int(8), port: chance.int(5) },
    { op: 'code', days: chance.pick(WAITS) },
    { op: 'redeem', code: chance.int(4), key },
    { op: 'wait', days: chance.pick(WAITS) },
    { op: 'reopen' },
  ]
  return chance.pick(steps)
}

export function registrySequences(
  engine: string,
  open: (policy: Policy) => { registry: Registry; reopen(): Registry; dispose(): void },
): void {
  sequences(engine, {
    step,
    run(steps) {
      const { registry, reopen, dispose } = open(policy)
      const world: World = { registry, model: new RegistryModel(NOW), codes: [], reopen }
      try {
        for (const each of steps) {
          OPERATIONS[String(each.op)]?.(world, each)
          looksLike(world)
        }
      } finally {
        dispose()
      }
    },
  })
}
