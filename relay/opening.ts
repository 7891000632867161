import type { RunOptions } from './command-line/run-options.ts'
import type { Core } from './core.ts'
import type { Closable } from './listen.ts'

/** What everything that listens is made of. `open` is closed at the end, or when the start fails. */
export interface Opening {
  readonly core: Core
  readonly options: RunOptions
  readonly folder: string
  readonly signal: AbortSignal
  readonly open: Closable[]
}
