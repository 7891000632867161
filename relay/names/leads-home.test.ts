/** When a name leads home, when to the relay, and when to both. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { directHouse, FRONT, HOME, HOME6, house, KEY, MINUTE_MS, published, RELAY, raw } from './names.fixture.ts'
import type { Proof } from './sightings.ts'

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

test('an address of before stands only until the device was seen elsewhere, whatever it has said so far', (context) => {
  const { at, clock, lane, connect, presence } = directHouse(context)
  clock.nowMs += 11 * MINUTE_MS
  lane.close('gone, as with a relay that restarts')
  assert.deepEqual(at(), [HOME, RELAY.ipv4], 'nobody knows whether it is still there')
  connect(HOME6)
  assert.deepEqual(at(), [HOME], 'by IPv6 it has said nothing of IPv4')
  presence.observe(KEY, 'ipv4', '203.0.113.99')
  assert.deepEqual(at(), [RELAY.ipv4, RELAY.ipv6])
  presence.observe(KEY, 'ipv4', HOME)
  assert.deepEqual(at(), [HOME], 'a look by another way has taken nothing back')
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
