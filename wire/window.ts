/** How much a stream's sender may send before its reader has taken it: grown where a larger window would be quicker.
 *
 *  A window is too small where half of it is used up within two round trips (as browsers judge in QUIC): the sender stands still until credit
 *  comes. 256 KB are enough for 40 Mbit/s over 50 ms, and for 20 MB/s at most over 13 ms; so it doubles there, while the memory that all
 *  grown windows of this process could take is bounded. */
import { MAX_GROWN_BYTES, MAX_WINDOW_BYTES, WINDOW_BYTES } from './limits.ts'

let grownBytes = 0

export class Window {
  #bytes = WINDOW_BYTES
  #grantedAtMs = 0

  get bytes(): number {
    return this.#bytes
  }

  /** A quarter of the window was taken. Gives by how much it grows. */
  grow(rttMs: number | undefined, nowMs: number): number {
    const tookMs = nowMs - this.#grantedAtMs
    this.#grantedAtMs = nowMs
    const tooSmall = rttMs !== undefined && tookMs < rttMs
    if (!tooSmall || this.#bytes * 2 > MAX_WINDOW_BYTES || grownBytes + this.#bytes > MAX_GROWN_BYTES) return 0
    const more = this.#bytes
    this.#bytes += more
    grownBytes += more
    return more
  }

  /** The stream is over. */
  release(): void {
    grownBytes -= this.#bytes - WINDOW_BYTES
    this.#bytes = WINDOW_BYTES
  }
}
