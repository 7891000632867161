/** A service: something that runs at home and that its owner wants to reach from outside. */
import { z } from 'zod'
import { isLoopback, parseAddress } from './address.ts'

export const ServiceKind = z.enum(['http', 'https', 'tcp', 'udp'])
export type ServiceKind = z.infer<typeof ServiceKind>

/** One DNS label: lower case letters, digits and inner hyphens, 1–40 characters. No `xn--`, so that a name never looks like another one. */
export const ServiceName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/, 'a name has 1 to 40 lower-case letters, digits or inner hyphens')
  .refine((name) => !name.startsWith('xn--'), 'a name does not start with xn--')

export const Target = z.object({ kind: ServiceKind, host: z.string().min(1).max(253), port: z.int().min(1).max(65535) })
export type Target = z.infer<typeof Target>

const DEFAULT_PORT: Partial<Record<ServiceKind, number>> = { http: 80, https: 443 }

/** `http://192.168.1.20:8080` → Target; undefined when it is none. A path, a user or a query is refused, not dropped: the owner meant something by it. */
export function parseTarget(text: string): Target | undefined {
  const match = /^(https?|tcp|udp):\/\/(\[[0-9a-fA-F:.]+\]|[^/:?#@[\]\s]+)(?::(\d{1,5}))?\/?$/.exec(text.trim())
  if (!match) return undefined
  const kind = match[1] as ServiceKind
  const host = (match[2] ?? '').replace(/^\[|\]$/g, '').toLowerCase()
  const port = match[3] === undefined ? DEFAULT_PORT[kind] : Number(match[3])
  if (port === undefined || port < 1 || port > 65535) return undefined
  if (!parseAddress(host) && !isHostName(host)) return undefined
  return { kind, host, port }
}

function isHostName(host: string): boolean {
  if (host.length > 253 || /^[\d.]+$/.test(host)) return false
  return host.split('.').every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?$/.test(label))
}

export function formatTarget({ kind, host, port }: Target): string {
  return `${kind}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Does this target name the very machine the engine runs on? */
export function isOwnMachine(target: Target): boolean {
  return target.host === 'localhost' || isLoopback(target.host)
}

export const isWeb = (kind: ServiceKind): boolean => kind === 'http' || kind === 'https'

export const Preset = z.string().regex(/^[a-z0-9-]{1,40}$/)
