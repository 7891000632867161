/** The body of an answer that goes by HTTP/2, between the service that gives it and its frames. What the visitor does not take yet stays with the
 *  service; only what it has given already is kept. */
import { encodeFields } from '../http/hpack-encoder.ts'
import { MAX_FRAME_BYTES } from '../http/http2-frames.ts'
import type { Http2Outlet, Sender } from './http2-outlet.ts'

const EMPTY = Buffer.alloc(0)

/** Whose body it is. */
export interface DownloadLine {
  readonly id: number
  readonly outlet: Http2Outlet
  /** All of it has left. */
  onSent(): void
}

export class Http2Download implements Sender {
  readonly #line: DownloadLine
  readonly #outlet: Http2Outlet
  #drainListener: (() => void) | undefined
  #windowBytes: number
  #unsent: Buffer[] | undefined
  /** By the service's own word; -1: it has not said. */
  #leftBytes = -1
  /** What ends the answer is said. */
  #isSaid = false
  /** To be said behind what is unsent. */
  #trailers: readonly string[] | undefined
  /** More would have to be kept here. */
  #isStalled = false
  #stuckSinceMs = 0
  #isOver = false

  /** `windowBytes`: as much as he takes of it. */
  constructor(line: DownloadLine, windowBytes: number) {
    this.#line = line
    this.#outlet = line.outlet
    this.#windowBytes = windowBytes
  }

  /** Before the head is said. Tells whether that is the whole answer. */
  begin(contentLength: string | undefined, hasNoBody: boolean): boolean {
    if (contentLength !== undefined) this.#leftBytes = Number(contentLength)
    this.#isSaid = hasNoBody || this.#leftBytes === 0
    return this.#isSaid
  }

  /** False: no more before {@link onDrain}. */
  write(chunk: Buffer): boolean {
    if (this.#isSaid || this.#isOver) return true
    let at = 0
    // In its turn, behind what waits. What has room to begin goes on as a whole: what is kept has to be copied.
    for (let room = this.#unsent ? 0 : this.#outlet.room; at < chunk.length && room > 0; room = this.#outlet.credited) {
      const bytes = this.#sendOf(chunk, at, room)
      if (bytes === 0) break
      at += bytes
    }
    if (at === chunk.length) {
      this.#isStalled = !this.#isSaid && (this.#windowBytes <= 0 || this.#outlet.room <= 0)
      this.#outlet.waits(this)
      return !this.#isStalled
    }
    this.#unsent ??= []
    this.#unsent.push(Buffer.from(chunk.subarray(at)))
    this.#outlet.waits(this)
    return false
  }

  onDrain(listener: () => void): void {
    this.#drainListener = listener
  }

  end(trailers: readonly string[]): void {
    if (this.#unsent) this.#trailers = trailers
    else this.#finish(trailers)
  }

  /** He takes so much more; how much it is now. */
  grant(more: number): number {
    this.#windowBytes += more
    this.#outlet.waits(this)
    return this.#windowBytes
  }

  get mayPush(): boolean {
    return (this.#unsent !== undefined || this.#isStalled) && this.#windowBytes > 0
  }

  push(): void {
    if (this.#isStalled) {
      this.#isStalled = false
      if (!this.#unsent) return void this.#drainListener?.()
    }
    const first = this.#unsent?.[0]
    if (!this.#unsent || !first) return
    const bytes = this.#sendOf(first, 0, this.#outlet.room)
    if (bytes < first.length) {
      this.#unsent[0] = first.subarray(bytes)
      return
    }
    this.#unsent.shift()
    if (this.#unsent.length > 0) return
    this.#unsent = undefined
    if (this.#trailers) this.#finish(this.#trailers)
    else this.#drainListener?.()
  }

  /** Nobody wants the rest. */
  drop(): void {
    this.#isOver = true
    this.#unsent = undefined
    this.#isStalled = false
    this.#outlet.left(this)
  }

  /** Asked now and then: what waits to be taken has waited for so long. An event stream may be silent for ever. */
  isStuck(nowMs: number, stalledMs: number): boolean {
    if (!this.#unsent && !this.#isStalled) return false
    if (this.#stuckSinceMs === 0) this.#stuckSinceMs = nowMs
    return nowMs - this.#stuckSinceMs >= stalledMs
  }

  /** A frame of what begins there, if it may leave; how many bytes. */
  #sendOf(chunk: Buffer, at: number, room: number): number {
    const bytes = Math.min(this.#windowBytes, room, MAX_FRAME_BYTES, chunk.length - at)
    if (bytes <= 0) return 0
    this.#windowBytes -= bytes
    this.#stuckSinceMs = 0
    if (this.#leftBytes > 0) {
      this.#leftBytes -= bytes
      this.#isSaid = this.#leftBytes === 0
    }
    this.#outlet.data(this.#line.id, bytes === chunk.length ? chunk : chunk.subarray(at, at + bytes), this.#isSaid)
    return bytes
  }

  #finish(trailers: readonly string[]): void {
    if (!this.#isSaid && trailers.length > 0) this.#outlet.head(this.#line.id, encodeFields(trailers), true)
    else if (!this.#isSaid) this.#outlet.data(this.#line.id, EMPTY, true)
    this.#line.onSent()
  }
}
