/** Notice that the network changed, or that the machine slept. Looking again is cheap and works alike on every system. */

import { networkInterfaces } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { findNetwork, type NetworkFacts } from './gateway-address.ts'

export interface NetworkChange {
  readonly facts: NetworkFacts | null
  /** The machine slept (or stood still) since the last look: whatever was agreed with others may have lapsed, even if the facts are the same. */
  readonly woke: boolean
}

export interface WatchOptions {
  /** Called once with the first facts, then at each change. What it throws ends the watch. */
  readonly onChange: (change: NetworkChange) => void
  readonly signal: AbortSignal
  readonly everyMs?: number
  readonly find?: (signal: AbortSignal) => Promise<NetworkFacts | null>
  readonly clock?: Clock
  /** A cheap sign of change, asked at every look. Null: none, so `find` itself is asked every time. */
  readonly sign?: (() => string) | null
}

/** `nowMs` must run on while the machine sleeps, as the wall clock does. `sleep` may resolve or reject early when its signal fires. */
export interface Clock {
  readonly nowMs: () => number
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<unknown>
}

const SYSTEM_CLOCK: Clock = { nowMs: Date.now, sleep: (ms, signal) => sleep(ms, undefined, { signal }) }

/** Where asking costs a process (macOS, Windows), it is asked when the interfaces changed, and otherwise only every so many looks. */
const LOOKS_BETWEEN_QUESTIONS = 15
const SYSTEM_SIGN = process.platform === 'linux' ? null : () => JSON.stringify(interfacesNow())

/** Watches until the signal fires, then resolves. A look that fails changes nothing: the next one follows in `everyMs`. */
export async function watchNetwork(options: WatchOptions): Promise<void> {
  const { onChange, signal, everyMs = 2_000, find = findNetwork, clock = SYSTEM_CLOCK, sign = SYSTEM_SIGN } = options
  let seen: { facts: NetworkFacts | null; sign: string | undefined; looks: number } | undefined
  let woke = false
  while (!signal.aborted) {
    const signNow = sign?.()
    const fresh = seen && sign && !woke && signNow === seen.sign && seen.looks < LOOKS_BETWEEN_QUESTIONS
    const facts = fresh ? seen?.facts : await find(signal).catch(() => undefined)
    if (signal.aborted) return
    if (facts !== undefined) {
      const changed = !seen || !sameFacts(seen.facts, facts)
      seen = { facts, sign: signNow, looks: fresh && seen ? seen.looks + 1 : 0 }
      if (changed || woke) onChange({ facts, woke })
      woke = false
    }
    const before = clock.nowMs()
    await clock.sleep(everyMs, signal).catch(() => undefined)
    // Timers stand still while the machine sleeps, the wall clock does not. A wall clock that was set forward looks the same; then
    // we merely look again.
    woke ||= clock.nowMs() - before > 2 * everyMs
  }
}

/** Facts are plain data, always built in the same order. */
function sameFacts(a: NetworkFacts | null, b: NetworkFacts | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function interfacesNow(): unknown {
  try {
    return networkInterfaces()
  } catch {
    return null
  }
}
