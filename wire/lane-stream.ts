/** A stream of a lane: one visitor's bytes, both ways, with credit for each direction (wire/frames.ts). */
import { Duplex } from 'node:stream'
import { creditFrame, FrameError, FrameType, frame, frameHeader, MAX_DATA_BYTES, WINDOW_BYTES } from './frames.ts'
import type { Lane } from './lane.ts'

/** Ends half by half like TCP; destroyed before its end it resets the other side. */
export class LaneStream extends Duplex {
  readonly id: number
  readonly #lane: Lane
  #credit = WINDOW_BYTES
  #received = 0
  #acknowledged = 0
  #pending: { chunk: Buffer; done: (error?: Error | null) => void } | undefined
  #sentEnd = false
  #receivedEnd = false
  #cut = false

  constructor(lane: Lane, id: number) {
    super({ allowHalfOpen: true, readableHighWaterMark: WINDOW_BYTES, writableHighWaterMark: MAX_DATA_BYTES * 4 })
    this.#lane = lane
    this.id = id
    // A reset reaches whoever reads or writes; nobody needs to listen for it too.
    this.on('error', () => {})
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#pending = { chunk, done }
    this.continueWriting()
  }

  continueWriting(): void {
    while (this.#pending) {
      const { chunk, done } = this.#pending
      if (this.#credit === 0 || !this.#lane.mayWrite(this)) return
      const piece = chunk.subarray(0, Math.min(this.#credit, MAX_DATA_BYTES))
      this.#credit -= piece.length
      this.#lane.write(frameHeader(FrameType.data, this.id, piece.length))
      this.#lane.write(piece)
      if (this.destroyed) return
      if (piece.length < chunk.length) {
        this.#pending = { chunk: chunk.subarray(piece.length), done }
        continue
      }
      this.#pending = undefined
      done()
    }
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#sentEnd = true
    this.#lane.write(frame(FrameType.end, this.id))
    done()
    this.#finishIfDone()
  }

  override _read(): void {}

  /** Everything that a reader takes out of the buffer goes through here. */
  override read(bytes?: number): unknown {
    const chunk = super.read(bytes)
    this.#acknowledge()
    return chunk
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.#cut && !(this.#sentEnd && this.#receivedEnd)) this.#lane.write(frame(FrameType.reset, this.id))
    this.#lane.forget(this)
    const pending = this.#pending
    this.#pending = undefined
    pending?.done(error ?? new Error('the stream was reset'))
    done(error)
  }

  receive(payload: Buffer): void {
    this.#received += payload.length
    if (this.#received - this.#acknowledged > WINDOW_BYTES) throw new FrameError(`stream ${this.id} sent more than its credit`)
    if (this.#receivedEnd) throw new FrameError(`stream ${this.id} sent more after its end`)
    this.push(payload)
    this.#acknowledge()
  }

  receiveEnd(): void {
    if (this.#receivedEnd) throw new FrameError(`stream ${this.id} ended twice`)
    this.#receivedEnd = true
    this.push(null)
    this.#finishIfDone()
  }

  addCredit(bytes: number): void {
    this.#credit += bytes
    if (bytes === 0 || this.#credit > WINDOW_BYTES) throw new FrameError(`stream ${this.id} was given too much credit`)
    this.continueWriting()
  }

  /** The other side reset the stream, or the lane is gone: nothing is sent any more. */
  cut(): void {
    this.#cut = true
    this.destroy(Object.assign(new Error('the stream was reset'), { code: 'ECONNRESET' }))
  }

  /** Gives credit for what the reader has taken, a quarter of the window at a time, and never for what still lies in the buffer. */
  #acknowledge(): void {
    const taken = this.#received - this.readableLength - this.#acknowledged
    if (taken < WINDOW_BYTES / 4 || this.#receivedEnd || this.destroyed) return
    this.#acknowledged += taken
    this.#lane.write(creditFrame(this.id, taken))
  }

  #finishIfDone(): void {
    if (this.#sentEnd && this.#receivedEnd) this.#lane.forget(this)
  }
}
