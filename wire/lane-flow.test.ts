import assert from 'node:assert/strict'
import { duplexPair } from 'node:stream'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { rawPeer, settle, until } from '../test/lanes.ts'
import { creditFrame, FrameType, frame, MAX_DATA_BYTES, MAX_DATAGRAM_BYTES } from './frames.ts'
import { Lane } from './lane.ts'
import type { LaneFlow } from './lane-flow.ts'
import type { LaneStream } from './lane-stream.ts'

interface House {
  readonly relay: Lane
  readonly engine: Lane
  /** Opened by the relay; with what came to each end, and how often each was told of its end. */
  open(meta?: unknown): Promise<{ near: End; far: End; meta: unknown }>
}

interface End {
  readonly flow: LaneFlow
  readonly heard: string[]
  closed: number
}

function listening(flow: LaneFlow): End {
  const end: End = { flow, heard: [], closed: 0 }
  flow.onDatagram = (datagram) => void end.heard.push(datagram.toString())
  flow.onClose = () => {
    end.closed += 1
  }
  return end
}

function house(limits: { maxFlows?: number } = {}): House {
  const [nearSocket, farSocket] = duplexPair()
  const accepted: { far: End; meta: unknown }[] = []
  const relay = new Lane(nearSocket, { onControl: () => {}, onClose: () => {} })
  const engine = new Lane(farSocket, {
    onControl: () => {},
    onClose: () => {},
    onFlow: (flow, meta) => accepted.push({ far: listening(flow), meta }),
    ...limits,
  })
  return {
    relay,
    engine,
    async open(meta = {}) {
      const flow = relay.openFlow(meta)
      assert.ok(flow)
      const near = listening(flow)
      await until(() => accepted.length > 0)
      return { near, ...(accepted.shift() as { far: End; meta: unknown }) }
    },
  }
}

describe('a flow', () => {
  test('begins with its meta and carries datagrams both ways, whole and in order', async () => {
    const { relay, open } = house()
    const { near, far, meta } = await open({ port: 22_124 })
    assert.deepEqual(meta, { port: 22_124 })
    for (const text of ['one', '', 'three']) assert.equal(near.flow.send(Buffer.from(text)), true)
    assert.equal(far.flow.send(Buffer.alloc(MAX_DATAGRAM_BYTES, 'x')), true)
    await until(() => far.heard.length === 3 && near.heard.length === 1)
    assert.deepEqual(far.heard, ['one', '', 'three'])
    assert.equal(near.heard[0]?.length, MAX_DATAGRAM_BYTES)
    relay.close('done')
  })

  test('never drops what leaves one at a time, and never takes one that no frame carries', async () => {
    const { relay, open } = house()
    const { near, far } = await open()
    for (let n = 0; n < 2000; n++) {
      assert.equal(near.flow.send(Buffer.alloc(1400)), true)
      await turn()
    }
    assert.equal(near.flow.send(Buffer.alloc(MAX_DATAGRAM_BYTES + 1)), false)
    assert.equal(near.flow.dropped, 1)
    await until(() => far.heard.length === 2000)
    relay.close('done')
  })

  test('is told once of its end at both sides, whichever began, and is silent afterwards', async () => {
    const { relay, engine, open } = house()
    for (const swap of [false, true]) {
      const { near, far } = await open()
      const [first, second] = swap ? [far, near] : [near, far]
      second.flow.send(Buffer.from('under way'))
      first.flow.close()
      first.flow.close()
      await until(() => second.closed > 0)
      assert.equal(second.flow.send(Buffer.from('too late')), false)
      await settle()
      assert.deepEqual([first.closed, second.closed, first.heard], [1, 1, []])
    }
    assert.deepEqual([relay.flowCount, engine.flowCount, relay.closed], [0, 0, false])
    relay.close('done')
  })

  test('ends with its lane', async () => {
    const { relay, engine, open } = house()
    const flows = [await open(), await open()]
    engine.close('gone')
    await until(() => relay.closed)
    for (const { near, far } of flows) assert.deepEqual([near.closed, far.closed, near.flow.send(Buffer.alloc(1))], [1, 1, false])
    assert.deepEqual([relay.flowCount, engine.flowCount, relay.openFlow({})], [0, 0, undefined])
  })

  test('beyond the limit is refused, and comes again when another has ended', async () => {
    const { relay, engine, open } = house({ maxFlows: 2 })
    const { near } = await open()
    await open()
    const third = listening(relay.openFlow({}) as LaneFlow)
    await until(() => third.closed === 1)
    assert.deepEqual([relay.flowCount, engine.flowCount], [2, 2])
    near.flow.close()
    await open()
    relay.close('done')
  })

  test('shares the ids of streams', async () => {
    const { relay } = house()
    assert.deepEqual([relay.open({})?.id, relay.openFlow({})?.id, relay.open({})?.id], [1, 2, 3])
    relay.close('done')
  })
})

describe('under pressure', () => {
  test('datagrams are dropped and counted instead of waiting, and the first to go again is a fresh one', async () => {
    const peer = rawPeer()
    const flow = peer.lane.openFlow({}) as LaneFlow
    let taken = 0
    for (let n = 0; n < 10_000; n++) if (flow.send(Buffer.alloc(1400))) taken += 1
    assert.equal(flow.dropped, 10_000 - taken)
    assert.ok(taken >= 10 && taken * 1400 < 300_000, `${taken} datagrams wait`)
    peer.listen()
    await settle()
    assert.equal(flow.send(Buffer.from('fresh')), true)
    await settle()
    assert.equal(peer.frames.filter(({ type }) => type === FrameType.datagram).length, taken + 1)
    assert.equal(peer.lane.closed, false)
    peer.lane.close('done')
  })

  test('a datagram goes ahead of what a bulk stream still holds', async () => {
    const peer = rawPeer()
    const bulk = peer.lane.open({}) as LaneStream
    bulk.write(Buffer.alloc(MAX_DATA_BYTES * 1000))
    await settle()
    const flow = peer.lane.openFlow({}) as LaneFlow
    assert.equal(flow.send(Buffer.from('quick')), true)
    let before = 0
    let came = false
    peer.listen((type, stream, payload) => {
      if (type === FrameType.data && !came) before += payload.length
      if (type === FrameType.datagram) came = true
      if (type === FrameType.data) peer.socket.write(creditFrame(stream, payload.length))
    })
    await until(() => came)
    assert.ok(before < MAX_DATA_BYTES * 16, `${before} bytes went first`)
    peer.lane.close('done')
  })

  test('a flood of datagrams does not stop a stream', async () => {
    const peer = rawPeer()
    const flow = peer.lane.openFlow({}) as LaneFlow
    const stream = peer.lane.open({}) as LaneStream
    for (let n = 0; n < 1000; n++) flow.send(Buffer.alloc(1400))
    stream.write(Buffer.alloc(100_000))
    let got = 0
    peer.listen((type, id, payload) => {
      // As many again as ever fit, each time something leaves.
      while (flow.send(Buffer.alloc(1400)));
      if (type === FrameType.data && id === stream.id) got += payload.length
    })
    await until(() => got === 100_000)
    peer.lane.close('done')
  })
})

describe('what ends a lane', () => {
  const flow = (id: number): Buffer => frame(FrameType.flow, id, Buffer.from('{}'))
  const datagram = (id: number): Buffer => frame(FrameType.datagram, id, Buffer.from('x'))
  const stream = (id: number): Buffer => frame(FrameType.open, id, Buffer.from('{}'))
  const table: [string, Buffer[], RegExp][] = [
    ['a datagram for a flow that never was', [datagram(1)], /no stream 1/],
    ['a datagram on the lane itself', [flow(1), datagram(0)], /no stream 0/],
    ['a datagram on a stream', [stream(1), datagram(1)], /stream 1 is no flow/],
    ['bytes on a flow', [flow(1), frame(FrameType.data, 1, Buffer.from('x'))], /flow 1 is no stream/],
    ['credit for a flow', [flow(1), creditFrame(1, 1)], /flow 1 is no stream/],
    ['the end of half a flow', [flow(1), frame(FrameType.end, 1)], /flow 1 is no stream/],
    ['a stream’s id used for a flow', [stream(1), flow(1)], /flow 1 may not be opened/],
    ['a flow’s id used for a stream', [flow(2), stream(1)], /stream 1 may not be opened/],
    ['a flow that is no JSON', [frame(FrameType.flow, 1, Buffer.from('{'))], /not JSON/],
  ]
  for (const [name, bytes, reason] of table)
    test(name, async () => {
      const peer = rawPeer({ onFlow: () => {} })
      peer.socket.write(Buffer.concat(bytes))
      await until(() => peer.lane.closed)
      assert.match(peer.closed[0] ?? '', reason)
    })

  test('a flow opened towards the side that opens them', async () => {
    const peer = rawPeer()
    peer.socket.write(flow(1))
    await until(() => peer.lane.closed)
    assert.match(peer.closed[0] ?? '', /flow 1 may not be opened/)
  })

  test('but not datagrams for a flow that is over', async () => {
    const peer = rawPeer({ onFlow: (opened) => opened.close() })
    peer.socket.write(Buffer.concat([flow(1), datagram(1), datagram(1), frame(FrameType.control, 0, Buffer.from('7'))]))
    await until(() => peer.heard.length > 0)
    assert.equal(peer.lane.closed, false)
    peer.lane.close('done')
  })
})
