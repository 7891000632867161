import assert from 'node:assert/strict'
import { once } from 'node:events'
import { duplexPair } from 'node:stream'
import { test } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { Lane } from '../../wire/lane.ts'
import type { LaneFlow } from '../../wire/lane-flow.ts'
import type { LaneStream } from '../../wire/lane-stream.ts'
import { Meter } from './meter.ts'

/** The relay's end of a lane, and what its home does with whoever comes. */
function lane(home: { onStream?(stream: LaneStream): void; onFlow?(flow: LaneFlow): void }) {
  const [near, far] = duplexPair()
  new Lane(far, { onControl: () => {}, onClose: () => {}, ...home })
  return new Lane(near, { onControl: () => {}, onClose: () => {} })
}

test('both ways of a stream and of a flow, each byte once, also what came last', async () => {
  const relay = lane({
    onStream: (stream) => void stream.on('data', () => {}).once('end', () => stream.end('x'.repeat(70_000))),
    onFlow: (flow) => (flow.onDatagram = (datagram) => void flow.send(Buffer.concat([datagram, datagram]))),
  })
  const meter = new Meter()
  const stream = relay.open({})
  const flow = relay.openFlow({})
  assert.ok(stream && flow)
  meter.add({ deviceKey: 'otter', service: 'web' }, stream)
  meter.add({ deviceKey: 'heron', service: 'band' }, flow)
  assert.equal(meter.collect().size, 0)
  const heard: Buffer[] = []
  flow.onDatagram = (datagram) => heard.push(datagram)
  flow.send(Buffer.alloc(30))
  await eventually(() => assert.equal(heard.length, 1))
  stream.end('y'.repeat(1000))
  await once(stream.resume(), 'close')
  flow.close()
  assert.deepEqual(
    [...meter.collect()],
    [
      ['otter', { inBytes: 1000, outBytes: 70_000 }],
      ['heron', { inBytes: 30, outBytes: 60 }],
    ],
  )
  assert.equal(meter.collect().size, 0)
  assert.deepEqual(meter.total, { inBytes: 1030, outBytes: 70_060, streams: 1, flows: 1 })
})

test('what must not go on is ended, and nothing else', async () => {
  const relay = lane({ onStream: (stream) => void stream.resume(), onFlow: () => {} })
  const meter = new Meter()
  const [one, two] = [relay.open({}), relay.open({})]
  const flow = relay.openFlow({})
  assert.ok(one && two && flow)
  meter.add({ deviceKey: 'otter', service: 'web' }, one)
  meter.add({ deviceKey: 'otter', service: 'wiki' }, two)
  meter.add({ deviceKey: 'otter', service: 'web' }, flow)
  meter.end(({ service }) => service === 'web')
  assert.deepEqual([one.destroyed, two.destroyed, flow.closed], [true, false, true])
  relay.close('over')
})
