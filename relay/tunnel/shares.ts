/** Who may carry how much. A relay that has room holds nobody back. Once its line or its processor is used up, those who carry most are held
 *  to what is fair, ten times a second, until there is room again: who takes less than the others notices nothing of them (max-min
 *  fairness). Its operator may also say what no device may exceed. */
import { performance } from 'node:perf_hooks'
import type { Pace } from '../../wire/pace.ts'

export interface ShareLimits {
  /** No device carries more, both ways together; undefined: as much as there is. */
  readonly deviceBytesPerS?: number | undefined
  /** What the relay's line carries each way; undefined: only the processor tells that there is no more. */
  readonly lineBytesPerS?: number | undefined
}

export interface Shares {
  /** A device's own, until it leaves; what it holds back then passes. */
  enter(): Pace & { leave(): void }
  stop(): void
}

const TURN_MS = 100
/** Of what the line carries. */
const FULL = 0.95
/** Of the time: the event loop hardly ever waits. */
const BUSY = 0.95
/** A core passes 800 MB/s (docs/performance.md, bench tunnel). With less than this it is not bytes that keep it busy. */
const LEAST_BUSY_BYTES_PER_S = 100_000_000
/** All together are held to so much of what they carried. */
const LESS = 0.9
/** A limit that is not needed grows by this at each turn, and falls away once it is so many times what is carried. */
const MORE = 1.1
const LOOSE = 4
/** Nobody is held to less. */
const LEAST_BYTES_PER_S = 131_072
/** After a pause so much passes at once: this time at the limit. */
const BURST_S = 0.1
const RELEASE_EVERY_MS = 10

class Share implements Pace {
  readonly #capBytesPerS: number
  readonly #now: () => number
  #limitBytesPerS: number
  /** What may pass; below nothing it is owed. */
  #leftBytes = 0
  #atMs: number
  /** In the order in which they came. */
  #waiting: { readonly bytes: number; readonly go: () => void }[] = []
  #timer: NodeJS.Timeout | undefined
  carriedBytes = 0

  constructor(capBytesPerS: number, now: () => number) {
    this.#capBytesPerS = capBytesPerS
    this.#limitBytesPerS = capBytesPerS
    this.#now = now
    this.#atMs = now()
  }

  get limitBytesPerS(): number {
    return this.#limitBytesPerS
  }

  limit(bytesPerS: number): void {
    this.#refill()
    this.#limitBytesPerS = Math.min(this.#capBytesPerS, Math.max(LEAST_BYTES_PER_S, bytesPerS))
    this.#release()
  }

  pass(bytes: number, go: () => void): void {
    if (this.#limitBytesPerS === Number.POSITIVE_INFINITY) {
      this.carriedBytes += bytes
      go()
      return
    }
    this.#waiting.push({ bytes, go })
    this.#release()
  }

  passNow(bytes: number): boolean {
    return this.#waiting.length === 0 && this.#take(bytes)
  }

  /** Whoever waits goes on. */
  free(): void {
    clearTimeout(this.#timer)
    for (const { go } of this.#waiting.splice(0)) go()
  }

  #take(bytes: number): boolean {
    this.#refill()
    if (this.#leftBytes <= 0) return false
    this.#leftBytes -= bytes
    this.carriedBytes += bytes
    return true
  }

  #refill(): void {
    const nowMs = this.#now()
    const most = this.#limitBytesPerS * BURST_S
    const more = this.#limitBytesPerS * ((nowMs - this.#atMs) / 1000)
    this.#atMs = nowMs
    this.#leftBytes = most === Number.POSITIVE_INFINITY ? 1 : Math.min(most, this.#leftBytes + more)
  }

  #release(): void {
    for (let next = this.#waiting[0]; next && this.#take(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift()
      next.go()
    }
    clearTimeout(this.#timer)
    if (this.#waiting.length > 0) this.#timer = setTimeout(() => this.#release(), RELEASE_EVERY_MS).unref()
  }
}

export interface Clock {
  now(): number
  /** Of the time since it was last asked, the part in which the event loop was busy. */
  busy(): number
}

function realClock(): Clock {
  let last = performance.eventLoopUtilization()
  return {
    now: () => performance.now(),
    busy() {
      const before = last
      last = performance.eventLoopUtilization()
      return performance.eventLoopUtilization(last, before).utilization
    },
  }
}

export function createShares({ deviceBytesPerS, lineBytesPerS }: ShareLimits, clock: Clock = realClock()): Shares {
  const shares = new Set<Share>()
  let turnedAtMs = clock.now()

  function turn(): void {
    const nowMs = clock.now()
    const passedS = (nowMs - turnedAtMs) / 1000
    turnedAtMs = nowMs
    const rates = new Map([...shares].map((share) => [share, share.carriedBytes / passedS]))
    for (const share of shares) share.carriedBytes = 0
    const total = [...rates.values()].reduce((sum, rate) => sum + rate, 0)
    const isLineFull = lineBytesPerS !== undefined && total > FULL * lineBytesPerS
    const isBusy = clock.busy() > BUSY && total > LEAST_BUSY_BYTES_PER_S
    // A device that is alone takes nothing from anybody.
    const takers = [...rates].filter(([, rate]) => rate > LEAST_BYTES_PER_S)
    if ((isLineFull || isBusy) && takers.length > 1) {
      const most = fairLimit(
        takers.map(([, rate]) => rate),
        total * LESS,
      )
      for (const [share, rate] of takers) if (rate > most) share.limit(most)
    } else for (const [share, rate] of rates) loosen(share, rate)
  }

  const timer = setInterval(turn, TURN_MS).unref()
  return {
    enter() {
      const share = new Share(deviceBytesPerS ?? Number.POSITIVE_INFINITY, clock.now)
      shares.add(share)
      return {
        pass: (bytes, go) => share.pass(bytes, go),
        passNow: (bytes) => share.passNow(bytes),
        leave() {
          shares.delete(share)
          share.free()
        },
      }
    },
    stop: () => clearInterval(timer),
  }
}

function loosen(share: Share, rate: number): void {
  const limit = share.limitBytesPerS
  if (limit === Number.POSITIVE_INFINITY) return
  share.limit(limit > LOOSE * rate ? Number.POSITIVE_INFINITY : limit * MORE)
}

/** The most that each may carry, so that all together carry `total`: whoever carries less keeps it, the others share the rest alike. */
export function fairLimit(rates: readonly number[], total: number): number {
  let left = total
  const rising = [...rates].sort((one, other) => one - other)
  for (const [index, rate] of rising.entries()) {
    const each = left / (rising.length - index)
    if (rate > each) return each
    left -= rate
  }
  return Number.POSITIVE_INFINITY
}
