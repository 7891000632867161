/** The streams of a lane, by their ids, and what they are to it: new, bulk, or idle for too long. */
import type { LaneStream } from './lane-stream.ts'
import { LIGHT_STREAMS } from './limits.ts'

/** How often streams grow older. */
const AGE_EVERY_MS = 10_000

export class StreamTable {
  readonly #streams = new Map<number, LaneStream>()
  readonly #bulk = new Set<LaneStream>()
  /** Added in this turn of the lane's timer, and in the one before. */
  #new = new Set<LaneStream>()
  #lessNew = new Set<LaneStream>()
  #unagedMs = 0

  get size(): number {
    return this.#streams.size
  }

  /** How many have carried more than BULK_BYTES. */
  get bulkCount(): number {
    return this.#bulk.size
  }

  get bulk(): Iterable<LaneStream> {
    return this.#bulk
  }

  /** How many may still become bulk. */
  get newCount(): number {
    return this.#new.size + this.#lessNew.size
  }

  /** More than LIGHT_STREAMS. */
  get areMany(): boolean {
    return this.#streams.size > LIGHT_STREAMS
  }

  get hasHeavy(): boolean {
    return [...this.#streams.values()].some(({ isHeavy }) => isHeavy)
  }

  get(id: number): LaneStream | undefined {
    return this.#streams.get(id)
  }

  add(stream: LaneStream): void {
    this.#streams.set(stream.id, stream)
    this.#new.add(stream)
  }

  /** This one has carried more than BULK_BYTES. */
  noteBulk(stream: LaneStream): void {
    this.#bulk.add(stream)
    this.#forgetNew(stream)
  }

  forget(stream: LaneStream): void {
    this.#streams.delete(stream.id)
    this.#bulk.delete(stream)
    this.#forgetNew(stream)
  }

  /** So much time has passed: who has been idle for too long is ended. */
  pass(ms: number): void {
    if (this.newCount > 0) this.#ageNew()
    this.#unagedMs += ms
    if (this.#unagedMs < AGE_EVERY_MS) return
    for (const stream of [...this.#streams.values()]) stream.age(this.#unagedMs)
    this.#unagedMs = 0
  }

  /** The lane is over. */
  cut(): void {
    for (const stream of [...this.#streams.values()]) stream.cut()
    this.#streams.clear()
    this.#bulk.clear()
    this.#ageNew()
    this.#ageNew()
  }

  #forgetNew(stream: LaneStream): void {
    this.#new.delete(stream)
    this.#lessNew.delete(stream)
  }

  #ageNew(): void {
    this.#lessNew = this.#new
    this.#new = new Set()
  }
}
