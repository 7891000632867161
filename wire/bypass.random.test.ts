/** Whatever happens to a stream while it leaves its lane, in whatever order: what ends well has come as a whole and in its order, both ends are over,
 *  and the lane goes on. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import net, { type Socket } from 'node:net'
import { duplexPair } from 'node:stream'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { eventually } from '../lab/eventually.ts'
import { type Random, random } from '../test/fuzz/random.ts'
import { type LanePair, lanePair } from '../test/lanes.ts'
import { cut } from './cut.ts'
import type { LaneStream } from './lane-stream.ts'

const ROUNDS = 40
const STEPS = 60
const PRIME = 251
const MAX_BYTES = 300_000
const PATTERN = Buffer.from(Array.from({ length: MAX_BYTES + PRIME }, (_, at) => at % PRIME))
/** What stands there of what a side says, and so many bytes of it. */
const said = (at: number, bytes: number): Buffer => PATTERN.subarray(at % PRIME, (at % PRIME) + bytes)

async function connections(): Promise<[Socket, Socket]> {
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  const near = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  const [[far]] = (await Promise.all([once(server, 'connection'), once(near, 'connect')])) as [[Socket], unknown]
  server.close()
  near.pause()
  for (const socket of [near, far]) socket.on('error', () => {})
  return [near, far]
}

/** One end of the stream. */
class End {
  readonly stream: LaneStream
  readonly socket: Socket
  readonly #begins: boolean
  wroteBytes = 0
  readBytes = 0
  isWhole = false
  isGarbled = false
  isSwitching = false

  constructor(stream: LaneStream, socket: Socket, begins: boolean, isSlow: boolean) {
    this.stream = stream
    this.socket = socket
    this.#begins = begins
    stream.isSealed = true
    stream.on('end', () => {
      this.isWhole = true
    })
    if (isSlow) void this.#readSlowly()
    else stream.on('data', (bytes: Buffer) => this.#take(bytes))
  }

  async #readSlowly(): Promise<void> {
    while (!this.isWhole && !this.stream.destroyed) {
      const bytes = this.stream.read() as Buffer | null
      if (bytes) this.#take(bytes)
      for (let turns = 0; turns < 3; turns++) await turn()
    }
  }

  #take(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += MAX_BYTES) {
      const piece = bytes.subarray(at, at + MAX_BYTES)
      if (!piece.equals(said(this.readBytes, piece.length))) this.isGarbled = true
      this.readBytes += piece.length
    }
  }

  write(bytes: number): void {
    if (this.stream.writableEnded || this.stream.destroyed) return
    this.stream.write(said(this.wroteBytes, bytes))
    this.wroteBytes += bytes
  }

  end(): void {
    if (!this.stream.writableEnded && !this.stream.destroyed) this.stream.end()
  }

  /** Is given the connection. */
  bypass(): void {
    if (this.isSwitching) return
    this.isSwitching = true
    if (this.stream.mayBypass && !this.socket.destroyed) this.stream.bypass(this.socket, this.#begins)
    else this.socket.destroy()
  }
}

async function play(chance: Random, lanes: LanePair, [near, far]: readonly [End, End]): Promise<void> {
  for (let step = 0; step < STEPS; step++) {
    const end = chance.pick([near, far])
    const what = chance.int(13)
    if (what < 7) end.write(1 + chance.int(chance.pick([200, 150_000])))
    else if (what === 7 && step > STEPS / 3) end.end()
    else if (what === 8 && step > STEPS / 2 && chance.int(3) === 0) end.stream.destroy()
    else if (what === 9) near.bypass()
    // The engine dials once it was offered, and begins once it was let in.
    else if (what === 10 && near.isSwitching) far.bypass()
    else if (what === 11 && chance.int(40) === 0) cut(end.socket)
    for (let turns = chance.int(4); turns > 0; turns--) await turn()
  }
  for (const end of [near, far]) end.end()
  await eventually(() => near.stream.closed && far.stream.closed)
  assert.ok(!lanes.relay.closed && !lanes.engine.closed)
  assert.deepEqual([near.isGarbled, far.isGarbled], [false, false])
  if (near.isWhole) assert.equal(near.readBytes, far.wroteBytes)
  if (far.isWhole) assert.equal(far.readBytes, near.wroteBytes)
  assert.deepEqual([lanes.relay.streamCount, lanes.engine.streamCount], [0, 0])
  for (const { isSwitching, socket } of [near, far]) if (!isSwitching) socket.destroy()
  await eventually(() => near.socket.closed && far.socket.closed)
}

test(`${ROUNDS} streams that leave their lanes while anything happens to them`, async () => {
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const chance = random(seed)
    const accepted = Promise.withResolvers<LaneStream>()
    const lanes = lanePair(duplexPair(), accepted.resolve)
    const stream = lanes.relay.open({}) as LaneStream
    const [nearSocket, farSocket] = await connections()
    const near = new End(stream, nearSocket, false, chance.int(3) === 0)
    const far = new End(await accepted.promise, farSocket, true, chance.int(3) === 0)
    try {
      await play(chance, lanes, [near, far])
    } catch (error) {
      assert.fail(`seed ${seed}: ${String(error)}`)
    } finally {
      for (const { stream } of [near, far]) stream.destroy()
      lanes.relay.close('done')
    }
  }
})
