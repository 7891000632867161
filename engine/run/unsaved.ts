/** What holds already and could not be written down, on a full disk for one: written as soon as the disk takes it, and said until then. */
import { ProblemError } from '../../protocol/problem.ts'
import type { Log } from './log.ts'
import type { Emit } from './loop.ts'

type Write = () => void | Promise<void>

export interface Unsaved {
  /** Writes now. What fails with a ProblemError waits under the name of `what`; a later write of the same name takes its place. */
  write(what: string, write: Write): Promise<void>
  /** Tries again what waits under this name. */
  again(what: string): Promise<void>
}

export function openUnsaved(log: Log, dispatch: Emit): Unsaved {
  const waiting = new Map<string, Write>()
  const unsaved: Unsaved = {
    async write(what, write) {
      try {
        await write()
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error
        if (!waiting.has(what)) log('not-saved', { what, error: error.message })
        waiting.set(what, write)
        dispatch({ type: 'unsaved', what, problem: error.problem })
        return
      }
      if (!waiting.delete(what)) return
      log('saved', { what })
      dispatch({ type: 'saved', what })
    },
    async again(what) {
      const write = waiting.get(what)
      if (write) await unsaved.write(what, write)
    },
  }
  return unsaved
}
