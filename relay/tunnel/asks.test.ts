import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { duplexPair } from 'node:stream'
import { mock, type TestContext, test } from 'node:test'
import { createSecureContext } from 'node:tls'
import { parseRange, type Range } from '../../protocol/model/address.ts'
import { freePort } from '../../test/ports.ts'
import { newIdentity } from '../../wire/identity.ts'
import { Lane } from '../../wire/lane.ts'
import { Ask, type ProbeRequest, type ProbeResult, type Publication, type Renamed } from '../../wire/messages.ts'
import { createNames, type Names } from '../names/names.ts'
import { createProbeLimits } from '../probe/limits.ts'
import { answering, tcpHome, tlsHome } from '../probe/listener.fixture.ts'
import { temporaryRegistry } from '../registry/registry.fixture.ts'
import type { Registry } from '../registry/registry.ts'
import { type AskContext, answerAsk, type Reply } from './asks.ts'
import { createPresence, type Presence } from './presence.ts'

// The time that a look has passes where a test lets it, and not on a machine that stands still.
mock.timers.enable({ apis: ['setTimeout'] })

const HOME = newIdentity()
const LOOPBACK = [parseRange('127.0.0.0/8') as Range]
const never = new AbortController().signal
const PINGED = { transport: 'udp', family: 'ipv6', port: 22124, ping: 'jamulus' } as const

interface House {
  readonly presence: Presence
  readonly registry: Registry
  readonly names: Names
  readonly label: string
  /** `web.LABEL.relay.example` */
  readonly host: string
  ask(ask: Ask, signal?: AbortSignal): Promise<Reply>
  probe(changes: Partial<ProbeRequest>): Promise<Reply>
}

/** A device seen from 127.0.0.1, at a relay that calls loopback the internet and can see. */
function house(context: TestContext, changes: Partial<AskContext> = {}): House {
  const registry = temporaryRegistry(context)
  const presence = createPresence(() => {})
  const addresses = { ipv4: '127.0.0.1' }
  const names = createNames({ domain: 'relay.example', nameServers: [], addresses, registry, presence, ownChallenges: new Set() })
  const { label } = registry.registerDevice(HOME.publicKey, Date.now())
  presence.observe(HOME.publicKey, 'ipv4', '127.0.0.1')
  const asked: AskContext = {
    presence,
    names,
    limits: createProbeLimits(),
    selfTest: { ageS: async () => 3 },
    trusted: createSecureContext(),
    addresses,
    publicRanges: LOOPBACK,
    registry,
    publicPorts: { serve: async () => ({ ports: [] }) },
    writes: { take: () => true },
    alerts: { set: () => [], test: async () => [] },
    alertTests: { take: () => true },
    ownHosts: { claim: async (_key, hosts) => hosts.map(() => ({ state: 'missing', untilMs: null })) },
    ownHostLooks: { take: () => true },
    labelQuestions: { take: () => true },
    voucherFor: (_deviceKey, label) => `${label} vouched for`,
    httpsPort: () => 1,
    ...changes,
  }
  const ask = (one: Ask, signal = never): Promise<Reply> => answerAsk(asked, HOME.publicKey, label, one, signal)
  const host = names.hostOf(label, 'web')
  const probe = (changes: Partial<ProbeRequest>): Promise<Reply> => {
    const id = randomBytes(16).toString('base64url')
    return ask({ kind: 'probe', id, via: 'direct', family: 'ipv4', transport: 'tls', port: 443, ...changes } as Ask)
  }
  return { presence, registry, names, label, host, ask, probe }
}

const resultOf = (reply: Reply): ProbeResult => {
  assert.ok('result' in reply, JSON.stringify(reply))
  return reply.result as ProbeResult
}
const publication = (changes: Partial<Publication> = {}): Publication => ({
  services: [{ name: 'web', kind: 'http', links: [], direct: [] }],
  direct: [],
  ...changes,
})

test('a probe goes to where the device itself comes from, and tells when it looked and how well it sees', async (context) => {
  const { probe, host } = house(context)
  const port = await tlsHome(context, answering(HOME))
  const { verdict, outside } = resultOf(await probe({ port, host }))
  assert.equal(verdict.outcome, 'reachable')
  assert.equal(verdict.selfTestAgeS, 3)
  assert.ok(verdict.atMs <= Date.now() && verdict.rttMs !== undefined)
  assert.deepEqual(outside, { address: '127.0.0.1', port })
})

test('a family in which the device was not seen, and an address that is not on the internet, are no destination', async (context) => {
  assert.deepEqual(await house(context).probe({ family: 'ipv6' }), { rejected: 'no-address' })
  assert.deepEqual(await house(context, { publicRanges: [] }).probe({}), { rejected: 'no-address' })
})

test('through the tunnel the relay’s own front is asked, whatever port was named', async (context) => {
  const port = await tlsHome(context, answering(HOME))
  const { probe, host } = house(context, { httpsPort: () => port })
  assert.deepEqual(resultOf(await probe({ via: 'tunnel', port: 1, host })).outside, { address: '127.0.0.1', port })
  assert.deepEqual(await probe({ via: 'tunnel', family: 'ipv6', host }), { rejected: 'no-address' })
})

test('through the tunnel a raw service is asked at its own public port, and at no other', async (context) => {
  const port = await tcpHome(context, answering(HOME))
  const { probe, registry } = house(context)
  const range = { first: 1024, last: 65535 }
  registry.setPublicPorts(HOME.publicKey, [{ service: 'shell', protocol: 'tcp', port }], range, Date.now())
  const other = newIdentity().publicKey
  registry.registerDevice(other, Date.now())
  registry.setPublicPorts(other, [{ service: 'shell', protocol: 'tcp', port: port - 1 }], range, Date.now())
  const asked = await probe({ via: 'tunnel', transport: 'tcp', port })
  assert.deepEqual(resultOf(asked).outside, { address: '127.0.0.1', port })
  assert.equal(resultOf(asked).verdict.outcome, 'reachable')
  for (const [transport, asks] of [
    ['udp', port],
    ['tcp', port - 1],
    ['tcp', 1],
  ] as const)
    assert.deepEqual(await probe({ via: 'tunnel', transport, port: asks }), { rejected: 'no-address' }, `${transport} ${asks}`)
})

test('a device names its own hosts only', async (context) => {
  const { probe, label } = house(context)
  const port = await freePort()
  const strangers = [
    'relay.example',
    `${label}.relay.example`,
    'web.clear-heron-77.relay.example',
    `web.${label}.relay.example.org`,
    `web-${label}.relay.example`,
    'example.com',
  ]
  for (const host of strangers) assert.deepEqual(await probe({ port, host }), { rejected: 'malformed' }, host)
})

test('a service’s own ping is sent over IPv6 alone, where the address is nobody else’s, and only one of those that are known', async (context) => {
  const { probe, presence } = house(context)
  for (const wrong of [{ family: 'ipv4' }, { transport: 'tcp' }, { via: 'tunnel' }] as const)
    assert.deepEqual(
      await probe({ ...PINGED, ...wrong }).then((reply) => 'rejected' in reply && /malformed|no-address/.test(reply.rejected)),
      true,
    )
  assert.deepEqual(await probe({ ...PINGED, family: 'ipv4' }), { rejected: 'malformed' })
  assert.equal(Ask.safeParse({ ...PINGED, kind: 'probe', id: 'c'.repeat(22), via: 'direct', ping: 'AAAA' }).success, false)
  assert.equal(Ask.safeParse({ ...PINGED, kind: 'probe', id: 'c'.repeat(22), via: 'direct' }).success, true)
  presence.observe(HOME.publicKey, 'ipv6', '2001:db8::7')
  assert.deepEqual(await probe(PINGED), { rejected: 'no-address' }, 'not on the internet here')
})

test('amplifiers are not asked, nor more than twenty ports', async (context) => {
  const { probe } = house(context, { selfTest: { ageS: async () => undefined } })
  for (const port of [19, 53, 123, 161, 389, 1900, 11211])
    assert.deepEqual(await probe({ transport: 'udp', port }), { rejected: 'forbidden-port' })
  for (let port = 1; port <= 20; port++) assert.ok('result' in (await probe({ port })))
  assert.deepEqual(await probe({ port: 21 }), { rejected: 'rate-limited' })
  assert.ok('result' in (await probe({ port: 21, via: 'tunnel' })), 'the relay’s own front is no port of the home')
  for (let again = 0; again < 219; again++) assert.ok('result' in (await probe({ port: 1 })))
  assert.deepEqual(await probe({ port: 1 }), { rejected: 'rate-limited' })
})

test('blind eyes say unknown, and dial nobody', async (context) => {
  let dialled = 0
  const port = await tcpHome(context, () => dialled++)
  const { probe } = house(context, { selfTest: { ageS: async () => undefined } })
  const { verdict, outside } = resultOf(await probe({ transport: 'tcp', port }))
  assert.deepEqual([verdict.outcome, verdict.selfTestAgeS, outside], ['unknown', undefined, { address: '127.0.0.1', port }])
  assert.equal(dialled, 0)
})

test('a no is said by eyes that have just seen: those that went blind meanwhile say unknown', async (context) => {
  const asked: unknown[][] = []
  let sees = true
  const ageS = async (...how: unknown[]) => {
    asked.push(how)
    return sees || how[2] !== true ? 29 : undefined
  }
  const { probe } = house(context, { selfTest: { ageS } })
  const port = await freePort()
  assert.deepEqual(resultOf(await probe({ transport: 'tcp', port })).verdict.outcome, 'refused')
  sees = false
  assert.deepEqual(resultOf(await probe({ transport: 'tcp', port })).verdict.outcome, 'unknown')
  const home = await tcpHome(context, answering(HOME))
  const { verdict } = resultOf(await probe({ transport: 'tcp', port: home }))
  assert.deepEqual([verdict.outcome, verdict.selfTestAgeS], ['reachable', 29], 'a signed answer is proof enough')
  assert.deepEqual(asked[0], ['ipv4', 'direct'])
})

test('what was seen directly is what may be published; the tunnel proves no address', async (context) => {
  const port = await tcpHome(context, answering(HOME))
  const { probe, ask, registry } = house(context)
  registry.setPublicPorts(HOME.publicKey, [{ service: 'mqtt', protocol: 'tcp', port }], { first: port, last: port }, Date.now())
  const mqtt = { name: 'mqtt', kind: 'tcp' as const, links: [], direct: [{ address: '127.0.0.1', port }] }
  const published = async (): Promise<number | undefined> => {
    assert.deepEqual(await ask({ kind: 'publish', publication: publication({ services: [mqtt] }) }), { result: { ports: [] } })
    return registry.published(HOME.publicKey)?.services[0]?.direct.length
  }
  assert.equal(resultOf(await probe({ via: 'tunnel', transport: 'tcp', port })).verdict.outcome, 'reachable')
  assert.equal(await published(), 0)
  assert.equal(resultOf(await probe({ transport: 'tcp', port })).verdict.outcome, 'reachable')
  assert.equal(await published(), 1)
})

test('a look that was given up neither proves nor disproves', async (context) => {
  let port = await tcpHome(context, answering(HOME))
  const { probe, ask, names, registry } = house(context)
  await probe({ transport: 'tcp', port })
  const aborted = await ask(
    { kind: 'probe', id: randomBytes(16).toString('base64url'), via: 'direct', family: 'ipv4', transport: 'tcp', port },
    AbortSignal.abort(),
  )
  assert.equal(resultOf(aborted).verdict.outcome, 'unknown')
  const direct = [{ address: '127.0.0.1', port }]
  const mqtt = { name: 'mqtt', kind: 'tcp' as const, links: [], direct }
  names.publish(HOME.publicKey, publication({ services: [mqtt] }))
  assert.deepEqual(registry.published(HOME.publicKey)?.services[0]?.direct, direct)
  port = await freePort()
  assert.equal(resultOf(await probe({ transport: 'tcp', port })).verdict.outcome, 'refused')
})

test('who publishes without end is told to wait, and nothing of it is written; looks and challenges go on', async (context) => {
  const { ask, registry, host, probe } = house(context, { writes: { take: (key) => key !== HOME.publicKey } })
  assert.deepEqual(await ask({ kind: 'publish', publication: publication() }), { rejected: 'rate-limited' })
  assert.equal(registry.published(HOME.publicKey), undefined)
  assert.deepEqual(await ask({ kind: 'challenge', action: 'set', value: 'A'.repeat(43) }), { result: {} })
  const port = await tlsHome(context, answering(HOME))
  assert.equal(resultOf(await probe({ port, host })).verdict.outcome, 'reachable')
})

test('publishing: what contradicts itself is malformed, another device’s link is taken', async (context) => {
  const { ask, registry } = house(context)
  const other = newIdentity().publicKey
  registry.registerDevice(other, Date.now())
  const link = 'abcdefgh2345'
  registry.setPublished(other, publication({ services: [{ name: 'web', kind: 'http', links: [link], direct: [] }] }), Date.now())
  const service = { name: 'web', kind: 'http' as const, links: [], direct: [] }
  const publish = (services: Publication['services']): Promise<Reply> => ask({ kind: 'publish', publication: publication({ services }) })
  assert.deepEqual(await publish([service, service]), { rejected: 'malformed' })
  assert.deepEqual(await publish([{ ...service, links: [link] }]), { rejected: 'name-taken' })
  assert.deepEqual(await publish([service]), { result: { ports: [] } })
})

test('a device asks what it might be called, and is called so at once', async (context) => {
  const { ask, registry, names, label } = house(context)
  registry.registerDevice(newIdentity().publicKey, Date.now(), 'their-house')
  assert.deepEqual(await ask({ kind: 'label', label: 'our-house' }), { result: { state: 'free' } })
  assert.deepEqual(await ask({ kind: 'label', label: 'their-house' }), { result: { state: 'taken' } })
  assert.deepEqual(await ask({ kind: 'label', label: 'paypa1' }), { result: { state: 'imitates', brand: 'paypal' } })
  const refused = { standing: { state: 'taken' }, label, former: [], voucher: `${label} vouched for` }
  assert.deepEqual(await ask({ kind: 'rename', label: 'their-house' }), { result: refused })
  const reply = await ask({ kind: 'rename', label: 'our-house' })
  assert.ok('result' in reply)
  const { standing, former, ...now } = reply.result as Renamed
  assert.deepEqual([standing, now], [{ state: 'own' }, { label: 'our-house', voucher: 'our-house vouched for' }])
  assert.deepEqual(former[0]?.label, label)
  for (const each of ['our-house', label]) assert.equal(names.deviceOfHost(`web.${each}.relay.example`), HOME.publicKey)
})

test('who asks or changes names without end is told to wait', async (context) => {
  const { ask } = house(context, { writes: { take: () => false }, labelQuestions: { take: () => false } })
  for (const kind of ['label', 'rename'] as const) assert.deepEqual(await ask({ kind, label: 'our-house' }), { rejected: 'rate-limited' })
  assert.deepEqual(await ask({ kind: 'release' }), { rejected: 'rate-limited' })
})

test('a device that leaves for good is answered, and then let go; its name rests', async (context) => {
  const { ask, registry, presence, label } = house(context)
  const [socket] = duplexPair()
  const lane = new Lane(socket, { onControl: () => {}, onClose: () => {} })
  presence.join(HOME.publicKey, 'one', { lane, from: undefined, leaving: false }, 4)
  assert.deepEqual(await ask({ kind: 'release' }), { result: {} })
  assert.equal(registry.device(HOME.publicKey), undefined)
  assert.deepEqual(registry.labelStanding(newIdentity().publicKey, label, Date.now()), { state: 'quarantined' })
  assert.equal(lane.closed, false)
  mock.timers.tick(500)
  assert.equal(lane.closed, true)
})

test('a certificate’s text stands in the device’s own name until it is cleared', async (context) => {
  const { ask, names, label } = house(context)
  const value = 'x'.repeat(43)
  const texts = (): unknown => names.zone.lookup(['_acme-challenge', label])?.records.map((record) => record.type === 'TXT' && record.text)
  assert.deepEqual(await ask({ kind: 'challenge', action: 'set', value }), { result: {} })
  assert.deepEqual(texts(), [value])
  assert.deepEqual(await ask({ kind: 'challenge', action: 'clear', value }), { result: {} })
  assert.equal(texts(), undefined)
})
