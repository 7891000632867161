/** The command line, read strictly. The commands are a contract: scripts call them (docs/command-line.md). */
import { parseArgs } from 'node:util'
import { parseAddress } from '../../protocol/model/address.ts'

export type Command =
  | {
      readonly name: 'run'
      readonly relay: string | undefined
      readonly relayCa: string | undefined
      readonly page: { readonly host: string; readonly port: number } | 'off'
      readonly acmeDirectory: string | undefined
      readonly acmeCa: string | undefined
      readonly acmeEmail: string | undefined
      /** Undefined: the public one, for certificates of the public directory. */
      readonly certificateLog: string | 'off' | undefined
    }
  | { readonly name: 'add'; readonly service: string; readonly to: string; readonly preset: string | undefined }
  | { readonly name: 'remove' | 'pause' | 'resume' | 'link'; readonly service: string }
  | { readonly name: 'status'; readonly json: boolean; readonly watch: boolean }
  | { readonly name: 'diagnose'; readonly json: boolean }
  | { readonly name: 'join' | 'leave'; readonly relay: string }
  | { readonly name: 'stop' | 'page' | 'help' }

export interface CommandLine {
  readonly command: Command
  /** Undefined: the operating system's own place. */
  readonly data: string | undefined
}

export class UsageError extends Error {}

export const USAGE = `usage:
  porchlight run [--data DIR] [--relay URL|CODE] [--relay-ca FILE] [--ui HOST:PORT|off]
                 [--acme-directory URL] [--acme-ca FILE] [--acme-email E] [--certificate-log URL|off]
  porchlight add NAME --to http|https|tcp|udp://HOST:PORT [--preset ID]
  porchlight remove NAME · pause NAME · resume NAME · stop
  porchlight status [--json] [--watch]
  porchlight link NAME          print the share link
  porchlight join URL|CODE      take a relay, besides those there are
  porchlight leave URL          do without it from now on
  porchlight page               print a fresh address of the page
  porchlight diagnose [--json]
Every command takes --data DIR; without it, the one of this account is meant.
`

const TEXT = { type: 'string' } as const
const SWITCH = { type: 'boolean' } as const

/** Throws {@link UsageError} with one sentence. */
export function readCommandLine(args: readonly string[]): CommandLine {
  const [name, ...rest] = args
  switch (name) {
    case 'run':
      return readRun(rest)
    case 'add': {
      const { values, service } = withService(name, rest, { to: TEXT, preset: TEXT })
      if (values.to === undefined) throw new UsageError('add needs --to, such as --to http://192.168.1.20:8080')
      return { command: { name, service, to: values.to, preset: values.preset }, data: values.data }
    }
    case 'remove':
    case 'pause':
    case 'resume':
    case 'link': {
      const { values, service } = withService(name, rest, {})
      return { command: { name, service }, data: values.data }
    }
    case 'join':
    case 'leave': {
      const { values, service } = withService(name, rest, {})
      return { command: { name, relay: service }, data: values.data }
    }
    case 'status': {
      const values = parse(rest, { json: SWITCH, watch: SWITCH }).values
      return { command: { name, json: values.json === true, watch: values.watch === true }, data: values.data }
    }
    case 'diagnose': {
      const values = parse(rest, { json: SWITCH }).values
      return { command: { name, json: values.json === true }, data: values.data }
    }
    case 'stop':
    case 'page':
      return { command: { name }, data: parse(rest, {}).values.data }
    case 'help':
    case '--help':
    case '-h':
      return { command: { name: 'help' }, data: undefined }
    case undefined:
      throw new UsageError('a command is missing')
    default:
      throw new UsageError(`unknown command "${name}"`)
  }
}

function readRun(rest: string[]): CommandLine {
  const certificate = { 'acme-directory': TEXT, 'acme-ca': TEXT, 'acme-email': TEXT, 'certificate-log': TEXT }
  const { values } = parse(rest, { relay: TEXT, 'relay-ca': TEXT, ui: TEXT, ...certificate })
  return {
    command: {
      name: 'run',
      relay: values.relay,
      relayCa: values['relay-ca'],
      page: readPage(values.ui ?? '127.0.0.1:0'),
      acmeDirectory: values['acme-directory'],
      acmeCa: values['acme-ca'],
      acmeEmail: values['acme-email'],
      certificateLog: readLog(values['certificate-log']),
    },
    data: values.data,
  }
}

function readLog(text: string | undefined): string | undefined {
  if (text === undefined || text === 'off') return text
  if (!text.startsWith('https://') || !URL.canParse(text)) throw new UsageError('--certificate-log needs an https:// address, or off')
  return text
}

/** Only loopback: anything else would need HTTPS and a password. */
function readPage(text: string): { host: string; port: number } | 'off' {
  if (text === 'off') return 'off'
  const match = /^(127(?:\.\d{1,3}){3}|\[::1\]|localhost):(\d{1,5})$/.exec(text)
  const port = Number(match?.[2])
  const host = match?.[1] === 'localhost' ? '127.0.0.1' : (match?.[1] ?? '').replace(/^\[|\]$/g, '')
  if (!parseAddress(host) || port > 65535) throw new UsageError('--ui needs an address of this computer, such as 127.0.0.1:8090, or off')
  return { host, port }
}

type Flags = Record<string, { readonly type: 'string' } | { readonly type: 'boolean' }>

function parse<F extends Flags>(args: string[], flags: F, allowPositionals = false) {
  try {
    const read = parseArgs({ args, options: { ...flags, data: TEXT }, strict: true, allowPositionals })
    // What an unset variable in a script gives: it would mean the folder that the script happens to run in.
    if ((read.values as { data?: string }).data === '') throw new UsageError('--data needs a folder')
    return read
  } catch (error) {
    throw new UsageError((error as Error).message.split('\n')[0])
  }
}

function withService<F extends Flags>(name: string, args: string[], flags: F) {
  const { values, positionals } = parse(args, flags, true)
  const [service] = positionals
  if (service === undefined || positionals.length !== 1)
    throw new UsageError(
      `${name} needs ${name === 'join' ? 'a relay’s address or a relay code' : name === 'leave' ? 'a relay’s address' : 'the name of one service'}`,
    )
  return { values, service }
}
