/** Whether the other side of a lane is still there. Time is counted in turns of the lane's own timer, not by a clock: after a stall of this
 *  process what has arrived is still unread, and a clock would call a healthy lane dead. */
import { DEAD_AFTER_MS, LOST_AFTER_MS, PING_AFTER_MS } from './limits.ts'
import type { Outbox } from './outbox.ts'

const DOUBTFUL_AFTER_MS = 1000
/** How often the round trip is measured. */
const MEASURE_EVERY_MS = 10_000

export class LaneLiveness {
  readonly #outbox: Outbox
  #silentMs = 0
  /** Since it was asked, or has last answered. */
  #unansweredMs = 0
  #unmeasuredMs = 0

  constructor(outbox: Outbox) {
    this.#outbox = outbox
    this.#ping()
  }

  /** It was asked for a sign of life and has given none for a second: it may be dead, and not be known to be. */
  get isDoubtful(): boolean {
    return this.#silentMs > PING_AFTER_MS + DOUBTFUL_AFTER_MS || this.#isUnanswered(DOUBTFUL_AFTER_MS)
  }

  /** Bytes have come, whatever they are. */
  heard(): void {
    this.#silentMs = 0
  }

  /** What it was asked for has come. */
  answered(): void {
    this.#unansweredMs = 0
  }

  /** So much time has passed: asks where that is due. Gives why the other side is gone, if it is. */
  pass(ms: number): string | undefined {
    this.#silentMs += ms
    this.#unmeasuredMs += ms
    this.#unansweredMs = this.#outbox.isAsking ? this.#unansweredMs + ms : 0
    if (this.#isUnanswered(LOST_AFTER_MS)) return `what was sent has not arrived for ${this.#unansweredMs / 1000} s`
    if (this.#silentMs > DEAD_AFTER_MS) return `silent for ${this.#silentMs / 1000} s`
    if (this.#silentMs > PING_AFTER_MS || this.#unmeasuredMs >= MEASURE_EVERY_MS) this.#ping()
    else this.#outbox.askForTraffic()
    return undefined
  }

  /** For so long, beyond what the line may take. Who has never answered may have reasons. */
  #isUnanswered(ms: number): boolean {
    return this.#unansweredMs > ms + (this.#outbox.slackMs ?? Number.POSITIVE_INFINITY)
  }

  #ping(): void {
    this.#unmeasuredMs = 0
    this.#outbox.ping()
  }
}
