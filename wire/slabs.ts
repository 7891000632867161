/** Buffers that are used again. A fresh one costs more than what is done with it: it is cold, and the garbage collector counts it
 *  (sending 64 KB over TLS from a fresh buffer took twice the processor time of a used one; docs/decisions.md). */

/** What lies here unused, at most. */
const MAX_KEPT_BYTES = 8_388_608

export class Slabs {
  readonly bytes: number
  readonly #free: Buffer[] = []

  constructor(bytes: number) {
    this.bytes = bytes
  }

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.bytes)
  }

  /** Nobody may hold on to it, or to a part of it. */
  give(slab: Buffer): void {
    if (this.#free.length * this.bytes < MAX_KEPT_BYTES) this.#free.push(slab)
  }
}
