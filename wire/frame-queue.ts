/** Whole frames that wait to leave a lane, in order: control messages, credit, resets, answers. */
export class FrameQueue {
  #frames: Buffer[] = []
  bytes = 0

  push(frame: Buffer): void {
    this.#frames.push(frame)
    this.bytes += frame.length
  }

  unshift(frame: Buffer): void {
    this.#frames.unshift(frame)
    this.bytes += frame.length
  }

  /** Moves as many as fit into `batch` between `from` and `until`; gives where they end. */
  drain(batch: Buffer, from: number, until: number): number {
    let at = from
    let taken = 0
    for (const frame of this.#frames) {
      if (at + frame.length > until) break
      at += frame.copy(batch, at)
      taken += 1
    }
    this.#frames = taken === this.#frames.length ? [] : this.#frames.slice(taken)
    this.bytes -= at - from
    return at
  }

  clear(): void {
    this.#frames = []
    this.bytes = 0
  }
}
