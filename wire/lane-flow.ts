/** A flow of a lane: the datagrams of one visitor and one UDP service, both ways. Never queued: what cannot leave now is lost, as on any
 *  network, because a late voice is worth less than none. */
import { MAX_DATAGRAM_BYTES } from './frames.ts'
import type { Lane } from './lane.ts'

export class LaneFlow {
  readonly id: number
  readonly #lane: Lane
  #open = true
  #dropped = 0
  #sentBytes = 0
  #receivedBytes = 0
  /** A datagram of the other side. */
  onDatagram: (datagram: Buffer) => void = () => {}
  /** Once: the flow is over, whichever side ended it, or its lane is. */
  onClose: () => void = () => {}

  constructor(lane: Lane, id: number) {
    this.#lane = lane
    this.id = id
  }

  /** How many datagrams of ours were lost here, because the lane was full or they were too long. */
  get dropped(): number {
    return this.#dropped
  }

  /** Payloads only, as with a stream. */
  get sentBytes(): number {
    return this.#sentBytes
  }

  get receivedBytes(): number {
    return this.#receivedBytes
  }

  get closed(): boolean {
    return !this.#open
  }

  /** The bytes are copied. False: it was dropped, since the lane is full or over, or the datagram is longer than MAX_DATAGRAM_BYTES. */
  send(datagram: Buffer): boolean {
    if (this.#open && this.#mayPass(datagram) && this.#lane.outbox.pushDatagram(this.id, datagram)) {
      this.#sentBytes += datagram.length
      return true
    }
    this.#dropped += 1
    return false
  }

  #mayPass({ length }: Buffer): boolean {
    return length <= MAX_DATAGRAM_BYTES && this.#lane.pace.passNow(length)
  }

  /** Ends it at both sides. */
  close(): void {
    if (!this.#open) return
    this.#lane.resetFlow(this)
    this.end()
  }

  /** Used by the lane. The bytes are copied. */
  receive(payload: Buffer): void {
    if (!this.#lane.pace.passNow(payload.length)) return
    this.#receivedBytes += payload.length
    this.onDatagram(Buffer.from(payload))
  }

  /** Used by the lane: the other side ended it, or the lane is gone. */
  end(): void {
    if (!this.#open) return
    this.#open = false
    this.onClose()
  }
}
