/** When a house's owner is told something. Pure. */

export interface House {
  readonly isUp: boolean
  /** Since when its session stands, as far as this process has seen it. */
  readonly upSinceMs: number
  /** Its computer said that it goes to sleep, or the operator shut it out: its owner knows. */
  readonly isExpected: boolean
  readonly lastSeenAtMs: number
  /** When its owner was last told that it is dark. */
  readonly toldAtMs: number | null
  /** Since when it was dark then; null once he has been told that it is back. */
  readonly darkSinceMs: number | null
}

/** A house that comes and goes is told of twice an hour at most. */
const AGAIN_AFTER_MS = 30 * 60_000
/** It must have stayed so long to be called back. */
const STEADY_MS = 60_000

/** `startedAtMs`: of this relay. Houses get as long after its own absence as they get after theirs. */
export function newsOf(
  house: House,
  { nowMs, startedAtMs, afterMs }: { nowMs: number; startedAtMs: number; afterMs: number },
): 'dark' | 'back' | undefined {
  const { isUp, upSinceMs, isExpected, lastSeenAtMs, toldAtMs, darkSinceMs } = house
  const isTold = darkSinceMs !== null
  if (isUp) return isTold && nowMs - upSinceMs >= Math.min(STEADY_MS, afterMs) ? 'back' : undefined
  if (isExpected || isTold) return undefined
  if (toldAtMs !== null && nowMs - toldAtMs < AGAIN_AFTER_MS) return undefined
  return nowMs - Math.max(lastSeenAtMs, startedAtMs) >= afterMs ? 'dark' : undefined
}
