/** Whoever reads a whole folder waits his turn: one of ten thousand entries takes a processor for a tenth of a second, and some megabytes. */

const MAX_AT_ONCE = 2
/** More are told to come again. */
export const MAX_WAITING = 64

export interface Turns {
  /** What `work` gives; undefined: too many wait, and it was not begun. */
  take<T>(work: () => Promise<T>): Promise<T | undefined>
}

export function createTurns(): Turns {
  const waiting: (() => void)[] = []
  let running = 0
  return {
    async take(work) {
      if (waiting.length >= MAX_WAITING) return undefined
      if (running >= MAX_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
      else running += 1
      try {
        return await work()
      } finally {
        const next = waiting.shift()
        if (next) next()
        else running -= 1
      }
    },
  }
}
