/** What a command is, and how its arguments are read: strictly, because scripts call them (docs/command-line.md). */
import { parseArgs } from 'node:util'
import type { AllWords } from '../../languages/index.ts'

/** Its message is one sentence. */
export class UsageError extends Error {}

export interface Command<Options> {
  /** Its lines in the usage text, each beginning with the command's name. */
  readonly usage: string
  /** What follows the name. Throws {@link UsageError}. */
  read(args: string[]): Options & { readonly data: string | undefined }
  /** `folder`: the engine's data folder. Throws ProblemError. */
  run(folder: string, options: Options, words: AllWords): Promise<void>
}

/** A command whose arguments have been understood. */
export interface Order {
  readonly options: object
  /** Undefined: the operating system's own place. */
  readonly data: string | undefined
  run(folder: string, words: AllWords): Promise<void>
}

export interface AnyCommand {
  readonly usage: string
  order(args: string[]): Order
}

export function command<Options extends object>({ usage, read, run }: Command<Options>): AnyCommand {
  return {
    usage,
    order(args) {
      const { data, ...options } = read(args)
      return { options, data, run: (folder, words) => run(folder, options as unknown as Options, words) }
    },
  }
}

export const TEXT = { type: 'string' } as const
export const SWITCH = { type: 'boolean' } as const
type Flags = Record<string, { readonly type: 'string' } | { readonly type: 'boolean' }>

/** Every command takes `--data`. */
export function readFlags<F extends Flags>(args: string[], flags: F, allowPositionals = false) {
  try {
    const read = parseArgs({ args, options: { ...flags, data: TEXT }, strict: true, allowPositionals })
    // What an unset variable in a script gives: it would mean the folder that the script happens to run in.
    if ((read.values as { data?: string }).data === '') throw new UsageError('--data needs a folder')
    return read
  } catch (error) {
    throw new UsageError((error as Error).message.split('\n')[0])
  }
}

/** Exactly one word beside the flags; `needs`: the sentence when it is missing, such as "remove needs the name of one service". */
export function readOne<F extends Flags>(args: string[], needs: string, flags: F) {
  const { values, positionals } = readFlags(args, flags, true)
  const [word] = positionals
  if (word === undefined || positionals.length !== 1) throw new UsageError(needs)
  return { values, word }
}
