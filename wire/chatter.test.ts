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
  for (; nowMs < 60_000; nowMs += 1000) times(100, () => chatter.note(FrameType.ping, 8))
})

test('more than that in two seconds running', () => {
  let nowMs = 0
  const chatter = new Chatter(() => nowMs)
  times(101, () => chatter.note(FrameType.ping, 8))
  nowMs = 999
  times(100, () => chatter.note(FrameType.ping, 8))
  assert.throws(() => chatter.note(FrameType.ping, 8), /too many pings/)
})

test('a ping behind so much data is no chatter, and its answer is none either', () => {
  const chatter = new Chatter(() => 0)
  times(10_000, () => {
    chatter.note(FrameType.data, 16_384)
    chatter.note(FrameType.ping, 8)
    chatter.note(FrameType.pong, 8)
  })
  times(100, () => chatter.note(FrameType.ping, 8))
  assert.throws(() => times(102, () => chatter.note(FrameType.ping, 8)), /too many pings/)
})

test('control messages have a pace of their own', () => {
  let nowMs = 0
  const chatter = new Chatter(() => nowMs)
  for (; nowMs < 10_000; nowMs += 1000) times(500, () => chatter.note(FrameType.control, 100))
  assert.throws(() => times(1002, () => chatter.note(FrameType.control, 100)), /too many control messages/)
})

test('what carries data or opens a stream is not counted, everything else is', () => {
  const chatter = new Chatter(() => 0)
  times(200_000, () => {
    for (const type of [FrameType.data, FrameType.datagram, FrameType.open, FrameType.flow]) chatter.note(type, 0)
  })
  times(50_001, () => chatter.note(FrameType.credit, 4))
  times(50_000, () => chatter.note(FrameType.reset, 0))
  assert.throws(() => chatter.note(FrameType.end, 0), /too many frames without data/)
})

test('a lane ends when it is too much', async () => {
  const peer = rawPeer()
  const pings = Buffer.concat(Array.from({ length: 500 }, () => frame(FrameType.ping, 0, Buffer.alloc(8))))
  peer.socket.write(pings)
  await drained(peer.socket)
  assert.deepEqual(peer.closed, ['too many pings'])
})
