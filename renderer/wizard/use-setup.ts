import { useCallback, useEffect, useRef, useState } from 'react'
import type { Setup } from '../../protocol/model/setup.ts'
import { useEngine } from '../src/engine.ts'
import { BEGINNING } from './steps.ts'

/** Nobody wants each letter written to the disk. */
const PAUSE_MS = 250

export interface KeptSetup {
  /** Null: the engine has not said yet. */
  readonly setup: Setup | null
  readonly change: (next: Setup) => void
  /** All is done: nothing is kept any more. */
  readonly end: () => Promise<void>
}

/** How far somebody is, as the engine keeps it. With one that cannot, it lasts as long as the page. */
export function useSetup(): KeptSetup {
  const { calls } = useEngine()
  const [setup, setSetup] = useState<Setup | null>(null)
  const unkept = useRef<{ setup: Setup; timer: ReturnType<typeof setTimeout> } | null>(null)
  const keep = useCallback(() => {
    const waiting = unkept.current
    if (!waiting) return
    clearTimeout(waiting.timer)
    unkept.current = null
    calls.keepSetup({ setup: waiting.setup }).catch(() => {})
  }, [calls])
  useEffect(() => {
    calls.setup({}).then(
      (kept) => setSetup((now) => now ?? kept.setup ?? BEGINNING),
      () => setSetup((now) => now ?? BEGINNING),
    )
    return keep
  }, [calls, keep])
  const step = useRef<Setup['step'] | null>(null)
  const change = useCallback(
    (next: Setup) => {
      setSetup(next)
      if (unkept.current) clearTimeout(unkept.current.timer)
      unkept.current = { setup: next, timer: setTimeout(keep, PAUSE_MS) }
      // A step that was taken counts at once.
      if (step.current !== next.step) keep()
      step.current = next.step
    },
    [keep],
  )
  const end = useCallback(async () => {
    if (unkept.current) clearTimeout(unkept.current.timer)
    unkept.current = null
    await calls.keepSetup({ setup: null }).catch(() => {})
  }, [calls])
  return { setup, change, end }
}
