import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Duplex, duplexPair } from 'node:stream'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { random } from '../test/fuzz/random.ts'
import { drained, type LanePair, lanePair, pour, rawPeer } from '../test/lanes.ts'
import { FrameType, frame, MAX_CONTROL_BYTES } from './frames.ts'
import type { LaneStream } from './lane-stream.ts'
import { BULK_BYTES, WINDOW_BYTES } from './limits.ts'

/** A pair whose next stream, seen from the engine, can be waited for. */
function house(limits = {}): LanePair & { open(meta?: unknown): Promise<[LaneStream, LaneStream, unknown]> } {
  const waiting: ((accepted: [LaneStream, unknown]) => void)[] = []
  const pair = lanePair(duplexPair(), (stream, meta) => waiting.shift()?.([stream, meta]), limits)
  return {
    ...pair,
    async open(meta = {}) {
      const accepted = new Promise<[LaneStream, unknown]>((resolve) => waiting.push(resolve))
      const near = pair.relay.open(meta)
      assert.ok(near)
      const [far, seen] = await accepted
      return [near, far, seen]
    },
  }
}

/** A reset as its holder sees it. */
async function brokenOff(stream: LaneStream): Promise<void> {
  if (!stream.closed) await new Promise((resolve) => stream.once('close', resolve))
  assert.equal((stream.errored as NodeJS.ErrnoException | null)?.code, 'ECONNRESET')
}

describe('control messages', () => {
  test('cross both ways, in order', async () => {
    const { relay, engine, heard } = house()
    for (let n = 0; n < 5; n++) {
      relay.sendControl({ m: 'hello', n })
      engine.sendControl({ m: 'device', n })
    }
    while (heard.relay.length < 5 || heard.engine.length < 5) await turn()
    assert.deepEqual(
      heard.engine,
      [0, 1, 2, 3, 4].map((n) => ({ m: 'hello', n })),
    )
    assert.deepEqual(
      heard.relay,
      [0, 1, 2, 3, 4].map((n) => ({ m: 'device', n })),
    )
    relay.close('done')
  })

  test('one that is too long is an error of ours, and the lane goes on', async () => {
    const { relay, engine, heard } = house()
    relay.sendControl('x'.repeat(MAX_CONTROL_BYTES - 2))
    assert.throws(() => relay.sendControl('x'.repeat(MAX_CONTROL_BYTES)), RangeError)
    assert.throws(() => relay.open({ host: 'x'.repeat(1024) }), RangeError)
    assert.equal(relay.streamCount, 0)
    while (heard.engine.length < 1) await turn()
    assert.equal(engine.closed, false)
    relay.close('done')
  })
})

describe('streams', () => {
  test('begin with their meta', async () => {
    const { relay, engine, open } = house()
    const [near, far, meta] = await open({ host: 'web.example', peer: { address: '203.0.113.9', port: 5 } })
    assert.deepEqual(meta, { host: 'web.example', peer: { address: '203.0.113.9', port: 5 } })
    assert.equal(near.id, far.id)
    assert.deepEqual([relay.streamCount, engine.streamCount], [1, 1])
    relay.close('done')
  })

  test('carry what was written, many at once, both ways, whatever the sizes', async () => {
    const { relay, engine, open, closed } = house()
    const sizes = [0, 1, 16_383, 16_384, 16_385, WINDOW_BYTES - 1, WINDOW_BYTES, WINDOW_BYTES + 1, 1_000_000]
    const source = random(1)
    while (sizes.length < 64) sizes.push(source.int(300_000))
    await Promise.all(
      sizes.map(async (bytes, index) => {
        const [near, far] = await open()
        const [up, down, upSeen, downSeen] = await Promise.all([
          pour(near, bytes, index),
          pour(far, sizes.at(-1 - index) ?? 0, 1000 + index),
          drained(far),
          drained(near),
        ])
        assert.equal(upSeen, up)
        assert.equal(downSeen, down)
      }),
    )
    assert.deepEqual([relay.streamCount, engine.streamCount], [0, 0])
    assert.deepEqual(closed, { relay: [], engine: [] })
    relay.close('done')
  })

  test('count as bulk at both ends once they have carried more than a window, until they end', async () => {
    const { relay, engine, open } = house()
    const [[short], [long, far]] = [await open(), await open()]
    short.write(Buffer.alloc(10_000))
    far.resume()
    await pour(long, BULK_BYTES, 1)
    while (!far.readableEnded) await turn()
    assert.deepEqual([relay.bulkCount, engine.bulkCount], [0, 0])
    far.write('x')
    while (engine.bulkCount + relay.bulkCount < 2) await turn()
    far.end()
    long.resume()
    while (engine.bulkCount + relay.bulkCount > 0) await turn()
    assert.equal(relay.streamCount, 1)
    relay.close('done')
  })

  test('end half by half, whichever side begins', async () => {
    const { relay, engine, open } = house()
    for (const swap of [false, true]) {
      const ends = await open()
      const [first, second] = swap ? [ends[1], ends[0]] : [ends[0], ends[1]]
      first.end('the question')
      assert.equal(await text(second), 'the question')
      assert.equal(second.writable, true, 'the other half is still open')
      assert.equal(first.destroyed, false)
      const answered = text(first)
      second.write('the answer, ')
      second.end('in two parts')
      assert.equal(await answered, 'the answer, in two parts')
      await Promise.all([first, second].map(async (stream) => stream.closed || (await once(stream, 'close'))))
      assert.deepEqual([first.errored, second.errored], [null, null])
    }
    assert.deepEqual([relay.streamCount, engine.streamCount], [0, 0])
    relay.close('done')
  })

  test('destroyed at one side are reset at the other, at once and with what was under way', async () => {
    const { relay, engine, open } = house()
    for (const swap of [false, true])
      for (const stage of ['idle', 'sending', 'half ended', 'other half ended'] as const) {
        const ends = await open()
        const [near, far] = swap ? [ends[1], ends[0]] : [ends[0], ends[1]]
        if (stage === 'sending') near.write(Buffer.alloc(WINDOW_BYTES * 2))
        if (stage === 'half ended') near.end()
        if (stage === 'other half ended') {
          far.end()
          near.resume()
          await once(near, 'end')
        }
        near.destroy()
        await brokenOff(far)
      }
    assert.deepEqual([relay.streamCount, engine.streamCount], [0, 0])
    relay.close('done')
  })

  test('with an error of their own keep it, and the other side sees a reset', async () => {
    const { relay, open } = house()
    const [near, far] = await open()
    const failed = new Promise((resolve) => near.write(Buffer.alloc(WINDOW_BYTES * 2), resolve))
    near.destroy(new Error('mine'))
    assert.match(String(await failed), /mine/)
    assert.equal(near.errored?.message, 'mine')
    await brokenOff(far)
    relay.close('done')
  })

  test('over which nothing was read before both ended still give their bytes', async () => {
    const { relay, open } = house()
    const [near, far] = await open()
    near.end('late bytes')
    far.end()
    near.resume()
    while (relay.streamCount > 0) await turn()
    assert.equal(await text(far), 'late bytes')
    relay.close('done')
  })

  test('that the other side ended and reset in one breath give everything it said, and then are over', async () => {
    const peer = rawPeer()
    peer.listen()
    const said = Buffer.alloc(10_000, 'an answer ')
    const bytes = [
      frame(FrameType.open, 1, Buffer.from('{}')),
      frame(FrameType.data, 1, said),
      frame(FrameType.end, 1),
      frame(FrameType.reset, 1),
    ]
    peer.socket.write(Buffer.concat(bytes))
    while (peer.streams.length === 0) await turn()
    const [stream] = peer.streams as [LaneStream]
    // What we would still say goes nowhere, and is no error.
    stream.write('thank you')
    const parts: Buffer[] = []
    for await (const part of stream) parts.push(part)
    assert.ok(Buffer.concat(parts).equals(said))
    assert.deepEqual([stream.errored, peer.lane.streamCount, peer.closed], [null, 0, []])
    if (!stream.closed) await once(stream, 'close')
    assert.ok(peer.frames.every(({ type }) => type !== FrameType.reset && type !== FrameType.data))
    peer.lane.close('done')
  })

  test('beyond the limit are refused by a reset, and come again when one has ended', async () => {
    const { relay, engine, open } = house({ maxStreams: 2 })
    const [first] = await open()
    await open()
    const third = relay.open({})
    assert.ok(third)
    await brokenOff(third)
    assert.equal(engine.streamCount, 2)
    first.destroy()
    await open()
    relay.close('done')
  })

  test('are not opened beyond the opener’s own limit', () => {
    const [near] = duplexPair()
    const relay = lanePair([near, new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })], () => {}).relay
    for (let n = 0; n < 1024; n++) assert.ok(relay.open({}))
    assert.equal(relay.open({}), undefined)
    relay.close('done')
  })
})

describe('the end of a lane', () => {
  const ways: [string, (pair: LanePair, sockets: readonly [Duplex, Duplex]) => void][] = [
    ['closed by the relay', ({ relay }) => relay.close('enough')],
    ['closed by the engine', ({ engine }) => engine.close('enough')],
    ['the connection ends', (_pair, [near]) => near.end()],
    ['the connection is gone', (_pair, [near]) => near.destroy()],
    ['the connection fails', (_pair, [, far]) => far.destroy(new Error('ETIMEDOUT'))],
  ]
  for (const [way, cut] of ways)
    test(`${way}: every stream is reset, and it is told once`, async () => {
      const sockets = duplexPair()
      const far: LaneStream[] = []
      const pair = lanePair(sockets, (stream) => far.push(stream))
      const near = Array.from({ length: 20 }, () => pair.relay.open({}) as LaneStream)
      for (const stream of near.slice(0, 10)) stream.write(Buffer.alloc(WINDOW_BYTES * 2))
      while (far.length < 20) await turn()
      cut(pair, sockets)
      await Promise.all([...near, ...far].map(brokenOff))
      await turn()
      assert.deepEqual([pair.closed.relay.length, pair.closed.engine.length], [1, 1])
      assert.deepEqual([pair.relay.closed, pair.engine.closed], [true, true])
      assert.deepEqual([pair.relay.streamCount, pair.engine.streamCount], [0, 0])
      assert.equal(pair.relay.open({}), undefined)
      pair.relay.sendControl({ m: 'too late' })
      pair.relay.close('again')
      assert.equal(pair.closed.relay.length, 1)
    })

  test('a write that waits is told', async () => {
    const { relay, open } = house()
    const [near] = await open()
    const told = new Promise<Error | null | undefined>((resolve) => near.write(Buffer.alloc(WINDOW_BYTES * 2), resolve))
    relay.close('enough')
    assert.equal(((await told) as NodeJS.ErrnoException | undefined)?.code, 'ECONNRESET')
  })
})

test('10 000 short streams leave nothing behind', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const seen: WeakRef<LaneStream>[] = []
  const pair = lanePair(duplexPair(), (stream) => {
    seen.push(new WeakRef(stream))
    stream.pipe(stream)
  })
  const one = async (n: number): Promise<void> => {
    const stream = pair.relay.open({ n }) as LaneStream
    seen.push(new WeakRef(stream))
    // Every seventh is broken off instead of ended.
    if (n % 7 === 0) {
      stream.write('x')
      stream.destroy()
      return
    }
    const answer = text(stream)
    stream.end(`visitor ${n}`)
    assert.equal(await answer, `visitor ${n}`)
  }
  for (let batch = 0; batch < 100; batch++) await Promise.all(Array.from({ length: 100 }, (_, n) => one(batch * 100 + n)))
  while (pair.relay.streamCount + pair.engine.streamCount > 0) await turn()
  await turn()
  collect()
  assert.equal(seen.length, 20_000)
  const alive = seen.filter((stream) => stream.deref() !== undefined).length
  assert.ok(alive < 200, `${alive} streams are still held`)
  assert.deepEqual(pair.closed, { relay: [], engine: [] })
  pair.relay.close('done')
})

async function text(stream: LaneStream): Promise<string> {
  const parts: Buffer[] = []
  stream.on('data', (chunk: Buffer) => parts.push(chunk))
  await once(stream, 'end')
  return Buffer.concat(parts).toString()
}
