import assert from 'node:assert/strict'
import { once } from 'node:events'
import net, { type AddressInfo, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { drained, pour } from '../../test/lanes.ts'
import { splice } from './splice.ts'

const server = net.createServer({ allowHalfOpen: true })
server.listen(0, '127.0.0.1')
await once(server, 'listening')
after(() => server.close())

/** Two ends of one connection; what is destroyed at one is noticed at the other. */
async function connection(): Promise<[near: Socket, far: Socket]> {
  const near = net.connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true })
  const [[far]] = (await Promise.all([once(server, 'connection'), once(near, 'connect')])) as [[Socket], unknown]
  for (const socket of [near, far]) socket.on('error', () => {})
  return [near, far]
}

async function spliced(): Promise<{ left: Socket; right: Socket; middle: [Socket, Socket] }> {
  const [left, middleLeft] = await connection()
  const [right, middleRight] = await connection()
  splice(middleLeft, middleRight)
  return { left, right, middle: [middleLeft, middleRight] }
}

/** To the end; rejects when it is reset. */
async function heardBytes(socket: Socket): Promise<number> {
  await once(socket.resume(), 'end')
  return socket.bytesRead
}

test('both ways at once, byte for byte, and both ends end', async () => {
  const { left, right, middle } = await spliced()
  const [toRight, toLeft] = [drained(right), drained(left)]
  const [fromLeft, fromRight] = await Promise.all([pour(left, 3_000_000, 1), pour(right, 2_000_000, 2)])
  assert.deepEqual([await toRight, await toLeft], [fromLeft, fromRight])
  await Promise.all(middle.map((socket) => socket.destroyed || once(socket, 'close')))
})

test('one half ends and the other goes on', async () => {
  const { left, right } = await spliced()
  const heard = drained(right)
  const question = await pour(left, 1000, 3)
  assert.equal(await heard, question)
  const answered = drained(left)
  assert.equal(await pour(right, 200_000, 4), await answered)
})

test('who has ended first is closed behind our last byte, and hears all of it', async () => {
  const MB = 1_048_576
  // With 64 MB that `left` does not take yet, what `right` said lies half read in the middle, and to close it then would be a reset.
  for (const saidBytes of [100, 64 * MB]) {
    const { left, right, middle } = await spliced()
    right.end(Buffer.alloc(saidBytes))
    const isShort = saidBytes === 100
    while (isShort ? !middle[1].readableEnded : middle[0].writableLength === 0) await turn()
    left.write(Buffer.alloc(MB))
    // The system has it all; nobody has read it.
    while (middle[1].bytesWritten < MB || middle[1].writableLength > 0) await turn()
    left.end()
    await once(middle[0], 'end')
    assert.equal(middle[1].destroyed, isShort)
    assert.deepEqual(await Promise.all([heardBytes(left), heardBytes(right)]), [saidBytes, MB])
  }
})

test('a reset is passed on as a reset and never as an end, in both directions, also after half an end', async () => {
  for (const endedFirst of [false, true]) {
    for (const side of ['left', 'right'] as const) {
      const ends = await spliced()
      const [breaking, hearing] = side === 'left' ? [ends.left, ends.right] : [ends.right, ends.left]
      const heard = assert.rejects(drained(hearing), { code: 'ECONNRESET' })
      breaking.write('half a sent')
      await once(hearing, 'data')
      if (endedFirst) {
        hearing.end()
        breaking.resume()
        await once(breaking, 'end')
      }
      breaking.resetAndDestroy()
      await heard
    }
  }
})

test('what nobody reads is not read either: the middle holds two buffers, not the transfer', async () => {
  const { left, right, middle } = await spliced()
  right.pause()
  left.write(Buffer.alloc(64 << 20))
  for (let still = 0, before = -1; still < 100; still = middle[0].bytesRead === before ? still + 1 : 0) {
    before = middle[0].bytesRead
    await new Promise(setImmediate)
  }
  assert.ok(middle[0].bytesRead < 32 << 20, `${middle[0].bytesRead} bytes read`)
  assert.ok(middle[1].writableLength <= 512 << 10, `${middle[1].writableLength} bytes wait`)
  left.destroy()
  right.destroy()
})
