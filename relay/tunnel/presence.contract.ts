/** What every presence must do, whatever it is built on. */
import assert from 'node:assert/strict'
import { duplexPair } from 'node:stream'
import { mock, type TestContext, test } from 'node:test'
import { Lane } from '../../wire/lane.ts'
import type { Presence, SessionLane } from './presence.ts'

/** `now`: in milliseconds, from wherever. */
export type CreatePresence = (onChange: (deviceKey: string) => void, now: () => number) => Presence

const META = { host: 'web.amber-otter-42.relay.example', peer: { address: '203.0.113.9', port: 1 } }

interface Room {
  readonly presence: Presence
  readonly changes: string[]
  readonly clock: { nowMs: number }
  /** A lane that leaves by itself when it closes, as admission makes it; `closed` tells why. */
  lane(device: string, address?: string): SessionLane & { readonly closed: string[] }
}

const lanesOf = (presence: Presence, device: string): SessionLane[] =>
  presence.sessions().flatMap(({ deviceKey, lanes }) => (deviceKey === device ? [...lanes] : []))

function room(create: CreatePresence): Room {
  const changes: string[] = []
  const clock = { nowMs: 1000 }
  const presence = create(
    (device) => changes.push(device),
    () => clock.nowMs,
  )
  return {
    presence,
    changes,
    clock,
    lane(device, address = '203.0.113.7') {
      const closed: string[] = []
      const [socket] = duplexPair()
      const lane = new Lane(socket, {
        onControl: () => {},
        onClose: (reason) => {
          closed.push(reason)
          presence.leave(device, sessionLane)
        },
      })
      const family = address.includes(':') ? 'ipv6' : 'ipv4'
      const sessionLane: SessionLane & { closed: string[] } = { lane, from: { family, address }, leaving: false, closed }
      return sessionLane
    },
  }
}

export function presenceContract(engine: string, create: CreatePresence): void {
  const check = (title: string, body: (context: TestContext) => void): void => void test(`${engine}: ${title}`, body)

  check('a device is up from its first lane to its last', () => {
    const { presence, lane, changes } = room(create)
    const [first, second] = [lane('otter'), lane('otter')]
    assert.equal(presence.isUp('otter'), false)
    assert.equal(presence.join('otter', 'one', first, 4), true)
    assert.equal(presence.join('otter', 'one', second, 4), true)
    first.lane.close('gone')
    assert.equal(presence.isUp('otter'), true)
    assert.equal(lanesOf(presence, 'otter').length, 1)
    second.lane.close('gone')
    assert.equal(presence.isUp('otter'), false)
    assert.deepEqual(presence.sessions(), [])
    assert.deepEqual(changes, ['otter', 'otter'])
  })

  check('a session has so many lanes and no more; the one refused belongs to nobody', () => {
    const { presence, lane } = room(create)
    const lanes = [lane('otter'), lane('otter'), lane('otter')]
    const joined = lanes.map((one) => presence.join('otter', 'one', one, 2))
    assert.deepEqual(joined, [true, true, false])
    lanes[2]?.lane.close('refused')
    assert.equal(lanesOf(presence, 'otter').length, 2)
  })

  check('a newer session takes the older one’s place, whose lanes are closed and disturb nothing', () => {
    const { presence, lane } = room(create)
    const [old, fresh] = [lane('otter'), lane('otter')]
    presence.join('otter', 'one', old, 1)
    assert.equal(presence.join('otter', 'two', fresh, 1), true)
    assert.deepEqual(old.closed, ['a newer session took over'])
    assert.deepEqual(lanesOf(presence, 'otter'), [fresh])
    assert.equal(presence.isUp('otter'), true)
  })

  check('a visitor goes to the lane with the fewest streams', () => {
    const { presence, lane } = room(create)
    const [first, second] = [lane('otter'), lane('otter')]
    assert.equal(presence.openStream('otter', META), undefined)
    for (const one of [first, second]) presence.join('otter', 'one', one, 4)
    for (let visitor = 0; visitor < 6; visitor++) assert.ok(presence.openStream('otter', META))
    assert.deepEqual([first.lane.streamCount, second.lane.streamCount], [3, 3])
    first.lane.close('gone')
    presence.openStream('otter', META)
    assert.equal(second.lane.streamCount, 4)
    assert.equal(presence.openStream('heron', META), undefined)
    presence.close()
  })

  check('an address counts while a lane stands in its family, and a minute after it was only seen', () => {
    const { presence, lane, clock } = room(create)
    presence.join('otter', 'one', lane('otter'), 4)
    presence.observe('otter', 'ipv6', '2001:db8::7')
    presence.observe('heron', 'ipv4', '203.0.113.8')
    clock.nowMs += 60_000
    assert.equal(presence.observedAddress('otter', 'ipv6'), '2001:db8::7')
    clock.nowMs += 1
    assert.equal(presence.observedAddress('otter', 'ipv6'), undefined)
    assert.equal(presence.observedAddress('heron', 'ipv4'), undefined)
    assert.equal(presence.observedAddress('otter', 'ipv4'), '203.0.113.7')
    presence.close()
    assert.equal(presence.observedAddress('otter', 'ipv4'), undefined)
  })

  check('where it was seen last counts before lanes that have not noticed yet, and lanes say nothing about IPv6', () => {
    const { presence, lane, clock } = room(create)
    presence.join('otter', 'one', lane('otter'), 4)
    presence.join('otter', 'one', lane('otter', '2001:db8::1:2'), 4)
    presence.observe('otter', 'ipv4', '203.0.113.8')
    assert.equal(presence.observedAddress('otter', 'ipv4'), '203.0.113.8')
    assert.equal(presence.observedAddress('otter', 'ipv6'), undefined)
    presence.observe('otter', 'ipv6', '2001:db8::7')
    assert.equal(presence.observedAddress('otter', 'ipv6'), '2001:db8::7')
    clock.nowMs += 60_001
    assert.equal(presence.observedAddress('otter', 'ipv4'), '203.0.113.7')
    presence.close()
  })

  check('who said good night sleeps from its last lane to its next session; who went on for long was awake', (t) => {
    mock.timers.enable({ apis: ['Date'], now: 1_000_000 })
    t.after(() => mock.timers.reset())
    const { presence, lane } = room(create)
    const first = lane('otter')
    presence.join('otter', 'one', first, 4)
    presence.fallAsleep('otter', 1_000_000)
    assert.equal(presence.asleepSinceMs('otter'), undefined)
    mock.timers.tick(7000)
    first.lane.close('silent')
    assert.equal(presence.asleepSinceMs('otter'), 1_000_000)
    const second = lane('otter')
    presence.join('otter', 'two', second, 4)
    second.lane.close('lost')
    assert.equal(presence.asleepSinceMs('otter'), undefined)
    const third = lane('otter')
    presence.join('otter', 'three', third, 4)
    presence.fallAsleep('otter', Date.now())
    mock.timers.tick(61_000)
    third.lane.close('crashed')
    assert.equal(presence.asleepSinceMs('otter'), undefined)
  })

  check('closing lets everybody go', () => {
    const { presence, lane } = room(create)
    const lanes = [lane('otter'), lane('heron')]
    presence.join('otter', 'one', lanes[0] as SessionLane, 4)
    presence.join('heron', 'one', lanes[1] as SessionLane, 4)
    presence.close()
    assert.deepEqual([presence.isUp('otter'), presence.isUp('heron')], [false, false])
    assert.ok(lanes.every((one) => one.lane.closed))
  })
}
