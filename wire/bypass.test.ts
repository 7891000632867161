/** A stream that goes on beside its lane: the lane in memory, the connection on loopback. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import net, { type Socket } from 'node:net'
import { duplexPair } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { setTimeout as after, setImmediate as turn } from 'node:timers/promises'
import { drained, lanePair, pour, rawPeer } from '../test/lanes.ts'
import { FrameType, frame } from './frames.ts'
import type { Lane } from './lane.ts'
import type { LaneStream } from './lane-stream.ts'
import { WINDOW_BYTES } from './limits.ts'

const MB = 1_048_576

async function connection(t: TestContext): Promise<[Socket, Socket]> {
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = (server.address() as net.AddressInfo).port
  const near = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  const [[far]] = (await Promise.all([once(server, 'connection'), once(near, 'connect')])) as [[Socket], unknown]
  server.close()
  near.pause()
  for (const socket of [near, far]) {
    socket.on('error', () => {})
    t.after(() => socket.destroy())
  }
  return [near, far]
}

interface House {
  readonly lanes: { readonly relay: Lane; readonly engine: Lane }
  /** The relay's end of the stream, and the home's. */
  readonly near: LaneStream
  readonly far: LaneStream
  readonly sockets: [near: Socket, far: Socket]
  /** Both ends are given the connection. */
  bypass(): void
}

async function house(t: TestContext): Promise<House> {
  const accepted = Promise.withResolvers<LaneStream>()
  const lanes = lanePair(duplexPair(), accepted.resolve)
  t.after(() => lanes.relay.close('done'))
  const near = lanes.relay.open({}) as LaneStream
  const far = await accepted.promise
  near.isSealed = true
  far.isSealed = true
  const sockets = await connection(t)
  const bypass = (): void => {
    near.bypass(sockets[0], false)
    far.bypass(sockets[1], true)
  }
  return { lanes, near, far, sockets, bypass }
}

const bypassed = async ({ near, far }: House): Promise<void> => {
  while (!near.isBypassed || !far.isBypassed) await turn()
}

/** How it ended. */
async function closed(stream: LaneStream): Promise<string | undefined> {
  if (!stream.closed) await new Promise((resolve) => stream.once('close', resolve))
  return (stream.errored as NodeJS.ErrnoException | null)?.code
}

const gone = async (sockets: readonly Socket[]): Promise<void> => {
  for (const socket of sockets) if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve))
}

test('in the middle of what both sides say they leave the lane, and no byte is lost or out of its place', async (t) => {
  for (const at of [0, 100_000, 3 * MB, 7_999_999]) {
    const here = await house(t)
    const { near, far, lanes, sockets } = here
    const both = Promise.all([pour(near, 8_000_000, 1), pour(far, 8_000_000, 2), drained(near), drained(far)])
    while (near.carriedBytes < at) await turn()
    here.bypass()
    const [up, down, seenNear, seenFar] = await both
    assert.deepEqual([seenNear, seenFar], [down, up])
    assert.deepEqual([near.isBypassed, far.isBypassed], [true, true])
    assert.deepEqual([near.sentBytes, near.receivedBytes, far.sentBytes, far.receivedBytes], Array(4).fill(8_000_000))
    await gone(sockets)
    assert.deepEqual([lanes.relay.streamCount, lanes.engine.streamCount, lanes.relay.closed], [0, 0, false])
  }
})

test('one that waits for credit goes on by the bypass without it', async (t) => {
  const here = await house(t)
  here.near.write(Buffer.alloc(2 * MB))
  while (here.near.sentBytes < WINDOW_BYTES) await turn()
  here.bypass()
  await bypassed(here)
  here.far.resume()
  while (here.far.receivedBytes < 2 * MB) await turn()
})

test('a half that has ended before stays ended, and the other one leaves the lane', async (t) => {
  for (const way of ['switched', 'first'] as const) {
    const here = await house(t)
    const { near, far, sockets } = here
    if (way === 'switched') {
      here.bypass()
      await bypassed(here)
    }
    near.end('please')
    const asked = drained(far)
    if (way === 'first') here.bypass()
    await asked
    const [said, heard] = await Promise.all([pour(far, 3_000_000, 3), drained(near)])
    assert.equal(heard, said)
    await gone(sockets)
  }
})

test('who has answered and hangs up is read to the end, however slowly', async (t) => {
  const here = await house(t)
  const { near, far, sockets } = here
  here.bypass()
  await bypassed(here)
  const said = await pour(far, 600_000, 4)
  if (!far.writableFinished) await once(far, 'finish')
  // As a TLS server does. Nobody reads, so the end lies behind what the reader's side does not take yet.
  far.destroy()
  near.write('to nobody')
  await after(50)
  assert.deepEqual([near.destroyed, near.receivedBytes < 600_000], [false, true])
  assert.equal(await drained(near), said)
  assert.equal(near.errored, null)
  await gone(sockets)
})

test('who breaks off breaks off the other end, and nothing of it looks like an end', async (t) => {
  for (const end of ['near', 'far'] as const) {
    const here = await house(t)
    here.bypass()
    await bypassed(here)
    const other = end === 'near' ? here.far : here.near
    other.resume()
    other.on('end', () => assert.fail('it looks whole'))
    here[end].write(Buffer.alloc(MB))
    here[end].destroy()
    assert.equal(await closed(other), 'ECONNRESET')
    await gone(here.sockets)
    assert.deepEqual([here.lanes.relay.closed, here.lanes.relay.streamCount, here.lanes.engine.streamCount], [false, 0, 0])
  }
})

test('a connection that is lost resets the stream at both ends', async (t) => {
  for (const side of [0, 1]) {
    const here = await house(t)
    here.bypass()
    await bypassed(here)
    here.sockets[side]?.resetAndDestroy()
    assert.deepEqual(await Promise.all([closed(here.near), closed(here.far)]), ['ECONNRESET', 'ECONNRESET'])
    assert.equal(here.lanes.relay.closed, false)
  }
})

test('a connection that is lost before anybody has switched is not missed', async (t) => {
  const here = await house(t)
  here.near.bypass(here.sockets[0], false)
  here.sockets[0].destroy()
  await gone([here.sockets[0]])
  const [said, heard] = await Promise.all([pour(here.near, MB, 5), drained(here.far)])
  assert.equal(heard, said)
  assert.equal(here.near.isBypassed, false)
})

test('one whose other end comes too late is reset', async (t) => {
  const here = await house(t)
  here.far.bypass(here.sockets[1], true)
  assert.deepEqual(await Promise.all([closed(here.near), closed(here.far)]), [undefined, 'ECONNRESET'])
})

test('a connection on which nobody switches is given up', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const here = await house(t)
  here.near.bypass(here.sockets[0], false)
  t.mock.timers.tick(10_000)
  await gone([here.sockets[0]])
  assert.equal(here.near.destroyed, false)
  here.far.bypass(here.sockets[1], true)
  await turn()
  t.mock.timers.tick(10_000)
  assert.equal(await closed(here.far), 'ECONNRESET')
})

test('a reader that takes nothing holds the other side up, and holds little', async (t) => {
  const here = await house(t)
  here.bypass()
  await bypassed(here)
  let taken = 0
  const piece = Buffer.alloc(MB)
  const write = (): void => {
    here.far.write(piece, () => {
      taken += 1
      if (taken < 64) write()
    })
  }
  write()
  await after(200)
  // What is left is the system's: no more than it gives two sockets.
  assert.ok(taken < 40, `${taken} MB`)
  assert.ok(here.near.readableLength <= 3 * WINDOW_BYTES, `${here.near.readableLength} bytes`)
  assert.equal(here.near.unreadBytes, here.near.readableLength)
  here.near.resume()
  while (taken < 64) await turn()
})

test('the end of the lane is the end of its bypasses', async (t) => {
  const here = await house(t)
  here.bypass()
  await bypassed(here)
  here.lanes.relay.close('suspended')
  assert.deepEqual(await Promise.all([closed(here.near), closed(here.far)]), ['ECONNRESET', 'ECONNRESET'])
  await gone(here.sockets)
})

test('what does not belong there ends the lane, or the stream', async (t) => {
  const token = Buffer.alloc(32)
  const [SWITCH, DATA] = [frame(FrameType.switch, 1), frame(FrameType.data, 1, Buffer.from('more'))]
  const rows: [string, Buffer[], boolean, RegExp | undefined][] = [
    ['a switch to nowhere', [SWITCH], false, undefined],
    ['two switches', [SWITCH, SWITCH], true, /switched after its end/],
    ['data behind a switch', [SWITCH, DATA], true, /sent more after its end/],
    ['an end behind a switch is the end that a reset would overtake', [SWITCH, frame(FrameType.end, 1)], true, undefined],
    ['two of them', [SWITCH, frame(FrameType.end, 1), frame(FrameType.end, 1)], true, /ended twice/],
    ['a switch behind an end', [frame(FrameType.end, 1), SWITCH], true, /switched after its end/],
    ['a switch of a stream that never was', [frame(FrameType.switch, 2)], true, /no stream 2/],
    ['an offer', [frame(FrameType.bypass, 1, token)], true, undefined],
    ['two offers', [frame(FrameType.bypass, 1, token), frame(FrameType.bypass, 1, token)], true, /two bypasses/],
  ]
  for (const [name, frames, stands, reason] of rows) {
    const peer = rawPeer({ onBypass: () => {} })
    peer.listen()
    peer.socket.write(frame(FrameType.open, 1, Buffer.from('{}')))
    while (peer.streams.length === 0) await turn()
    const [stream] = peer.streams as [LaneStream]
    if (stands) stream.bypass((await connection(t))[0], false)
    peer.socket.write(Buffer.concat(frames))
    for (let turns = 0; turns < 20; turns++) await turn()
    assert.equal(peer.lane.closed, reason !== undefined, name)
    if (reason) assert.match(peer.closed[0] ?? '', reason, name)
    else assert.equal(stream.destroyed, !stands, name)
    peer.lane.close('done')
  }
})

test('who opens streams is offered no bypass', async () => {
  const peer = rawPeer({ onStream: undefined as never })
  peer.listen()
  peer.lane.open({})
  peer.socket.write(frame(FrameType.bypass, 1, Buffer.alloc(32)))
  for (let turns = 0; turns < 20; turns++) await turn()
  assert.match(peer.closed[0] ?? '', /no bypass may be offered here/)
})
