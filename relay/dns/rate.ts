/** Response rate limiting: a forged source address must not turn this server into somebody's flood.
 *
 *  Anybody can write any source into a UDP packet, so answers are counted by where they would go: a bucket a neighbourhood. Over
 *  the limit every second answer is an empty "come over TCP" of the question's own size, which gives an attacker nothing and lets
 *  an honest resolver in the same neighbourhood through (the method of BIND and NSD). */
import { isIPv4 } from 'node:net'
import { parseAddress, unmapped } from '../../protocol/model/address.ts'

export type Decision = 'answer' | 'slip' | 'drop'

export interface RateLimits {
  readonly answersPerS: number
  /** How many may come at once after a silence. */
  readonly burst: number
  /** Neighbourhoods remembered; the one unheard of for longest is forgotten first, so that a flood's victim stays known. */
  readonly maxSources: number
}

/** A large resolver asks for many homes from one neighbourhood; hence far more than the 5 a second usual for one name. */
export const RATE_LIMITS: RateLimits = { answersPerS: 50, burst: 100, maxSources: 20_000 }

interface Bucket {
  tokens: number
  atMs: number
  over: number
}

/** `nowMs` must come from a clock that never goes back. */
export function createRateLimiter(limits: RateLimits): (address: string, nowMs: number) => Decision {
  const buckets = new Map<string, Bucket>()
  return (address, nowMs) => {
    const key = neighbourhood(address)
    const known = buckets.get(key)
    const bucket = known ?? { tokens: limits.burst, atMs: nowMs, over: 0 }
    // Deleted and set again, a key moves to the end of the map's order.
    buckets.delete(key)
    buckets.set(key, bucket)
    if (buckets.size > limits.maxSources) buckets.delete(buckets.keys().next().value ?? '')
    bucket.tokens = Math.min(limits.burst, bucket.tokens + ((nowMs - bucket.atMs) * limits.answersPerS) / 1000)
    bucket.atMs = nowMs
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1
      return 'answer'
    }
    bucket.over += 1
    return bucket.over % 2 === 0 ? 'slip' : 'drop'
  }
}

/** The first 24 bits of IPv4, 56 of IPv6: about what one customer or one small network holds. */
export function neighbourhood(address: string): string {
  const plain = unmapped(address.split('%')[0] ?? '')
  // As the system writes it there is but one way: asked of each visitor, it is cut and not read.
  if (isIPv4(plain)) return plain.slice(0, plain.lastIndexOf('.'))
  const bytes = parseAddress(plain)
  return bytes ? Buffer.from(bytes.subarray(0, 7)).toString('hex') : ''
}
