/** What of a head goes on, and what does not. Pure. Heads are flat lists: name, value, name, value. */
import { isNamed } from '../http/fields.ts'
import { fieldLines } from '../http/write.ts'

/** Meant for the next hop only (RFC 9110 §7.6.1), by name; those that `Connection` names come on top. */
const HOP_BY_HOP = [
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]

/** Our own cookie, which no other name can set or read (`__Host-`: RFC 6265bis §4.1.3.2), and no backend sees or sets. */
export const COOKIE = '__Host-porchlight'

/** What a visitor claims about himself or the way he came. A backend believes these because a proxy set them: only ours pass. The grant of a link
 *  is for us. */
const CLAIMED = [
  'forwarded',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'client-ip',
  'porchlight-grant',
]

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

/** What becomes of a field. `hop`: it ends here. `claim`: in a request it is ours to say. The others need a look at their value. */
type Fate = 'passed' | 'hop' | 'claim' | 'cookie' | 'set-cookie' | 'trailer' | 'alt-svc'

const FATES = new Map<string, Fate>([
  ...HOP_BY_HOP.map((name) => [name, 'hop'] as const),
  ...[...CLAIMED, 'host', 'cdn-loop'].map((name) => [name, 'claim'] as const),
  ...(['cookie', 'set-cookie', 'trailer', 'alt-svc'] as const).map((name) => [name, name] as const),
])

/** Names as they were written, with their fate: the same few come with every request. */
const known = new Map<string, Fate>()
const MAX_KNOWN = 1024
/** Longer ones nobody uses but to fill our memory: a head has room for 32 KB of name. */
const MAX_KNOWN_LETTERS = 64

function fateOf(name: string): Fate {
  const before = known.get(name)
  if (before !== undefined) return before
  const key = canonical(name)
  // The other spelling of a length is none to us, and may be one to the service.
  const fate =
    name.includes('_') && key === 'content-length' ? 'claim' : (FATES.get(key) ?? (key.startsWith('x-forwarded-') ? 'claim' : 'passed'))
  if (name.length > MAX_KNOWN_LETTERS) return fate
  if (known.size >= MAX_KNOWN) known.clear()
  // A slice would keep the whole head that it was cut from.
  known.set(Buffer.from(name, 'latin1').toString('latin1'), fate)
  return fate
}

/** CGI and WSGI backends read `X_Forwarded_For` and `X-Forwarded-For` as the same variable: so do we. */
const canonical = (name: string) => name.toLowerCase().replaceAll('_', '-')

export function* pairs(raw: readonly string[]): Generator<[name: string, value: string]> {
  for (let index = 0; index + 1 < raw.length; index += 2) yield [raw[index] as string, raw[index + 1] as string]
}

/** How often a field stands there. */
export function countOf(raw: readonly string[], wanted: string): number {
  let count = 0
  for (let index = 0; index < raw.length; index += 2) if (isNamed(raw[index] as string, wanted)) count += 1
  return count
}

/** The values of one field as one (RFC 9110 §5.3; cookies: RFC 9113 §8.2.3). Undefined: not there. */
export function fieldOf(raw: readonly string[], wanted: string): string | undefined {
  let whole: string | undefined
  for (let index = 0; index < raw.length; index += 2) {
    if (!isNamed(raw[index] as string, wanted)) continue
    const value = raw[index + 1] as string
    whole = whole === undefined ? value : `${whole}${wanted === 'cookie' ? '; ' : ', '}${value}`
  }
  return whole
}

const NONE: readonly string[] = []

/** The members of a comma-separated field, in lower case. */
export function listOf(raw: readonly string[], wanted: string): readonly string[] {
  const whole = fieldOf(raw, wanted)
  if (whole === undefined) return NONE
  return whole
    .split(',')
    .map((member) => member.trim().toLowerCase())
    .filter((member) => member !== '')
}

/** `Connection: content-length` or `host` must not unframe or misroute a message: these stay whatever it says. */
const ALWAYS_KEPT = new Set(['content-length', 'host', 'expect', 'trailer'])

/** The names that `Connection` gives up besides those that always end here; undefined: none, as nearly always. */
function namedByConnection(raw: readonly string[]): Set<string> | undefined {
  const whole = fieldOf(raw, 'connection')
  if (whole === undefined || whole === 'keep-alive' || whole === 'close') return undefined
  const named = listOf(raw, 'connection').filter((name) => name !== 'close' && !ALWAYS_KEPT.has(name) && !HOP_BY_HOP.includes(name))
  return named.length > 0 ? new Set(named) : undefined
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
  /** What stands in `Authorization` was for us. */
  readonly isBearerOurs?: boolean
  /** Lives as long as his connection. */
  readonly visitor?: { told: Told | undefined }
}

/** What we have told of him and his way, as text: it is the same for nearly all that he asks for. */
export interface Told {
  readonly authority: string
  readonly strippedPrefix: string | undefined
  readonly lines: string
}

/** The head for the backend. Host stays, so that a backend builds its own links right; exactly one forwarded address, ours. */
export const requestHeaders = (request: RequestFields, visit: Visit): string[] => [
  ...passedHeaders(request, visit),
  ...told(visit, fieldOf(request.rawHeaders, 'cdn-loop')),
  ...hopHeaders(request),
]

/** The same as text. */
export const requestLines = (request: RequestFields, visit: Visit): string =>
  fieldLines(passedHeaders(request, visit)) + toldLines(request, visit) + fieldLines(hopHeaders(request))

/** What of his own goes on. */
function passedHeaders(request: RequestFields, visit: Visit): string[] {
  const { rawHeaders: raw } = request
  const named = namedByConnection(raw)
  const kept: string[] = ['Host', visit.authority]
  for (let index = 0; index < raw.length; index += 2) {
    const [name, value] = [raw[index] as string, raw[index + 1] as string]
    const fate = fateOf(name)
    if (fate === 'hop' || fate === 'claim' || isNamedIn(named, name)) continue
    if (visit.isBearerOurs && isNamed(name, 'authorization')) continue
    // Trailers exist behind a chunked body only.
    if (fate === 'trailer' && !isChunked(request)) continue
    const passed = fate === 'cookie' ? foreignCookies(value) : value
    if (fate !== 'cookie' || passed !== '') kept.push(name, passed)
  }
  return kept
}

const isChunked = ({ rawHeaders, hasBody }: RequestFields): boolean => hasBody && fieldOf(rawHeaders, 'content-length') === undefined

/** What we say of him and his way. `loop`: the list of those who were asked before us. */
function told(visit: Visit, loop: string | undefined): string[] {
  const { address, authority, strippedPrefix, loopToken } = visit
  const fields = ['X-Forwarded-For', address, 'X-Forwarded-Proto', 'https', 'X-Forwarded-Host', authority]
  // What Traefik and Spring made usual: without it, a service cannot know how its own paths look from outside.
  if (strippedPrefix !== undefined) fields.push('X-Forwarded-Prefix', strippedPrefix)
  // RFC 8586 rather than Via: nginx as a backend stops compressing for whoever sends Via (gzip_proxied).
  fields.push('Forwarded', forwarded(visit), 'CDN-Loop', loop === undefined ? loopToken : `${loop}, ${loopToken}`)
  return fields
}

function toldLines({ rawHeaders }: RequestFields, visit: Visit): string {
  const { authority, strippedPrefix, visitor } = visit
  const loop = fieldOf(rawHeaders, 'cdn-loop')
  const before = visitor?.told
  if (before && before.authority === authority && before.strippedPrefix === strippedPrefix && loop === undefined) return before.lines
  const lines = fieldLines(told(visit, loop))
  if (visitor && loop === undefined) visitor.told = { authority, strippedPrefix, lines }
  return lines
}

const KEPT_ALIVE: readonly string[] = ['Connection', 'keep-alive']

/** What is for the backend alone. */
function hopHeaders(request: RequestFields): readonly string[] {
  const { rawHeaders, upgrade } = request
  const framing = isChunked(request) ? ['Transfer-Encoding', 'chunked'] : NONE
  if (upgrade !== undefined) return [...framing, 'Upgrade', upgrade, 'Connection', 'Upgrade']
  if (listOf(rawHeaders, 'te').includes('trailers')) return [...framing, 'TE', 'trailers', 'Connection', 'keep-alive, TE']
  return framing === NONE ? KEPT_ALIVE : [...framing, ...KEPT_ALIVE]
}

const isNamedIn = (named: Set<string> | undefined, name: string): boolean =>
  named !== undefined && (named.has(name.toLowerCase()) || named.has(canonical(name)))

/** RFC 7239 §6: an IPv6 address stands in brackets and quotes. */
function forwarded({ address, authority }: Visit): string {
  const node = address.includes(':') ? `"[${address}]"` : address
  return `for=${node};host="${authority}";proto=https`
}

/** The head for the visitor. `host` is the name he asked for, without port; `mayTrail`: his side can carry trailers. */
export function answerHeaders(raw: readonly string[], host: string, mayTrail: boolean): string[] {
  const named = namedByConnection(raw)
  const kept: string[] = []
  for (let index = 0; index < raw.length; index += 2) {
    const [name, value] = [raw[index] as string, raw[index + 1] as string]
    const fate = fateOf(name)
    // Alt-Svc names another way to the backend, which is closed from outside: a browser would try it first and wait.
    if (fate === 'hop' || fate === 'alt-svc' || isNamedIn(named, name)) continue
    if (fate === 'trailer' && !(mayTrail && listOf(raw, 'transfer-encoding').includes('chunked'))) continue
    if (fate !== 'set-cookie') kept.push(name, value)
    else if (!isOurs(value)) kept.push(name, ownCookie(value, host))
  }
  return kept
}

/** A cookie without a name is sent as its value alone, which can look like one with a name (RFC 6265bis §8.8.4). */
const isOurs = (cookie: string): boolean =>
  cookie
    .replace(/^[\s=]+/, '')
    .split('=', 1)[0]
    ?.trim() === COOKIE

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
      // No expression with blanks at its end: sixty thousand of them in an answer would keep everybody waiting for seconds.
      const at = attribute.indexOf('=')
      if (attribute.slice(0, Math.max(at, 0)).trim().toLowerCase() !== 'domain') return true
      return (
        attribute
          .slice(at + 1)
          .trim()
          .replace(/^\./, '')
          .toLowerCase() === host
      )
    })
    .join(';')
}

/** Trailers of either direction, without what does not belong there. */
export function keptTrailers(raw: readonly string[]): string[] {
  const kept: string[] = []
  for (let index = 0; index < raw.length; index += 2) {
    const [name, value] = [raw[index] as string, raw[index + 1] as string]
    const fate = fateOf(name)
    if (fate !== 'hop' && fate !== 'claim' && !NOT_IN_TRAILERS.has(canonical(name))) kept.push(name, value)
  }
  return kept
}
