import { useCallback, useRef, useState } from 'react'
import type { Problem } from '../../protocol/problem.ts'
import { ProblemError } from '../../protocol/problem.ts'

/** Why an action failed: a problem the engine tells, or `no-answer` for everything else (a timeout, a lost connection). */
export type Failure = Problem | 'no-answer'

interface Action<A extends unknown[]> {
  /** Does nothing while an earlier run is under way. Resolves to whether it worked. */
  readonly run: (...args: A) => Promise<boolean>
  readonly busy: boolean
  readonly failure: Failure | null
  readonly forget: () => void
}

/** A call to the engine with its waiting and its failure. */
export function useAction<A extends unknown[]>(perform: (...args: A) => Promise<unknown>): Action<A> {
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const running = useRef(false)
  const run = async (...args: A): Promise<boolean> => {
    if (running.current) return false
    running.current = true
    setBusy(true)
    setFailure(null)
    try {
      await perform(...args)
      return true
    } catch (error) {
      setFailure(error instanceof ProblemError ? error.problem : 'no-answer')
      return false
    } finally {
      running.current = false
      setBusy(false)
    }
  }
  const forget = useCallback(() => setFailure(null), [])
  return { run, busy, failure, forget }
}
