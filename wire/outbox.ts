/** What leaves a lane, and in which order: batch by batch, one at a time in the connection.
 *
 *  ```
 *  control, credit, resets … ─┐
 *  datagrams ─────────────────┼─▶ batch ─▶ connection ─▶ next batch, once the system has taken this one
 *  streams, in turns ─────────┘
 *  ```
 *  What is batched until setImmediate crosses as a few large TLS records instead of many small ones (measured, docs/decisions.md). Streams
 *  take turns of so many bytes (as in deficit round robin); one that has just begun to send goes first for one frame, so that a short message
 *  does not wait for a round of long ones (as in RFC 8290 §4.1). Little lies in the connection itself, where nothing can go ahead any more. */
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { DatagramQueue } from './datagram-queue.ts'
import { Flight } from './flight.ts'
import { FrameQueue } from './frame-queue.ts'
import { FrameType, frame, HEADER_BYTES, MAX_DATA_BYTES, PING_BYTES } from './frames.ts'
import { MAX_QUEUED_BYTES, MAX_QUEUED_DATAGRAM_BYTES } from './limits.ts'
import { Slabs } from './slabs.ts'

/** Somebody with bytes to send, a frame at a time. */
export interface Sender {
  /** Writes at most one frame into `batch` from `at` on, where there is room for the longest one. Gives its bytes with the header; 0 when
   *  there is nothing to send now. */
  takeTurn(batch: Buffer, at: number): number
}

/** Also what a WebSocket message of a lane may be at most (wire/websocket.ts). */
const BATCH_BYTES = 262_144
/** What goes ahead of streams leaves them this part of a batch, however much of it there is. */
const STREAMS_BYTES = BATCH_BYTES / 4
const LONGEST_FRAME_BYTES = HEADER_BYTES + MAX_DATA_BYTES
/** A turn is this part of what may be under way, and one frame at least: little time on any line. Where much may be, the other side writes
 *  to a visitor once instead of four times, from memory that is used again. */
const TURNS_A_FLIGHT = 16
export const MOST_TURN_BYTES = 65_536
/** Less of a turn is left alone: a mark shortens the frame behind it, and whoever got another one for that would have more than others. */
const WORTH_A_FRAME_BYTES = MAX_DATA_BYTES / 2
const MARK_BYTES = HEADER_BYTES + PING_BYTES
/** Half of the pings that chatter.ts grants a side that sends no data. */
const MEASURE_EVERY_MS = 20
const slabs = new Slabs(BATCH_BYTES)

export class Outbox {
  readonly #connection: Duplex
  readonly #onOverflow: () => void
  readonly #frames = new FrameQueue()
  readonly #datagrams = new DatagramQueue()
  readonly #flight = new Flight()
  /** The answer to the latest ping: it speaks for all before. */
  #pong: Buffer | undefined
  #measuredAtMs = Number.NEGATIVE_INFINITY
  /** Began to send, and have had no turn since. */
  readonly #fresh = new Set<Sender>()
  /** In the order of their turns. Who has nothing to send any more leaves at its next turn, not before: else a pause of a moment would
   *  make it fresh again. */
  readonly #waiting = new Set<Sender>()
  /** Whose turn it is, and how much of it is left. */
  #current: Sender | undefined
  #leftBytes = 0
  /** Streams or flows have sent something since the last mark. */
  #unasked = false
  #scheduled = false
  #writing = false
  #stopped = false

  /** `onOverflow`: the other side does not read. */
  constructor(connection: Duplex, onOverflow: () => void) {
    this.#connection = connection
    this.#onOverflow = onOverflow
  }

  get rttMs(): number | undefined {
    return this.#flight.rttMs
  }

  /** How much longer than another moment an answer may take (flight.ts). */
  get slackMs(): number | undefined {
    return this.#flight.slackMs
  }

  /** It was asked for a sign of life and has not answered. */
  get isAsking(): boolean {
    return this.#flight.isAsking
  }

  /** Ask for a sign of life. */
  ping(): void {
    this.push(this.#mark())
  }

  /** Ask whether what streams and flows have sent since it was last asked has arrived. */
  askForTraffic(): void {
    if (this.#unasked) this.ping()
  }

  /** Ask how long the way is now, unless that is being asked already or has just been. */
  measure(): void {
    const nowMs = performance.now()
    if (this.#flight.isAsking || nowMs - this.#measuredAtMs < MEASURE_EVERY_MS) return
    this.#measuredAtMs = nowMs
    this.ping()
  }

  /** The other side asks for one. Only its latest question is answered. */
  answerPing(payload: Buffer): void {
    this.#pong = frame(FrameType.pong, 0, payload)
    this.#schedule()
  }

  /** The other side gave one. False: nobody asked. */
  onPong(payload: Buffer): boolean {
    const wasAsked = this.#flight.echoed(payload.readUInt32BE(4), performance.now())
    if (this.#senders > 0) this.#schedule()
    return wasAsked
  }

  #mark(): Buffer {
    this.#unasked = false
    const payload = Buffer.alloc(PING_BYTES)
    payload.writeUInt32BE(this.#flight.mark(performance.now()), 4)
    return frame(FrameType.ping, 0, payload)
  }

  /** A frame that goes before datagrams and streams. */
  push(bytes: Buffer): void {
    if (this.#stopped) return
    this.#frames.push(bytes)
    this.#schedule()
    if (this.#frames.bytes > MAX_QUEUED_BYTES) this.#onOverflow()
  }

  /** False: dropped, too many wait already. The bytes are read when the batch leaves. */
  pushDatagram(flow: number, datagram: Buffer): boolean {
    const bytes = HEADER_BYTES + datagram.length
    if (this.#stopped || this.#datagrams.bytes + bytes > MAX_QUEUED_DATAGRAM_BYTES) return false
    this.#datagrams.push(flow, datagram)
    this.#schedule()
    return true
  }

  /** Asks for turns. */
  wait(sender: Sender): void {
    if (this.#stopped) return
    if (!this.#waiting.has(sender)) this.#fresh.add(sender)
    this.#schedule()
  }

  forget(sender: Sender): void {
    if (sender === this.#current) this.#current = undefined
    this.#fresh.delete(sender)
    this.#waiting.delete(sender)
  }

  stop(): void {
    this.#stopped = true
    this.#frames.clear()
    this.#datagrams.clear()
    this.#fresh.clear()
    this.#waiting.clear()
  }

  get #queued(): number {
    return this.#frames.bytes + this.#datagrams.bytes + (this.#pong?.length ?? 0)
  }

  get #senders(): number {
    return this.#fresh.size + this.#waiting.size
  }

  #schedule(): void {
    if (this.#scheduled || this.#writing) return
    this.#scheduled = true
    setImmediate(() => this.#send())
  }

  #send(): void {
    this.#scheduled = false
    if (this.#stopped) return
    if (this.#pong) this.#frames.unshift(this.#pong)
    this.#pong = undefined
    const streamsToo = this.#senders > 0 && this.#flight.roomBytes > 0
    // What is not a socket may go on reading a buffer that it has written.
    const pooled = streamsToo && this.#connection instanceof Socket
    const batch = pooled ? slabs.take() : Buffer.allocUnsafe(streamsToo ? BATCH_BYTES : Math.min(BATCH_BYTES, this.#queued + MARK_BYTES))
    let bytes = this.#frames.drain(batch, 0, BATCH_BYTES - STREAMS_BYTES)
    const answers = bytes
    bytes = this.#datagrams.drain(batch, bytes, BATCH_BYTES - STREAMS_BYTES)
    this.#unasked ||= bytes > answers
    this.#flight.sentBeside(bytes)
    if (streamsToo) bytes = this.#turns(batch, bytes)
    if (this.#flight.wantsMark) bytes += this.#mark().copy(batch, bytes)
    this.#writing = bytes > 0
    if (!this.#writing) {
      if (pooled) slabs.give(batch)
      return
    }
    this.#connection.write(batch.subarray(0, bytes), () => {
      if (pooled) slabs.give(batch)
      this.#writing = false
      if (this.#queued > 0 || this.#senders > 0) this.#schedule()
    })
  }

  /** With marks among the frames: with a single one at its end, a batch as large as all that may be under way would leave the line with
   *  nothing to do until the last of it has arrived, and the next batch would be as large. */
  #turns(batch: Buffer, from: number): number {
    const until = batch.length - LONGEST_FRAME_BYTES - 2 * MARK_BYTES
    let at = from
    while (at < until && this.#flight.roomBytes > 0) {
      const [fresh] = this.#fresh
      const taken = fresh ? this.#firstFrame(fresh, batch, at) : this.#turn(batch, at)
      if (taken === undefined) break
      at += taken
      this.#unasked ||= taken > 0
      this.#flight.sent(taken)
      if (this.#flight.wantsMark) at += this.#mark().copy(batch, at)
    }
    if (this.#senders > 0 && this.#flight.roomBytes === 0) this.#flight.full()
    return at
  }

  #firstFrame(sender: Sender, batch: Buffer, at: number): number {
    this.#fresh.delete(sender)
    // Before it sends: what it writes meanwhile must not make it fresh again.
    this.#waiting.add(sender)
    const taken = sender.takeTurn(batch, at)
    if (taken === 0) this.#waiting.delete(sender)
    return taken
  }

  /** A frame of whose turn it is. A turn that the batch has no room for goes on in the next one: whoever was cut short again and again would
   *  get less than others. */
  #turn(batch: Buffer, at: number): number | undefined {
    const [sender] = this.#waiting
    if (!sender) return undefined
    if (sender !== this.#current) {
      this.#current = sender
      this.#leftBytes = Math.min(MOST_TURN_BYTES, this.#flight.limitBytes / TURNS_A_FLIGHT)
    }
    const taken = sender.takeTurn(batch, at)
    this.#leftBytes -= taken
    if (taken > 0 && this.#leftBytes >= WORTH_A_FRAME_BYTES) return taken
    this.#current = undefined
    // It may be over meanwhile.
    if (this.#waiting.delete(sender) && taken > 0) this.#waiting.add(sender)
    return taken
  }
}
