/** A service: something that runs at home and that its owner wants to reach from outside. */
import { z } from 'zod'
import { isLoopback, parseAddress, unmapped } from './address.ts'
import { serviceOfRelayOnlyName } from './relay-only.ts'

export const ServiceKind = z.enum(['http', 'https', 'tcp', 'udp'])
export type ServiceKind = z.infer<typeof ServiceKind>

/** One DNS label: lower case letters, digits and inner hyphens, 1–40 characters. No `xn--`, so that a name never looks like another one. */
export const ServiceName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/, 'a name has 1 to 40 lower-case letters, digits or inner hyphens')
  .refine((name) => !name.startsWith('xn--'), 'a name does not start with xn--')
  .refine((name) => serviceOfRelayOnlyName(name) === undefined, 'a name does not end with --relay')

/** SHA-256 of a certificate (DER), in small hexadecimal letters. */
export const Fingerprint = z.string().regex(/^[0-9a-f]{64}$/)

/** A program that listens somewhere in the house. */
export const Target = z.object({
  kind: ServiceKind,
  host: z.string().min(1).max(253),
  port: z.int().min(1).max(65535),
  /** https: the certificate that its owner has accepted, where no authority vouches for it; null: none yet. Absent: it was added before
   *  Porchlight asked for that, and the one that it shows next is taken. */
  pin: Fingerprint.nullable().optional(),
})
export type Target = z.infer<typeof Target>

/** A folder of this computer, which the engine itself shows as a website, read-only. `path` is absolute. */
export const FolderTarget = z.object({ kind: z.literal('folder'), path: z.string().refine(isAbsolutePath, 'an absolute path') })
export type FolderTarget = z.infer<typeof FolderTarget>

/** What stands behind a service. */
export const ServiceTarget = z.union([Target, FolderTarget])
export type ServiceTarget = z.infer<typeof ServiceTarget>

/** `/srv/photos`, `C:\\Photos` or `\\\\nas\\photos`; without control characters, which no folder that a person chose has. */
function isAbsolutePath(path: string): boolean {
  return path.length <= 1000 && /^(\/|[a-z]:[\\/]|\\\\[^\\])/i.test(path) && !/\p{Cc}/u.test(path)
}

const DEFAULT_PORT: Partial<Record<ServiceKind, number>> = { http: 80, https: 443 }

/** `http://192.168.1.20:8080` or `folder:/srv/photos` → Target; undefined when it is none. A website's path, a user or a query is refused, not
 *  dropped: the owner meant something by it. */
export function parseTarget(text: string): ServiceTarget | undefined {
  const folder = /^folder:(.+)$/i.exec(text.trim())?.[1]
  return folder === undefined ? parseNetworkTarget(text) : FolderTarget.safeParse({ kind: 'folder', path: folder }).data
}

function parseNetworkTarget(text: string): Target | undefined {
  // A telephone's keyboard writes `Http://`; schemes know no case (RFC 3986 §3.1).
  const match = /^(https?|tcp|udp):\/\/(\[[0-9a-f.]*:[0-9a-f:.]*\]|[^/:?#@[\]\s]+)(?::(\d{1,5}))?\/?$/i.exec(text.trim())
  if (!match) return undefined
  const kind = (match[1] ?? '').toLowerCase() as ServiceKind
  const host = (match[2] ?? '').replace(/^\[|\]$/g, '').toLowerCase()
  const port = match[3] === undefined ? DEFAULT_PORT[kind] : Number(match[3])
  if (port === undefined || port < 1 || port > 65535) return undefined
  if (!parseAddress(host) && !isHostName(host)) return undefined
  return { kind, host, port }
}

/** A last label that is a number makes the whole a short, octal or hexadecimal IPv4 address to a resolver (`0x7f.1` is loopback), as in
 *  the URL standard's "ends in a number" check. */
function isHostName(host: string): boolean {
  if (host.length > 253 || /(^|\.)(\d+|0x[0-9a-f]*)$/.test(host)) return false
  return host.split('.').every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?$/.test(label))
}

export function formatTarget(target: ServiceTarget): string {
  if (target.kind === 'folder') return `folder:${target.path}`
  const { kind, host, port } = target
  return `${kind}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** `AB:CD:…`, as browsers and openssl show it. */
export const formatFingerprint = (fingerprint: string): string => (fingerprint.toUpperCase().match(/../g) ?? []).join(':')

/** As it was copied from anywhere; undefined when it is none. */
export const readFingerprint = (text: string): string | undefined =>
  Fingerprint.safeParse(
    text
      .trim()
      .replace(/^sha-?256[:= ]+(fingerprint=)?/i, '')
      .replaceAll(/[:\s]/g, '')
      .toLowerCase(),
  ).data

/** Does this target name the very machine the engine runs on? So do the names below `localhost` (RFC 6761 §6.3), and a connection to
 *  the unspecified address. */
export function isOwnMachine(target: ServiceTarget): boolean {
  if (target.kind === 'folder') return true
  const { host } = target
  if (host === 'localhost' || host.endsWith('.localhost') || isLoopback(host)) return true
  return parseAddress(unmapped(host))?.every((byte) => byte === 0) ?? false
}

export const isWeb = (kind: ServiceTarget['kind']): boolean => kind === 'http' || kind === 'https' || kind === 'folder'

/** A program with a port of its own outside. */
export const isRaw = (target: ServiceTarget): target is Target => !isWeb(target.kind)

/** As what visitors and relays see it: a folder is a website of ours. */
export const servedAs = ({ kind }: ServiceTarget): ServiceKind => (kind === 'folder' ? 'http' : kind)

/** Presets of programs for playing music together, where every millisecond of the way is heard. */
export const MUSIC_PRESETS: ReadonlySet<string> = new Set(['jamulus'])

export const Preset = z.string().regex(/^[a-z0-9-]{1,40}$/)

/** A terabyte: more is no limit. */
export const MAX_UPLOAD_MB = 1_000_000
