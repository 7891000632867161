/** The bytes of one stream into another. */
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { FULL_DATA_BYTES } from './frames.ts'
import { LaneStream } from './lane-stream.ts'
import { NO_PACE } from './pace.ts'
import { readInto, readPieces } from './read-into.ts'
import { Slabs } from './slabs.ts'

/** Full frames: a remainder would be a frame of its own, after which no other lies within one TLS record. */
const SLAB_BYTES = 4 * FULL_DATA_BYTES
/** Shorter writes are copied into Node's own pool: a slab each would hold far more memory than bytes. */
const LEAST_SLAB_BYTES = Buffer.poolSize / 2
/** Bytes that may wait for a slow writer, where no credit of a lane bounds them. */
const MAX_HELD_BYTES = 262_144

const slabs = new Slabs(SLAB_BYTES)

/** As `from.pipe(to)`, but whatever comes within one turn of the event loop leaves in few writes: TLS and lanes hand over 16 KB at a time,
 *  and a system call for each is most of what a relay does (measured, docs/decisions.md). Errors and resets are the caller's. */
export function pump(from: Duplex, to: Duplex): void {
  const pace = [from, to].find((stream) => stream instanceof LaneStream)?.pace ?? NO_PACE
  const collector = new Collector(to, (bytes) =>
    pace.pass(bytes, () => {
      collector.heldBytes -= bytes
      if (from instanceof LaneStream) from.acknowledge(bytes)
      else if (collector.heldBytes < MAX_HELD_BYTES && !from.destroyed) from.resume()
    }),
  )
  if (from instanceof LaneStream) from.drainTo((bytes) => collector.add(bytes))
  else {
    const read = from instanceof TLSSocket ? readPieces : readInto
    read(from, (bytes) => {
      collector.add(bytes)
      return collector.heldBytes < MAX_HELD_BYTES
    })
  }
  from.on('end', () => {
    collector.write()
    to.end()
  })
}

/** Gathers bytes until setImmediate, until what was written before has been taken, or until a slab is full. */
class Collector {
  readonly #to: Duplex
  readonly #onWritten: (bytes: number) => void
  #slab: Buffer | undefined
  #filled = 0
  #scheduled = false
  /** Not taken yet. */
  #writes = 0
  /** Taken, and not yet written and due. */
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
    if (this.#to instanceof LaneStream) this.#flush()
    else this.#schedule()
  }

  #flush(): void {
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
      this.#flush()
    })
  }

  #schedule(): void {
    if (this.#scheduled || !this.#slab) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#flush()
    })
  }
}
