import { setTimeout as sleep } from 'node:timers/promises'

/** A check that takes long starts a program, as a rule: it is asked less often, so that it does not keep busy what it waits for. */
const PAUSES = { perAttempt: 3, mostMs: 200 }

/** Ask `check` again and again until it succeeds: it returns (anything but `false`) instead of throwing.
 *  One attempt at a time, `everyMs` apart (50 by default) or three times as long as it took, up to 200 ms; the first at once. Resolves to what `check`
 *  returned.
 *  Throws after `timeoutMs` (20,000 by default: it bounds a hang, on a machine that is busy), also when an attempt hangs; the last failure is the `cause`
 *  and stands in the message, so that a red test says what was still wrong. */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { timeoutMs = 20_000, everyMs = 50 }: { timeoutMs?: number; everyMs?: number } = {},
): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs
  let last: unknown = new Error('the first attempt did not finish')
  do {
    const startedMs = performance.now()
    try {
      const value = await before(deadlineMs, check)
      if (value !== false) return value
      last = new Error('the check returned false')
    } catch (error) {
      if (error !== OUT_OF_TIME) last = error
    }
    const nowMs = performance.now()
    const pauseMs = Math.max(everyMs, Math.min(PAUSES.perAttempt * (nowMs - startedMs), PAUSES.mostMs))
    await sleep(Math.max(0, Math.min(pauseMs, deadlineMs - nowMs)))
  } while (performance.now() < deadlineMs)
  const reason = last instanceof Error ? last.message : String(last)
  throw new Error(`still failing after ${timeoutMs} ms: ${reason}`, { cause: last })
}

const OUT_OF_TIME = new Error('out of time')

async function before<T>(deadlineMs: number, check: () => T | Promise<T>): Promise<T> {
  const done = new AbortController()
  const timer = sleep(Math.max(0, deadlineMs - performance.now()), undefined, { signal: done.signal }).then(
    () => Promise.reject(OUT_OF_TIME),
    () => new Promise<never>(() => {}),
  )
  try {
    return await Promise.race([Promise.resolve().then(check), timer])
  } finally {
    done.abort()
  }
}
