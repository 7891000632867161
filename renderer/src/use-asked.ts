import { useCallback, useEffect, useState } from 'react'

/** What the engine answered: `waiting` at first, `failed` when it did not. Asked again by `again`; `ask` is a stable function. */
export function useAsked<T>(ask: () => Promise<T>): { answer: T | 'waiting' | 'failed'; again: () => void } {
  const [answer, setAnswer] = useState<T | 'waiting' | 'failed'>('waiting')
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    let isOver = false
    ask().then(
      (told) => isOver || setAnswer(told),
      () => isOver || turn > 0 || setAnswer('failed'),
    )
    return () => {
      isOver = true
    }
  }, [ask, turn])
  return { answer, again: useCallback(() => setTurn((now) => now + 1), []) }
}
