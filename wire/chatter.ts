/** How many frames a lane takes that carry nobody's bytes. Each costs its sender next to nothing and the reader a little (CVE-2019-9512,
 *  CVE-2019-9514 and CVE-2019-9515 are floods of pings, resets and settings in HTTP/2), so more than these in a second end the lane. */
import { FrameError, FrameType } from './frames.ts'
import { MAX_CONTROLS_PER_S } from './limits.ts'

/** An honest side sends one in ten seconds, or in two and a half when nothing else comes … */
const MAX_PINGS_A_SECOND = 100
/** … and one behind at least this much data, to learn how long it takes (flight.ts, while a line is drained). */
const BYTES_A_PING = 16_384
/** Credit for 3 GB/s, or ten thousand streams that come and go. */
const MAX_SMALL_FRAMES_A_SECOND = 50_000
const WINDOW_MS = 1000
const UNCOUNTED: ReadonlySet<FrameType> = new Set([FrameType.data, FrameType.datagram, FrameType.open, FrameType.flow])

export class Chatter {
  readonly #now: () => number
  #sinceMs = Number.NEGATIVE_INFINITY
  #pings = 0
  #controls = 0
  #frames = 0
  #bytes = 0

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Throws FrameError when it is one too many. The clock is only asked then: a count that filled slowly begins anew. Data has its own
   *  limits, and so has what opens streams; an answer that nobody asked for is a frame like others. `bytes`: of this piece of payload. */
  note(type: FrameType, bytes: number): void {
    if (UNCOUNTED.has(type)) {
      this.#bytes += bytes
      return
    }
    this.#frames += 1
    if (type === FrameType.ping) this.#pings += 1
    else if (type === FrameType.control) this.#controls += 1
    const tooMany = this.#tooMany()
    if (tooMany === undefined) return
    const nowMs = this.#now()
    if (nowMs - this.#sinceMs < WINDOW_MS) throw new FrameError(`too many ${tooMany}`)
    this.#sinceMs = nowMs
    this.#pings = 0
    this.#controls = 0
    this.#frames = 0
    this.#bytes = 0
  }

  #tooMany(): string | undefined {
    if (this.#pings > MAX_PINGS_A_SECOND + this.#bytes / BYTES_A_PING) return 'pings'
    if (this.#controls > MAX_CONTROLS_PER_S) return 'control messages'
    return this.#frames > MAX_SMALL_FRAMES_A_SECOND ? 'frames without data' : undefined
  }
}
