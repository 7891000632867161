/** The command line of the relay, read strictly: a mistake is said in one line, with exit code 2. */
import { networkInterfaces } from 'node:os'
import { parseArgs } from 'node:util'
import { type Endpoint, type Family, familyOf } from '../protocol/model/address.ts'
import type { PortRange } from './registry/registry.ts'

export interface ListenAddress {
  readonly host: string
  readonly port: number
}

export interface RunOptions {
  readonly command: 'run'
  readonly domain: string
  readonly data: string
  readonly addresses: { readonly ipv4?: string; readonly ipv6?: string }
  /** A second IPv4 address of this machine, which only STUN uses. */
  readonly stunIPv4: string | undefined
  /** Authorities that visitors of this relay know beside the public ones, PEM. */
  readonly probeCaFile: string | undefined
  /** By family: something elsewhere that takes TCP connections, to tell a blind relay from a home that is gone. */
  readonly witnesses: { readonly [F in Family]?: Endpoint }
  readonly https: ListenAddress
  readonly http: ListenAddress
  readonly dns: ListenAddress | 'off'
  readonly certificate:
    | { readonly kind: 'files'; readonly certFile: string; readonly keyFile: string }
    | { readonly kind: 'acme'; readonly directoryUrl: string; readonly email: string; readonly caFile: string | undefined }
    | { readonly kind: 'self-made' }
  readonly open: boolean
  /** Under which name devices reach this very relay, where several share the domain. */
  readonly host: string
  /** Keys of the others. */
  readonly siblings: readonly string[]
  /** Names of the servers that answer for the domain, as its parent zone has them. */
  readonly nameServers: readonly string[]
  /** What raw services get their ports from; `off`: none. */
  readonly publicPorts: PortRange | 'off'
}

export interface CodeOptions {
  readonly command: 'code'
  readonly data: string
}

/** Who is here, and who is shut out: beside a running relay, which notices within seconds. */
export type DevicesOptions =
  | { readonly command: 'devices'; readonly data: string }
  | { readonly command: 'key'; readonly data: string }
  | { readonly command: 'suspend'; readonly data: string; readonly label: string; readonly atMs: number | undefined }
  | { readonly command: 'resume'; readonly data: string; readonly label: string }

export class UsageError extends Error {}

export const USAGE = `usage:
  porchlight-relay run --domain DOMAIN --data DIR --ipv4 A [--ipv6 A] [--https HOST:PORT] [--http HOST:PORT] [--dns HOST:PORT|off]
                       [--tls-cert FILE --tls-key FILE | --acme-directory URL --acme-email E [--acme-ca FILE]]
                       [--probe-ca FILE] [--stun-ipv4 B] [--witness HOST:PORT]… [--public-ports FIRST-LAST|off] [--open]
                       [--host NAME] [--sibling KEY]… [--ns NAME]…      one of several relays for the same domain
  porchlight-relay code [--data DIR]     print a relay code: it lets one device in, once, within seven days
  porchlight-relay key [--data DIR]      print this relay's key, for --sibling of another one
  porchlight-relay devices [--data DIR]  one line a device: its label, when it was last here, since or from when it is suspended
  porchlight-relay suspend LABEL [--at TIME] [--data DIR]    shut a device out, now or at a time such as 2030-01-31T18:00Z
  porchlight-relay resume LABEL [--data DIR]                 let it in again
`

const RUN_FLAGS = {
  domain: { type: 'string' },
  data: { type: 'string' },
  ipv4: { type: 'string' },
  ipv6: { type: 'string' },
  https: { type: 'string' },
  http: { type: 'string' },
  dns: { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  'acme-directory': { type: 'string' },
  'acme-email': { type: 'string' },
  'acme-ca': { type: 'string' },
  'stun-ipv4': { type: 'string' },
  'probe-ca': { type: 'string' },
  witness: { type: 'string', multiple: true },
  open: { type: 'boolean' },
  host: { type: 'string' },
  sibling: { type: 'string', multiple: true },
  ns: { type: 'string', multiple: true },
  'public-ports': { type: 'string' },
} as const

/** Registered ports (RFC 6335 §6) that many games and Jamulus use themselves, below those that systems give their own outgoing connections
 *  (32768–60999 on Linux, 49152–65535 elsewhere). */
const DEFAULT_PUBLIC_PORTS = '20000-29999'

/** Both families where the system has both: some servers run with IPv6 switched off. */
const EVERYWHERE = Object.values(networkInterfaces()).some((each) => each?.some(({ family }) => family === 'IPv6')) ? '[::]' : '0.0.0.0'

/** Throws {@link UsageError}. `defaultData` is used by `code` when no folder is named. */
export function readOptions(args: readonly string[], defaultData: string): RunOptions | CodeOptions | DevicesOptions {
  const [command, ...rest] = args
  if (command === 'run') return readRun(parse(rest, RUN_FLAGS))
  if (command === 'code' || command === 'key')
    return { command, data: parse(rest, { data: { type: 'string' } } as const).data ?? defaultData }
  if (command === 'devices' || command === 'key')
    return { command, data: parse(rest, { data: { type: 'string' } } as const).data ?? defaultData }
  if (command === 'suspend' || command === 'resume') return readSuspension(command, rest, defaultData)
  throw new UsageError(command === undefined ? 'a command is missing' : `unknown command "${command}"`)
}

function parse<F extends Record<string, { type: 'string' | 'boolean'; multiple?: boolean }>>(args: string[], options: F) {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function readSuspension(command: 'suspend' | 'resume', rest: string[], defaultData: string): DevicesOptions {
  const [label, ...flags] = rest
  if (label === undefined || label.startsWith('-')) throw new UsageError(`${command} needs the label of a device, such as amber-otter-42`)
  if (command === 'resume') return { command, label, data: parse(flags, { data: { type: 'string' } } as const).data ?? defaultData }
  const { data = defaultData, at } = parse(flags, { data: { type: 'string' }, at: { type: 'string' } } as const)
  const atMs = at === undefined ? undefined : Date.parse(at)
  if (Number.isNaN(atMs)) throw new UsageError('--at needs a time such as 2030-01-31T18:00Z')
  return { command, label, data, atMs }
}

type Flags = ReturnType<typeof parse<typeof RUN_FLAGS>>

function readRun(flags: Flags): RunOptions {
  const domain = flags.domain?.toLowerCase().replace(/\.$/, '')
  if (!domain || !isName(domain)) throw new UsageError('--domain needs a domain such as relay.example.org')
  if (!flags.data) throw new UsageError('--data needs a folder')
  if (!flags.ipv4 || familyOf(flags.ipv4) !== 'ipv4')
    throw new UsageError('--ipv4 needs the IPv4 address under which visitors reach this relay')
  if (flags.ipv6 !== undefined && familyOf(flags.ipv6) !== 'ipv6') throw new UsageError('--ipv6 needs an IPv6 address')
  const stunIPv4 = flags['stun-ipv4']
  if (stunIPv4 !== undefined && (familyOf(stunIPv4) !== 'ipv4' || stunIPv4 === flags.ipv4))
    throw new UsageError('--stun-ipv4 needs a second IPv4 address of this machine')
  return {
    command: 'run',
    domain,
    data: flags.data,
    addresses: { ipv4: flags.ipv4, ...(flags.ipv6 === undefined ? {} : { ipv6: flags.ipv6 }) },
    https: listenAddress('--https', flags.https ?? `${EVERYWHERE}:443`),
    http: listenAddress('--http', flags.http ?? `${EVERYWHERE}:80`),
    dns: flags.dns === 'off' ? 'off' : listenAddress('--dns', flags.dns ?? `${EVERYWHERE}:53`),
    certificate: readCertificate(flags),
    stunIPv4,
    probeCaFile: flags['probe-ca'],
    witnesses: readWitnesses(flags.witness ?? []),
    open: flags.open === true,
    ...readSharing(flags, domain),
    publicPorts: portRange(flags['public-ports'] ?? DEFAULT_PUBLIC_PORTS),
  }
}

const isName = (text: string): boolean =>
  /^(?=.{1,200}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text)

/** Several relays for one domain. What one of them puts into its zone the others do not know: their certificate must come from elsewhere,
 *  and their own names from another zone. */
function readSharing(flags: Flags, domain: string): Pick<RunOptions, 'host' | 'siblings' | 'nameServers'> {
  const { host = domain, sibling: siblings = [], ns: nameServers = [`ns.${domain}`] } = flags
  if (host !== domain && (!isName(host) || host.endsWith(`.${domain}`)))
    throw new UsageError('--host needs a name outside of --domain, under which devices reach this relay alone')
  if (siblings.some((key) => !/^[A-Za-z0-9_-]{43}$/.test(key)))
    throw new UsageError('--sibling needs another relay’s key, as its command "key" prints it')
  if (nameServers.some((name) => !isName(name))) throw new UsageError('--ns needs the name of a server that answers for --domain')
  if ((host !== domain || siblings.length > 0) && flags['tls-cert'] === undefined)
    throw new UsageError('--host and --sibling need --tls-cert and --tls-key: only one of several relays could prove the domain')
  return { host, siblings, nameServers }
}

function readCertificate(flags: Flags): RunOptions['certificate'] {
  const certFile = flags['tls-cert']
  const keyFile = flags['tls-key']
  const directoryUrl = flags['acme-directory']
  const email = flags['acme-email']
  if ((certFile === undefined) !== (keyFile === undefined)) throw new UsageError('--tls-cert and --tls-key go together')
  if (certFile !== undefined && directoryUrl !== undefined) throw new UsageError('either --tls-cert or --acme-directory, not both')
  if (certFile !== undefined && keyFile !== undefined) return { kind: 'files', certFile, keyFile }
  if (directoryUrl === undefined) {
    if (email !== undefined || flags['acme-ca'] !== undefined) throw new UsageError('--acme-email and --acme-ca need --acme-directory')
    return { kind: 'self-made' }
  }
  if (!directoryUrl.startsWith('https://') || !URL.canParse(directoryUrl))
    throw new UsageError('--acme-directory needs an https:// address')
  if (!email) throw new UsageError('--acme-directory needs --acme-email')
  if (flags.dns === 'off') throw new UsageError('--acme-directory needs --dns: the proof of ownership stands in the relay’s own zone')
  return { kind: 'acme', directoryUrl, email, caFile: flags['acme-ca'] }
}

function readWitnesses(texts: readonly string[]): RunOptions['witnesses'] {
  const witnesses: { [F in Family]?: Endpoint } = {}
  for (const text of texts) {
    const { host: address, port } = listenAddress('--witness', text)
    const family = address.includes(':') ? 'ipv6' : 'ipv4'
    if (witnesses[family]) throw new UsageError('--witness takes one address of each family')
    if (port === 0) throw new UsageError('--witness needs a port')
    witnesses[family] = { address, port }
  }
  return witnesses
}

function portRange(text: string): PortRange | 'off' {
  if (text === 'off') return 'off'
  const [first = 0, last = 0] = /^(\d{1,5})-(\d{1,5})$/.exec(text)?.slice(1).map(Number) ?? []
  if (first < 1 || last > 65535 || first > last)
    throw new UsageError(`--public-ports needs a range, such as ${DEFAULT_PUBLIC_PORTS}, or off`)
  return { first, last }
}

function listenAddress(flag: string, text: string): ListenAddress {
  const match = /^(\[[0-9a-fA-F:.]+\]|[0-9.]+):(\d{1,5})$/.exec(text.replace(/^localhost:/, '127.0.0.1:'))
  const host = match?.[1]?.replace(/^\[|\]$/g, '') ?? ''
  const port = Number(match?.[2])
  if (!match || familyOf(host) === undefined || port > 65535)
    throw new UsageError(`${flag} needs an address and a port, such as 0.0.0.0:443`)
  return { host, port }
}
