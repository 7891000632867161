/** Dynamic DNS for routers: the names that devices have for theirs, updated by the routers themselves (dyndns2 over HTTPS). */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Family, isPublic, type Range } from '../../protocol/model/address.ts'
import { neighbourhood } from '../dns/rate.ts'
import type { Names } from '../names/names.ts'
import { peerOf } from '../peer.ts'
import { Buckets } from '../public-ports/buckets.ts'
import type { Registry, RouterName } from '../registry/registry.ts'
import type { Presence } from '../tunnel/presence.ts'
import { addressesAfter, faultOf, type RouterRequest, readHosts, shown } from './update.ts'

export interface RouterUpdatesOptions {
  readonly registry: Pick<Registry, 'device' | 'published' | 'routerName' | 'setRouterAddresses'>
  readonly names: Pick<Names, 'deviceOfHost'>
  readonly presence: Pick<Presence, 'observedAddress'>
  readonly publicRanges: readonly Range[]
  /** The name of this device stands elsewhere now. */
  onChange(deviceKey: string): void
  /** Wall clock, and one that never goes back (ms). */
  readonly now?: () => number
  readonly ticks?: () => number
}

export interface RouterUpdates {
  /** False: the request is about something else. */
  handle(request: IncomingMessage, response: ServerResponse): boolean
}

export const UPDATE_PATH = '/nic/update'
/** A router asks when its address has changed, a program every five minutes. Who asks ten times in a row is broken, and is told so for half an
 *  hour: the protocol's `abuse`, after which honest programs stop by themselves. */
const UPDATES = { perS: 1 / 60, atOnce: 10 }
const ABUSE_MS = 30 * 60_000
/** Of one neighbourhood. */
const WRONG_PASSWORDS = { perS: 1 / 10, atOnce: 20 }
const MAX_COUNTED = 20_000

export const hashOf = (password: string): Buffer => createHash('sha256').update(password).digest()

export function createRouterUpdates(options: RouterUpdatesOptions): RouterUpdates {
  const { registry, names, presence, publicRanges, onChange, now = Date.now, ticks = () => performance.now() } = options
  const updates = new Buckets(UPDATES.perS, UPDATES.atOnce, MAX_COUNTED)
  const wrong = new Buckets(WRONG_PASSWORDS.perS, WRONG_PASSWORDS.atOnce, MAX_COUNTED)
  const blockedUntilMs = new Map<string, number>()

  /** Whose name it is, if this is its password. A service of the same name goes before. */
  const ownerOf = (host: string, hash: Buffer): { deviceKey: string; kept: RouterName } | undefined => {
    const deviceKey = names.deviceOfHost(host)
    const kept = deviceKey === undefined ? undefined : registry.routerName(deviceKey)
    if (deviceKey === undefined || !kept || !host.startsWith(`${kept.name}.`)) return undefined
    const isService = registry.published(deviceKey)?.services.some(({ name }) => name === kept.name)
    return !isService && timingSafeEqual(hash, kept.passwordHash) ? { deviceKey, kept } : undefined
  }

  const isAbuse = (deviceKey: string): boolean => {
    const until = blockedUntilMs.get(deviceKey)
    if (until !== undefined && ticks() < until) return true
    blockedUntilMs.delete(deviceKey)
    const suspendedAtMs = registry.device(deviceKey)?.suspendedAtMs ?? null
    if (suspendedAtMs !== null && suspendedAtMs <= now()) return true
    if (updates.take(deviceKey, ticks())) return false
    blockedUntilMs.set(deviceKey, ticks() + ABUSE_MS)
    return true
  }

  const apply = ({ deviceKey, kept }: { deviceKey: string; kept: RouterName }, source: string, claims: readonly string[]): string => {
    const seenIn = (family: Family): string | null => presence.observedAddress(deviceKey, family) ?? null
    const after = addressesAfter(kept, source, claims, { ipv4: seenIn('ipv4'), ipv6: seenIn('ipv6') })
    if (after.ipv4 === kept.ipv4 && after.ipv6 === kept.ipv6) return `nochg ${shown(after)}`
    registry.setRouterAddresses(deviceKey, after, now())
    onChange(deviceKey)
    return `good ${shown(after)}`
  }

  const answer = (asked: RouterRequest, from: string): { status: number; lines: string[] } => {
    const fault = faultOf(asked)
    if (fault) return { status: 200, lines: [fault] }
    const hash = hashOf(asked.password ?? '')
    const owners = asked.hosts.map((host) => (asked.password === undefined ? undefined : ownerOf(host, hash)))
    if (owners.every((owner) => owner === undefined)) {
      // Who sends none is asked for one, as browsers and some routers expect.
      if (asked.password !== undefined && !wrong.take(neighbourhood(from), ticks())) return { status: 429, lines: ['abuse'] }
      return { status: 401, lines: ['badauth'] }
    }
    const { source } = asked
    if (source === undefined) return { status: 200, lines: ['dnserr'] }
    const isBlocked = new Map(owners.flatMap((owner) => (owner ? [[owner.deviceKey, isAbuse(owner.deviceKey)] as const] : [])))
    return {
      status: 200,
      lines: owners.map((owner) => (!owner ? 'nohost' : isBlocked.get(owner.deviceKey) ? 'abuse' : apply(owner, source, asked.claims))),
    }
  }

  return {
    handle(request, response) {
      const [path, query = ''] = (request.url ?? '').split('?', 2)
      if (path !== UPDATE_PATH) return false
      if (request.method !== 'GET') {
        response.writeHead(405, { Allow: 'GET', 'Cache-Control': 'no-store' }).end()
        return true
      }
      const from = peerOf(request.socket)?.address
      if (from === undefined) {
        response.destroy()
        return true
      }
      const { status, lines } = answer(readRequest(request, new URLSearchParams(query), from, publicRanges), from)
      response
        .writeHead(status, { ...HEADERS, ...(status === 401 && { 'WWW-Authenticate': 'Basic realm="router"' }) })
        .end(`${lines.join('\n')}\n`)
      return true
    },
  }
}

const HEADERS = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' }

function readRequest(request: IncomingMessage, query: URLSearchParams, from: string, publicRanges: readonly Range[]): RouterRequest {
  const [, basic = ''] = /^Basic\s+([A-Za-z0-9+/=]{1,1000})$/i.exec(request.headers.authorization ?? '') ?? []
  const [, password] = /^[^:]*:([\s\S]*)$/.exec(Buffer.from(basic, 'base64').toString()) ?? []
  const claims = ['myip', 'myipv6'].flatMap((name) => (query.get(name) ?? '').split(',')).map((claim) => claim.trim().toLowerCase())
  return {
    hosts: readHosts(query.get('hostname') ?? ''),
    password,
    userAgent: request.headers['user-agent'],
    claims: claims.slice(0, 8),
    source: isPublic(from, publicRanges) ? from : undefined,
  }
}

/** On port 80: whoever updates there has just shown his password to everybody on the way. Final, so that he does not go on doing so. */
export function refusePlain(request: IncomingMessage, response: ServerResponse, host: string): boolean {
  if (!request.url?.startsWith(UPDATE_PATH)) return false
  response.writeHead(403, HEADERS).end(`badagent\nUpdates are taken by HTTPS only: https://${host}${UPDATE_PATH}\n`)
  return true
}
