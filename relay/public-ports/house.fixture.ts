/** A home behind a relay's public port, in memory: two lanes that face each other, and sockets that come as visitors do. */
import dgram from 'node:dgram'
import { once } from 'node:events'
import net, { type Socket } from 'node:net'
import { duplexPair } from 'node:stream'
import type { TestContext } from 'node:test'
import { type LanePair, lanePair } from '../../test/lanes.ts'
import type { LaneFlow } from '../../wire/lane-flow.ts'
import type { LaneStream } from '../../wire/lane-stream.ts'

export interface TestHome extends LanePair {
  /** Streams and flows as the home got them, in order, with why they were opened. */
  readonly streams: { readonly stream: LaneStream; readonly meta: unknown }[]
  readonly flows: { readonly flow: LaneFlow; readonly meta: unknown; readonly heard: string[] }[]
}

export function testHome(context: TestContext): TestHome {
  const streams: TestHome['streams'] = []
  const flows: TestHome['flows'] = []
  const pair = lanePair(duplexPair(), (stream, meta) => streams.push({ stream, meta }), {
    onFlow(flow, meta) {
      const heard: string[] = []
      flow.onDatagram = (datagram) => void heard.push(datagram.toString())
      flows.push({ flow, meta, heard })
    },
  })
  context.after(() => pair.relay.close('over'))
  return { ...pair, streams, flows }
}

/** `left` resolves with the error's code, or `ended` when it ended politely. */
export async function caller(context: TestContext, port: number): Promise<{ socket: Socket; left: Promise<string> }> {
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  const left = new Promise<string>((resolve) => {
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''))
    socket.once('end', () => resolve('ended'))
  })
  context.after(() => socket.destroy())
  const opened = await Promise.race([once(socket, 'connect'), left])
  // Reset at once, he may hear of it while he is still connecting.
  if (opened === 'ECONNREFUSED') throw Object.assign(new Error(opened), { code: opened })
  return { socket, left }
}

/** A visitor's UDP socket; `heard` is what came back. */
export async function sender(context: TestContext, port: number): Promise<{ say(text: string): void; heard: string[]; from: number }> {
  const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1')
  const heard: string[] = []
  socket.on('message', (datagram) => heard.push(datagram.toString()))
  socket.on('error', () => {})
  context.after(() => socket.close())
  await once(socket, 'listening')
  return { say: (text) => socket.send(text, port, '127.0.0.1'), heard, from: socket.address().port }
}
