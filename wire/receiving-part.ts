/** The receiving part of a lane's stream (the term is RFC 9000's, §3): what came and was not yet taken by its reader, and credit for what was. */
import type { Bypass } from './bypass.ts'
import { creditFrame, FrameError, FULL_DATA_BYTES } from './frames.ts'
import type { Lane } from './lane.ts'
import type { LaneStream } from './lane-stream.ts'
import { WINDOW_BYTES } from './limits.ts'
import type { Unread } from './unread.ts'
import { Window } from './window.ts'

/** Of a stream that is over, this much may still be on its way to a slow reader. */
const HELD_AT_END_BYTES = WINDOW_BYTES / 4

const wholeFrames = (bytes: number): number => bytes - (bytes % FULL_DATA_BYTES)

export class ReceivingPart {
  readonly #stream: LaneStream
  readonly #lane: Lane
  readonly #unread: Unread
  readonly #window = new Window()
  #acknowledgedBytes = 0
  #bypass: Bypass | undefined
  /** Bytes of the other side, whether they have been read or not. */
  receivedBytes = 0
  /** What was received and not yet taken, as was last told to `#unread`. */
  unreadBytes = 0
  /** Instead of the stream's buffer. */
  sink: ((bytes: Buffer) => void) | undefined
  /** By the sink. */
  #heldBytes = 0
  hasEnded = false
  /** The end has come, and so much is still held that it waits: what is over would not be counted any more. */
  endWaits = false

  constructor(stream: LaneStream, lane: Lane) {
    this.#stream = stream
    this.#lane = lane
    this.#unread = lane.unread
    this.#unread.enter(stream)
  }

  /** The other side's bytes do not come in frames any more. */
  get isBypassed(): boolean {
    return this.#bypass !== undefined
  }

  /** A frame's. */
  receive(payload: Buffer): void {
    this.#note(payload.length)
    const { id } = this.#stream
    if (this.receivedBytes - this.#acknowledgedBytes > this.#window.bytes) throw new FrameError(`stream ${id} sent more than its credit`)
    if (this.hasEnded || this.#bypass) throw new FrameError(`stream ${id} sent more after its end`)
    this.handOn(payload)
    this.#giveCredit()
  }

  /** The bypass's. False: it can take no more until the bypass is resumed. */
  receiveBypassed(bytes: Buffer): boolean {
    if (this.#stream.destroyed) return true
    this.#note(bytes.length)
    this.handOn(bytes)
    return this.unreadBytes < WINDOW_BYTES
  }

  #note(bytes: number): void {
    this.receivedBytes += bytes
    this.#stream.noteCarried(bytes)
  }

  /** To the sink, or into the buffer. */
  handOn(bytes: Buffer): void {
    if (this.sink) {
      this.#heldBytes += bytes.length
      this.sink(bytes)
    } else this.#stream.push(Buffer.from(bytes))
    this.#noteUnread()
  }

  /** From the next byte on by the bypass, and by frames no more. */
  switchTo(bypass: Bypass): void {
    this.#bypass = bypass
    bypass.receive()
  }

  /** The reader has taken some out of the buffer. */
  taken(): void {
    this.#noteUnread()
    this.#giveCredit()
  }

  /** The sink needs no memory for so much any more. */
  acknowledge(bytes: number): void {
    this.#heldBytes -= bytes
    this.taken()
    if (!this.endWaits || this.#heldBytes > HELD_AT_END_BYTES) return
    this.endWaits = false
    this.#stream.push(null)
  }

  end(): void {
    this.hasEnded = true
    this.endWaits = this.#heldBytes > HELD_AT_END_BYTES
    if (!this.endWaits) this.#stream.push(null)
  }

  /** The stream is over. */
  release(): void {
    this.#window.release()
    this.#unread.leave(this.#stream, this.unreadBytes)
    this.unreadBytes = 0
  }

  #noteUnread(): void {
    if (this.#stream.destroyed) return
    const more = this.#stream.readableLength + this.#heldBytes - this.unreadBytes
    if (more === 0) return
    this.unreadBytes += more
    this.#unread.change(more)
  }

  /** Gives credit for what the reader has taken, a quarter of the window at a time, and never for what still lies in the buffer: in whole
   *  frames, since what is left of them would be sent as a frame of its own. */
  #giveCredit(): void {
    if (this.#bypass) {
      if (this.unreadBytes < WINDOW_BYTES) this.#bypass.resume()
      return
    }
    const taken = this.receivedBytes - this.#stream.readableLength - this.#heldBytes - this.#acknowledgedBytes
    if (taken < wholeFrames(this.#window.bytes / 4) || this.hasEnded || this.#stream.destroyed) return
    const acknowledged = wholeFrames(taken)
    this.#acknowledgedBytes += acknowledged
    const { outbox } = this.#lane
    outbox.push(creditFrame(this.#stream.id, acknowledged + this.#window.grow(outbox.rttMs, performance.now())))
    outbox.measure()
  }
}
