/** The body of a message, however it is framed. */
import { type BodySink, ChunkedReader } from './chunked.ts'
import type { Framing } from './framing.ts'

export interface BodyReader {
  /** What comes next is no part of this body any more. */
  readonly isDone: boolean
  /** Reads from `at`; the index behind what belongs to this body. Throws `Malformed`. */
  read(bytes: Buffer, at: number, sink: BodySink): number
}

/** Undefined: there is none to read. */
export function bodyReader(framing: Framing): BodyReader | undefined {
  if (framing.kind === 'none') return undefined
  if (framing.kind === 'chunked') return new ChunkedReader()
  return new CountedReader(framing.kind === 'length' ? framing.bytes : Number.POSITIVE_INFINITY)
}

class CountedReader implements BodyReader {
  #leftBytes: number

  constructor(bytes: number) {
    this.#leftBytes = bytes
  }

  get isDone(): boolean {
    return this.#leftBytes === 0
  }

  read(bytes: Buffer, at: number, sink: BodySink): number {
    const end = Math.min(bytes.length, at + this.#leftBytes)
    if (end === at) return at
    this.#leftBytes -= end - at
    sink.data(at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end))
    if (this.#leftBytes === 0) sink.end([])
    return end
  }
}
