/** What of a head goes on, and what does not. Pure. Heads are flat lists as node gives and takes them: name, value, name, value. */

/** Meant for the next hop only (RFC 9110 §7.6.1), by name; those that `Connection` names come on top. */
const HOP_BY_HOP = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
])

/** Our own cookie, which no other name can set or read (`__Host-`: RFC 6265bis §4.1.3.2), and no backend sees or sets. */
export const COOKIE = '__Host-porchlight'

/** What a visitor claims about himself or the way he came. A backend believes these because a proxy set them: only ours pass. */
const CLAIMED = new Set(['forwarded', 'x-real-ip', 'x-client-ip', 'x-cluster-client-ip', 'true-client-ip', 'cf-connecting-ip', 'client-ip'])

/** Fields that change how a message is framed, routed or trusted have no business behind the body (RFC 9110 §6.5.1). */
const NOT_IN_TRAILERS = new Set([
  'authorization',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'cookie',
  'host',
  'set-cookie',
  'trailer',
])

/** CGI and WSGI backends read `X_Forwarded_For` and `X-Forwarded-For` as the same variable: so do we. */
const canonical = (name: string) => name.toLowerCase().replaceAll('_', '-')

const isClaimed = (name: string) => CLAIMED.has(name) || name.startsWith('x-forwarded-')

export function* pairs(raw: readonly string[]): Generator<[name: string, value: string]> {
  for (let index = 0; index + 1 < raw.length; index += 2) yield [raw[index] as string, raw[index + 1] as string]
}

/** All values of one field, in order. */
export function valuesOf(raw: readonly string[], wanted: string): string[] {
  return [...pairs(raw)].filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value)
}

/** The values of one field as one (RFC 9110 §5.3; cookies: RFC 9113 §8.2.3). Undefined: not there. */
export function fieldOf(raw: readonly string[], wanted: string): string | undefined {
  const values = valuesOf(raw, wanted)
  return values.length > 0 ? values.join(wanted === 'cookie' ? '; ' : ', ') : undefined
}

/** The members of a comma-separated field, in lower case. */
export function listOf(raw: readonly string[], wanted: string): string[] {
  return valuesOf(raw, wanted)
    .flatMap((value) => value.split(','))
    .map((member) => member.trim().toLowerCase())
    .filter((member) => member !== '')
}

/** `Connection: content-length` or `host` must not unframe or misroute a message: these stay whatever it says. */
const ALWAYS_KEPT = new Set(['content-length', 'host', 'expect', 'trailer'])

function dropped(raw: readonly string[]): (name: string) => boolean {
  const named = new Set(listOf(raw, 'connection').filter((name) => !ALWAYS_KEPT.has(name)))
  return (name) => HOP_BY_HOP.has(name) || named.has(name)
}

/** Of a visitor's request. */
export interface RequestFields {
  readonly rawHeaders: readonly string[]
  readonly hasBody: boolean
  readonly upgrade: string | undefined
}

export interface Visit {
  /** The visitor's address, without zone or mapping. */
  readonly address: string
  /** As the visitor wrote it in Host, checked against the server name. */
  readonly authority: string
  /** Our own entry of CDN-Loop. */
  readonly loopToken: string
  /** What a path route took off the path. */
  readonly strippedPrefix?: string | undefined
}

/** The head for the backend. Host stays, so that a backend builds its own links right; exactly one forwarded address, ours. */
export function requestHeaders(request: RequestFields, visit: Visit): string[] {
  const { rawHeaders: raw, hasBody, upgrade } = request
  const isDropped = dropped(raw)
  const chunked = hasBody && valuesOf(raw, 'content-length').length === 0
  const kept: string[] = ['Host', visit.authority]
  for (const [name, value] of pairs(raw)) {
    const key = canonical(name)
    if (key === 'host' || key === 'cdn-loop' || isDropped(name.toLowerCase()) || isDropped(key) || isClaimed(key)) continue
    // Trailers exist behind a chunked body only; node refuses to announce them elsewhere.
    if (key === 'trailer' && !chunked) continue
    const passed = key === 'cookie' ? foreignCookies(value) : value
    if (passed !== '') kept.push(name, passed)
  }
  kept.push('X-Forwarded-For', visit.address, 'X-Forwarded-Proto', 'https', 'X-Forwarded-Host', visit.authority)
  // What Traefik and Spring made usual: without it, a service cannot know how its own paths look from outside.
  if (visit.strippedPrefix !== undefined) kept.push('X-Forwarded-Prefix', visit.strippedPrefix)
  kept.push('Forwarded', forwarded(visit))
  // RFC 8586 rather than Via: nginx as a backend stops compressing for whoever sends Via (gzip_proxied).
  kept.push('CDN-Loop', [...valuesOf(raw, 'cdn-loop'), visit.loopToken].join(', '))
  if (chunked) kept.push('Transfer-Encoding', 'chunked')
  const connection = ['keep-alive']
  if (upgrade !== undefined) {
    kept.push('Upgrade', upgrade)
    connection[0] = 'Upgrade'
  } else if (listOf(raw, 'te').includes('trailers')) {
    kept.push('TE', 'trailers')
    connection.push('TE')
  }
  kept.push('Connection', connection.join(', '))
  return kept
}

/** RFC 7239 §6: an IPv6 address stands in brackets and quotes. */
function forwarded({ address, authority }: Visit): string {
  const node = address.includes(':') ? `"[${address}]"` : address
  return `for=${node};host="${authority}";proto=https`
}

/** The head for the visitor. `host` is the name he asked for, without port; `mayTrail`: his side can carry trailers. */
export function answerHeaders(raw: readonly string[], host: string, mayTrail: boolean): string[] {
  const isDropped = dropped(raw)
  const trails = mayTrail && listOf(raw, 'transfer-encoding').includes('chunked')
  const kept: string[] = []
  for (const [name, value] of pairs(raw)) {
    const key = name.toLowerCase()
    // Alt-Svc names another way to the backend, which is closed from outside: a browser would try it first and wait.
    if (isDropped(key) || key === 'alt-svc' || (key === 'trailer' && !trails)) continue
    if (key === 'set-cookie' && isOurs(value)) continue
    kept.push(name, key === 'set-cookie' ? ownCookie(value, host) : value)
  }
  return kept
}

const isOurs = (cookie: string): boolean => cookie.split('=')[0]?.trim() === COOKIE

const foreignCookies = (cookies: string): string =>
  cookies.includes(COOKIE)
    ? cookies
        .split(';')
        .filter((cookie) => !isOurs(cookie))
        .join(';')
        .trim()
    : cookies

/** All devices below one relay are one site to a browser: a cookie for a wider domain would reach strangers' homes. */
function ownCookie(cookie: string, host: string): string {
  return cookie
    .split(';')
    .filter((attribute, index) => {
      if (index === 0) return true
      const domain = /^\s*domain\s*=\s*\.?(.*?)\s*$/i.exec(attribute)?.[1]
      return domain === undefined || domain.toLowerCase() === host
    })
    .join(';')
}

/** Trailers of either direction, without what does not belong there. */
export function keptTrailers(raw: readonly string[]): string[] {
  const kept: string[] = []
  for (const [name, value] of pairs(raw)) {
    const key = canonical(name)
    if (!HOP_BY_HOP.has(key) && !NOT_IN_TRAILERS.has(key) && !isClaimed(key) && key !== 'cdn-loop') kept.push(name, value)
  }
  return kept
}
