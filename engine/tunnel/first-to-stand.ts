/** Several ways to the same end, tried one after the other without waiting for each to give up (as RFC 8305 does with addresses). */

export interface Race<T> {
  readonly headStartMs: number
  /** How much longer the next attempt waits when one has got somewhere, and says so. */
  readonly holdMs: number
  readonly signal: AbortSignal
  discard(late: T): void
}

/** Starts each attempt when the one before it has failed, or has had `headStartMs`. Resolves with the first that succeeds and its place
 *  in the list; the others are called off, and what one of them still brings goes to `discard`. Throws AggregateError with every failure,
 *  in the order of the attempts. */
export function firstToStand<T>(
  attempts: readonly ((signal: AbortSignal, hold: () => void) => Promise<T>)[],
  { headStartMs, holdMs, signal, discard }: Race<T>,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const decided = new AbortController()
  const until = AbortSignal.any([signal, decided.signal])
  const failures: unknown[] = []
  let started = 0
  let failed = 0
  let timer: NodeJS.Timeout | undefined

  const start = (): void => {
    clearTimeout(timer)
    const mine = started
    const attempt = attempts[mine]
    if (!attempt || decided.signal.aborted) return
    started += 1
    const startAfter = (ms: number): void => {
      clearTimeout(timer)
      timer = setTimeout(start, ms)
    }
    startAfter(headStartMs)
    const hold = (): void => {
      if (mine === started - 1 && !decided.signal.aborted) startAfter(holdMs)
    }
    attempt(until, hold).then(
      (found) => {
        if (decided.signal.aborted) {
          discard(found)
          return
        }
        clearTimeout(timer)
        decided.abort()
        resolve(found)
      },
      (error: unknown) => {
        failures[mine] = error
        failed += 1
        if (failed === attempts.length) reject(new AggregateError(failures, 'no way stands'))
        else if (mine === started - 1) start()
      },
    )
  }
  start()
  return promise
}
