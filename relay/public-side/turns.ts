/** Whose handshake is next. One costs the relay a signature, and the other side one packet: so they begin at a measured pace, and the
 *  addresses that wait take turns. Who asks for thousands waits for himself; a relay that restarts takes its homes back one after another.
 *  Where lanes come from that break the protocol again and again, the next ones begin slowly. */
import { Bucket } from '../public-ports/bucket.ts'
import { Buckets } from '../public-ports/buckets.ts'
import { visitorOf } from '../public-ports/visitors.ts'

export interface TurnLimits {
  readonly perS: number
  /** Without waiting, after a pause. */
  readonly atOnce: number
  /** Of one address (visitors.ts). */
  readonly maxWaitingOfOne: number
  readonly maxWaiting: number
  /** What an address may do wrong before its turns come no quicker than `slowPerS`, until it has done nothing wrong for a while. */
  readonly faultsPerS: number
  readonly faultsAtOnce: number
  readonly slowPerS: number
}

export interface Turns {
  /** Calls `begin` when it is this one's turn, at once if nobody waits; `isGone` is asked then. False: too many wait already. */
  take(address: string, begin: () => void, isGone: () => boolean): boolean
  /** What this address began has come to a bad end. */
  fault(address: string): void
  /** Nobody's turn comes any more. */
  stop(): void
}

interface Waiting {
  begin(): void
  isGone(): boolean
}

const EVERY_MS = 20
const MAX_ADDRESSES = 20_000
/** Slow for so long after the last fault beyond what is allowed. */
const SLOW_FOR_MS = 10_000

export function createTurns(limits: TurnLimits, now: () => number = () => performance.now()): Turns {
  const bucket = new Bucket(limits.perS, limits.atOnce)
  /** By address, in the order of their turns. */
  const queues = new Map<string, Waiting[]>()
  let waiting = 0
  let timer: NodeJS.Timeout | undefined
  const faults = new Buckets(limits.faultsPerS, limits.faultsAtOnce, MAX_ADDRESSES)
  /** Until when, and at which pace. */
  const slow = new Map<string, { untilMs: number; readonly bucket: Bucket }>()

  const mayBegin = (visitor: string, nowMs: number): boolean => {
    const slowed = slow.get(visitor)
    if (slowed && nowMs < slowed.untilMs) return slowed.bucket.take(1, nowMs)
    slow.delete(visitor)
    return true
  }

  function advance(): void {
    const nowMs = now()
    // Whoever had a turn stands behind the others, and is met again while turns are left.
    for (const [visitor, queue] of queues) {
      while (queue[0]?.isGone()) {
        queue.shift()
        waiting -= 1
      }
      const [next] = queue
      if (next && !mayBegin(visitor, nowMs)) continue
      if (next && !bucket.take(1, nowMs)) return
      queues.delete(visitor)
      if (!next) continue
      queue.shift()
      waiting -= 1
      if (queue.length > 0) queues.set(visitor, queue)
      next.begin()
    }
    if (waiting > 0) return
    clearInterval(timer)
    timer = undefined
  }

  return {
    take(address, begin, isGone) {
      const visitor = visitorOf(address)
      const nowMs = now()
      if (waiting === 0 && mayBegin(visitor, nowMs) && bucket.take(1, nowMs)) {
        begin()
        return true
      }
      const queue = queues.get(visitor) ?? []
      if (queue.length >= limits.maxWaitingOfOne || waiting >= limits.maxWaiting) return false
      queue.push({ begin, isGone })
      queues.set(visitor, queue)
      waiting += 1
      timer ??= setInterval(advance, EVERY_MS)
      return true
    },
    fault(address) {
      const visitor = visitorOf(address)
      const nowMs = now()
      if (faults.take(visitor, nowMs)) return
      const { bucket } = slow.get(visitor) ?? { bucket: new Bucket(limits.slowPerS, limits.slowPerS) }
      slow.delete(visitor)
      slow.set(visitor, { untilMs: nowMs + SLOW_FOR_MS, bucket })
      if (slow.size > MAX_ADDRESSES) slow.delete(slow.keys().next().value ?? '')
    },
    stop() {
      clearInterval(timer)
      queues.clear()
      waiting = 0
    },
  }
}
