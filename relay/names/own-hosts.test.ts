/** Who is led to under a name of an owner's own: only who has proven it, only while the proof stands, and nobody in the place of another. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { temporaryRegistry } from '../registry/registry.fixture.ts'
import { newKey } from '../registry/values.fixture.ts'
import { createOwnHosts, GONE_GRACE_MS, LOOK_EVERY_MS, reservedHosts } from './own-hosts.ts'
import type { Proofs } from './ownership.ts'

const HOST = 'home.example.org'
const WEB = { host: HOST, service: 'web' }
const never = new AbortController().signal
const HOUR_MS = 3_600_000

function relay(t: TestContext) {
  const registry = temporaryRegistry(t)
  const clock = { nowMs: 1_800_000_000_000, looks: [] as string[] }
  const standing: Record<string, Proofs> = {}
  const proofs = (host: string, ...keys: string[]): void => {
    standing[host] = { state: 'found', keys }
  }
  const make = () =>
    createOwnHosts({
      registry,
      look: async (host) => {
        clock.looks.push(host)
        return standing[host] ?? { state: 'found', keys: [] }
      },
      isReserved: reservedHosts({ domain: 'relay.example', host: 'relay.example' }),
      log: () => {},
      now: () => clock.nowMs,
    })
  const [ours, theirs] = [newKey(), newKey()]
  for (const key of [ours, theirs]) registry.registerDevice(key, clock.nowMs)
  let hosts = make()
  return {
    ...{ registry, clock, standing, proofs, ours, theirs },
    restart() {
      hosts = make()
    },
    recheck: () => hosts.recheck(never),
    ownerOf: (host: string) => hosts.ownerOf(host)?.deviceKey,
    serviceOf: (host: string) => hosts.ownerOf(host)?.service,
    /** Some seconds later, so that it is looked for anew. */
    async claim(key: string, ...wanted: { host: string; service: string }[]) {
      clock.nowMs += 5000
      return (await hosts.claim(key, wanted, never)).map(({ state }) => state)
    },
  }
}

test('a name is carried once its record stands, also by a relay that starts anew, and no longer than it is wanted', async (t) => {
  const { claim, proofs, ownerOf, serviceOf, restart, ours } = relay(t)
  assert.deepEqual([await claim(ours, WEB), ownerOf(HOST)], [['missing'], undefined])
  proofs(HOST, ours)
  assert.deepEqual([await claim(ours, WEB), ownerOf(HOST), serviceOf(HOST)], [['carried'], ours, 'web'])
  restart()
  assert.equal(ownerOf(HOST), ours)
  assert.deepEqual([await claim(ours, { ...WEB, service: 'blog' }), serviceOf(HOST)], [['carried'], 'blog'])
  assert.deepEqual([await claim(ours), ownerOf(HOST)], [[], undefined])
})

test('a wildcard stands for one label, beside names of their own', async (t) => {
  const { claim, proofs, ownerOf, serviceOf, ours } = relay(t)
  proofs('*.example.org', ours)
  proofs(HOST, ours)
  assert.deepEqual(await claim(ours, { host: '*.example.org', service: 'all' }, WEB), ['carried', 'carried'])
  assert.deepEqual([HOST, 'any.example.org', 'a.b.example.org', 'example.org', 'org'].map(serviceOf), [
    'web',
    'all',
    undefined,
    undefined,
    undefined,
  ])
  assert.equal(ownerOf('any.example.org'), ours)
})

test('nobody takes a name whose record stands; where the other’s record stands alone, the owner has moved', async (t) => {
  const { claim, proofs, ownerOf, ours, theirs } = relay(t)
  proofs(HOST, theirs)
  assert.deepEqual([await claim(ours, WEB), ownerOf(HOST)], [['wrong'], undefined])
  assert.deepEqual(await claim(theirs, WEB), ['carried'])
  assert.deepEqual([await claim(ours, WEB), ownerOf(HOST)], [['wrong'], theirs])
  proofs(HOST, theirs, ours)
  assert.deepEqual([await claim(ours, WEB), ownerOf(HOST)], [['taken'], theirs])
  proofs(HOST, ours)
  assert.deepEqual([await claim(ours, WEB), ownerOf(HOST)], [['carried'], ours])
  assert.deepEqual(await claim(theirs, WEB), ['wrong'])
})

test('a record that is gone is looked for again for an hour, over restarts too, and then the name is let go', async (t) => {
  const { claim, proofs, ownerOf, recheck, restart, clock, ours, registry } = relay(t)
  proofs(HOST, ours)
  await claim(ours, WEB)
  proofs(HOST)
  clock.nowMs += HOUR_MS
  await recheck()
  assert.deepEqual([ownerOf(HOST), await claim(ours, WEB)], [ours, ['leaving']])
  proofs(HOST, ours)
  assert.deepEqual(await claim(ours, WEB), ['carried'], 'a mistake, put right in time')
  assert.equal(registry.carriedHost(HOST)?.missingSinceMs, null)
  proofs(HOST)
  assert.deepEqual(await claim(ours, WEB), ['leaving'])
  for (let passed = 0; passed < GONE_GRACE_MS; passed += 300_000) {
    assert.equal(ownerOf(HOST), ours)
    restart()
    clock.nowMs += 300_000
    await recheck()
  }
  assert.deepEqual([ownerOf(HOST), await claim(ours, WEB)], [undefined, ['missing']])
})

test('name servers that are silent cost nothing for a week; a domain that was given up is let go', async (t) => {
  const { claim, proofs, standing, ownerOf, recheck, clock, ours } = relay(t)
  proofs(HOST, ours)
  await claim(ours, WEB)
  standing[HOST] = { state: 'unknown' }
  clock.nowMs += 6 * 24 * HOUR_MS
  await recheck()
  assert.deepEqual([ownerOf(HOST), await claim(ours, WEB)], [ours, ['carried']])
  clock.nowMs += 2 * 24 * HOUR_MS
  await recheck()
  assert.deepEqual([ownerOf(HOST), await claim(ours, WEB)], [undefined, ['unknown']])
  standing[HOST] = { state: 'undelegated' }
  assert.deepEqual(await claim(ours, WEB), ['undelegated'])
})

test('the relay’s own names and those of no owner are nobody’s, and are never looked for', async (t) => {
  const { claim, clock, ours } = relay(t)
  const hosts = ['relay.example', 'web.otter.relay.example', '*.relay.example', 'box.local', 'nas.home', '*.lan.localhost', 'a.home.arpa']
  assert.deepEqual(
    await claim(ours, ...hosts.map((host) => ({ host, service: 'web' }))),
    hosts.map(() => 'reserved'),
  )
  assert.deepEqual(clock.looks, [])
})

test('however often it is asked for, a name is looked for once in some seconds; one that stands, once an hour', async (t) => {
  const { claim, recheck, proofs, clock, ours } = relay(t)
  proofs(HOST, ours)
  await claim(ours, WEB)
  clock.nowMs -= 5000
  for (let count = 0; count < 20; count++) {
    await claim(ours, WEB)
    clock.nowMs -= 5000
  }
  assert.deepEqual(clock.looks, [HOST])
  for (let passed = 0; passed < HOUR_MS - LOOK_EVERY_MS; passed += LOOK_EVERY_MS) {
    clock.nowMs += LOOK_EVERY_MS
    await recheck()
  }
  assert.deepEqual(clock.looks, [HOST])
  clock.nowMs += 2 * LOOK_EVERY_MS
  await recheck()
  assert.deepEqual(clock.looks, [HOST, HOST])
})
