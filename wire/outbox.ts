/** What leaves a lane, and in which order: batch by batch, one at a time in the connection.
 *
 *  ```
 *  control, credit, resets … ─┐
 *  datagrams ─────────────────┼─▶ batch ─▶ connection ─▶ next batch, once the system has taken this one
 *  streams, in turns ─────────┘
 *  ```
 *  What is batched until setImmediate crosses as a few large TLS records instead of many small ones (measured, docs/decisions.md). Streams
 *  take turns of one frame; one that has just begun to send goes first for one turn, so that a short message does not wait for a round
 *  of long ones (as in RFC 8290 §4.1). Little lies in the connection itself, where nothing can go ahead any more. */
import type { Duplex } from 'node:stream'
import { FrameType, frameHeader, HEADER_BYTES } from './frames.ts'

/** Somebody with bytes to send, a frame at a time. */
export interface Sender {
  /** Adds at most one frame to `out` and gives its bytes with the header; 0 when there is nothing to send now. */
  takeTurn(out: Buffer[]): number
}

const BATCH_BYTES = 262_144
/** Datagrams that may wait for the next batch. */
const MAX_QUEUED_DATAGRAM_BYTES = 131_072
/** Answers to a peer that never reads them (pongs, resets, credit: CVE-2019-9512 and its kin) end the lane at this size. */
const MAX_QUEUED_BYTES = 1_048_576

export class Outbox {
  readonly #connection: Duplex
  readonly #onOverflow: () => void
  #frames: Buffer[] = []
  #framesBytes = 0
  #datagrams: Buffer[] = []
  #datagramsBytes = 0
  /** Began to send, and have had no turn since. */
  readonly #fresh = new Set<Sender>()
  /** In the order of their turns. Who has nothing to send any more leaves at its next turn, not before: else a pause of a moment would
   *  make it fresh again. */
  readonly #waiting = new Set<Sender>()
  #scheduled = false
  #writing = false
  #stopped = false

  /** `onOverflow`: the other side does not read. */
  constructor(connection: Duplex, onOverflow: () => void) {
    this.#connection = connection
    this.#onOverflow = onOverflow
  }

  /** Bytes that wait ahead of all streams. */
  get queuedBytes(): number {
    return this.#framesBytes
  }

  /** A frame that goes before datagrams and streams. */
  push(bytes: Buffer): void {
    if (this.#stopped) return
    this.#frames.push(bytes)
    this.#framesBytes += bytes.length
    this.#schedule()
    if (this.#framesBytes > MAX_QUEUED_BYTES) this.#onOverflow()
  }

  /** False: dropped, too many wait already. The bytes are read again until the batch leaves. */
  pushDatagram(flow: number, datagram: Buffer): boolean {
    const bytes = HEADER_BYTES + datagram.length
    if (this.#stopped || this.#datagramsBytes + bytes > MAX_QUEUED_DATAGRAM_BYTES) return false
    this.#datagrams.push(frameHeader(FrameType.datagram, flow, datagram.length), datagram)
    this.#datagramsBytes += bytes
    this.#schedule()
    return true
  }

  /** Asks for turns. */
  wait(sender: Sender): void {
    if (this.#stopped) return
    if (!this.#waiting.has(sender)) this.#fresh.add(sender)
    this.#schedule()
  }

  forget(sender: Sender): void {
    this.#fresh.delete(sender)
    this.#waiting.delete(sender)
  }

  stop(): void {
    this.#stopped = true
    this.#frames = []
    this.#datagrams = []
    this.#fresh.clear()
    this.#waiting.clear()
  }

  #schedule(): void {
    if (this.#scheduled || this.#writing) return
    this.#scheduled = true
    setImmediate(() => this.#send())
  }

  #send(): void {
    this.#scheduled = false
    if (this.#stopped) return
    const out = this.#frames.concat(this.#datagrams)
    let bytes = this.#framesBytes + this.#datagramsBytes
    this.#frames = []
    this.#datagrams = []
    this.#framesBytes = 0
    this.#datagramsBytes = 0
    // Streams go on however much went ahead of them.
    bytes += this.#turns(out, Math.max(BATCH_BYTES - bytes, BATCH_BYTES / 4))
    if (bytes === 0) return
    this.#writing = true
    this.#connection.write(Buffer.concat(out, bytes), () => {
      this.#writing = false
      if (this.#framesBytes + this.#datagramsBytes > 0 || this.#fresh.size + this.#waiting.size > 0) this.#schedule()
    })
  }

  #turns(out: Buffer[], maxBytes: number): number {
    let bytes = 0
    while (bytes < maxBytes) {
      const fresh = this.#fresh.values().next().value
      const sender = fresh ?? this.#waiting.values().next().value
      if (!sender) break
      // Behind all others before its turn: what it writes meanwhile must not make it fresh.
      this.forget(sender)
      this.#waiting.add(sender)
      const taken = sender.takeTurn(out)
      if (taken === 0) this.#waiting.delete(sender)
      bytes += taken
    }
    return bytes
  }
}
