import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { rawPeer } from '../test/lanes.ts'
import { FrameType, frame } from './frames.ts'
import { HALF_IDLE_MS, IDLE_MS } from './limits.ts'

test('streams that carry nothing end by a reset: soon when only one side has ever spoken or one has ended, else after hours', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const peer = rawPeer()
  peer.listen()
  const [unanswered, ended, answered, talking] = [1, 2, 3, 4] as const
  const say = (id: number): boolean => peer.socket.write(frame(FrameType.data, id, Buffer.from('x')))
  for (const id of [unanswered, ended, answered, talking]) {
    peer.socket.write(frame(FrameType.open, id, Buffer.from('{}')))
    say(id)
  }
  await turn()
  for (const { id } of peer.streams.slice(1)) peer.streams[id - 1]?.resume().write('y')
  peer.socket.write(frame(FrameType.end, ended))
  /** Lets so much time pass; the other side gives its signs of life. */
  const pass = async (ms: number): Promise<void> => {
    for (let passedMs = 0; passedMs < ms; passedMs += 500) {
      if (passedMs % 100_000 === 0) say(talking)
      peer.socket.write(frame(FrameType.pong, 0, Buffer.alloc(8)))
      await turn()
      t.mock.timers.tick(500)
    }
    for (let n = 0; n < 10; n++) await turn()
  }
  const over = (): number[] => peer.frames.filter(({ type }) => type === FrameType.reset).map(({ stream }) => stream)
  await pass(HALF_IDLE_MS - 20_000)
  assert.deepEqual(over(), [])
  await pass(40_000)
  assert.deepEqual(over(), [unanswered, ended])
  await pass(IDLE_MS - HALF_IDLE_MS - 40_000)
  assert.deepEqual(over(), [unanswered, ended])
  await pass(40_000)
  assert.deepEqual(over(), [unanswered, ended, answered])
  assert.equal(peer.lane.streamCount, 1)
  peer.lane.close('done')
})
