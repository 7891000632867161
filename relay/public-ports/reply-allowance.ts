/** How much a visitor who sent a datagram may be sent in return. Anybody can write any source into a datagram, so that answers could be
 *  made to fall on somebody who asked for nothing (a reflection).
 *
 *  A stranger gets at most three times the bytes that came from his address (the bound of RFC 9000 §8.1), headers included, and all strangers together at
 *  most STRANGERS_BYTES_PER_S. Who goes on talking after having been answered, eight times, is no stranger: a call or a game does so within a
 *  fraction of a second. Raw UDP has nothing that a forger could not send blindly, so this is no proof; but such a forger has to keep
 *  sending, and gets what the service would have sent from its own open port as well. Who falls silent is a stranger again. */

import type { Bucket } from './bucket.ts'

const BYTES_BACK_FOR_ONE = 3
/** What each datagram costs on the wire besides its payload: the headers of IPv4 and UDP. Questions of a few bytes are usual. */
const HEADER_BYTES = 28
const ROUNDS = 8
const SILENT_AFTER_MS = 15_000
export const STRANGERS_BYTES_PER_S = 1_000_000

/** Of one visitor's flow. `nowMs` must come from a clock that never goes back. */
export class ReplyAllowance {
  readonly #strangers: Bucket
  #bytes = 0
  #rounds = 0
  #isAnswered = false
  #heardAtMs = Number.NEGATIVE_INFINITY

  constructor(strangers: Bucket) {
    this.#strangers = strangers
  }

  isStranger(nowMs: number): boolean {
    return this.#rounds < ROUNDS || nowMs - this.#heardAtMs > SILENT_AFTER_MS
  }

  /** A datagram with this much payload came from the visitor. */
  heard(bytes: number, nowMs: number): void {
    if (nowMs - this.#heardAtMs > SILENT_AFTER_MS) {
      this.#rounds = 0
      this.#bytes = 0
    }
    this.#heardAtMs = nowMs
    if (this.#isAnswered) this.#rounds += 1
    this.#isAnswered = false
    // What an acquaintance sent is no credit for a stranger.
    this.#bytes = this.isStranger(nowMs) ? this.#bytes + (bytes + HEADER_BYTES) * BYTES_BACK_FOR_ONE : 0
  }

  /** May this much be sent to him now? */
  spend(bytes: number, nowMs: number): boolean {
    if (this.isStranger(nowMs)) {
      const cost = bytes + HEADER_BYTES
      if (cost > this.#bytes || !this.#strangers.take(cost, nowMs)) return false
      this.#bytes -= cost
    }
    this.#isAnswered = true
    return true
  }
}
