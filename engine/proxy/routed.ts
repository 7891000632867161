/** A request that may be led elsewhere by its path, and its answer, as the rest of the way is to see them.
 *
 *  All paths of a name are one origin to a browser. What can be kept apart is: cookies get the route's path, and no service worker gets a scope
 *  outside of it. Where the prefix is taken off, the paths in the answer's head get it back; those in its body are the service's own affair,
 *  which it is told by X-Forwarded-Prefix. */
import { isBelow, type Route } from '../../protocol/model/route.ts'
import type { ServiceTarget } from '../../protocol/model/service.ts'
import { pairs } from './headers.ts'
import type { BodySink, VisitorRequest } from './visitor-request.ts'

/** Where an answer comes from, and what of its head follows from that. */
export interface Place {
  /** Null: the service's own target, of which other paths lead away. */
  readonly route: Pick<Route, 'prefix' | 'strip'> | null
  readonly target: ServiceTarget
  /** As the visitor wrote it in Host. */
  readonly authority: string
  /** He asked for the prefix itself, so that a cookie without a path would be for the whole name (RFC 6265 §5.1.4). */
  readonly isPrefixItself: boolean
}

/** The head of an answer, with its paths as the visitor has to see them. Pure. */
export function placed(raw: readonly string[], place: Place): string[] {
  const kept: string[] = []
  for (const [name, value] of pairs(raw)) {
    const changed = CHANGES.get(name.toLowerCase())?.(value, place)
    if (changed === undefined && CHANGES.has(name.toLowerCase())) continue
    kept.push(name, changed ?? value)
  }
  return kept
}

type Change = (value: string, place: Place) => string | undefined

const CHANGES: ReadonlyMap<string, Change> = new Map<string, Change>([
  ['location', located],
  ['content-location', located],
  [
    'refresh',
    (value, place) => value.replace(/^(\s*\d+\s*[;,]\s*url\s*=\s*)(.+)$/i, (_whole, before, url) => before + located(url, place)),
  ],
  ['set-cookie', confined],
  ['service-worker-allowed', scoped],
])

const withPrefix = (path: string, { route }: Place): string =>
  route?.strip && !isBelow(path.split(/[?#]/, 1)[0] ?? '', route.prefix) ? route.prefix + path : path

/** As nginx's `proxy_redirect default`: what names the place at home itself leads to where the visitor sees it. */
function located(value: string, place: Place): string {
  const [, scheme = '', named = '', rest = ''] = /^(https?):\/\/([^/?#]*)(.*)$/i.exec(value) ?? []
  if (scheme === '') return value.startsWith('/') && !value.startsWith('//') ? withPrefix(value, place) : value
  const path = rest.startsWith('/') ? rest : `/${rest}`
  if (isPlace(scheme, named, place.target)) return withPrefix(path, place)
  return named.toLowerCase() === place.authority.toLowerCase() ? `${scheme}://${named}${withPrefix(path, place)}` : value
}

function isPlace(scheme: string, named: string, target: ServiceTarget): boolean {
  if (target.kind === 'folder') return false
  const { kind, host, port } = target
  const usual = scheme.toLowerCase() === 'https' ? 443 : 80
  const [, name, given] = /^\[?([^\]]*?)\]?(?::(\d+))?$/.exec(named.toLowerCase()) ?? []
  return scheme.toLowerCase() === kind && name === host && Number(given ?? usual) === port
}

/** A `__Host-` cookie has no other path than the whole name's, or the browser throws it away: it stays as it is. */
function confined(cookie: string, { route, isPrefixItself }: Place): string {
  if (!route || /^\s*__host-/i.test(cookie)) return cookie
  const [first = '', ...attributes] = cookie.split(';')
  const others = attributes.filter((attribute) => !/^\s*path\s*=/i.test(attribute))
  const said = attributes.filter((attribute) => !others.includes(attribute)).at(-1)
  const path = said?.slice(said.indexOf('=') + 1).trim() ?? ''
  // Without one a browser takes the folder of what was asked for.
  if (!path.startsWith('/')) return isPrefixItself ? [first, ...others, ` Path=${route.prefix}`].join(';') : [first, ...others].join(';')
  const seen = isBelow(path, route.prefix) ? path : route.prefix + (route.strip && path !== '/' ? path : '')
  return [first, ...others, ` Path=${seen}`].join(';')
}

/** A scope is compared letter by letter, so `/zm` would take `/zmx` in. */
function scoped(value: string, { route }: Place): string | undefined {
  if (!route || !value.startsWith('/') || /\/\.|[%\\]/.test(value)) return undefined
  const scope = route.strip && !value.startsWith(`${route.prefix}/`) ? route.prefix + value : value
  return scope.startsWith(`${route.prefix}/`) ? scope : undefined
}

/** The same request, for another path. */
export class RoutedRequest implements VisitorRequest {
  readonly #request: VisitorRequest
  readonly url: string

  constructor(request: VisitorRequest, url: string) {
    this.#request = request
    this.url = url
  }
  get method() {
    return this.#request.method
  }
  get version() {
    return this.#request.version
  }
  get rawHeaders() {
    return this.#request.rawHeaders
  }
  get hasBody() {
    return this.#request.hasBody
  }
  get awaitsContinue() {
    return this.#request.awaitsContinue
  }
  get upgrade() {
    return this.#request.upgrade
  }
  header(name: string) {
    return this.#request.header(name)
  }
  read(sink: BodySink) {
    this.#request.read(sink)
  }
  resume() {
    this.#request.resume()
  }
}
