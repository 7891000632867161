/** How long the door waits, and one look a second at all that wait: a timer for each of thousands of connections would cost more than its worth. */
import { Bag, type Member } from './bag.ts'

/** Milliseconds. What is not here has no end of its own: an answer that comes, or that its visitor is slow to take, may take for ever. */
export const TIMEOUTS_MS = {
  /** From the first byte of a visitor's head to its last: a trickle of bytes must not hold a place (slowloris). */
  head: 15_000,
  /** A visitor's connection between two requests, and before the first. */
  idle: 65_000,
  /** A visitor who sends a body and stops. */
  body: 60_000,
  /** The rest of a body, or of a connection, after the answer: an answer must not be lost in a reset (RFC 9112 §9.6). */
  linger: 5000,
  /** Until a connection to the backend stands, with the wait for a free one. */
  connect: 30_000,
  /** A backend that takes nothing of a body. */
  send: 30_000,
  /** From the end of the request to the head of the answer. Long polls of home software hold for minutes. */
  answer: 300_000,
  /** A backend's connection between two requests. Below the 5 s after which Node, Apache and gunicorn hang up: a request must not meet a
   *  closing connection. */
  kept: 4000,
} as const

/** Those that a door may be given others for; what is kept is swept for all doors alike. */
export type TimeoutsMs = { readonly [name in Exclude<keyof typeof TIMEOUTS_MS, 'kept'>]: number }

export interface Waiting extends Member {
  /** Of the clock of {@link Deadlines}. 0: none. */
  deadlineAtMs: number
  /** May be called again and again until it sets another deadline. */
  onDeadline(): void
}

const TICK_MS = 1000

export class Deadlines {
  readonly #waiting = new Bag<Waiting>()
  #timer: NodeJS.Timeout | undefined
  #nowMs = 0

  /** So many milliseconds from now, up to a second later. */
  after(ms: number): number {
    if (!this.#timer) this.#nowMs = performance.now()
    return this.#nowMs + ms
  }

  add(waiting: Waiting): void {
    this.#waiting.add(waiting)
    this.#timer ??= setInterval(() => this.#look(), TICK_MS).unref()
  }

  delete(waiting: Waiting): void {
    this.#waiting.delete(waiting)
  }

  #look(): void {
    this.#nowMs = performance.now()
    // Whoever has gone meanwhile, by the word to another, has a place no more.
    for (const waiting of this.#waiting.all())
      if (waiting.bagIndex >= 0 && waiting.deadlineAtMs > 0 && waiting.deadlineAtMs <= this.#nowMs) waiting.onDeadline()
    if (this.#waiting.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
