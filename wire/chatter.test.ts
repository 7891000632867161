import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drained, rawPeer } from '../test/lanes.ts'
import { Chatter } from './chatter.ts'
import { FrameType, frame } from './frames.ts'

const times = (count: number, note: () => void): void => {
  for (let n = 0; n < count; n++) note()
}

test('a hundred pings a second, for ever', () => {
  let nowMs = 0
  const chatter = new Chatter(() => nowMs)
  for (; nowMs < 60_000; nowMs += 1000) times(100, () => chatter.note(FrameType.ping))
})

test('more than that in two seconds running, pongs alike', () => {
  for (const type of [FrameType.ping, FrameType.pong]) {
    let nowMs = 0
    const chatter = new Chatter(() => nowMs)
    times(101, () => chatter.note(type))
    nowMs = 999
    times(100, () => chatter.note(type))
    assert.throws(() => chatter.note(type), /too many pings/)
  }
})

test('what carries data or opens a stream is not counted, everything else is', () => {
  const chatter = new Chatter(() => 0)
  times(200_000, () => {
    for (const type of [FrameType.data, FrameType.datagram, FrameType.open, FrameType.flow]) chatter.note(type)
  })
  times(50_001, () => chatter.note(FrameType.credit))
  times(50_000, () => chatter.note(FrameType.reset))
  assert.throws(() => chatter.note(FrameType.end), /too many frames without data/)
})

test('a lane ends when it is too much', async () => {
  const peer = rawPeer()
  const pings = Buffer.concat(Array.from({ length: 500 }, () => frame(FrameType.ping, 0, Buffer.alloc(8))))
  peer.socket.write(pings)
  await drained(peer.socket)
  assert.deepEqual(peer.closed, ['too many pings'])
})
