/** What a visitor's frames cost him on one connection of HTTP/2: those that serve no purpose, and streams that are opened for nothing, are bounded. */
import { ERROR, FRAME_HEAD_BYTES, Http2Error } from '../http/http2-frames.ts'
import { HTTP2_LIMITS } from './http2-limits.ts'

/** A head that is refused counts for so many bytes: as much as 256 of them a second are let pass. */
const REFUSED_BYTES = HTTP2_LIMITS.MAX_USELESS_BYTES_PER_S / 256
/** A byte of window updates for so many that he was given: generous, usual is one for 600. */
const GIVEN_PER_CREDIT = 64
const CREDIT_BYTES = FRAME_HEAD_BYTES + 4
/** What was given before may still be credited. */
const MAX_GIVEN_BYTES = HTTP2_LIMITS.MAX_USELESS_BYTES_PER_S * GIVEN_PER_CREDIT

/** Throws {@link Http2Error} when it is too much. */
export class Http2Toll {
  /** Since the last look. */
  #uselessBytes = 0
  #givenBytes = 0
  #resets = 0

  useless(bytes: number): void {
    this.#uselessBytes += bytes
    if (this.#uselessBytes > HTTP2_LIMITS.MAX_USELESS_BYTES_PER_S) throw new Http2Error(ERROR.enhanceYourCalm, 'too much that is nothing')
  }

  refused(): void {
    this.useless(REFUSED_BYTES)
  }

  /** A window update; so much of our answers has left for him since the one before. */
  credit(givenBytes: number): void {
    this.#givenBytes = Math.min(this.#givenBytes + givenBytes, MAX_GIVEN_BYTES) - GIVEN_PER_CREDIT * CREDIT_BYTES
    if (this.#givenBytes >= 0) return
    this.#givenBytes = 0
    this.useless(CREDIT_BYTES)
  }

  /** He has reset a stream, or made it fail. */
  reset(): void {
    this.#resets += 1
    if (this.#resets > HTTP2_LIMITS.RESET_BURST) throw new Http2Error(ERROR.enhanceYourCalm, 'too many streams for nothing')
  }

  /** Once a second. */
  look(): void {
    this.#uselessBytes = 0
    this.#resets = Math.max(0, this.#resets - HTTP2_LIMITS.RESETS_PER_S)
  }
}
