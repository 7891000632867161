/** What every command is made of, and what most of them read. */
import { join } from 'node:path'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { familyOf } from '../../protocol/model/address.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import type { Device, Registry } from '../registry/registry.ts'
import { openSqliteRegistry } from '../registry/sqlite.ts'

/** A mistake of whoever typed the command: one sentence, exit code 2. */
export class UsageError extends Error {}

export interface Command {
  readonly name: string
  /** What follows the name, as it is to be typed; further lines where one is too short. */
  readonly synopsis: string
  readonly purpose: string
  /** `data`: the folder that was named. Throws {@link UsageError}. */
  prepare(args: readonly string[]): { readonly data: string | undefined; run(folder: string): number | Promise<number> }
}

type Flags = NonNullable<ParseArgsConfig['options']>
export type Values<F extends Flags> = ReturnType<typeof parseArgs<{ options: F }>>['values']

export interface CommandPlan<F extends Flags, Options> {
  readonly name: string
  readonly synopsis: string
  readonly purpose: string
  /** Beside `--data`, which every command takes. */
  readonly flags: F
  /** The one word that must stand without a flag: what it is, for whoever left it out. Absent: none may stand. */
  readonly operand?: string
  /** Throws {@link UsageError}. */
  read(values: Values<F> & { readonly data?: string }, operand: string): Options
  /** `folder` exists. Gives the exit code; throws ProblemError for what is told in plain words. */
  run(options: Options, folder: string): number | Promise<number>
}

export function defineCommand<const F extends Flags, Options>(plan: CommandPlan<F, Options>): Command {
  const { name, synopsis, purpose } = plan
  return {
    name,
    synopsis,
    purpose,
    prepare(args) {
      const { values, operand } = parse(plan, args)
      const options = plan.read(values, operand)
      const { data } = values
      // What an unset variable in a script gives: it would mean the folder that the script happens to run in.
      if (data === '') throw new UsageError('--data needs a folder')
      return { data, run: (folder) => plan.run(options, folder) }
    },
  }
}

function parse<F extends Flags, O>({ name, flags, operand: wanted }: CommandPlan<F, O>, args: readonly string[]) {
  const read = (): { values: Values<F> & { data?: string }; positionals: string[] } => {
    try {
      const options = { ...flags, data: { type: 'string' } } as const
      return parseArgs({ args: withDashedKeys(args), options, strict: true, allowPositionals: wanted !== undefined }) as never
    } catch (error) {
      throw new UsageError((error as Error).message.split('\n')[0])
    }
  }
  const { values, positionals } = read()
  const [operand = ''] = positionals
  if (wanted !== undefined && (positionals.length !== 1 || operand === '')) throw new UsageError(`${name} needs ${wanted}`)
  return { values, operand }
}

/** A key is base64url (wire/identity.ts), so one in 64 begins with a dash: parseArgs takes it for the next flag unless it stands in one word with its
 *  own (nodejs.org/api/util.html, `strict`). */
function withDashedKeys(args: readonly string[]): string[] {
  const words: string[] = []
  for (const arg of args) {
    const before = words.at(-1)
    if (before?.startsWith('--') && /^-[A-Za-z0-9_-]{42}$/.test(arg)) words.splice(-1, 1, `${before}=${arg}`)
    else words.push(arg)
  }
  return words
}

export const A_LABEL = 'the label of a device, such as amber-otter-42'

/** Beside a running relay: the registry is a database that two processes may open. */
export function withRegistry<T>(folder: string, work: (registry: Registry) => T): T {
  const registry = openSqliteRegistry(join(folder, 'registry.db'))
  try {
    return work(registry)
  } finally {
    registry.close()
  }
}

/** Throws ProblemError `device-unknown`. */
export function deviceNamed(registry: Registry, label: string): Device {
  const device = registry.deviceByLabel(label, Date.now())
  if (!device) throw new ProblemError(problem('device-unknown', { name: label }))
  return device
}

export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** Throws {@link UsageError}. */
export function listenAddress(flag: string, text: string): ListenAddress {
  const match = /^(\[[0-9a-fA-F:.]+\]|[0-9.]+):(\d{1,5})$/.exec(text.replace(/^localhost:/, '127.0.0.1:'))
  const host = match?.[1]?.replace(/^\[|\]$/g, '') ?? ''
  const port = Number(match?.[2])
  if (!match || familyOf(host) === undefined || port > 65535)
    throw new UsageError(`${flag} needs an address and a port, such as 0.0.0.0:443`)
  return { host, port }
}

export const print = (text: string): void => void process.stdout.write(`${text}\n`)

/** For scripts: fields may be added within a version; none changes its meaning or disappears. */
export const printJson = (value: object): void => print(JSON.stringify({ v: 1, ...value }))

export const timeText = (atMs: number): string => new Date(atMs).toISOString()
