/** How often streams are opened and reset: little work for who does it, much for who connects to a service each time. */
import { MAX_RESETS, RESETS_PER_S } from './limits.ts'

export class Churn {
  #level = 0
  #atMs = 0

  reset(nowMs: number): void {
    this.#level = this.#levelAt(nowMs) + 1
    this.#atMs = nowMs
  }

  /** The side that opens streams opens none meanwhile. */
  isTooMuch(nowMs: number): boolean {
    return this.#levelAt(nowMs) >= MAX_RESETS
  }

  /** Twice what an honest side does: its visitors may be hostile, it is not. */
  isHostile(nowMs: number): boolean {
    return this.#levelAt(nowMs) >= 2 * MAX_RESETS
  }

  #levelAt(nowMs: number): number {
    return Math.max(0, this.#level - ((nowMs - this.#atMs) / 1000) * RESETS_PER_S)
  }
}
