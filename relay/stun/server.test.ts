import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import dgram, { type Socket } from 'node:dgram'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { askStun, question, withSocket } from '../../engine/network/stun.ts'
import { freePort } from '../../test/ports.ts'
import { formatBindingRequest, TRANSACTION_BYTES } from '../../wire/stun.ts'
import { startStun } from './server.ts'

const never = new AbortController().signal

async function socketAt(context: TestContext, address = '127.0.0.1'): Promise<Socket> {
  const socket = dgram.createSocket('udp4').bind(0, address)
  await once(socket, 'listening')
  context.after(() => socket.close())
  return socket
}

async function started(context: TestContext, pair?: [string, string]) {
  const stop = new AbortController()
  context.after(() => stop.abort())
  const server = { address: '127.0.0.1', port: await freePort('udp') }
  const secondPort = await freePort('udp')
  const unavailable: unknown[] = []
  const onUnavailable = (error: unknown): void => void unavailable.push((error as NodeJS.ErrnoException).code)
  await startStun({ hosts: ['127.0.0.1'], port: server.port, pair, secondPort, signal: stop.signal, onUnavailable })
  return { server, secondPort, unavailable }
}

test('tells from which address and port it was asked, and nothing of another one of its own', async (context) => {
  const { server } = await started(context)
  const socket = await socketAt(context)
  const seen = await question(socket, { to: server, from: server }, never)
  assert.deepEqual(seen, { mapped: { address: '127.0.0.1', port: socket.address().port }, origin: undefined, other: undefined })
})

test('with two addresses it answers from whichever it is asked to, and says where it is', async (context) => {
  const { server, secondPort, unavailable } = await started(context, ['127.0.0.1', '127.0.0.2'])
  assert.deepEqual(unavailable, [])
  const other = { address: '127.0.0.2', port: secondPort }
  const seen = await askStun(server, never)
  assert.deepEqual([seen?.origin, seen?.other], [server, other])
  const places = [server, { ...server, port: secondPort }, { ...other, port: server.port }, other]
  for (const [at, to] of places.entries())
    for (const [turn, change] of [
      { address: false, port: true },
      { address: true, port: false },
      { address: true, port: true },
    ].entries()) {
      const from = places[at ^ (turn + 1)]
      assert.ok(from)
      const answer = await withSocket(server, (socket) => question(socket, { to, change, from }, never))
      assert.deepEqual(answer?.origin, from)
    }
})

test('where the second address cannot be had, it is said, and the first answers all the same', async (context) => {
  const { server, unavailable } = await started(context, ['127.0.0.1', '192.0.2.1'])
  assert.deepEqual(unavailable, ['EADDRNOTAVAIL'])
  assert.equal((await askStun(server, never))?.other, undefined)
})

test('with one address it refuses to answer from another (RFC 5780 §6.1), and what it does not understand', async (context) => {
  const { server } = await started(context)
  const socket = await socketAt(context)
  const refusals: string[] = []
  socket.on('message', (datagram) => refusals.push(datagram.toString('hex', 20)))
  const strange = Buffer.concat([formatBindingRequest(randomBytes(TRANSACTION_BYTES)), Buffer.from('7ffe0000', 'hex')])
  strange.writeUInt16BE(4, 2)
  for (const asked of [formatBindingRequest(randomBytes(TRANSACTION_BYTES), { address: true, port: true }), strange]) {
    socket.send(asked, server.port, server.address)
    await once(socket, 'message')
  }
  assert.deepEqual(refusals, ['0009000400000414000a000200030000', '0009000400000414000a00027ffe0000'])
})

test('a flood is answered a hundred times, then twenty times a second, whoever it names as its sender', async (context) => {
  const { server } = await started(context)
  const socket = await socketAt(context)
  let answers = 0
  const startedMs = performance.now()
  socket.on('message', () => answers++)
  for (let sent = 0; sent < 400; sent++) {
    socket.send(formatBindingRequest(randomBytes(TRANSACTION_BYTES)), server.port, server.address)
    // A datagram that finds the receiver's buffer full would be lost uncounted.
    if (sent % 40 === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await new Promise((resolve) => setTimeout(resolve, 200))
  const elapsedS = (performance.now() - startedMs) / 1000
  assert.ok(answers >= 100 && answers <= 101 + 20 * elapsedS, `${answers} in ${elapsedS} s`)
})

test('is null where nobody answers', async () => {
  assert.equal(await askStun({ address: '127.0.0.1', port: await freePort('udp') }, never), null)
})

test('asking ends with its signal, and is not begun after it', async (context) => {
  const silent = (await socketAt(context)).address()
  const aborter = new AbortController()
  const asked = askStun(silent, aborter.signal)
  aborter.abort(new Error('enough'))
  await assert.rejects(asked, /enough/)
  await assert.rejects(askStun(silent, aborter.signal), /enough/)
})
