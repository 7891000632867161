/** Names of services without TLS. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FRONT, HOME, HOME6, house, KEY, MINUTE_MS, NOW, published, RELAY, raw } from './names.fixture.ts'
import { createNames } from './names.ts'

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
