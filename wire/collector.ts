/** Bytes for a connection, gathered so that they leave in few writes. */
import type { Duplex } from 'node:stream'
import { FULL_DATA_BYTES } from './frames.ts'
import { LaneStream } from './lane-stream.ts'
import { Slabs } from './slabs.ts'

/** Full frames: a remainder would be a frame of its own, after which no other lies within one TLS record. */
const SLAB_BYTES = 4 * FULL_DATA_BYTES
/** Where gathering begins, and most answers end: a slab for each of them would hold far more memory than bytes. */
const SMALL_BYTES = 4096

const slabs = new Slabs(SLAB_BYTES)
const smallSlabs = new Slabs(SMALL_BYTES)
const giveBack = (slab: Buffer): void => (slab.length === SMALL_BYTES ? smallSlabs : slabs).give(slab)

/** Those that wait for the end of this turn of the event loop: one setImmediate for all of them. */
let due: Collector[] = []
let flushAll: () => void

/** Gathers bytes until setImmediate, until what was written before has been taken, until a slab is full, or until {@link write}. */
export class Collector {
  readonly #to: Duplex
  readonly #onWritten: (bytes: number) => void
  #slab: Buffer | undefined
  #filled = 0
  /** Where nothing but one text was added, which needs no slab. */
  #text = ''
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
    if (this.#text !== '') this.#fill('')
    this.#copy(bytes)
    // A lane gathers by itself.
    if (this.#to instanceof LaneStream) this.flush()
    else this.#schedule()
  }

  /** `text`: a character a byte. */
  addText(text: string): void {
    this.heldBytes += text.length
    if (this.#filled === 0 && this.#text === '') this.#text = text
    else this.#fill(text)
    this.#schedule()
  }

  #fill(text: string): void {
    if (this.#text !== '') {
      const first = this.#text
      this.#text = ''
      this.#fill(first)
    }
    if (text.length > SLAB_BYTES - this.#filled) this.#copy(Buffer.from(text, 'latin1'))
    else this.#filled += this.#slabFor(text.length).write(text, this.#filled, 'latin1')
  }

  #copy(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      const copied = bytes.copy(this.#slabFor(bytes.length - at), this.#filled, at)
      at += copied
      this.#filled += copied
      if (this.#filled === SLAB_BYTES) this.write()
    }
  }

  /** With room for so much more, or for as much as goes into one. */
  #slabFor(bytes: number): Buffer {
    const before = this.#slab
    const isSmall = this.#filled + bytes <= SMALL_BYTES
    if (before && (isSmall || before.length === SLAB_BYTES)) return before
    const slab = (isSmall ? smallSlabs : slabs).take()
    if (before) {
      before.copy(slab, 0, 0, this.#filled)
      giveBack(before)
    }
    this.#slab = slab
    return slab
  }

  /** What was gathered, unless something is on its way. */
  flush(): void {
    if (this.#writes === 0) this.write()
  }

  /** What was gathered. */
  write(): void {
    const slab = this.#slab
    const text = this.#text
    if (text !== '') {
      this.#text = ''
      this.#writes += 1
      this.#to.write(text, 'latin1', () => this.#written(text.length))
    } else if (slab) {
      const bytes = this.#filled
      this.#slab = undefined
      this.#filled = 0
      this.#writes += 1
      this.#to.write(slab.subarray(0, bytes), () => {
        giveBack(slab)
        this.#written(bytes)
      })
    }
  }

  #written(bytes: number): void {
    this.#writes -= 1
    this.#onWritten(bytes)
    this.flush()
  }

  #schedule(): void {
    if (this.#scheduled || (!this.#slab && this.#text === '')) return
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
