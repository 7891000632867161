/** Which names there are, whose they are, and what else stands at them. */
import assert from 'node:assert/strict'
import { duplexPair } from 'node:stream'
import { test } from 'node:test'
import { Lane } from '../../wire/lane.ts'
import type { Closed } from '../operating/decisions.ts'
import { temporaryRegistry } from '../registry/registry.fixture.ts'
import { GRACE_MS } from '../registry/registry.ts'
import { newKey, newLinkId } from '../registry/values.fixture.ts'
import { createPresence } from '../tunnel/presence.ts'
import { FRONT, HOME, HOME6, house, KEY, NOW, published, RELAY, raw } from './names.fixture.ts'
import { createNames, type Names } from './names.ts'

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
