/** Bytes for a connection, gathered so that they leave in few writes. */
import type { Duplex } from 'node:stream'
import { FULL_DATA_BYTES } from './frames.ts'
import { LaneStream } from './lane-stream.ts'
import { Slabs } from './slabs.ts'

/** Full frames: a remainder would be a frame of its own, after which no other lies within one TLS record. */
const SLAB_BYTES = 4 * FULL_DATA_BYTES
/** Shorter writes are copied into Node's own pool: a slab each would hold far more memory than bytes. */
const LEAST_SLAB_BYTES = Buffer.poolSize / 2

const slabs = new Slabs(SLAB_BYTES)

/** Those that wait for the end of this turn of the event loop: one setImmediate for all of them. */
let due: Collector[] = []
let flushAll: () => void

/** Gathers bytes until setImmediate, until what was written before has been taken, until a slab is full, or until {@link write}. */
export class Collector {
  readonly #to: Duplex
  readonly #onWritten: (bytes: number) => void
  #slab: Buffer | undefined
  #filled = 0
  #scheduled = false
  /** Not taken yet. */
  #writes = 0
  /** Taken, and not yet written and due; for the owner to take from in `onWritten`. */
  heldBytes = 0

  constructor(to: Duplex, onWritten: (bytes: number) => void) {
    this.#to = to
    this.#onWritten = onWritten
  }

  add(bytes: Buffer): void {
    this.heldBytes += bytes.length
    for (let at = 0; at < bytes.length; ) {
      this.#slab ??= slabs.take()
      const copied = bytes.copy(this.#slab, this.#filled, at)
      at += copied
      this.#filled += copied
      if (this.#filled === SLAB_BYTES) this.write()
    }
    // A lane gathers by itself.
    if (this.#to instanceof LaneStream) this.flush()
    else this.#schedule()
  }

  /** `text`: a character a byte. */
  addText(text: string): void {
    if (text.length > SLAB_BYTES - this.#filled) return void this.add(Buffer.from(text, 'latin1'))
    this.heldBytes += text.length
    this.#slab ??= slabs.take()
    this.#filled += this.#slab.write(text, this.#filled, 'latin1')
    this.#schedule()
  }

  /** What was gathered, unless something is on its way. */
  flush(): void {
    if (this.#writes === 0) this.write()
  }

  /** What was gathered. */
  write(): void {
    const slab = this.#slab
    const bytes = this.#filled
    if (!slab) return
    this.#slab = undefined
    this.#filled = 0
    const long = bytes >= LEAST_SLAB_BYTES
    const filled = slab.subarray(0, bytes)
    const chunk = long ? filled : Buffer.from(filled)
    if (!long) slabs.give(slab)
    this.#writes += 1
    this.#to.write(chunk, () => {
      this.#writes -= 1
      if (long) slabs.give(slab)
      this.#onWritten(bytes)
      this.flush()
    })
  }

  #schedule(): void {
    if (this.#scheduled || !this.#slab) return
    this.#scheduled = true
    due.push(this)
    if (due.length === 1) setImmediate(flushAll)
  }

  static {
    flushAll = () => {
      const collectors = due
      due = []
      for (const collector of collectors) {
        collector.#scheduled = false
        collector.flush()
      }
    }
  }
}
