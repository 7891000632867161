import assert from 'node:assert/strict'
import { duplexPair } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { Lane } from '../../wire/lane.ts'
import type { Publication } from '../../wire/messages.ts'
import type { Closed } from '../operating/decisions.ts'
import { temporaryRegistry } from '../registry/registry.fixture.ts'
import { GRACE_MS, type Registry } from '../registry/registry.ts'
import { newKey, newLinkId } from '../registry/values.fixture.ts'
import { createPresence, type Presence, type SessionLane } from '../tunnel/presence.ts'
import { createNames, type Names } from './names.ts'
import type { Proof } from './sightings.ts'

const KEY = newKey()
const HOME = '203.0.113.7'
const HOME6 = '2001:db8::7'
const RELAY = { ipv4: '198.51.100.1', ipv6: '2001:db8:1::1' }
const MINUTE_MS = 60_000
const NOW = 1_800_000_000_000
const FRONT: Proof = { family: 'ipv4', transport: 'tls', port: 443, address: HOME }

interface House {
  readonly names: Names
  readonly registry: Registry
  readonly presence: Presence
  readonly label: string
  readonly clock: { nowMs: number }
  readonly ownChallenges: Set<string>
  /** The device's tunnel, up from now on; closing the lane takes it down. */
  connect(address?: string): Lane
  /** The addresses at `web.LABEL`, or at another name below the domain. */
  at(...below: string[]): string[] | undefined
}

function house(context: TestContext, closed: () => Closed | undefined = () => undefined): House {
  const registry = temporaryRegistry(context)
  const clock = { nowMs: NOW }
  const presence = createPresence(
    () => {},
    () => clock.nowMs,
  )
  const ownChallenges = new Set<string>()
  const names = createNames({
    domain: 'relay.example',
    nameServers: ['ns.relay.example'],
    addresses: RELAY,
    registry,
    presence,
    ownChallenges,
    closed,
    now: () => clock.nowMs,
  })
  const { label } = registry.registerDevice(KEY, clock.nowMs)
  const connect = (address = HOME): Lane => {
    const [socket] = duplexPair()
    const lane = new Lane(socket, { onControl: () => {}, onClose: () => presence.leave(KEY, sessionLane) })
    const sessionLane: SessionLane = { lane, from: { family: address.includes(':') ? 'ipv6' : 'ipv4', address }, leaving: false }
    presence.join(KEY, 'one', sessionLane, 4)
    context.after(() => lane.close('over'))
    return lane
  }
  const at = (...below: string[]): string[] | undefined =>
    names.zone
      .lookup(below.length === 0 ? ['web', label] : below)
      ?.records.filter(({ type }) => type !== 'HTTPS')
      .map((record) => ('address' in record ? record.address : 'text' in record ? record.text : record.type))
  return { names, registry, presence, label, clock, ownChallenges, connect, at }
}

const published = (changes: Partial<Publication> = {}): Publication => ({
  services: [{ name: 'web', kind: 'http', links: [], direct: [] }],
  direct: [],
  ...changes,
})
const raw = (kind: 'tcp' | 'udp', ...direct: { address: string; port: number }[]): Publication =>
  published({ services: [{ name: 'mqtt', kind, links: [], direct }] })

test('a published service stands at the relay first', (context) => {
  const { names, at, connect } = house(context)
  assert.equal(at(), undefined)
  connect()
  assert.equal(names.publish(KEY, published()), 'ok')
  assert.deepEqual(at(), [RELAY.ipv4, RELAY.ipv6])
})

test('home goes into the records only when the relay’s own eyes saw it there, on 443, a moment ago', (context) => {
  const wrong: [reason: string, proof: Proof, reachable: boolean, laterMs: number][] = [
    ['another port', { ...FRONT, port: 8443 }, true, 0],
    ['another address', { ...FRONT, address: '203.0.113.8' }, true, 0],
    ['datagrams', { ...FRONT, transport: 'udp' }, true, 0],
    ['not reached', FRONT, false, 0],
    ['long ago', FRONT, true, 2 * MINUTE_MS],
  ]
  for (const [reason, proof, reachable, laterMs] of wrong) {
    const { names, at, connect, clock } = house(context)
    connect()
    names.noteSighting(KEY, proof, reachable)
    clock.nowMs += laterMs
    names.publish(KEY, published({ direct: ['ipv4'] }))
    assert.deepEqual(at(), [RELAY.ipv4, RELAY.ipv6], reason)
  }
  const { names, at, connect } = house(context)
  connect()
  names.noteSighting(KEY, FRONT, true)
  names.publish(KEY, published({ direct: ['ipv4'] }))
  assert.deepEqual(at(), [HOME, RELAY.ipv4])
})

test('a later look that failed takes the proof back', (context) => {
  const { names, at, connect } = house(context)
  connect()
  names.noteSighting(KEY, FRONT, true)
  names.noteSighting(KEY, FRONT, false)
  names.publish(KEY, published({ direct: ['ipv4'] }))
  assert.deepEqual(at(), [RELAY.ipv4, RELAY.ipv6])
})

test('a wish that came before its proof is granted with it, also at the next address', (context) => {
  const { names, presence, at, connect } = house(context)
  connect()
  names.publish(KEY, published({ direct: ['ipv4'] }))
  assert.deepEqual(at(), [RELAY.ipv4, RELAY.ipv6])
  names.noteSighting(KEY, FRONT, true)
  assert.deepEqual(at(), [HOME, RELAY.ipv4])
  presence.observe(KEY, 'ipv4', '203.0.113.8')
  names.noteSighting(KEY, { ...FRONT, address: '203.0.113.8' }, true)
  assert.deepEqual(at(), ['203.0.113.8', RELAY.ipv4])
})

/** Direct since now. */
function directHouse(context: TestContext): House & { readonly lane: Lane } {
  const opened = house(context)
  const lane = opened.connect()
  opened.names.noteSighting(KEY, FRONT, true)
  opened.names.publish(KEY, published({ direct: ['ipv4'] }))
  return { ...opened, lane }
}

test('home and relay stand together for ten minutes, then home alone, and both again while the tunnel is down', (context) => {
  const { at, clock, lane, connect } = directHouse(context)
  clock.nowMs += 10 * MINUTE_MS - 1
  assert.deepEqual(at(), [HOME, RELAY.ipv4])
  clock.nowMs += 1
  assert.deepEqual(at(), [HOME])
  lane.close('gone')
  assert.deepEqual(at(), [HOME, RELAY.ipv4])
  connect()
  assert.deepEqual(at(), [HOME])
})

test('a service that its owner keeps to the relay never gives the home away, beside one that does', (context) => {
  const { names, at, clock, label, lane } = directHouse(context)
  const service = { kind: 'http', links: [], direct: [] } as const
  const services = [
    { ...service, name: 'web', links: [], direct: [] },
    { ...service, name: 'private', links: [], direct: [], relayOnly: true },
  ]
  names.publish(KEY, published({ services, direct: ['ipv4'] }))
  const both = (): unknown[] => [at(), at('private', label)]
  const relay = [RELAY.ipv4, RELAY.ipv6]
  assert.deepEqual(both(), [[HOME, RELAY.ipv4], relay])
  clock.nowMs += 10 * MINUTE_MS
  assert.deepEqual(both(), [[HOME], relay])
  lane.close('gone')
  assert.deepEqual(both(), [[HOME, RELAY.ipv4], relay])
})

test('what stands stays without a new proof, and does not begin to settle anew', (context) => {
  const { names, at, clock } = directHouse(context)
  clock.nowMs += 11 * MINUTE_MS
  names.publish(KEY, published({ direct: ['ipv4'] }))
  assert.deepEqual(at(), [HOME])
  names.noteSighting(KEY, FRONT, true)
  names.publish(KEY, published({ direct: ['ipv4'] }))
  assert.deepEqual(at(), [HOME])
})

test('home is withdrawn when the device wants it no more, and when it comes from another address', (context) => {
  const unwanted = directHouse(context)
  unwanted.names.publish(KEY, published())
  assert.deepEqual(unwanted.at(), [RELAY.ipv4, RELAY.ipv6])

  const moved = directHouse(context)
  moved.lane.close('gone')
  moved.connect('203.0.113.99')
  moved.names.publish(KEY, published({ direct: ['ipv4'] }))
  assert.deepEqual(moved.at(), [RELAY.ipv4, RELAY.ipv6])
})

test('a moved home that is proven again starts to settle again', (context) => {
  const { names, at, clock, lane, connect } = directHouse(context)
  clock.nowMs += 11 * MINUTE_MS
  lane.close('gone')
  connect('203.0.113.99')
  names.noteSighting(KEY, { ...FRONT, address: '203.0.113.99' }, true)
  names.publish(KEY, published({ direct: ['ipv4'] }))
  assert.deepEqual(at(), ['203.0.113.99', RELAY.ipv4])
})

test('web services tell browsers to come by HTTPS, where that is on its usual port', (context) => {
  const { names, label, registry, presence, ownChallenges } = house(context)
  names.publish(KEY, published())
  const types = (of: Names, name: string) => of.zone.lookup([name, label])?.records.map(({ type }) => type)
  assert.deepEqual(types(names, 'web'), ['A', 'AAAA', 'HTTPS'])
  assert.deepEqual(types(names, 'web--relay'), ['A', 'AAAA', 'HTTPS'])
  const httpsPort = () => 8443
  const other = createNames({ domain: 'relay.example', nameServers: [], addresses: RELAY, registry, presence, ownChallenges, httpsPort })
  assert.deepEqual(types(other, 'web'), ['A', 'AAAA'])
  names.publish(KEY, raw('udp', { address: HOME, port: 22124 }))
  assert.deepEqual(types(names, 'mqtt'), [])
})

test('a router’s name stands where it was last seen, below every label of its device, and rests while the device is suspended', (context) => {
  const { names, registry, presence, ownChallenges, label, at } = house(context)
  assert.equal(at('router', label), undefined)
  registry.setRouterName(KEY, { name: 'router', passwordHash: new Uint8Array(32) })
  assert.deepEqual(at('router', label), [], 'not seen yet')
  registry.setRouterAddresses(KEY, { ipv4: HOME, ipv6: HOME6 }, NOW)
  assert.deepEqual(at('router', label), [HOME, HOME6])
  assert.ok(names.namesOf(KEY).some((name) => name.join('.') === `router.${label}`))
  const closed = () => 'suspended' as const
  const strict = createNames({ domain: 'relay.example', nameServers: [], addresses: RELAY, registry, presence, ownChallenges, closed })
  assert.deepEqual(strict.zone.lookup(['router', label])?.records, [])
  names.publish(KEY, published({ services: [{ name: 'router', kind: 'http', links: [], direct: [] }] }))
  assert.deepEqual(at('router', label), [RELAY.ipv4, RELAY.ipv6], 'a service of that name goes before')
})

test('a service’s second name stays at the relay when its first one goes home', (context) => {
  const { names, at, clock, connect, label } = house(context)
  assert.equal(at('web--relay', label), undefined, 'nothing is published')
  connect()
  names.noteSighting(KEY, FRONT, true)
  names.publish(KEY, published({ direct: ['ipv4'] }))
  clock.nowMs += 11 * MINUTE_MS
  assert.deepEqual(at(), [HOME])
  assert.deepEqual(at('web--relay', label), [RELAY.ipv4, RELAY.ipv6])
  names.publish(KEY, raw('udp', { address: HOME, port: 22124 }))
  assert.deepEqual(at('mqtt--relay', label), [], 'no port of the relay leads to it')
  assert.equal(at('web--relay', label), undefined)
})

test('a family in which the device was not seen lately keeps what was proven there', (context) => {
  const { names, at, presence, clock, connect } = house(context)
  connect()
  presence.observe(KEY, 'ipv6', HOME6)
  names.noteSighting(KEY, { ...FRONT, family: 'ipv6', address: HOME6 }, true)
  names.publish(KEY, published({ direct: ['ipv6'] }))
  clock.nowMs += 11 * MINUTE_MS
  names.publish(KEY, published({ direct: ['ipv6'] }))
  assert.deepEqual(at(), [RELAY.ipv4, HOME6])
  presence.observe(KEY, 'ipv6', '2001:db8::8')
  names.publish(KEY, published({ direct: ['ipv6'] }))
  assert.deepEqual(at(), [RELAY.ipv4, RELAY.ipv6])
})

test('a raw service with a public port stands at the relay, beside a home that was seen for ten minutes, then leaves it to the home', (context) => {
  const { names, registry, presence, at, label, clock, connect } = house(context)
  const lane = connect()
  const standing = (): string[] | undefined => at('mqtt', label)
  const mqtt = { address: HOME, port: 1883 }
  names.publish(KEY, raw('tcp'))
  registry.setPublicPorts(KEY, [{ service: 'mqtt', protocol: 'tcp', port: 1883 }], { first: 1883, last: 1883 }, NOW)
  assert.deepEqual(standing(), [RELAY.ipv4, RELAY.ipv6])
  names.noteSighting(KEY, { ...FRONT, transport: 'tcp', port: 1883 }, true)
  names.publish(KEY, raw('tcp', mqtt))
  assert.deepEqual(standing(), [HOME, RELAY.ipv4], 'no AAAA of the relay, which every visitor would prefer')
  clock.nowMs += 9 * MINUTE_MS
  names.publish(KEY, raw('tcp', mqtt))
  assert.deepEqual(standing(), [HOME, RELAY.ipv4], 'to say it again changes nothing')
  clock.nowMs += MINUTE_MS
  assert.deepEqual(standing(), [HOME])
  const again = createNames({
    domain: 'relay.example',
    nameServers: [],
    addresses: RELAY,
    registry,
    presence: presence,
    ownChallenges: new Set(),
    now: () => clock.nowMs,
  })
  const after = (): unknown => again.zone.lookup(['mqtt', label])?.records.map((record) => 'address' in record && record.address)
  assert.deepEqual(after(), [HOME, RELAY.ipv4], 'a relay that has just started gives them ten minutes anew')
  clock.nowMs += 10 * MINUTE_MS
  assert.deepEqual(after(), [HOME])
  lane.close('gone')
  assert.deepEqual(standing(), [HOME, RELAY.ipv4])
  connect()
  names.publish(KEY, raw('tcp'))
  assert.deepEqual(standing(), [RELAY.ipv4, RELAY.ipv6])
})

test('a service without TLS stands where it was seen, and nowhere else', (context) => {
  const { names, at, label, clock, connect } = house(context)
  connect()
  const mqtt = { address: HOME, port: 1883 }
  names.publish(KEY, raw('tcp', mqtt))
  assert.deepEqual(at('mqtt', label), [])
  names.noteSighting(KEY, { ...FRONT, transport: 'tcp', port: 1883 }, true)
  names.publish(KEY, raw('tcp', mqtt, { address: HOME6, port: 1883 }))
  assert.deepEqual(at('mqtt', label), [HOME])
  clock.nowMs += 60 * MINUTE_MS
  names.publish(KEY, raw('tcp', mqtt))
  assert.deepEqual(at('mqtt', label), [HOME], 'what stands needs no new proof')
  names.publish(KEY, raw('udp', mqtt))
  assert.deepEqual(at('mqtt', label), [], 'a connection proves nothing about datagrams')
})

test('names that are there without records are not "no such name"; those that are not there are', (context) => {
  const { names, at, label } = house(context)
  names.publish(KEY, published())
  assert.deepEqual(at(label), [], 'services stand below it')
  assert.deepEqual(at('ns'), [RELAY.ipv4, RELAY.ipv6])
  assert.deepEqual(names.zone.lookup([])?.records.length, 2)
  for (const below of [
    ['other', label],
    ['deep', 'web', label],
    ['web', 'clear-heron-77'],
    ['clear-heron-77'],
    ['_acme-challenge'],
    ['_acme-challenge', label],
  ])
    assert.equal(names.zone.lookup(below), undefined, below.join('.'))
})

test('the zone’s number grows with time', (context) => {
  const { names, clock } = house(context)
  const before = names.zone.serial
  clock.nowMs += 1000
  assert.equal(names.zone.serial, before + 1)
})

test('certificate texts stand side by side, are cleared one by one, and go by themselves after an hour', (context) => {
  const { names, at, label, clock } = house(context)
  const texts = (): unknown => at('_acme-challenge', label)
  names.setChallenge(KEY, 'set', 'one')
  clock.nowMs += MINUTE_MS
  names.setChallenge(KEY, 'set', 'two')
  names.setChallenge(KEY, 'set', 'two')
  assert.deepEqual(texts(), ['one', 'two'])
  names.setChallenge(KEY, 'clear', 'never set')
  clock.nowMs += 59 * MINUTE_MS
  assert.deepEqual(texts(), ['two'])
  names.setChallenge(KEY, 'clear', 'two')
  assert.equal(texts(), undefined)
})

test('texts that nobody cleared do not keep the next one out', (context) => {
  const { names, at, label, clock } = house(context)
  for (let text = 0; text < 12; text++) names.setChallenge(KEY, 'set', `text ${text}`)
  assert.deepEqual(
    at('_acme-challenge', label),
    [4, 5, 6, 7, 8, 9, 10, 11].map((text) => `text ${text}`),
  )
  clock.nowMs += 60 * MINUTE_MS
  names.setChallenge(KEY, 'set', 'next')
  assert.deepEqual(at('_acme-challenge', label), ['next'])
})

test('the relay’s own certificate text stands at the top', (context) => {
  const { at, ownChallenges } = house(context)
  ownChallenges.add('own')
  assert.deepEqual(at('_acme-challenge'), ['own'])
})

test('a link of another device is taken', (context) => {
  const { names, registry } = house(context)
  const [other, id] = [newKey(), newLinkId()]
  registry.registerDevice(other, NOW)
  const publication = published({ services: [{ name: 'web', kind: 'http', links: [id], direct: [] }] })
  assert.equal(names.publish(other, publication), 'ok')
  assert.equal(names.publish(KEY, publication), 'taken')
})

test('which host is whose', (context) => {
  const { names, label } = house(context)
  assert.equal(names.hostOf('amber-otter-42', 'web'), 'web.amber-otter-42.relay.example')
  assert.equal(names.deviceOfHost(`web.${label}.relay.example`), KEY)
  for (const host of [
    'web.nobody-at-all.relay.example',
    `${label}.relay.example`,
    `deep.web.${label}.relay.example`,
    'relay.example',
    `web.${label}.xrelay.example`,
    `web.${label}.relay.example.org`,
  ])
    assert.equal(names.deviceOfHost(host), undefined, host)
})

test('after a change of name both lead home, in DNS and for visitors; a certificate’s text and its conditions stand under both', (context) => {
  const { names, registry, at, label, clock, connect } = house(context)
  connect()
  names.publish(KEY, published())
  names.setIssuance(KEY, { issuers: ['ca.example'], accountUri: 'https://ca.example/acct/1' })
  registry.renameDevice(KEY, 'our-house', clock.nowMs)
  names.setChallenge(KEY, 'set', 'text')
  for (const each of [label, 'our-house']) {
    assert.deepEqual(at('web', each), [RELAY.ipv4, RELAY.ipv6], each)
    assert.deepEqual(at('_acme-challenge', each), ['text'], each)
    assert.deepEqual(at(each), ['CAA', 'CAA'], each)
    assert.equal(names.deviceOfHost(`web.${each}.relay.example`), KEY)
  }
  clock.nowMs += GRACE_MS
  assert.equal(at('web', label), undefined)
  assert.equal(names.deviceOfHost(`web.${label}.relay.example`), undefined)
  assert.deepEqual(at('web', 'our-house'), [RELAY.ipv4, RELAY.ipv6])
})

test('one of several relays leaves to the others what it does not know and whose tunnel it has not', (context) => {
  const registry = temporaryRegistry(context)
  const presence = createPresence(() => {})
  const ownChallenges = new Set<string>()
  const both = [true, false].map((hasSiblings) =>
    createNames({ domain: 'relay.example', nameServers: [], hasSiblings, addresses: RELAY, registry, presence, ownChallenges }),
  )
  const found = (...below: string[]): unknown[] => both.map(({ zone }) => zone.lookup(below))
  const { label } = registry.registerDevice(KEY, 1)
  assert.deepEqual(found('web', 'nobody-here-1'), [{ records: [], askAnother: true }, undefined])
  assert.deepEqual(found('_acme-challenge', label), [{ records: [], askAnother: true }, undefined])
  const [first] = both
  first?.publish(KEY, { services: [{ name: 'web', kind: 'http', links: ['abcdefgh2345'], direct: [] }], direct: [] })
  const [withOthers, alone] = found('web', label)
  assert.deepEqual(withOthers, { records: [], askAnother: true })
  assert.notEqual(alone, undefined)
  const [socket] = duplexPair()
  const lane = new Lane(socket, { onControl: () => {}, onClose: () => {} })
  presence.join(KEY, 'one', { lane, from: undefined, leaving: false }, 4)
  assert.deepEqual(found('web', label)[0], found('web', label)[1])
  assert.deepEqual(found('blog', label), [undefined, undefined], 'what is not published is nowhere')
  lane.close('over')
})

test('what the operator has closed leads to the relay alone; who has used up his month is found at home, if he can be', (context) => {
  const closed = { now: undefined as Closed | undefined }
  const { names, at, connect, label } = house(context, () => closed.now)
  connect()
  names.noteSighting(KEY, FRONT, true)
  names.publish(KEY, published({ direct: ['ipv4'] }))
  assert.deepEqual(at(), [HOME, RELAY.ipv4])
  for (closed.now of ['taken-down', 'suspended'] as const) assert.deepEqual(at(), [RELAY.ipv4, RELAY.ipv6], closed.now)
  closed.now = 'used-up'
  assert.deepEqual(at(), [HOME])
  assert.deepEqual(at('web--relay', label), [RELAY.ipv4, RELAY.ipv6])
  names.publish(KEY, published())
  assert.deepEqual(at(), [RELAY.ipv4, RELAY.ipv6], 'where nothing else leads home, the relay says so')
})

test('the page of a service that is no website and not for everybody has names of one family each', (context) => {
  const { names, label, at } = house(context)
  names.publish(
    KEY,
    published({ services: [{ name: 'game', kind: 'udp', links: [], gated: true, direct: [{ address: HOME, port: 20123 }] }] }),
  )
  assert.deepEqual(at('game--relay', label), [RELAY.ipv4, RELAY.ipv6], 'also without a port of the relay')
  assert.deepEqual([at('game--relay4', label), at('game--relay6', label)], [[RELAY.ipv4], [RELAY.ipv6]])
  const listed = names.namesOf(KEY).map((labels) => labels.join('.'))
  for (const name of ['game', 'game--relay', 'game--relay4', 'game--relay6']) assert.ok(listed.includes(`${name}.${label}`), name)
})
