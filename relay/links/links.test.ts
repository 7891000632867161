import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Publication } from '../../wire/messages.ts'
import type { Allowance, Closed } from '../operating/decisions.ts'
import { temporaryRegistry } from '../registry/registry.fixture.ts'
import { GRACE_MS } from '../registry/registry.ts'
import { newKey, newLinkId } from '../registry/values.fixture.ts'
import { createLinks } from './links.ts'

const KEY = newKey()
const ID = newLinkId()
const ALIAS = 'k7dq2vxm'
const NOW = 1_800_000_000_000
const HOME = '203.0.113.7'
const STRANGER = '198.51.100.99'

type Service = Publication['services'][number]

function relay(context: TestContext) {
  const registry = temporaryRegistry(context)
  const { label } = registry.registerDevice(KEY, NOW)
  const now = {
    ms: NOW,
    isUp: true,
    asleepSinceMs: undefined as number | undefined,
    seen: { ipv4: HOME } as Record<string, string>,
    answers: [] as string[],
    closed: undefined as Closed | undefined,
    linkDown: '',
    allowance: undefined as Allowance | undefined,
  }
  const links = createLinks({
    registry,
    presence: { isUp: () => now.isUp, asleepSinceMs: () => now.asleepSinceMs, observedAddress: (_key, family) => now.seen[family] },
    decisions: { closed: () => now.closed, isLinkDown: (_key, link) => now.linkDown === link, allowanceOf: () => now.allowance },
    knock: async ({ address, port }) => now.answers.includes(`${address}:${port}`),
    hostOf: (device, service) => `${service}.${device}.relay.example`,
    now: () => now.ms,
  })
  const publish = (change: Partial<Service> = {}, shownLabel?: string): void => {
    const service: Service = { name: 'web', kind: 'http', links: [ID], direct: [], ...change }
    assert.equal(registry.setPublished(KEY, { services: [service], direct: [], label: shownLabel }, now.ms), 'ok')
  }
  const found = async (visitor = STRANGER, link = ID) => {
    const destination = await links.find(link, visitor)
    assert.equal(destination.state, 'known')
    return destination as Extract<typeof destination, { state: 'known' }>
  }
  return { registry, links, label, now, publish, found }
}

test('a link to a service that is no website and not for everybody leads to the home’s page, by the tunnel alone', async (context) => {
  const { label, now, publish, found } = relay(context)
  publish({ kind: 'udp', gated: true, direct: [{ address: HOME, port: 22124 }] })
  assert.equal((await found()).host, `web--relay.${label}.relay.example`)
  now.isUp = false
  assert.equal((await found()).away?.asleep, false)
})

test('a link to a service that is kept to the relay leads to one name from everywhere, and is away when the tunnel is', async (context) => {
  const { registry, label, now, publish, found } = relay(context)
  registry.setDirect(KEY, 'ipv4', { address: HOME, port: 443, sinceMs: NOW })
  now.answers = [`${HOME}:443`]
  publish({ relayOnly: true })
  for (const visitor of [HOME, STRANGER]) assert.equal((await found(visitor)).host, `web.${label}.relay.example`)
  now.isUp = false
  assert.equal((await found()).away?.asleep, false, 'the home answers, but not for this one')
  publish()
  assert.equal((await found()).away, null)
})

test('a link leads to its service, and so does its alias, until they are withdrawn', async (context) => {
  const { links, label, publish, found } = relay(context)
  publish({ aliases: [{ alias: ALIAS, link: ID }], preset: 'jamulus', gated: true })
  const expected = {
    kind: 'http',
    preset: 'jamulus',
    gated: true,
    host: `web.${label}.relay.example`,
    port: undefined,
    away: null,
  } as const
  assert.deepEqual(await found(), { state: 'known', ...expected })
  assert.deepEqual(await found(STRANGER, ALIAS), { state: 'known', ...expected })
  assert.deepEqual(await links.find(newLinkId(), STRANGER), { state: 'unknown' })
  publish({ links: [] })
  for (const gone of [ID, ALIAS]) assert.deepEqual(await links.find(gone, STRANGER), { state: 'unknown' })
})

test('a link ends when its owner said so, whether he is here or not, and so does its alias; the service’s other links go on', async (context) => {
  const { links, now, publish } = relay(context)
  const other = newLinkId()
  publish({ links: [ID, other], aliases: [{ alias: ALIAS, link: ID }], ends: [{ link: ID, atMs: NOW + 1000 }] })
  now.isUp = false
  assert.equal((await links.find(ID, STRANGER)).state, 'known')
  now.ms += 1000
  for (const ended of [ID, ALIAS]) assert.deepEqual(await links.find(ended, STRANGER), { state: 'ended' })
  assert.equal((await links.find(other, STRANGER)).state, 'known')
})

test('nobody is home when the tunnel is down and no way leads there directly, or its computer sleeps', async (context) => {
  const { registry, now, publish, found } = relay(context)
  publish()
  now.isUp = false
  assert.deepEqual((await found()).away, { sinceMs: registry.device(KEY)?.lastSeenAtMs, asleep: false })
  registry.setDirect(KEY, 'ipv4', { address: HOME, port: 443, sinceMs: NOW })
  assert.notEqual((await found()).away, null, 'a direct way was proven once, and nobody answers there')
  now.answers = [`${HOME}:443`]
  assert.equal((await found()).away, null)
  now.asleepSinceMs = NOW + 5
  assert.deepEqual((await found()).away, { sinceMs: NOW + 5, asleep: true })
})

test('who comes from the home’s own address is sent by the relay once the name leads home', async (context) => {
  const { registry, label, now, publish, found } = relay(context)
  const [direct, turned] = [`web.${label}.relay.example`, `web--relay.${label}.relay.example`]
  publish()
  assert.equal((await found(HOME)).host, direct, 'the name itself leads to the relay')
  registry.setDirect(KEY, 'ipv4', { address: HOME, port: 443, sinceMs: NOW })
  assert.equal((await found(HOME)).host, turned)
  assert.equal((await found(STRANGER)).host, direct)
  now.isUp = false
  assert.equal((await found(HOME)).host, direct, 'nothing comes by the relay now')
  now.isUp = true
  now.seen = { ipv4: '203.0.113.200' }
  assert.equal((await found('203.0.113.200')).host, turned, 'the home has just moved')
  registry.setDirect(KEY, 'ipv6', { address: '2001:db8:1:2::10', port: 443, sinceMs: NOW })
  assert.equal((await found('2001:db8:1:2:aaaa::1')).host, turned, 'another machine of the same network')
  assert.equal((await found('2001:db8:1:3::1')).host, direct)
})

test('a raw service is reached at the relay’s port, at home too if there is one', async (context) => {
  const { registry, label, publish, found } = relay(context)
  const direct = [{ address: HOME, port: 22124 }]
  publish({ name: 'band', kind: 'udp', direct })
  assert.deepEqual([(await found(HOME)).host, (await found(HOME)).port], [`band.${label}.relay.example`, 22124])
  registry.setPublicPorts(KEY, [{ service: 'band', protocol: 'udp', port: 20500 }], { first: 20000, last: 29999 }, NOW)
  assert.deepEqual([(await found(HOME)).host, (await found(HOME)).port], [`band--relay.${label}.relay.example`, 20500])
  assert.deepEqual([(await found(STRANGER)).host, (await found(STRANGER)).port], [`band.${label}.relay.example`, 20500])
})

test('links lead to the old name until the home says that it can show itself under the new one', async (context) => {
  const { registry, label, now, publish, found } = relay(context)
  publish({}, label)
  registry.renameDevice(KEY, 'our-house', NOW)
  assert.equal((await found()).host, `web.${label}.relay.example`)
  publish({}, 'our-house')
  assert.equal((await found()).host, 'web.our-house.relay.example')
  publish({}, 'their-house')
  assert.equal((await found()).host, 'web.our-house.relay.example', 'a name that is not its own')
  publish({}, label)
  now.ms += GRACE_MS
  assert.equal((await found()).host, 'web.our-house.relay.example', 'the old one is over')
})

test('what the operator has taken down says so, however it is asked for', async (context) => {
  const { links, now, publish } = relay(context)
  publish({ aliases: [{ alias: ALIAS, link: ID }] })
  for (const down of [ID, ALIAS]) {
    now.linkDown = down
    assert.deepEqual([(await links.find(ID, STRANGER)).state, (await links.find(ALIAS, STRANGER)).state], ['taken-down', 'taken-down'])
  }
  now.linkDown = ''
  for (const closed of ['taken-down', 'suspended'] as const) {
    now.closed = closed
    assert.deepEqual([(await links.find(ID, STRANGER)).state, (await links.find(ALIAS, STRANGER)).state], ['taken-down', 'taken-down'])
  }
})

test('a home that has used up its month is reached directly, or not before the next one', async (context) => {
  const { registry, links, label, now, publish, found } = relay(context)
  publish()
  now.closed = 'used-up'
  now.allowance = { monthlyBytes: 1e9, usedBytes: 1e9, renewsAtMs: NOW + 5000 }
  assert.deepEqual(await links.find(ID, STRANGER), { state: 'used-up', renewsAtMs: NOW + 5000 })
  registry.setDirect(KEY, 'ipv4', { address: HOME, port: 443, sinceMs: NOW })
  assert.equal((await found()).away, null)
  assert.equal((await found(HOME)).host, `web.${label}.relay.example`, 'the relay turns nobody back now')
})
