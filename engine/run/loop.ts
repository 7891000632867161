/** event → reduce → state → plan → effects → perform → event. Starts what is newly planned, aborts what no longer is. */
import type { Event, Happening } from '../core/events.ts'
import { type Effect, plan } from '../core/plan.ts'
import { reduce } from '../core/reduce.ts'
import type { State } from '../core/state.ts'

export type Emit = (happening: Happening) => void
/** Runs one effect to its end. Its events go to `emit`; once the signal is aborted they are dropped. */
export type Perform = (effect: Effect, emit: Emit, signal: AbortSignal) => Promise<void>

export interface Loop {
  state(): State
  dispatch: Emit
  /** Calls `check` after each event, until what it gives is called. */
  watch(check: () => void): () => void
  /** Resolves when no effect of these kinds runs or is about to, or after `timeoutMs`. */
  quiet(kinds: ReadonlySet<Effect['kind']>, timeoutMs: number): Promise<void>
  /** Aborts every effect and waits for them, at most `timeoutMs`. Nothing is dispatched afterwards. */
  stop(timeoutMs: number): Promise<void>
}

export interface LoopOptions {
  readonly initial: State
  readonly perform: Perform
  onState(state: State): void
  onFault(effect: Effect, error: unknown): void
  readonly now?: () => number
}

/** An effect that ended without changing what is planned is not started again before this: a mistake must not become a storm. */
const RESTART_AFTER_MS = 1000

/** A step back of the wall clock that is more than its daily corrections. */
const SET_BACK_MS = 1000

export function startLoop({ initial, perform, onState, onFault, now = Date.now }: LoopOptions): Loop {
  let state = initial
  let stopped = false
  let scheduled = false
  let timer: NodeJS.Timeout | undefined
  let lastTurnMs = now()
  const running = new Map<string, { effect: Effect; aborter: AbortController; done: Promise<void> }>()
  const endedAtMs = new Map<string, number>()
  /** Planned, but ended a moment ago. */
  let cooling: Effect[] = []
  const waiters = new Set<() => void>()
  const watchers = new Set<() => void>()

  const dispatch: Emit = (happening) => {
    if (stopped) return
    state = reduce(state, { ...happening, atMs: now() } as Event)
    onState(state)
    for (const check of [...watchers]) check()
    schedule()
  }

  const schedule = (): void => {
    if (scheduled || stopped) return
    scheduled = true
    queueMicrotask(() => {
      scheduled = false
      turn()
    })
  }

  const turn = (): void => {
    if (stopped) return
    const turnMs = now()
    if (turnMs < lastTurnMs - SET_BACK_MS) onSetBack()
    lastTurnMs = turnMs
    const { effects, wakeAtMs } = plan(state, now())
    for (const [key, { aborter }] of running) {
      if (effects.has(key)) continue
      running.delete(key)
      aborter.abort()
    }
    let wakeInMs = wakeAtMs - now()
    cooling = []
    for (const [key, effect] of effects) {
      if (running.has(key)) continue
      const waitMs = (endedAtMs.get(key) ?? Number.NEGATIVE_INFINITY) + RESTART_AFTER_MS - now()
      if (waitMs > 0) {
        cooling.push(effect)
        wakeInMs = Math.min(wakeInMs, waitMs)
      } else start(key, effect)
    }
    for (const [key, atMs] of endedAtMs) if (now() - atMs > RESTART_AFTER_MS) endedAtMs.delete(key)
    clearTimeout(timer)
    // A timer longer than 2^31 ms fires at once.
    if (Number.isFinite(wakeInMs)) timer = setTimeout(turn, Math.max(0, Math.min(wakeInMs, 3_600_000)))
    for (const check of waiters) check()
  }

  /** A clock set back puts every "not before" far off: a light would stay green for hours though nobody looks. */
  const onSetBack = (): void => {
    endedAtMs.clear()
    dispatch({ type: 'check-now' })
  }

  const start = (key: string, effect: Effect): void => {
    const aborter = new AbortController()
    const { signal } = aborter
    const emit: Emit = (happening) => {
      if (!signal.aborted) dispatch(happening)
    }
    const done = perform(effect, emit, signal)
      .catch((error: unknown) => {
        if (!signal.aborted) onFault(effect, error)
      })
      .finally(() => {
        if (running.get(key)?.aborter !== aborter) return
        running.delete(key)
        endedAtMs.set(key, now())
        schedule()
      })
    running.set(key, { effect, aborter, done })
  }

  schedule()
  return {
    state: () => state,
    dispatch,
    watch(check) {
      watchers.add(check)
      return () => watchers.delete(check)
    },
    quiet: (kinds, timeoutMs) =>
      new Promise((resolve) => {
        const finish = (): void => {
          clearTimeout(limit)
          waiters.delete(check)
          resolve()
        }
        const check = (): void => {
          const busy = [...cooling, ...[...running.values()].map(({ effect }) => effect)]
          if (!busy.some(({ kind }) => kinds.has(kind))) finish()
        }
        const limit = setTimeout(finish, timeoutMs)
        waiters.add(check)
        schedule()
      }),
    async stop(timeoutMs) {
      stopped = true
      clearTimeout(timer)
      const all = [...running.values()].map(({ aborter, done }) => {
        aborter.abort()
        return done
      })
      running.clear()
      const limit = Promise.withResolvers<void>()
      const bound = setTimeout(limit.resolve, timeoutMs)
      await Promise.race([Promise.allSettled(all), limit.promise])
      clearTimeout(bound)
    },
  }
}
