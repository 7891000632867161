import assert from 'node:assert/strict'
import { type Duplex, duplexPair } from 'node:stream'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { lanePair, settle } from '../test/lanes.ts'
import type { LaneFlow } from './lane-flow.ts'
import type { LaneStream } from './lane-stream.ts'
import { WINDOW_BYTES } from './limits.ts'
import type { Pace } from './pace.ts'
import { pump } from './pump.ts'

/** Lets nothing pass until told. */
function held() {
  const waiting: (() => void)[] = []
  const own = { bytes: 0, open: false }
  const pace: Pace = {
    pass(bytes, go) {
      own.bytes += bytes
      if (own.open) go()
      else waiting.push(go)
    },
    passNow: () => own.open,
  }
  const release = (): void => {
    own.open = true
    for (const go of waiting.splice(0)) go()
  }
  return { pace, own, release }
}

/** A relay between a visitor and a home: what is written at one is read at the other. */
function relayed() {
  const { pace, own, release } = held()
  const far: LaneStream[] = []
  const flows: LaneFlow[] = []
  const { relay } = lanePair(duplexPair(), (stream) => far.push(stream), { onFlow: (flow) => flows.push(flow) })
  relay.pace = pace
  const stream = relay.open({}) as LaneStream
  const [visitor, atRelay] = duplexPair()
  pump(atRelay, stream)
  pump(stream, atRelay)
  return { relay, visitor, far, flows, own, release }
}

async function carried(from: Duplex, to: Duplex, bytes: number): Promise<number> {
  let seen = 0
  to.on('data', (chunk: Buffer) => {
    seen += chunk.length
  })
  from.write(Buffer.alloc(bytes))
  await settle()
  return seen
}

test('a home whose pace holds it back sends no more than a window, and goes on when it may', async () => {
  const { relay, visitor, far, own, release } = relayed()
  await settle()
  const [home] = far as [LaneStream]
  assert.equal(await carried(home, visitor, 4 * WINDOW_BYTES), WINDOW_BYTES)
  assert.equal(own.bytes, WINDOW_BYTES)
  release()
  await settle()
  assert.equal(own.bytes, 4 * WINDOW_BYTES)
  relay.close('done')
})

test('its visitors are read no further, either', async () => {
  const { relay, visitor, far, own, release } = relayed()
  await settle()
  const [home] = far as [LaneStream]
  let written = 0
  for (; visitor.write(Buffer.alloc(65_536)) && written < 64; written++) await turn()
  await settle()
  assert.ok(own.bytes <= 2 * WINDOW_BYTES, `${own.bytes}`)
  release()
  assert.ok((await carried(visitor, home, 65_536)) > 0)
  relay.close('done')
})

test('datagrams that may not pass are lost', async () => {
  const { relay, flows, own } = relayed()
  const flow = relay.openFlow({}) as LaneFlow
  const heard: string[] = []
  flow.onDatagram = (datagram) => void heard.push(datagram.toString())
  await settle()
  assert.equal(flow.send(Buffer.from('lost')), false)
  flows[0]?.send(Buffer.from('lost too'))
  await settle()
  own.open = true
  assert.equal(flow.send(Buffer.from('passed')), true)
  flows[0]?.send(Buffer.from('passed too'))
  await settle()
  assert.deepEqual([flow.dropped, heard], [1, ['passed too']])
  relay.close('done')
})
