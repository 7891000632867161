/** A name server that behaves as none should. The real ones are asked in test/scenarios/name-servers.test.ts. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { Endpoint } from '../protocol/model/address.ts'
import { ask, findZone } from './ask.ts'
import { TYPE } from './codes.ts'
import { NameServerError, type NameServerTrouble, openNameServer } from './exchange.ts'
import { nameOf } from './names.ts'
import { u16 } from './records.ts'
import { frame } from './tcp-frames.ts'

const NAME = nameOf('a.ex')
const { signal } = new AbortController()
const trouble = (wanted: NameServerTrouble) => (error: unknown) => error instanceof NameServerError && error.trouble === wanted

interface Change {
  readonly id?: number
  readonly flags?: number
  readonly name?: string
  readonly address?: number
}

/** The question's header and name made into an answer with one address. */
function answerTo(question: Uint8Array, { id, flags = 0x8400, name = '016102657800', address = 7 }: Change = {}): Buffer {
  const header = [...(id === undefined ? question.subarray(0, 2) : u16(id)), ...u16(flags), ...u16(1), ...u16(1), ...u16(0), ...u16(0)]
  const record = [0xc0, 12, ...u16(1), ...u16(1), 0, 0, 0, 10, ...u16(4), 203, 0, 113, address]
  return Buffer.concat([Buffer.from(header), Buffer.from(name, 'hex'), Buffer.from([...u16(1), ...u16(1)]), Buffer.from(record)])
}

/** UDP and TCP on one port of loopback. What is free for one of them may be somebody else's for the other: then on another port. */
async function server(
  t: TestContext,
  udp: (question: Buffer) => Buffer[],
  tcp: (question: Buffer, socket: Socket) => void,
): Promise<Endpoint> {
  const listener = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (chunk) => tcp(chunk.subarray(2), socket))
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  const socket = createSocket('udp4')
  t.after(() => {
    listener.close()
    socket.close()
  })
  socket.on('message', (question, from) => {
    for (const answer of udp(question)) socket.send(answer, from.port, from.address)
  })
  socket.bind(port, '127.0.0.1')
  const isMine = await once(socket, 'listening').then(
    () => true,
    (error) => error.code !== 'EADDRINUSE' && Promise.reject(error),
  )
  return isMine ? { address: '127.0.0.1', port } : server(t, udp, tcp)
}

test('answers to another question, with another number or to nobody are passed over', async (t) => {
  const forged = (question: Buffer): Buffer[] => [
    answerTo(question, { id: (question.readUInt16BE(0) + 1) & 0xffff, address: 66 }),
    answerTo(question, { name: '016202657800', address: 66 }),
    answerTo(question, { flags: 0x0400, address: 66 }),
    Buffer.from('nonsense'),
    answerTo(question, { name: '014102455800' }),
  ]
  const { records, authoritative } = await ask(await server(t, forged, () => {}), NAME, TYPE.A, signal)
  assert.deepEqual([records.map(({ data }) => data[3]), authoritative], [[7], true])
})

test('a truncated answer is asked for again over TCP', async (t) => {
  const endpoint = await server(
    t,
    (question) => [answerTo(question, { flags: 0x8600, address: 66 })],
    (question, socket) => socket.write(frame(answerTo(question))),
  )
  assert.deepEqual((await ask(endpoint, NAME, TYPE.A, signal)).records[0]?.data[3], 7)
})

test('over TCP: an empty message, nonsense, the answer to something else, and a connection that ends', async (t) => {
  const sends = async (tcp: (question: Buffer, socket: Socket) => void): Promise<unknown> => {
    const connection = await openNameServer(await server(t, () => [], tcp), signal)
    try {
      return await findZone(connection, NAME)
    } finally {
      connection.close()
    }
  }
  await assert.rejects(
    sends((_question, socket) => socket.write(Buffer.of(0, 0))),
    trouble('malformed'),
  )
  const header = (question: Buffer): Buffer => question.subarray(0, 2)
  await assert.rejects(
    sends((question, socket) => socket.write(frame(Buffer.concat([header(question), Buffer.from('nonsense at length')])))),
    trouble('malformed'),
  )
  await assert.rejects(
    sends((question, socket) => socket.write(frame(answerTo(question)))),
    trouble('malformed'),
    'an answer about A',
  )
  await assert.rejects(
    sends((_question, socket) => socket.end()),
    trouble('unreachable'),
  )
})

test('an end from outside ends what is under way', async (t) => {
  const stop = new AbortController()
  const connection = await openNameServer(
    await server(
      t,
      () => [],
      () => {},
    ),
    stop.signal,
  )
  const waiting = findZone(connection, NAME)
  stop.abort()
  await assert.rejects(waiting, trouble('unreachable'))
  assert.ok(connection.isClosed)
  await assert.rejects(openNameServer({ address: '127.0.0.1', port: 1 }, stop.signal))
})
