import assert from 'node:assert/strict'
import { duplexPair } from 'node:stream'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { lanePair } from '../test/lanes.ts'
import type { LaneStream } from './lane-stream.ts'
import { MAX_UNREAD_BYTES, WINDOW_BYTES } from './limits.ts'
import { Unread } from './unread.ts'

test('of too many slow readers the one who has left most unread gives way, over all lanes of a session', async () => {
  const far: LaneStream[] = []
  const unread = new Unread()
  const lanes = [0, 1].map(() => {
    const pair = lanePair(duplexPair(), (stream) => far.push(stream))
    pair.engine.unread = unread
    return pair
  })
  const fitting = MAX_UNREAD_BYTES / WINDOW_BYTES
  const open = (n: number, bytes: number): LaneStream => {
    const stream = lanes[n % 2]?.relay.open({}) as LaneStream
    stream.write(Buffer.alloc(bytes))
    return stream
  }
  /** Half a window short of the sum; one has left less than the others. */
  const streams = Array.from({ length: fitting }, (_, n) => open(n, n === 7 ? WINDOW_BYTES / 2 : WINDOW_BYTES))
  while (far.reduce((sum, { readableLength }) => sum + readableLength, 0) < MAX_UNREAD_BYTES - WINDOW_BYTES / 2) await turn()
  assert.equal(
    streams.some(({ destroyed }) => destroyed),
    false,
  )

  const last = open(0, WINDOW_BYTES)
  while (!streams.some(({ destroyed }) => destroyed)) await turn()
  for (let n = 0; n < 50; n++) await turn()
  assert.equal(streams.filter(({ destroyed }) => destroyed).length, 1)
  assert.deepEqual([streams[7]?.destroyed, last.destroyed], [false, false], 'who has left little stays')

  // What is read or over makes room again.
  for (const stream of far.slice(0, 100)) stream.destroy()
  const more = Array.from({ length: 99 }, (_, n) => open(n, WINDOW_BYTES))
  for (let n = 0; n < 200; n++) await turn()
  assert.equal(
    more.some(({ destroyed }) => destroyed),
    false,
  )
  for (const { relay } of lanes) relay.close('done')
})

test('what is read at once is never too much', async () => {
  const { relay, engine } = lanePair(duplexPair(), (stream) => stream.resume())
  const unread = new Unread()
  engine.unread = unread
  const stream = relay.open({}) as LaneStream
  for (let sent = 0; sent < 2 * MAX_UNREAD_BYTES; sent += WINDOW_BYTES)
    await new Promise((resolve) => stream.write(Buffer.alloc(WINDOW_BYTES), resolve))
  assert.equal(stream.destroyed, false)
  relay.close('done')
})

test('what is held for a slow reader counts until he has it, also when its stream has ended at the other side', async () => {
  const far: LaneStream[] = []
  let bytes = 0
  const { relay, engine } = lanePair(duplexPair(), (stream) => {
    far.push(stream)
    stream.drainTo((piece) => {
      bytes += piece.length
    })
  })
  const settle = async (): Promise<void> => {
    for (let n = 0; n < 50; n++) await turn()
  }
  for (const [name, over] of [
    ['an end', () => {}],
    ['the end of its lane', () => relay.close('done')],
  ] as const) {
    bytes = 0
    const stream = relay.open({}) as LaneStream
    await settle()
    const held = far.at(-1) as LaneStream
    const ends: string[] = []
    held.on('end', () => ends.push('end')).on('close', () => ends.push('close'))
    held.end()
    stream.resume().end(Buffer.alloc(WINDOW_BYTES))
    await settle()
    assert.deepEqual([bytes, held.unreadBytes, ends], [WINDOW_BYTES, WINDOW_BYTES, []], name)
    over()
    await settle()
    assert.deepEqual(ends, [], name)
    held.acknowledge(WINDOW_BYTES)
    await settle()
    assert.deepEqual([held.unreadBytes, ends], [0, ['end', 'close']], name)
  }
  engine.close('done')
})
