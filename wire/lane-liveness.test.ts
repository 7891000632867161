/** Silence: when a lane asks whether the other side is still there, and when it ends without an answer. */
import assert from 'node:assert/strict'
import { duplexPair } from 'node:stream'
import { describe, type TestContext, test } from 'node:test'
import { frameHeader, lanePair, type RawPeer, rawPeer, settle, until } from '../test/lanes.ts'
import { FrameType, frame } from './frames.ts'
import type { LaneStream } from './lane-stream.ts'

describe('is the other side still there?', () => {
  const second = 1000
  const pings = (frames: RawPeer['frames']) => frames.filter(({ type }) => type === FrameType.ping).length

  test('a ping to begin with, one after three seconds of silence, and the end after seven', async (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] })
    const peer = rawPeer()
    peer.listen(undefined, false)
    t.mock.timers.tick(2.5 * second)
    await settle()
    assert.equal(pings(peer.frames), 1)
    t.mock.timers.tick(0.5 * second)
    await settle()
    assert.equal(pings(peer.frames), 2)
    t.mock.timers.tick(3.5 * second)
    await settle()
    assert.equal(peer.lane.closed, false)
    t.mock.timers.tick(0.5 * second)
    assert.deepEqual(peer.closed, ['silent for 7 s'])
    t.mock.timers.tick(60 * second)
    assert.equal(peer.closed.length, 1)
  })

  test('any byte is a sign of life, a pong too', async (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] })
    const peer = rawPeer()
    for (let n = 0; n < 10; n++) {
      t.mock.timers.tick(6 * second)
      peer.socket.write(frame(FrameType.pong, 0, Buffer.alloc(8)))
      await settle()
    }
    t.mock.timers.tick(6 * second)
    peer.socket.write(frameHeader(FrameType.control, 0, 100).subarray(0, 1))
    await settle()
    t.mock.timers.tick(6 * second)
    assert.equal(peer.lane.closed, false)
    peer.lane.close('done')
  })

  test('the round trip is measured, from the answer to the latest ping only', async (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] })
    const clock = { nowMs: 1000 }
    t.mock.method(performance, 'now', () => clock.nowMs)
    const peer = rawPeer()
    peer.listen(undefined, false)
    const latest = () => peer.frames.findLast(({ type }) => type === FrameType.ping)?.payload as Buffer
    const asked = async (): Promise<Buffer> => {
      const before = pings(peer.frames)
      while (pings(peer.frames) === before) {
        t.mock.timers.tick(0.5 * second)
        peer.socket.write(frame(FrameType.control, 0, Buffer.from('1')))
        await settle()
      }
      return latest()
    }
    const answer = async (payload: Buffer, afterMs: number): Promise<void> => {
      clock.nowMs += afterMs
      peer.socket.write(frame(FrameType.pong, 0, payload))
      await settle()
    }
    await settle()
    const first = latest()
    assert.equal(peer.lane.rttMs, undefined)
    await answer(Buffer.alloc(8), 1)
    assert.equal(peer.lane.rttMs, undefined, 'an answer to no question')
    await answer(first, 79)
    assert.equal(peer.lane.rttMs, 80)
    await answer(first, 500)
    assert.equal(peer.lane.rttMs, 80, 'the same answer again')
    await answer(await asked(), 40)
    assert.equal(peer.lane.rttMs, 60, 'downwards sooner than upwards')
    peer.lane.close('done')
  })

  describe('does what we send arrive?', () => {
    /** A peer that speaks all the while and answers pings after a while, or not at all; gives for how long the lane stood. */
    async function stoodFor(t: TestContext, answersAfterMs: (sentAtMs: number) => number | undefined): Promise<number> {
      t.mock.timers.enable({ apis: ['setInterval'] })
      const clock = { nowMs: 1000 }
      t.mock.method(performance, 'now', () => clock.nowMs)
      const due: { atMs: number; pong: Buffer }[] = []
      const peer = rawPeer()
      peer.listen((type, _stream, payload) => {
        if (type !== FrameType.ping) return
        const afterMs = answersAfterMs(clock.nowMs)
        if (afterMs !== undefined) due.push({ atMs: clock.nowMs + afterMs, pong: frame(FrameType.pong, 0, payload) })
      }, false)
      const stream = peer.lane.open({}) as LaneStream
      const fromMs = clock.nowMs
      while (!peer.lane.closed && clock.nowMs - fromMs < 60 * second) {
        stream.write('a keystroke')
        peer.socket.write(frame(FrameType.control, 0, Buffer.from('1')))
        while (due[0] && due[0].atMs <= clock.nowMs) peer.socket.write(due.shift()?.pong as Buffer)
        await settle()
        clock.nowMs += 100
        if (clock.nowMs % 500 === 0) t.mock.timers.tick(500)
      }
      peer.lane.close('done')
      return clock.nowMs - fromMs
    }

    test('no longer: the lane ends within five seconds, though the other side goes on speaking', async (t) => {
      const cutAtMs = 11 * second
      const stoodMs = await stoodFor(t, (sentAtMs) => (sentAtMs < cutAtMs ? 100 : undefined))
      assert.ok(stoodMs >= cutAtMs - second + 3 * second, `only ${stoodMs} ms`)
      assert.ok(stoodMs <= cutAtMs - second + 5 * second, `${stoodMs} ms`)
    })

    test('late, but it does: the lane goes on', async (t) => {
      assert.equal(await stoodFor(t, () => 2.5 * second), 60 * second)
    })

    test('later and later, as on a line that somebody else fills', async (t) => {
      assert.equal(await stoodFor(t, (sentAtMs) => Math.min(6 * second, 50 + sentAtMs / 5)), 60 * second)
    })

    test('who never answers is not judged by it', async (t) => {
      assert.equal(await stoodFor(t, () => undefined), 60 * second)
    })
  })

  test('two quiet lanes keep each other', async (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] })
    const { relay, engine } = lanePair(duplexPair())
    for (let n = 0; n < 60; n++) {
      t.mock.timers.tick(second)
      await settle()
    }
    assert.deepEqual([relay.closed, engine.closed], [false, false])
    relay.close('done')
  })

  test('a ping is answered with its own bytes', async () => {
    const peer = rawPeer()
    peer.listen()
    peer.socket.write(frame(FrameType.ping, 0, Buffer.from('12345678')))
    const pongs = () => peer.frames.filter(({ type }) => type === FrameType.pong)
    await until(() => pongs().length > 0)
    assert.deepEqual(pongs(), [{ type: FrameType.pong, stream: 0, payload: Buffer.from('12345678') }])
    peer.lane.close('done')
  })
})
