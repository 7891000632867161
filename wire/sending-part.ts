/** The sending part of a lane's stream (the term is RFC 9000's, §3): what waits to be sent, in frames within the other side's credit, or by the
 *  stream's bypass. */
import type { Bypass } from './bypass.ts'
import { FrameError, FrameType, FULL_DATA_BYTES, frame, HEADER_BYTES, MAX_DATA_BYTES, writeFrameHeader } from './frames.ts'
import type { Lane } from './lane.ts'
import type { LaneStream } from './lane-stream.ts'
import { MAX_WINDOW_BYTES, WINDOW_BYTES } from './limits.ts'
import type { Sender } from './outbox.ts'

export type Done = (error?: Error | null) => void

/** To the end of the TLS record, so that the next frame is within one again; unless that is too little to be worth a frame. */
function roomOfFrame(at: number): number {
  const room = FULL_DATA_BYTES - (at % MAX_DATA_BYTES)
  return room >= FULL_DATA_BYTES / 4 ? room : FULL_DATA_BYTES
}

export class SendingPart implements Sender {
  readonly #stream: LaneStream
  readonly #lane: Lane
  #creditBytes = WINDOW_BYTES
  /** What is being written: `chunks` from `at` on. */
  #pending: { readonly chunks: Buffer[]; at: number; readonly done: Done } | undefined
  #bypass: Bypass | undefined
  sentBytes = 0
  hasEnded = false

  constructor(stream: LaneStream, lane: Lane) {
    this.#stream = stream
    this.#lane = lane
  }

  /** Its bytes do not leave in frames any more. */
  get isBypassed(): boolean {
    return this.#bypass !== undefined
  }

  send(chunks: Buffer[], done: Done): void {
    if (this.#bypass) {
      this.#note(chunks.reduce((sum, { length }) => sum + length, 0))
      this.#bypass.write(chunks, done)
      return
    }
    this.#pending = { chunks, at: 0, done }
    if (this.#creditBytes > 0) this.#lane.outbox.wait(this)
  }

  takeTurn(batch: Buffer, at: number): number {
    const pending = this.#pending
    if (!pending || this.#creditBytes === 0) return 0
    const from = at + HEADER_BYTES
    const until = from + Math.min(this.#creditBytes, roomOfFrame(at))
    let end = from
    for (let chunk = pending.chunks[pending.at]; chunk && end < until; chunk = pending.chunks[pending.at]) {
      const copied = chunk.copy(batch, end, 0, until - end)
      end += copied
      if (copied === chunk.length) pending.at += 1
      else pending.chunks[pending.at] = chunk.subarray(copied)
    }
    writeFrameHeader(batch, at, FrameType.data, this.#stream.id, end - from)
    this.#creditBytes -= end - from
    this.#note(end - from)
    if (pending.at === pending.chunks.length) {
      this.#pending = undefined
      pending.done()
    }
    return end - at
  }

  #note(bytes: number): void {
    this.sentBytes += bytes
    this.#stream.noteCarried(bytes)
  }

  addCredit(bytes: number): void {
    this.#creditBytes += bytes
    if (bytes === 0 || this.#creditBytes > MAX_WINDOW_BYTES) throw new FrameError(`stream ${this.#stream.id} was given too much credit`)
    if (this.#pending) this.#lane.outbox.wait(this)
  }

  /** From the next byte on by the bypass, and by frames no more. */
  switchTo(bypass: Bypass): void {
    this.#bypass = bypass
    this.#lane.outbox.push(frame(FrameType.switch, this.#stream.id))
    const pending = this.#pending
    this.#pending = undefined
    if (pending) this.send(pending.chunks.slice(pending.at), pending.done)
  }

  end(): void {
    this.hasEnded = true
    if (this.#bypass) this.#bypass.end()
    else this.#lane.outbox.push(frame(FrameType.end, this.#stream.id))
  }

  /** What was said before an end by the bypass may arrive after a reset by the lane: the other side is told that it is whole. */
  reset(): void {
    if (this.#bypass && this.hasEnded) this.#lane.outbox.push(frame(FrameType.end, this.#stream.id))
    this.#lane.pushReset(this.#stream.id)
  }

  /** What waits is not sent any more. */
  drop(error?: Error): void {
    const pending = this.#pending
    this.#pending = undefined
    pending?.done(error)
  }
}
