/** Whose handshake is next. One costs the relay a signature, and the other side one packet: so they begin at a measured pace, and the
 *  addresses that wait take turns. Who asks for thousands waits for himself; a relay that restarts takes its homes back one after another. */
import { Bucket } from '../public-ports/bucket.ts'
import { visitorOf } from '../public-ports/visitors.ts'

export interface TurnLimits {
  readonly perS: number
  /** Without waiting, after a pause. */
  readonly atOnce: number
  /** Of one address (visitors.ts). */
  readonly maxWaitingOfOne: number
  readonly maxWaiting: number
}

export interface Turns {
  /** Calls `begin` when it is this one's turn, at once if nobody waits; `isGone` is asked then. False: too many wait already. */
  take(address: string, begin: () => void, isGone: () => boolean): boolean
  /** Nobody's turn comes any more. */
  stop(): void
}

interface Waiting {
  begin(): void
  isGone(): boolean
}

const EVERY_MS = 20

export function createTurns(limits: TurnLimits, now: () => number = () => performance.now()): Turns {
  const bucket = new Bucket(limits.perS, limits.atOnce)
  /** By address, in the order of their turns. */
  const queues = new Map<string, Waiting[]>()
  let waiting = 0
  let timer: NodeJS.Timeout | undefined

  function advance(): void {
    while (waiting > 0) {
      const [visitor, queue] = queues.entries().next().value as [string, Waiting[]]
      const [next] = queue as [Waiting]
      if (!next.isGone() && !bucket.take(1, now())) return
      queue.shift()
      waiting -= 1
      queues.delete(visitor)
      if (queue.length > 0) queues.set(visitor, queue)
      if (!next.isGone()) next.begin()
    }
    clearInterval(timer)
    timer = undefined
  }

  return {
    take(address, begin, isGone) {
      if (waiting === 0 && bucket.take(1, now())) {
        begin()
        return true
      }
      const visitor = visitorOf(address)
      const queue = queues.get(visitor) ?? []
      if (queue.length >= limits.maxWaitingOfOne || waiting >= limits.maxWaiting) return false
      queue.push({ begin, isGone })
      queues.set(visitor, queue)
      waiting += 1
      timer ??= setInterval(advance, EVERY_MS)
      return true
    },
    stop() {
      clearInterval(timer)
      queues.clear()
      waiting = 0
    },
  }
}
