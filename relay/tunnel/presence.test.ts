import assert from 'node:assert/strict'
import { duplexPair } from 'node:stream'
import { mock, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { FrameReader, FrameType, frame } from '../../wire/frames.ts'
import { Lane } from '../../wire/lane.ts'
import { NO_PACE } from '../../wire/pace.ts'
import { createPresence, type Presence, type SessionLane } from './presence.ts'

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

function room(): Room {
  const changes: string[] = []
  const clock = { nowMs: 1000 }
  const presence = createPresence(
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

test('a device is up from its first lane to its last', () => {
  const { presence, lane, changes } = room()
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

test('a session has so many lanes and no more; the one refused belongs to nobody', () => {
  const { presence, lane } = room()
  const lanes = [lane('otter'), lane('otter'), lane('otter')]
  const joined = lanes.map((one) => presence.join('otter', 'one', one, 2))
  assert.deepEqual(joined, [true, true, false])
  lanes[2]?.lane.close('refused')
  assert.equal(lanesOf(presence, 'otter').length, 2)
})

test('a newer session takes the older one’s place, whose lanes are closed and disturb nothing', () => {
  const { presence, lane } = room()
  const [old, fresh] = [lane('otter'), lane('otter')]
  presence.join('otter', 'one', old, 1)
  assert.equal(presence.join('otter', 'two', fresh, 1), true)
  assert.deepEqual(old.closed, ['a newer session took over'])
  assert.deepEqual(lanesOf(presence, 'otter'), [fresh])
  assert.equal(presence.isUp('otter'), true)
})

test('a visitor goes to the lane with the fewest streams', () => {
  const { presence, lane } = room()
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

test('an address counts while a lane stands in its family, and a minute after it was only seen', () => {
  const { presence, lane, clock } = room()
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

test('where it was seen last counts before lanes that have not noticed yet, and lanes say nothing about IPv6', () => {
  const { presence, lane, clock } = room()
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

test('who said good night sleeps from its last lane to its next session; who went on for long was awake', (t) => {
  mock.timers.enable({ apis: ['Date'], now: 1_000_000 })
  t.after(() => mock.timers.reset())
  const { presence, lane } = room()
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

test('closing lets everybody go', () => {
  const { presence, lane } = room()
  const lanes = [lane('otter'), lane('heron')]
  presence.join('otter', 'one', lanes[0] as SessionLane, 4)
  presence.join('heron', 'one', lanes[1] as SessionLane, 4)
  presence.close()
  assert.deepEqual([presence.isUp('otter'), presence.isUp('heron')], [false, false])
  assert.ok(lanes.every((one) => one.lane.closed))
})

test('of a session that has lost a lane without a word, visitors come by another one before anybody knows', async (context) => {
  context.mock.timers.enable({ apis: ['setInterval'] })
  const presence = createPresence(() => {})
  const opened: string[] = []
  const lanes = ['dead', 'alive'].map((name) => {
    const [near, far] = duplexPair()
    const lane = new Lane(near, { onControl: () => {}, onClose: () => {} })
    const session: SessionLane = { lane, from: undefined, leaving: false }
    assert.equal(presence.join('otter', 'one', session, 4), true)
    const reader = new FrameReader((type) => {
      if (type === FrameType.open) opened.push(name)
      else if (type === FrameType.ping && name === 'alive') far.write(frame(FrameType.pong, 0, Buffer.alloc(8)))
    })
    far.on('data', (bytes: Buffer) => reader.push(bytes))
    return lane
  })
  for (let passedMs = 0; passedMs < 5000; passedMs += 500) {
    context.mock.timers.tick(500)
    await turn()
    await turn()
  }
  for (let visitors = 0; visitors < 3; visitors++) presence.openStream('otter', META)
  await turn()
  await turn()
  assert.deepEqual(opened, ['alive', 'alive', 'alive'])
  assert.deepEqual(
    lanes.map(({ closed }) => closed),
    [false, false],
    'and it is not called dead yet',
  )
  presence.close()
})

test('all lanes of a session share what the device may carry, and what its readers may leave unread; the next session has its own', () => {
  const left: number[] = []
  let entered = 0
  const presence = createPresence(
    () => {},
    undefined,
    () => {
      const share = entered++
      return { ...NO_PACE, leave: () => void left.push(share) }
    },
  )
  const join = (session: string): Lane => {
    const [near] = duplexPair()
    const lane = new Lane(near, { onControl: () => {}, onClose: () => {} })
    assert.equal(presence.join('otter', session, { lane, from: undefined, leaving: false }, 4), true)
    return lane
  }
  const [one, other] = [join('first'), join('first')]
  assert.ok(one.pace === other.pace && one.unread === other.unread && one.pace !== NO_PACE)
  const later = join('second')
  assert.ok(later.pace !== one.pace && later.unread !== one.unread)
  assert.deepEqual([entered, left], [2, [0]])
  presence.close()
  assert.deepEqual(left, [0, 1])
})
