/** The datagrams of public ports, as a home hears them: frames of flows that a relay may send in any order, whole or not. */
import assert from 'node:assert/strict'
import { Duplex } from 'node:stream'
import { FrameType, frame, MAX_DATAGRAM_BYTES } from '../../../wire/frames.ts'
import { Lane } from '../../../wire/lane.ts'
import { RawMeta } from '../../../wire/messages.ts'
import type { Random } from '../random.ts'
import type { Target } from '../target.ts'

const MAX_FLOWS = 4
const META = { service: 'band', peer: { address: '203.0.113.9', port: 50_000 } }
const OTHERS = [FrameType.data, FrameType.credit, FrameType.end, FrameType.open, FrameType.ping]
const LENGTHS: Partial<Record<FrameType, number>> = { [FrameType.credit]: 4, [FrameType.end]: 0, [FrameType.ping]: 8 }

/** Mostly what an honest relay sends. */
function conversation(source: Random): Buffer {
  let lastId = 1
  const frames = [frame(FrameType.flow, lastId, meta(source))]
  const some = (): number => (source.chance(0.98) ? 1 + source.int(lastId) : source.int(2 ** 32))
  for (let count = source.int(12); count > 0; count--) {
    const kind = source.int(40)
    if (kind < 10) frames.push(frame(FrameType.flow, source.chance(0.97) ? ++lastId : some(), meta(source)))
    else if (kind < 34) frames.push(frame(FrameType.datagram, some(), source.bytes(source.int(source.pick([0, 40, 1500])))))
    else if (kind < 39) frames.push(frame(FrameType.reset, some()))
    else {
      const type = source.pick(OTHERS)
      frames.push(frame(type, type === FrameType.ping ? 0 : some(), source.bytes(LENGTHS[type] ?? source.int(40))))
    }
  }
  const all = Buffer.concat(frames)
  return source.chance(0.2) ? source.mutated(all) : all
}

function meta(source: Random): Buffer {
  const good = Buffer.from(JSON.stringify(META))
  if (source.chance(0.8)) return good
  return source.chance(0.5) ? Buffer.from(JSON.stringify(source.json())).subarray(0, 1024) : source.mutated(good).subarray(0, 1024)
}

const flows: Target = {
  says: 'flows of datagrams, opened, filled and ended by a relay that may say anything',
  input: conversation,
  check(bytes) {
    const socket = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() })
    const ends = new Map<number, number>()
    let [heard, turnedAway] = [0, 0]
    const lane = new Lane(socket, {
      onControl: () => {},
      onClose: () => {},
      onStream: (stream) => stream.destroy(),
      maxFlows: MAX_FLOWS,
      onFlow(flow, said) {
        assert.ok(lane.flowCount <= MAX_FLOWS)
        assert.ok(!ends.has(flow.id), 'an id is used once')
        ends.set(flow.id, 0)
        flow.onClose = () => void ends.set(flow.id, (ends.get(flow.id) ?? 0) + 1)
        flow.onDatagram = (datagram) => {
          assert.equal(ends.get(flow.id), 0, 'nothing is heard of what has ended')
          assert.ok(datagram.length <= MAX_DATAGRAM_BYTES)
          heard += 1
          flow.send(datagram)
        }
        if (RawMeta.safeParse(said).success) return
        turnedAway += 1
        flow.close()
      },
    })
    socket.emit('data', bytes)
    const isOver = lane.closed
    lane.close('the test is over')
    assert.equal(lane.flowCount, 0)
    for (const [id, count] of ends) assert.equal(count, 1, `flow ${id} ended ${count} times`)
    if (isOver) return 'ended'
    return heard > 0 ? 'heard' : turnedAway > 0 ? 'turned-away' : 'nothing'
  },
}

export const FLOW_TARGETS = { flows }
