/** The datagrams that wait to leave a lane, in their frames, one behind the other: a Buffer for each would cost more than its bytes. No more than
 *  a slab holds. */
import { FrameType, HEADER_BYTES, writeFrameHeader } from './frames.ts'
import { MAX_QUEUED_DATAGRAM_BYTES } from './limits.ts'
import { Slabs } from './slabs.ts'

const datagramSlabs = new Slabs(MAX_QUEUED_DATAGRAM_BYTES)

export class DatagramQueue {
  #slab: Buffer | undefined
  bytes = 0

  push(flow: number, datagram: Buffer): void {
    this.#slab ??= datagramSlabs.take()
    writeFrameHeader(this.#slab, this.bytes, FrameType.datagram, flow, datagram.length)
    datagram.copy(this.#slab, this.bytes + HEADER_BYTES)
    this.bytes += HEADER_BYTES + datagram.length
  }

  /** Moves as many whole frames as fit into `batch` between `from` and `until`; gives where they end. */
  drain(batch: Buffer, from: number, until: number): number {
    const slab = this.#slab
    if (!slab) return from
    const taken = this.bytes <= until - from ? this.bytes : wholeFramesIn(slab.subarray(0, until - from))
    slab.copy(batch, from, 0, taken)
    slab.copyWithin(0, taken, this.bytes)
    this.bytes -= taken
    if (this.bytes === 0) this.clear()
    return from + taken
  }

  clear(): void {
    if (this.#slab) datagramSlabs.give(this.#slab)
    this.#slab = undefined
    this.bytes = 0
  }
}

/** How many bytes they are, from the first on. */
function wholeFramesIn(bytes: Buffer): number {
  let end = 0
  while (end + HEADER_BYTES <= bytes.length) {
    const next = end + HEADER_BYTES + (bytes.readUInt32BE(end) & 0xffffff)
    if (next > bytes.length) break
    end = next
  }
  return end
}
