/** What a lane does with a peer that breaks the rules, and with streams that want more than their share. */
import assert from 'node:assert/strict'
import { Duplex, duplexPair } from 'node:stream'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { fuzzInTurns } from '../test/fuzz/random.ts'
import { drained, lanePair, pour, type RawPeer, rawPeer, settle, until } from '../test/lanes.ts'
import { creditFrame, FrameType, frame, MAX_DATA_BYTES } from './frames.ts'
import { Lane } from './lane.ts'
import type { LaneStream } from './lane-stream.ts'
import { MAX_RESETS, MAX_WINDOW_BYTES, RESETS_PER_S, WINDOW_BYTES } from './limits.ts'
import { MOST_TURN_BYTES } from './outbox.ts'

const open = (id: number): Buffer => frame(FrameType.open, id, Buffer.from('{}'))
const data = (id: number, bytes: number): Buffer => frame(FrameType.data, id, Buffer.alloc(bytes))
/** Exactly one window of data. */
const window = (id: number): Buffer => Buffer.concat(Array.from({ length: WINDOW_BYTES / MAX_DATA_BYTES }, () => data(id, MAX_DATA_BYTES)))

describe('what ends a lane', () => {
  const table: [string, Buffer[], RegExp][] = [
    ['an unknown type', [Buffer.of(12, 0, 0, 0, 0, 0, 0, 0)], /unknown frame type 12/],
    ['control that is no JSON', [frame(FrameType.control, 0, Buffer.from('{'))], /not JSON/],
    ['an empty control', [frame(FrameType.control, 0)], /not JSON/],
    ['an opening that is no JSON', [frame(FrameType.open, 1, Buffer.from('nope'))], /not JSON/],
    ['stream 0', [open(0)], /may not be opened/],
    ['an id used twice', [open(1), open(1)], /may not be opened/],
    ['an id that goes back', [open(5), open(4)], /may not be opened/],
    ['data for a stream that never was', [data(1, 1)], /no stream 1/],
    ['data on the lane itself', [open(1), data(0, 1)], /no stream 0/],
    ['credit for a stream to come', [open(1), creditFrame(2, 1)], /no stream 2/],
    ['two ends', [open(1), frame(FrameType.end, 1), frame(FrameType.end, 1)], /ended twice/],
    ['data after the end', [open(1), frame(FrameType.end, 1), data(1, 1)], /after its end/],
    ['one byte more than the window', [open(1), window(1), data(1, 1)], /more than its credit/],
    ['credit of nothing', [open(1), creditFrame(1, 0)], /too much credit/],
    ['more credit than any window', [open(1), creditFrame(1, MAX_WINDOW_BYTES - WINDOW_BYTES + 1)], /too much credit/],
    ['all the credit there is', [open(1), creditFrame(1, 0xffffffff)], /too much credit/],
  ]
  for (const [name, bytes, reason] of table)
    test(name, async () => {
      const peer = rawPeer()
      peer.socket.write(Buffer.concat(bytes))
      await until(() => peer.lane.closed)
      assert.equal(peer.closed.length, 1)
      assert.match(peer.closed[0] ?? '', reason)
      assert.ok(peer.streams.every((stream) => stream.destroyed && (stream.errored as NodeJS.ErrnoException).code === 'ECONNRESET'))
    })

  test('a stream opened towards the side that opens them', async () => {
    const [near, far] = duplexPair()
    const closed: string[] = []
    new Lane(near, { onControl: () => {}, onClose: (reason) => closed.push(reason) })
    far.write(open(1))
    await until(() => closed.length > 0)
    assert.match(closed[0] ?? '', /may not be opened/)
  })

  test('a handler of ours that throws does not end the process', async () => {
    const peer = rawPeer({
      onControl: () => {
        throw new TypeError('a bug')
      },
    })
    peer.socket.write(frame(FrameType.control, 0, Buffer.from('1')))
    await until(() => peer.lane.closed)
    assert.match(peer.closed[0] ?? '', /unexpected: TypeError: a bug/)
  })
})

describe('streams opened and reset without end', () => {
  const churn = (id: number): Buffer => Buffer.concat([open(id), frame(FrameType.reset, id)])

  test('end the lane of who is given them', async (t) => {
    // What is forgiven each second has no part in it, however slow the machine.
    t.mock.method(performance, 'now', () => 1000)
    const peer = rawPeer()
    for (let id = 1; id <= 2 * MAX_RESETS + 1000 && !peer.lane.closed; id += 100) {
      peer.socket.write(Buffer.concat(Array.from({ length: 100 }, (_, n) => churn(id + n))))
      await turn()
    }
    assert.deepEqual(peer.closed, ['streams are opened and reset without end'])
  })

  test('are opened no more by who opens them, long before; and again a while later', async (t) => {
    const clock = { nowMs: 1000 }
    t.mock.method(performance, 'now', () => clock.nowMs)
    const { relay, engine, closed } = lanePair(duplexPair())
    const burst = (): number => {
      for (let n = 0; ; n++) {
        const stream = relay.open({})
        if (!stream) return n
        stream.destroy()
      }
    }
    assert.equal(burst(), MAX_RESETS)
    await settle()
    assert.equal(engine.streamCount, 0)
    clock.nowMs += 2000
    assert.equal(burst(), 2 * RESETS_PER_S)
    await settle()
    assert.deepEqual(closed, { relay: [], engine: [] })
    relay.close('done')
  })

  test('and refusals of ours count for nothing', async () => {
    const peer = rawPeer({ onStream: (stream) => stream.destroy() })
    peer.listen()
    for (let id = 1; id <= 3 * MAX_RESETS; id += 100) {
      peer.socket.write(Buffer.concat(Array.from({ length: 100 }, (_, n) => open(id + n))))
      await turn()
    }
    await settle()
    assert.equal(peer.lane.closed, false)
    peer.lane.close('done')
  })
})

describe('what does not', () => {
  test('exactly one window unread, and then what was read again', async () => {
    const peer = rawPeer()
    // No round trip is known, so no window grows.
    peer.listen(undefined, false)
    peer.socket.write(Buffer.concat([open(1), window(1)]))
    await until(() => peer.streams[0]?.readableLength === WINDOW_BYTES)
    assert.equal(peer.lane.closed, false)
    assert.equal(given(peer), 0, 'no credit for what nobody has taken')
    const [stream] = peer.streams as [LaneStream]
    let taken = 0
    while (taken < WINDOW_BYTES) taken += ((stream.read(1000) ?? stream.read()) as Buffer).length
    await until(() => given(peer) >= WINDOW_BYTES * 0.75)
    assert.ok(given(peer) <= WINDOW_BYTES)
    peer.lane.close('done')
  })

  test('frames for streams that are over, whatever they are', async () => {
    const peer = rawPeer()
    peer.socket.write(Buffer.concat([open(1), frame(FrameType.reset, 1)]))
    peer.socket.write(
      Buffer.concat([
        data(1, 5),
        creditFrame(1, 5),
        frame(FrameType.end, 1),
        frame(FrameType.reset, 1),
        frame(FrameType.control, 0, Buffer.from('7')),
      ]),
    )
    await until(() => peer.heard.length > 0)
    assert.equal(peer.lane.closed, false)
    peer.lane.close('done')
  })

  test('ids with gaps, and empty data', async () => {
    const peer = rawPeer()
    peer.socket.write(Buffer.concat([open(3), open(0xffffffff), data(3, 0), frame(FrameType.control, 0, Buffer.from('7'))]))
    await until(() => peer.heard.length > 0)
    assert.deepEqual(
      peer.streams.map(({ id }) => id),
      [3, 0xffffffff],
    )
    peer.lane.close('done')
  })
})

/** Credit given so far. */
const given = (peer: RawPeer): number =>
  peer.frames.filter(({ type }) => type === FrameType.credit).reduce((sum, { payload }) => sum + payload.readUInt32BE(0), 0)

describe('memory', () => {
  test('a stream nobody reads holds one window, however much is sent, and the others go on', async () => {
    const far: LaneStream[] = []
    const { relay, engine } = lanePair(duplexPair(), (stream) => far.push(stream))
    const slow = relay.open({}) as LaneStream
    const poured = pour(slow, WINDOW_BYTES * 8, 1)
    await until(() => far[0]?.readableLength === WINDOW_BYTES)
    await settle()

    const quick = relay.open({}) as LaneStream
    await until(() => far.length === 2)
    const [sent, seen] = await Promise.all([pour(quick, WINDOW_BYTES * 4, 2), drained(far[1] as LaneStream)])
    assert.equal(seen, sent)
    assert.equal(far[0]?.readableLength, WINDOW_BYTES)

    // A reader that takes a little at a time never has more than one window waiting either.
    const [stream] = far as [LaneStream]
    const parts: Buffer[] = []
    while (!stream.readableEnded) {
      assert.ok(stream.readableLength <= WINDOW_BYTES)
      const part = stream.read(Math.min(10_000, stream.readableLength || 1)) as Buffer | null
      if (part) parts.push(part)
      else await turn()
    }
    assert.equal(Buffer.concat(parts).length, WINDOW_BYTES * 8)
    await poured
    engine.close('done')
  })

  test('a stream sends one window to a peer that gives no credit, and its writer waits', async () => {
    const peer = rawPeer()
    peer.listen()
    const stream = peer.lane.open({}) as LaneStream
    let taken = 0
    while (taken < WINDOW_BYTES * 2 && stream.write(Buffer.alloc(10_000))) taken += 10_000
    assert.ok(taken < WINDOW_BYTES, 'the writer is told to wait')
    for (let n = 0; n < 100; n++) stream.write(Buffer.alloc(10_000))
    const sent = () => peer.frames.filter(({ type }) => type === FrameType.data).reduce((sum, { payload }) => sum + payload.length, 0)
    await until(() => sent() >= WINDOW_BYTES)
    await settle()
    assert.equal(sent(), WINDOW_BYTES)
    peer.socket.write(creditFrame(stream.id, 1))
    await until(() => sent() > WINDOW_BYTES)
    await settle()
    assert.equal(sent(), WINDOW_BYTES + 1)
    peer.lane.close('done')
  })

  test('pings that nobody takes the answers of are not answered for ever', async () => {
    const [near, far] = duplexPair()
    const lane = new Lane(near, { onControl: () => {}, onClose: () => {} })
    const pings = Buffer.concat(Array.from({ length: 10_000 }, () => frame(FrameType.ping, 0, Buffer.alloc(8))))
    for (let n = 0; n < 100; n++) {
      if (!far.write(pings)) await turn()
      assert.ok(near.writableLength < 200_000, `${near.writableLength} bytes of pongs`)
    }
    lane.close('done')
  })

  test('who lets refusals pile up unread is left', async () => {
    const peer = rawPeer({ maxStreams: 0 })
    for (let id = 1; id < 300_000 && !peer.lane.closed; id += 1000) {
      peer.socket.write(Buffer.concat(Array.from({ length: 1000 }, (_, n) => open(id + n))))
      await turn()
    }
    assert.deepEqual(peer.closed, ['the other side does not read'])
  })
})

describe('fairness', () => {
  const OWN_BYTES = 16 * MOST_TURN_BYTES
  // All 64 wait while nobody reads. Then every byte is counted, in the order of the wire, between the first and the last of the 63.
  for (const writeBytes of [1_000, MAX_DATA_BYTES, 1_000_000])
    test(`a bulk stream in writes of ${writeBytes} bytes sends no more than each of 63 others while they send`, async (t) => {
      // The same line throughout: how long a turn is goes by how long answers take.
      t.mock.method(performance, 'now', () => 1000)
      const peer = rawPeer()
      const bulk = peer.lane.open({}) as LaneStream
      // Far more than the connection takes, ignoring every sign to wait.
      for (let written = 0; written < 8_000_000; written += writeBytes) bulk.write(Buffer.alloc(writeBytes))
      await settle()
      const others = Array.from({ length: 63 }, () => peer.lane.open({}) as LaneStream)
      for (const stream of others) stream.end(Buffer.alloc(OWN_BYTES))
      await settle()

      const sent: { readonly stream: number; readonly bytes: number }[] = []
      const ended = new Set<number>()
      peer.listen((type, stream, payload) => {
        if (type === FrameType.end) ended.add(stream)
        if (type !== FrameType.data) return
        sent.push({ stream, bytes: payload.length })
        // Credit comes at once, so that it never decides.
        peer.socket.write(creditFrame(stream, payload.length))
      })
      await until(() => ended.size === 63)

      const isOther = ({ stream }: { stream: number }) => stream !== bulk.id
      const contested = sent.slice(sent.findIndex(isOther), sent.findLastIndex(isOther) + 1)
      const total = (parts: typeof sent) => parts.reduce((sum, { bytes }) => sum + bytes, 0)
      assert.equal(total(contested.filter(isOther)), 63 * OWN_BYTES)
      const bulkBytes = total(contested.filter((part) => !isOther(part)))
      assert.ok(bulkBytes <= OWN_BYTES + 2 * MOST_TURN_BYTES, `the bulk stream sent ${bulkBytes} bytes meanwhile`)
      assert.ok(bulkBytes >= OWN_BYTES - 2 * MOST_TURN_BYTES, `nor is it left out with ${bulkBytes}`)
      peer.lane.close('done')
    })
})

test('hostile frames: the lane goes on or ends, nothing throws, and no stream holds more than its window', async () => {
  await fuzzInTurns(1, (random) => {
    // A socket that takes everything and says nothing: its bytes come from the loop below, at once.
    const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })
    const streams: LaneStream[] = []
    let closed = 0
    let flows = 0
    const lane = new Lane(socket, {
      onControl: () => {},
      onStream: (stream) => {
        streams.push(stream)
        if (random.chance(0.3)) stream.resume()
        if (random.chance(0.2)) stream.end('an answer')
        if (random.chance(0.1)) stream.destroy()
      },
      onFlow: (flow) => {
        flows += 1
        flow.onDatagram = (datagram) => flow.send(datagram)
        flow.onClose = () => {
          flows -= 1
        }
        if (random.chance(0.2)) flow.close()
      },
      onClose: () => {
        closed += 1
      },
      maxStreams: 3,
      maxFlows: 2,
    })
    const frames = Array.from({ length: 1 + random.int(8) }, () => {
      const id = random.int(5)
      return random.pick([
        open(id),
        open(id),
        data(id, random.int(20)),
        creditFrame(id, random.pick([0, 1, 9, 2 ** 32 - 1])),
        frame(FrameType.end, id),
        frame(FrameType.reset, id),
        frame(FrameType.ping, 0, Buffer.alloc(8)),
        frame(FrameType.pong, 0, Buffer.of(0, 0, 0, 0, 0, 0, 0, random.int(2))),
        frame(FrameType.flow, id, Buffer.from('{}')),
        frame(FrameType.datagram, id, Buffer.alloc(random.int(20))),
        frame(FrameType.control, 0, Buffer.from(JSON.stringify(random.json(1)))),
      ])
    })
    const bytes = Buffer.concat(frames)
    for (const piece of random.pieces(random.chance(0.5) ? bytes : random.mutated(bytes), 40)) socket.emit('data', piece)
    assert.ok(lane.streamCount <= 3 && lane.flowCount <= 2)
    assert.equal(flows, lane.flowCount)
    assert.ok(streams.every(({ readableLength }) => readableLength <= WINDOW_BYTES))
    assert.equal(closed, lane.closed ? 1 : 0)
    lane.close('done')
    assert.equal(closed, 1)
    assert.deepEqual([lane.streamCount, lane.flowCount, flows], [0, 0, 0])
  })
})
