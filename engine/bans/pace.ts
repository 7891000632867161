/** A rate with a burst in one number: the generic cell rate algorithm (ITU-T I.371, annex A). */
export class Pace {
  readonly #intervalMs: number
  readonly #burstMs: number
  /** When all that was taken so far would have been due. */
  #dueMs = 0

  constructor(perSecond: number, burst: number) {
    this.#intervalMs = 1000 / perSecond
    this.#burstMs = this.#intervalMs * burst
  }

  /** May one more begin now? */
  take(nowMs: number): boolean {
    // Ahead of every burst: the clock was set back.
    const due = this.#dueMs < nowMs || this.#dueMs > nowMs + this.#burstMs ? nowMs : this.#dueMs
    if (due + this.#intervalMs > nowMs + this.#burstMs) return false
    this.#dueMs = due + this.#intervalMs
    return true
  }

  /** Until one more may begin. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.#dueMs + this.#intervalMs - this.#burstMs - nowMs)
  }
}
