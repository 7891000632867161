/** Who waits until what is said of an owner stands at the name server. */

export interface Waiter {
  done(): void
  fail(error: Error): void
}

export interface Waiters {
  /** Rejects with what `whyEnded` gives when the signal aborts before. */
  wait(owner: string, signal: AbortSignal, whyEnded: () => Error): Promise<void>
  /** Those who wait by now: who comes meanwhile may mean what this turn has not seen. */
  take(owner: string): readonly Waiter[]
  /** They wait on, before those who have come since. */
  putBack(owner: string, waiters: readonly Waiter[]): void
  failAll(error: Error): void
}

export function createWaiters(): Waiters {
  const waiting = new Map<string, readonly Waiter[]>()
  const of = (owner: string): readonly Waiter[] => waiting.get(owner) ?? []
  const set = (owner: string, waiters: readonly Waiter[]): void => {
    if (waiters.length > 0) waiting.set(owner, waiters)
    else waiting.delete(owner)
  }
  const take = (owner: string): readonly Waiter[] => {
    const all = of(owner)
    waiting.delete(owner)
    return all
  }
  return {
    wait: (owner, signal, whyEnded) =>
      new Promise<void>((done, fail) => {
        const waiter = { done, fail }
        set(owner, [...of(owner), waiter])
        const late = (): void => {
          const others = of(owner).filter((each) => each !== waiter)
          set(owner, others)
          fail(whyEnded())
        }
        signal.addEventListener('abort', late, { once: true })
      }),
    take,
    putBack: (owner, waiters) => set(owner, [...waiters, ...of(owner)]),
    failAll(error) {
      for (const owner of [...waiting.keys()]) for (const { fail } of take(owner)) fail(error)
    },
  }
}
