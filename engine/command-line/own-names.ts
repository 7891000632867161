/** `porchlight name add|rm|ls|test|update|providers`: names of the owner's own, and who keeps them. */
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import type { Words } from '../../languages/index.ts'
import { describeProblem } from '../../languages/problems.ts'
import type { EngineContract } from '../../protocol/contract.ts'
import type { KeptName } from '../../protocol/model/kept-name.ts'
import type { NameFieldId, NameProvider } from '../../protocol/model/name-provider.ts'
import { type NameCredentials, WATCHED } from '../../protocol/model/own-name.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import type { Client } from '../../protocol/rpc.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'
import { askLine } from './ask-line.ts'
import { SWITCH, TEXT, UsageError } from './command.ts'

export const OWN_NAME_USAGE = `name add HOST --provider ID [--service NAME | --ipv6-suffix ::X] [--credentials FILE | --same-account]
name add HOST --watch [--service NAME]    somebody else keeps it: only look where it leads
name ls [HOST] [--json]       your names: where they lead, since when, and what went wrong last; of one, where it led before
name test HOST                try what opens it, and try again what has rested since a failure
name update HOST [--credentials FILE]     give anew what opens it
name rm HOST                  it leads here no more
name providers [--json]       who can keep a name, and what each asks for`

export const OWN_NAME_FLAGS = {
  ...{ json: SWITCH, provider: TEXT, watch: SWITCH, service: TEXT, 'ipv6-suffix': TEXT, credentials: TEXT },
  'same-account': SWITCH,
} as const

export interface OwnNameFlags {
  readonly json?: boolean | undefined
  readonly watch?: boolean | undefined
  readonly 'same-account'?: boolean | undefined
  readonly provider?: string | undefined
  readonly service?: string | undefined
  readonly 'ipv6-suffix'?: string | undefined
  readonly credentials?: string | undefined
}

export type OwnNameAction =
  | { readonly do: 'ls'; readonly host: string | null; readonly json: boolean }
  | { readonly do: 'providers'; readonly json: boolean }
  | { readonly do: 'rm' | 'test'; readonly host: string }
  | { readonly do: 'update'; readonly host: string; readonly file: string | null }
  | {
      readonly do: 'add'
      readonly host: string
      readonly provider: string
      readonly service: string | null
      readonly ipv6Suffix: string | null
      readonly file: string | null
      /** Those of another name there. */
      readonly isSameAccount: boolean
    }

/** The engine itself waits twenty seconds for a provider. */
const ASK_TIMEOUT_MS = 30_000

/** Undefined: none of these. Throws {@link UsageError}. */
export function readOwnName([action, host, ...rest]: readonly string[], flags: OwnNameFlags): OwnNameAction | undefined {
  const given = Object.keys(flags).filter((flag) => flag !== 'data')
  const has = (...allowed: string[]): boolean => rest.length === 0 && given.every((flag) => allowed.includes(flag))
  const { json = false, watch = false, provider, service = null, 'ipv6-suffix': ipv6Suffix = null, credentials: file = null } = flags
  if (action === 'ls' && has('json')) return { do: action, host: host ?? null, json }
  if (action === 'providers' && host === undefined && has('json')) return { do: action, json }
  if (host === undefined) return undefined
  if ((action === 'rm' || action === 'test') && has()) return { do: action, host }
  if (action === 'update' && has('credentials')) return { do: action, host, file }
  if (action !== 'add') return undefined
  if (watch && has('watch', 'service')) return { do: action, host, provider: WATCHED, service, ipv6Suffix, file, isSameAccount: false }
  if (provider === undefined || watch || !has('provider', 'service', 'ipv6-suffix', 'credentials', 'same-account'))
    throw new UsageError('name add needs --provider and one of the ids that "name providers" lists, or --watch')
  if (flags.service !== undefined && flags['ipv6-suffix'] !== undefined)
    throw new UsageError('--service and --ipv6-suffix exclude each other: another machine shows nothing of this one')
  return { do: action, host, provider, service, ipv6Suffix, file, isSameAccount: flags['same-account'] === true }
}

export async function runOwnName(
  action: OwnNameAction,
  engine: Client<EngineContract>,
  snapshot: () => Promise<Snapshot>,
  words: Words,
): Promise<void> {
  const say = words.providers
  const write = (lines: readonly string[]): void => void process.stdout.write(lines.map((line) => `${line}\n`).join(''))
  const { providers } = await engine.nameProviders({})
  const checked = (host: string, title: string, was: boolean): void => write([was ? say.checked(host, title) : say.unchecked(title)])
  /** Undefined: somebody else keeps it. Throws ProblemError for what is no name of this home. */
  const keeperOf = async (host: string): Promise<NameProvider | undefined> => {
    const kept = (await snapshot()).ownNames.find((name) => name.host === host)
    if (!kept) throw new ProblemError(problem('own-name-unknown', { name: host }))
    return providers.find(({ id }) => id === kept.provider)
  }
  switch (action.do) {
    case 'providers':
      return action.json
        ? write([JSON.stringify({ v: 1, providers }, null, 2)])
        : write(providers.flatMap((one) => toldProvider(one, words)))
    case 'ls': {
      const { ownNames } = await snapshot()
      const wanted = action.host === null ? ownNames : ownNames.filter(({ host }) => host === action.host)
      if (action.host !== null && wanted.length === 0) throw new ProblemError(problem('own-name-unknown', { name: action.host }))
      if (action.json) return write([JSON.stringify({ v: 1, names: wanted }, null, 2)])
      if (wanted.length === 0) return write([say.none])
      return write(wanted.flatMap((name) => [...toldName(name, words), ...(action.host === null ? [] : toldHistory(name, words))]))
    }
    case 'add': {
      const { host, provider, service, ipv6Suffix, file, isSameAccount } = action
      const keeper = providers.find(({ id }) => id === provider)
      if (!keeper && provider !== WATCHED) throw new ProblemError(problem('provider-unknown', { name: provider }))
      const credentials = keeper && !isSameAccount ? await readCredentials(keeper, file, words) : null
      const { checked: was } = await engine.addName({ host, provider, service, ipv6Suffix, credentials }, ASK_TIMEOUT_MS)
      if (keeper) checked(host, keeper.title, was)
      return
    }
    case 'update': {
      const keeper = await keeperOf(action.host)
      if (!keeper) throw new UsageError(`nothing opens ${action.host}: somebody else keeps it`)
      const credentials = await readCredentials(keeper, action.file, words)
      return checked(action.host, keeper.title, (await engine.updateName({ host: action.host, credentials }, ASK_TIMEOUT_MS)).checked)
    }
    case 'test': {
      const keeper = await keeperOf(action.host)
      const { checked: was } = await engine.testName({ host: action.host }, ASK_TIMEOUT_MS)
      return keeper ? checked(action.host, keeper.title, was) : write([say.page.tested(action.host)])
    }
    case 'rm': {
      const { left } = await engine.removeName({ host: action.host }, ASK_TIMEOUT_MS)
      if (left) process.stderr.write(`${say.left(action.host)}\n`)
    }
  }
}

function toldProvider({ id, title, page, fields }: NameProvider, words: Words): string[] {
  const say = words.providers
  const asks = fields.map(({ id: field, isOptional }) => (isOptional ? say.optional(say.fields[field]) : say.fields[field]))
  return [`${id}  ${say.labelled(title, asks.join(', '))}`, `  ${say.where[id] ?? ''}`, ...(page === null ? [] : [`  ${page}`])]
}

function toldHistory({ history }: KeptName, words: Words): string[] {
  const say = words.providers
  const was = ({ family, address, atMs }: KeptName['history'][number]): string =>
    `    ${say.page.was(atMs, family === 'ipv4' ? 'IPv4' : 'IPv6', address ?? say.nothing)}`
  return history.length === 0 ? [] : [`  ${say.page.history}`, ...history.map(was)]
}

function toldName({ host, provider, title, service, ipv6Suffix, state, ...more }: KeptName, words: Words): string[] {
  const { ipv4, ipv6, failure, checkedAtMs, changedAtMs, nextAtMs } = more
  const say = words.providers
  const target = service ?? ipv6Suffix
  const family = (called: string, { current, wanted }: KeptName['ipv4']): string => {
    const is = current === null ? say.unasked : current.join(' ') || say.nothing
    return `  ${called}  ${wanted === null || current?.includes(wanted) ? is : `${is} (${say.should(wanted)})`}`
  }
  return [
    `${host}  ${say.states[state]} (${provider === WATCHED ? say.watched : title})${target === null ? '' : ` → ${target}`}`,
    family('IPv4', ipv4),
    family('IPv6', ipv6),
    ...(changedAtMs === null ? [] : [`  ${say.changed(changedAtMs)}`]),
    ...(checkedAtMs === null ? [] : [`  ${say.looked(checkedAtMs)}`]),
    ...(failure ? [`  ${describeProblem(failure.problem, words).title}`] : []),
    ...(failure && failure.evidence !== '' ? [`  ${say.evidence(failure.evidence)}`] : []),
    ...(nextAtMs === null ? [] : [`  ${say.again(nextAtMs)}`]),
  ]
}

/** Never as an argument, which every account of a computer can read: from a file of lines `field=value`, from `PORCHLIGHT_TOKEN` and its like,
 *  or asked for, one line for each field. */
async function readCredentials({ fields, id, page }: NameProvider, file: string | null, words: Words): Promise<NameCredentials> {
  if (file !== null) return fromFile(file)
  const asked = fields.filter((field) => fromEnvironment(field.id) === undefined)
  const known = fields.flatMap((field): [string, string][] => {
    const value = fromEnvironment(field.id)
    return value === undefined ? [] : [[field.id, value]]
  })
  const { isTTY } = process.stdin
  if (isTTY && asked.length > 0) process.stderr.write(`${words.providers.where[id] ?? ''}\n${page === null ? '' : `${page}\n`}`)
  const piped = isTTY || asked.length === 0 ? [] : await readLines()
  const given: [string, string][] = []
  for (const [at, field] of asked.entries())
    given.push([field.id, isTTY ? (await askLine(questionOf(field, words), field)).trim() : (piped[at] ?? '')])
  return Object.fromEntries([...known, ...given].filter(([, value]) => value !== ''))
}

const fromEnvironment = (field: NameFieldId): string | undefined => process.env[`PORCHLIGHT_NAME_${field.toUpperCase()}`]

function fromFile(path: string): NameCredentials {
  let text: string
  try {
    text = readFileSync(path === '-' ? 0 : path, 'utf8')
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unreadable'
    throw new ProblemError(problem('file-unreadable', { path, reason }), { cause })
  }
  return Object.fromEntries(
    text.split(/\r?\n/).flatMap((line): [string, string][] => {
      const cut = line.indexOf('=')
      return cut < 1 || line.startsWith('#') ? [] : [[line.slice(0, cut).trim(), line.slice(cut + 1).trim()]]
    }),
  )
}

async function readLines(): Promise<string[]> {
  const lines: string[] = []
  for await (const line of createInterface({ input: process.stdin })) lines.push(line.trim())
  return lines
}

function questionOf({ id, isOptional }: NameProvider['fields'][number], { providers: say }: Words): string {
  return say.labelled(isOptional ? say.optional(say.fields[id]) : say.fields[id], '')
}
