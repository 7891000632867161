import assert from 'node:assert/strict'
import { Duplex } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { FrameReader, FrameType, frame, HEADER_BYTES, MAX_DATA_BYTES, writeFrameHeader } from './frames.ts'
import { Lane } from './lane.ts'
import type { LaneStream } from './lane-stream.ts'
import { Outbox, type Sender } from './outbox.ts'

/** An outbox whose every byte is read at once, and whose pings are answered a few batches later where `pongs`: a line that is quick, by a clock
 *  that no other program on this machine holds up. */
function outboxOf(t: TestContext, onData: (stream: number, bytes: number) => void, pongs: boolean): Outbox {
  let nowMs = 0
  t.mock.method(performance, 'now', () => nowMs)
  const reader = new FrameReader((type, stream, payload) => {
    if (type === FrameType.data) onData(stream, payload.length)
    if (type === FrameType.ping && pongs) void answer(Buffer.from(payload))
  })
  const answer = async (payload: Buffer): Promise<void> => {
    for (let turns = 0; turns < 24; turns++) await turn()
    outbox.onPong(payload)
  }
  const write = (batch: Buffer, _encoding: string, done: () => void): void => {
    nowMs += 0.1
    reader.push(batch)
    setImmediate(done)
  }
  const outbox = new Outbox(new Duplex({ read() {}, write }), () => assert.fail('it is read'))
  return outbox
}

/** Always has more, in frames as long as can be. */
const endless = (id: number): Sender => ({
  takeTurn(batch, at) {
    writeFrameHeader(batch, at, FrameType.data, id, MAX_DATA_BYTES)
    return HEADER_BYTES + MAX_DATA_BYTES
  },
})

const STREAMS = 8

for (const [line, pongs, framesATurn] of [
  ['that nobody knows yet', false, 1],
  ['that is quick', true, 4],
] as const)
  test(`on a line ${line} a turn is ${framesATurn} frames, and no stream is ever more than a turn ahead of another`, async (t) => {
    const sent = new Map<number, number>()
    const order: number[] = []
    const outbox = outboxOf(
      t,
      (stream, bytes) => {
        order.push(stream)
        sent.set(stream, (sent.get(stream) ?? 0) + bytes)
        const all = Array.from({ length: STREAMS }, (_, id) => sent.get(id + 1) ?? 0)
        // Turns become longer as the line is learnt, and everybody began with a frame more.
        assert.ok(Math.max(...all) - Math.min(...all) <= (framesATurn + 1) * MAX_DATA_BYTES, `${all}`)
      },
      pongs,
    )
    for (let id = 1; id <= STREAMS; id++) outbox.wait(endless(id))
    const frames = pongs ? 4000 : STREAMS
    for (let turns = 0; turns < 10_000 && order.length < frames; turns++) await turn()
    outbox.stop()
    assert.deepEqual(
      order.slice(0, STREAMS),
      Array.from({ length: STREAMS }, (_, id) => id + 1),
    )
    const last = order.slice(-400)
    const changes = last.filter((stream, at) => stream !== last[at - 1]).length
    assert.equal(Math.round(last.length / changes), framesATurn)
  })

test('who has just begun goes first, and only for a frame', async (t) => {
  const order: number[] = []
  const onData = (stream: number): void => {
    order.push(stream)
    if (order.length === 1000) outbox.wait(endless(9))
  }
  const outbox = outboxOf(t, onData, true)
  for (let id = 1; id <= STREAMS; id++) outbox.wait(endless(id))
  for (let turns = 0; turns < 10_000 && order.length < 1100; turns++) await turn()
  outbox.stop()
  const first = order.indexOf(9)
  // The batch that was under way then had been filled before.
  assert.ok(first - 1000 <= 16, `${first - 1000} frames later`)
  assert.deepEqual([order[first] === 9, order[first + 1] === 9], [true, false])
})

test('however many datagrams are under way, streams go on beside them', async () => {
  let datagramBytes = 0
  let streamBytes = 0
  const reader = new FrameReader((type, _stream, payload) => {
    if (type === FrameType.datagram) datagramBytes += payload.length
    if (type === FrameType.data) streamBytes += payload.length
  })
  const write = (batch: Buffer, _encoding: string, done: () => void): void => {
    reader.push(batch)
    setImmediate(done)
  }
  // Of a long line: nothing has been answered yet.
  const outbox = new Outbox(new Duplex({ read() {}, write }), () => assert.fail('it is read'))
  for (let turns = 0; turns < 20; turns++) {
    outbox.pushDatagram(1, Buffer.alloc(60_000))
    await turn()
  }
  assert.ok(datagramBytes > 500_000, `${datagramBytes}`)
  outbox.wait(endless(2))
  for (let turns = 0; turns < 20; turns++) await turn()
  outbox.stop()
  assert.ok(streamBytes >= 200_000, `${streamBytes}`)
})

test('frames of data lie each within one TLS record, whatever goes before them in a batch', async () => {
  const batches: Buffer[] = []
  const write = (batch: Buffer, _encoding: string, done: () => void): void => {
    batches.push(Buffer.from(batch))
    setImmediate(done)
  }
  const lane = new Lane(new Duplex({ read() {}, write }), { onControl() {}, onClose() {} })
  const stream = lane.open({ to: 'a house' }) as LaneStream
  lane.sendControl({ said: 'before' })
  stream.write(Buffer.alloc(200_000))
  for (let turns = 0; turns < 20; turns++) await turn()
  lane.close('done')
  const records = batches.flatMap((batch) => {
    const found: [number, number][] = []
    for (let at = 0; at < batch.length; at += HEADER_BYTES + batch.readUIntBE(at + 1, 3))
      if (batch[at] === FrameType.data) found.push([at, at + HEADER_BYTES + batch.readUIntBE(at + 1, 3)])
    return found
  })
  assert.ok(records.length >= 12 && records[0]?.[0] !== 0, 'something stood before')
  for (const [from, to] of records)
    assert.equal(Math.floor(from / MAX_DATA_BYTES), Math.floor((to - 1) / MAX_DATA_BYTES), `${from} to ${to}`)
})

test('a batch as large as all that may be under way has marks on its way, so that its echoes do not all come after its last byte', async () => {
  const between: number[] = [0]
  const reader = new FrameReader((type, _stream, payload) => {
    if (type === FrameType.ping) between.push(0)
    else between[between.length - 1] = (between.at(-1) ?? 0) + payload.length
  })
  const batches: number[] = []
  const write = (batch: Buffer, _encoding: string, done: () => void): void => {
    batches.push(batch.length)
    reader.push(batch)
    setImmediate(done)
  }
  const outbox = new Outbox(new Duplex({ read() {}, write }), () => assert.fail('it is read'))
  outbox.wait(endless(1))
  for (let turns = 0; turns < 20; turns++) await turn()
  outbox.stop()
  assert.ok((batches[0] ?? 0) > 200_000, `${batches}`)
  assert.ok(Math.max(...between) <= 3 * MAX_DATA_BYTES, `${between}`)
})

test('datagrams that do not fit beside what goes ahead of them leave with the next batch, whole and in order', async () => {
  const batches: [flow: number, text: string][][] = []
  const write = (batch: Buffer, _encoding: string, done: () => void): void => {
    const datagrams: [number, string][] = []
    new FrameReader((type, flow, payload) => {
      if (type === FrameType.datagram) datagrams.push([flow, payload.toString()])
    }).push(batch)
    batches.push(datagrams)
    setImmediate(done)
  }
  const outbox = new Outbox(new Duplex({ read() {}, write }), () => assert.fail('it is read'))
  for (let frames = 0; frames < 11; frames++) outbox.push(frame(FrameType.data, 1, Buffer.alloc(MAX_DATA_BYTES)))
  const sent = Array.from({ length: 600 }, (_, n): [number, string] => [n, `${n}`.padEnd(n, '.')])
  const taken = sent.filter(([flow, text]) => outbox.pushDatagram(flow, Buffer.from(text)))
  while (batches.flat().length < taken.length) await turn()
  outbox.stop()
  assert.ok(taken.length > 400 && taken.length < 600, `${taken.length} taken`)
  assert.ok(batches.length > 1 && batches.every((datagrams) => datagrams.length > 0), `${batches.map(({ length }) => length)}`)
  assert.deepEqual(batches.flat(), taken)
})
