/** How much of the relay's time one device, or one neighbourhood, may take. */
import { createRateLimiter } from './dns/rate.ts'
import { Bucket } from './public-ports/bucket.ts'
import { Buckets } from './public-ports/buckets.ts'

/** A TLS handshake takes about a millisecond: a quarter of a core at the most. A thousand homes are back after some seconds. */
export const HANDSHAKES = { perS: 250, atOnce: 100, maxWaitingOfOne: 1024, maxWaiting: 8192, faultsPerS: 1, faultsAtOnce: 20, slowPerS: 10 }
/** Of one device: it shows itself before each look, twice a second at most, and has its lanes, on a line that comes and goes. */
const ENTRIES = { perS: 5, atOnce: 100 }
/** Of one neighbourhood (dns/rate.ts), on an open relay: what is registered stays. */
const NEWCOMERS = { answersPerS: 1 / 60, burst: 1024, maxSources: 20_000 }
/** Likewise, and the rest come again in a moment: each one waits for the disk, and everybody with it. */
const NEWCOMERS_PACE = { answersPerS: 5, burst: 20, maxSources: 20_000 }
/** Of all neighbourhoods together: on a disk that takes 20 ms, two fifths of the time. */
const NEWCOMERS_OF_ALL = { perS: 20, atOnce: 40 }
/** Of one device: a home of twenty services asks for four looks a second, and writes when its owner changes something. */
const QUESTIONS = { perS: 20, atOnce: 200 }
const WRITES = { perS: 2, atOnce: 30 }
/** Each goes to somebody else's server. */
const ALERT_TESTS = { perS: 1 / 60, atOnce: 3 }
/** Of one device, while its owner types the name he would like. */
const LABEL_QUESTIONS = { perS: 1, atOnce: 30 }
/** Of one device, while its owner sets the record: each asks the servers of up to twenty names. */
const OWN_HOST_LOOKS = { perS: 1 / 4, atOnce: 10 }
const MAX_DEVICES_COUNTED = 20_000

export interface Budgets {
  readonly entries: Buckets
  readonly questions: Buckets
  readonly writes: Buckets
  readonly alertTests: Buckets
  readonly labelQuestions: Buckets
  readonly ownHostLooks: Buckets
  /** May a device that nobody knows be registered from this address now? */
  mayRegister(address: string): boolean
}

export function createBudgets(): Budgets {
  const of = ({ perS, atOnce }: { perS: number; atOnce: number }): Buckets => new Buckets(perS, atOnce, MAX_DEVICES_COUNTED)
  const newcomers = [createRateLimiter(NEWCOMERS_PACE), createRateLimiter(NEWCOMERS)]
  const anybody = new Bucket(NEWCOMERS_OF_ALL.perS, NEWCOMERS_OF_ALL.atOnce)
  return {
    entries: of(ENTRIES),
    questions: of(QUESTIONS),
    writes: of(WRITES),
    alertTests: of(ALERT_TESTS),
    labelQuestions: of(LABEL_QUESTIONS),
    ownHostLooks: of(OWN_HOST_LOOKS),
    mayRegister: (address) =>
      newcomers.every((limit) => limit(address, performance.now()) === 'answer') && anybody.take(1, performance.now()),
  }
}
