import { Bucket } from './bucket.ts'

/** A bucket for each of many; who has been unheard of for longest is forgotten first. */
export class Buckets {
  readonly #newBucket: () => Bucket
  readonly #maxKeys: number
  readonly #buckets = new Map<string, Bucket>()

  constructor(perS: number, most: number, maxKeys: number) {
    this.#newBucket = () => new Bucket(perS, most)
    this.#maxKeys = maxKeys
  }

  /** `nowMs` must come from a clock that never goes back. */
  take(key: string, nowMs: number): boolean {
    const bucket = this.#buckets.get(key) ?? this.#newBucket()
    // Deleted and set again, a key moves to the end of the map's order.
    this.#buckets.delete(key)
    this.#buckets.set(key, bucket)
    if (this.#buckets.size > this.#maxKeys) this.#buckets.delete(this.#buckets.keys().next().value ?? '')
    return bucket.take(1, nowMs)
  }
}
