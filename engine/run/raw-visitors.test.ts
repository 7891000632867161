import assert from 'node:assert/strict'
import { duplexPair } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { lanePair } from '../../test/lanes.ts'
import type { LaneFlow } from '../../wire/lane-flow.ts'
import type { LaneStream } from '../../wire/lane-stream.ts'
import type { RawMeta } from '../../wire/messages.ts'
import type { UdpForward } from '../proxy/forward-udp.ts'
import type { Reply } from '../proxy/udp-flow.ts'
import { createRawVisitors, type RawVisitors } from './raw-visitors.ts'

const meta = (service: string): RawMeta => ({ service, peer: { address: '203.0.113.9', port: 50_000 } })

function tunnel(t: TestContext, raw: RawVisitors) {
  const onStream = (stream: LaneStream, said: unknown): void => raw.onStream(stream, said as RawMeta)
  const onFlow = (flow: LaneFlow, said: unknown): void => raw.onFlow(flow, said as RawMeta)
  const { relay } = lanePair(duplexPair(), onStream, { onFlow })
  t.after(() => relay.close('over'))
  return relay
}

function band(name: string) {
  const heard: string[] = []
  const left: string[] = []
  const replies: Reply[] = []
  const forward: UdpForward = {
    port: 1,
    deliver(bytes, peer, reply) {
      heard.push(`${name} ${bytes} from ${peer.address}`)
      replies.push(reply)
      reply(Buffer.from(`${name} hears ${bytes}`))
    },
    leave: (peer, reply) => left.push(`${peer.address} ${reply === replies.at(-1)}`),
    flows: () => 0,
    close: async () => {},
  }
  return { forward, heard, left }
}

test('a player’s datagrams go to the forwarder of his service as it is now, with his address, and answers go back', async (t) => {
  const raw = createRawVisitors()
  const relay = tunnel(t, raw)
  const [before, after] = [band('old'), band('new')]
  const withdraw = raw.leadTo('band', before.forward)
  const flow = relay.openFlow(meta('band'))
  assert.ok(flow)
  const answers: string[] = []
  flow.onDatagram = (datagram) => void answers.push(datagram.toString())
  flow.send(Buffer.from('one'))
  await eventually(() => assert.deepEqual(answers, ['old hears one']))
  assert.deepEqual(before.heard, ['old one from 203.0.113.9'])
  raw.leadTo('band', after.forward)
  withdraw()
  flow.send(Buffer.from('two'))
  await eventually(() => assert.deepEqual(answers, ['old hears one', 'new hears two']))
  flow.close()
  await eventually(() => assert.deepEqual([before.left, after.left], [[], ['203.0.113.9 true']]))
})

test('who comes to a service that is not there, or by the wrong protocol, is turned away', async (t) => {
  const raw = createRawVisitors()
  const relay = tunnel(t, raw)
  const accepted: string[] = []
  raw.leadTo('shell', { port: 1, accept: (_stream, peer) => void accepted.push(peer.address), close: async () => {} })
  raw.leadTo('band', band('band').forward)
  for (const service of ['shell', 'nobody']) {
    const flow = relay.openFlow(meta(service))
    assert.ok(flow)
    await new Promise<void>((resolve) => {
      flow.onClose = resolve
    })
  }
  for (const service of ['band', 'nobody']) {
    const stream = relay.open(meta(service))
    assert.ok(stream)
    await new Promise((resolve) => stream.once('close', resolve))
  }
  relay.open(meta('shell'))
  await eventually(() => assert.deepEqual(accepted, ['203.0.113.9']))
})
