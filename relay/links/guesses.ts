/** How often aliases may be looked up. An alias has 40 bits, so that it can be dictated; with ten thousand of them on a relay, one guess in a
 *  hundred million finds one, and all guessers of the world together get one wrong guess a second: about three years for each find. */
import { neighbourhood } from '../dns/rate.ts'
import { Bucket } from '../public-ports/bucket.ts'
import { Buckets } from '../public-ports/buckets.ts'

/** Of one neighbourhood: a family that types, and mistypes. */
const LOOKS = { perS: 1 / 10, atOnce: 20 }
/** Of everybody. Who types a right one costs nothing of it. */
const MISSES = { perS: 1, atOnce: 300 }
const MAX_NEIGHBOURHOODS = 20_000

export interface Guesses {
  /** May this address look one up now? Counts as a look. */
  mayLook(address: string): boolean
  /** There was no such alias. */
  missed(): void
}

/** `now`: ms of a clock that never goes back. */
export function createGuesses(now: () => number = () => performance.now()): Guesses {
  const looks = new Buckets(LOOKS.perS, LOOKS.atOnce, MAX_NEIGHBOURHOODS)
  const misses = new Bucket(MISSES.perS, MISSES.atOnce)
  return {
    // Nothing is taken for a look: it only has to be seen whether any guess is left.
    mayLook: (address) => looks.take(neighbourhood(address), now()) && misses.left(now()) >= 1,
    missed: () => void misses.take(1, now()),
  }
}
