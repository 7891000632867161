/** How often a service's password may be tried. Each place for itself, and all strangers together, so that a guess from a thousand addresses is
 *  bounded too; who is near (in the home's own network), or has known the password before, does not wait because strangers guess. */

/** Six tries, then one a minute: 1,446 a day. */
const OF_PLACE: Rate = { burst: 6, everyMs: 60_000 }
/** All strangers of a service: 2,980 a day, 1.1 million a year. */
const OF_STRANGERS: Rate = { burst: 100, everyMs: 30_000 }
/** Places remembered, the ones that tried last. */
const MAX_PLACES = 10_000
/** Who has known it is no stranger for so long. */
const KNOWN_MS = 30 * 86_400_000

interface Rate {
  readonly burst: number
  /** One more is allowed after each of these. */
  readonly everyMs: number
}

interface Bucket {
  tries: number
  atMs: number
}

export interface Attempts {
  /** Counts one try; false: too many, it must not be looked at. */
  take(service: string, place: string, isNear: boolean): boolean
  /** It was right: what this place has tried is forgotten. */
  succeeded(service: string, place: string): void
}

export function createAttempts(now: () => number = Date.now): Attempts {
  const places = new Map<string, Bucket>()
  const strangers = new Map<string, Bucket>()
  const known = new Map<string, number>()

  const isKnown = (key: string): boolean => now() - (known.get(key) ?? Number.NEGATIVE_INFINITY) < KNOWN_MS
  return {
    take(service, place, isNear) {
      const key = `${service} ${place}`
      if (!spend(places, key, OF_PLACE, now())) return false
      return isNear || isKnown(key) || spend(strangers, service, OF_STRANGERS, now())
    },
    succeeded(service, place) {
      const key = `${service} ${place}`
      places.delete(key)
      remember(known, key, now())
    },
  }
}

function spend(buckets: Map<string, Bucket>, key: string, { burst, everyMs }: Rate, nowMs: number): boolean {
  const { tries, atMs } = buckets.get(key) ?? { tries: burst, atMs: nowMs }
  const refilled = Math.min(burst, tries + Math.max(0, nowMs - atMs) / everyMs)
  const isAllowed = refilled >= 1
  remember(buckets, key, { tries: isAllowed ? refilled - 1 : refilled, atMs: nowMs })
  return isAllowed
}

function remember<T>(all: Map<string, T>, key: string, value: T): void {
  all.delete(key)
  all.set(key, value)
  const [oldest] = all.keys()
  if (all.size > MAX_PLACES && oldest !== undefined) all.delete(oldest)
}
