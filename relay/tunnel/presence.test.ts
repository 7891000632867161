import assert from 'node:assert/strict'
import { duplexPair } from 'node:stream'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { FrameReader, FrameType, frame } from '../../wire/frames.ts'
import { Lane } from '../../wire/lane.ts'
import { NO_PACE } from '../../wire/pace.ts'
import { presenceContract } from './presence.contract.ts'
import { presenceSequences } from './presence.sequences.ts'
import { createPresence, type SessionLane } from './presence.ts'

const META = { host: 'web.amber-otter-42.relay.example', peer: { address: '203.0.113.9', port: 1 } }

presenceContract('memory', createPresence)
presenceSequences('memory', createPresence)

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
