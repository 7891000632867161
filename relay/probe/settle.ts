/** Waiting for a socket, no longer than an AbortSignal and a clock allow. */
import type { Duplex } from 'node:stream'
import { givingUpAfter } from '../../system/patience.ts'

/** Resolves at the event; rejects with the stream's error or the signal's reason. */
export function once(stream: Duplex, event: string, signal: AbortSignal): Promise<void> {
  return settle<void>(signal, (resolve, reject) => {
    const done = (): void => resolve()
    stream.once(event, done).once('error', reject)
    return () => stream.off(event, done).off('error', reject)
  })
}

/** What `work` gives, within so long; then its signal ends it with a TimeoutError. What came while this process stood still is read before that:
 *  a relay that is short of time must not call a home silent. */
export async function within<T>(ms: number, signal: AbortSignal, work: (bounded: AbortSignal) => Promise<T>): Promise<T> {
  const over = new AbortController()
  const timer = givingUpAfter(ms, () => over.abort(new DOMException('no answer in time', 'TimeoutError')))
  try {
    return await work(AbortSignal.any([signal, over.signal]))
  } finally {
    clearTimeout(timer)
  }
}

/** A promise that an AbortSignal can end; `start` returns what removes its listeners. */
export function settle<T>(
  signal: AbortSignal,
  start: (resolve: (value: T) => void, reject: (error: Error) => void) => () => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason)
      return
    }
    const onAbort = (): void => finish(() => reject(signal.reason))
    const finish = (pass: () => void): void => {
      signal.removeEventListener('abort', onAbort)
      stop()
      pass()
    }
    signal.addEventListener('abort', onAbort)
    const stop = start(
      (value) => finish(() => resolve(value)),
      (error) => finish(() => reject(error)),
    )
  })
}
