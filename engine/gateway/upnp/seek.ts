/** From places that may be a router's description to the best thing found there: every place is looked at as soon as it is known. */

import { GatewayError } from '../gateway.ts'
import type { Place } from './ssdp.ts'

export interface Seeking<T> {
  /** The places, as they become known; ends when its signal fires. */
  readonly places: (until: AbortSignal) => AsyncIterable<Place>
  /** Null for what is of no use; rejects when nothing can be read there. */
  readonly examine: (place: Place, signal: AbortSignal) => Promise<T | null>
  readonly better: (found: T, best: T) => boolean
  /** Good enough to look no further. */
  readonly enough: (found: T) => boolean
  readonly searchMs: number
  readonly answerMs: number
  readonly signal: AbortSignal
}

/** How long one that is not good enough waits for a better one. */
const SECOND_CHANCE_MS = 500

/**
 * There is no fixed wait: resolves as soon as something good enough is found, and {@link SECOND_CHANCE_MS} after something that is
 * not. Null when there was nothing, or nothing of use. Throws {@link GatewayError} when something answers and none of it can be
 * read, and the reason of `signal` when that fires.
 */
export async function seek<T>(seeking: Seeking<T>): Promise<T | null> {
  const { searchMs, answerMs, signal } = seeking
  const decided = new AbortController()
  const working = AbortSignal.any([signal, decided.signal, AbortSignal.timeout(searchMs + answerMs)])
  const searching = AbortSignal.any([working, AbortSignal.timeout(searchMs)])
  const decide = () => decided.abort(new GatewayError('silent', 'another description was faster'))
  let best: T | null = null
  const failures: unknown[] = []
  let secondChance: NodeJS.Timeout | undefined
  const look = async (place: Place) => {
    try {
      const found = await seeking.examine(place, working)
      if (found === null) return
      if (best === null || seeking.better(found, best)) best = found
      if (seeking.enough(found)) decide()
      else secondChance ??= setTimeout(decide, SECOND_CHANCE_MS)
    } catch (error) {
      failures.push(error)
    }
  }
  try {
    const looks: Promise<void>[] = []
    for await (const place of seeking.places(searching)) looks.push(look(place))
    await Promise.all(looks)
  } catch (error) {
    failures.push(error)
  } finally {
    clearTimeout(secondChance)
  }
  signal.throwIfAborted()
  if (best === null && failures.length > 0) throw asGatewayError(failures[0])
  return best
}

function asGatewayError(error: unknown): GatewayError {
  return error instanceof GatewayError ? error : new GatewayError('silent', 'the router could not be searched for', { cause: error })
}
