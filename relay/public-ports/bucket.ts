/** So many a second, and so many at once after a pause. */
export class Bucket {
  readonly #perS: number
  readonly #most: number
  #left: number
  #atMs = Number.NEGATIVE_INFINITY

  constructor(perS: number, most: number) {
    this.#perS = perS
    this.#most = most
    this.#left = most
  }

  /** `nowMs` must come from a clock that never goes back. */
  take(count: number, nowMs: number): boolean {
    if (this.left(nowMs) < count) return false
    this.#left -= count
    return true
  }

  /** How many could be taken now. */
  left(nowMs: number): number {
    this.#left = Math.min(this.#most, this.#left + ((nowMs - this.#atMs) * this.#perS) / 1000)
    this.#atMs = nowMs
    return this.#left
  }
}
