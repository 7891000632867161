/** The flags of `run`, read strictly. */
import { networkInterfaces } from 'node:os'
import { type Endpoint, type Family, familyOf } from '../../protocol/model/address.ts'
import type { MailServer } from '../alerts/send-mail.ts'
import type { PortRange } from '../registry/registry.ts'
import { type ListenAddress, listenAddress, UsageError, type Values } from './command.ts'
import { OPERATING_FLAGS, OPERATING_SYNOPSIS, type OperatingOptions, readOperating } from './operating-options.ts'

export interface RunOptions {
  readonly domain: string
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
  /** Somebody else's name server answers for the domain, and takes updates signed with this key. */
  readonly dnsUpdate: { readonly server: Endpoint; readonly keyFile: string } | undefined
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
  /** Undefined: this relay sends no mail. */
  readonly mail: MailServer | undefined
  /** How long a house must be dark before its owner is told. */
  readonly alertAfterMs: number
  /** What raw services get their ports from; `off`: none. */
  readonly publicPorts: PortRange | 'off'
  /** What this relay's line carries each way, and what one device may carry at most, both ways together; undefined: nobody has said. */
  readonly lineMbit: number | undefined
  readonly deviceMbit: number | undefined
  readonly operating: OperatingOptions
}

/** What follows `run`, as the usage text has it. */
export const RUN_SYNOPSIS = `--domain DOMAIN --data DIR --ipv4 A [--ipv6 A] [--https HOST:PORT] [--http HOST:PORT] [--dns HOST:PORT|off]
                       [--dns-update HOST:PORT --tsig-file FILE]       another name server answers for the domain (RFC 2136)
                       [--tls-cert FILE --tls-key FILE | --acme-directory URL --acme-email E [--acme-ca FILE]]
                       [--probe-ca FILE] [--stun-ipv4 B] [--witness HOST:PORT]… [--public-ports FIRST-LAST|off] [--open]
                       [--smtp-file FILE --mail-from ADDRESS] [--alert-after MINUTES]      tell owners when their house is dark
                       [--line-mbit N]    what this relay's line carries each way; when it is full, devices share it fairly
                       [--device-mbit N]  what one device may carry at most, both ways together
                       [--user NAME]      who it goes on as when root starts it; "porchlight" where there is such an account
                       ${OPERATING_SYNOPSIS.join(`\n${' '.repeat(23)}`)}
                       [--host NAME] [--sibling KEY]… [--ns NAME]…      one of several relays for the same domain`

export const RUN_FLAGS = {
  domain: { type: 'string' },
  ipv4: { type: 'string' },
  ipv6: { type: 'string' },
  https: { type: 'string' },
  http: { type: 'string' },
  dns: { type: 'string' },
  'dns-update': { type: 'string' },
  'tsig-file': { type: 'string' },
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
  'smtp-file': { type: 'string' },
  'mail-from': { type: 'string' },
  'alert-after': { type: 'string' },
  'line-mbit': { type: 'string' },
  'device-mbit': { type: 'string' },
  user: { type: 'string' },
  ...OPERATING_FLAGS,
} as const

/** Registered ports (RFC 6335 §6) that many games and Jamulus use themselves, below those that systems give their own outgoing connections
 *  (32768–60999 on Linux, 49152–65535 elsewhere). */
const DEFAULT_PUBLIC_PORTS = '20000-29999'

/** Both families where the system has both: some servers run with IPv6 switched off. */
const EVERYWHERE = Object.values(networkInterfaces()).some((each) => each?.some(({ family }) => family === 'IPv6')) ? '[::]' : '0.0.0.0'

type Flags = Values<typeof RUN_FLAGS> & { readonly data?: string }

/** Throws {@link UsageError}. */
export function readRunOptions(flags: Flags): RunOptions {
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
    domain,
    addresses: { ipv4: flags.ipv4, ...(flags.ipv6 === undefined ? {} : { ipv6: flags.ipv6 }) },
    https: listenAddress('--https', flags.https ?? `${EVERYWHERE}:443`),
    http: listenAddress('--http', flags.http ?? `${EVERYWHERE}:80`),
    ...readDns(flags),
    certificate: readCertificate(flags),
    stunIPv4,
    probeCaFile: flags['probe-ca'],
    witnesses: readWitnesses(flags.witness ?? []),
    open: flags.open === true,
    ...readSharing(flags, domain),
    publicPorts: portRange(flags['public-ports'] ?? DEFAULT_PUBLIC_PORTS),
    lineMbit: readMbit('--line-mbit', flags['line-mbit']),
    deviceMbit: readMbit('--device-mbit', flags['device-mbit']),
    mail: readMail(flags),
    alertAfterMs: readMinutes('--alert-after', flags['alert-after'] ?? '5') * 60_000,
    operating: readOperating(flags),
  }
}

function readMbit(flag: string, text: string | undefined): number | undefined {
  if (text !== undefined && !/^[1-9]\d{0,5}$/.test(text)) throw new UsageError(`${flag} needs megabits a second, a whole number`)
  return text === undefined ? undefined : Number(text)
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

function readDns({ dns, sibling, ...flags }: Flags): Pick<RunOptions, 'dns' | 'dnsUpdate'> {
  const [server, keyFile] = [flags['dns-update'], flags['tsig-file']]
  if ((server === undefined) !== (keyFile === undefined)) throw new UsageError('--dns-update and --tsig-file go together')
  if (server === undefined || keyFile === undefined)
    return { dns: dns === 'off' ? 'off' : listenAddress('--dns', dns ?? `${EVERYWHERE}:53`), dnsUpdate: undefined }
  if (dns !== undefined && dns !== 'off') throw new UsageError('either --dns or --dns-update, not both')
  if (sibling) throw new UsageError('--dns-update and --sibling: relays that share a domain would undo each other’s updates')
  const { host: address, port } = listenAddress('--dns-update', server)
  if (port === 0) throw new UsageError('--dns-update needs a port')
  return { dns: 'off', dnsUpdate: { server: { address, port }, keyFile } }
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
  if (flags.dns === 'off' && flags['dns-update'] === undefined)
    throw new UsageError('--acme-directory needs --dns or --dns-update: the proof of ownership stands in the relay’s own zone')
  return { kind: 'acme', directoryUrl, email, caFile: flags['acme-ca'] }
}

/** In a file, because it holds a password. */
function readMail(flags: Flags): MailServer | undefined {
  const { 'smtp-file': path, 'mail-from': from } = flags
  if (path === undefined && from === undefined) return undefined
  if (path === undefined || from === undefined) throw new UsageError('--smtp-file and --mail-from go together')
  if (!/^[^@\s<>]+@[^@\s<>]+$/.test(from)) throw new UsageError('--mail-from needs a mail address')
  return { urlFile: path, from }
}

function readMinutes(flag: string, text: string): number {
  const minutes = Number(text)
  if (!/^\d{1,4}(\.\d{1,3})?$/.test(text) || minutes <= 0) throw new UsageError(`${flag} needs a number of minutes`)
  return minutes
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
