/** Path routes: below one host name, some paths lead to another place at home (nginx's `location /zm/`). Pure. */
import { z } from 'zod'
import { isWeb, Target } from './service.ts'

/** Of one service. Each is looked at for every request. */
export const MAX_ROUTES = 24

/** `/zm`, `/home/cams`: segments of unreserved letters (RFC 3986 §2.3), so that there is only one way to write it; no `.` or `..`. */
export const RoutePrefix = z
  .string()
  .max(100)
  .regex(/^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._~-]+)+$/)

export const Route = z.object({
  prefix: RoutePrefix,
  target: Target.refine(({ kind }) => isWeb(kind)),
  /** The service at home does not know of the prefix: it is taken off its requests, and put before the paths of its answers. */
  strip: z.boolean(),
})
export type Route = z.infer<typeof Route>

/** `/zm/`, as people write it, is `/zm`; undefined when it cannot be a prefix. The root is the service's own target. */
export const readPrefix = (text: string): string | undefined => RoutePrefix.safeParse(text.trim().replace(/\/$/, '')).data

export const isBelow = (path: string, prefix: string): boolean => path === prefix || path.startsWith(`${prefix}/`)

/** The longest prefix that ends where a segment does; null: the service's own target. Letters are told from capitals, as in nginx. */
export function longestRoute<R extends Pick<Route, 'prefix'>>(routes: readonly R[], path: string): R | null {
  return routes.reduce<R | null>(
    (best, route) => (isBelow(path, route.prefix) && route.prefix.length > (best?.prefix.length ?? 0) ? route : best),
    null,
  )
}

/** The longest first: the order in which they are looked at. */
export const inOrder = <R extends Pick<Route, 'prefix'>>(routes: readonly R[]): R[] =>
  [...routes].sort((a, b) => b.prefix.length - a.prefix.length || (a.prefix < b.prefix ? -1 : 1))

export type Led<R> =
  | { readonly kind: 'to'; readonly route: R | null; readonly path: string }
  /** `/zm` → `/zm/`, so that the links of its page lead below it. */
  | { readonly kind: 'redirect'; readonly location: string }
  /** Somebody else could read this path otherwise than we do. */
  | { readonly kind: 'ambiguous' }

/** Where a request goes. `url`: in origin form (`/zm/x?y`); `opens`: it asks for a page (GET or HEAD, no Upgrade). */
export function lead<R extends Pick<Route, 'prefix' | 'strip'>>(routes: readonly R[], url: string, opens: boolean): Led<R> {
  if (routes.length === 0) return { kind: 'to', route: null, path: url }
  const end = url.indexOf('?')
  const [path, query] = end < 0 ? [url, ''] : [url.slice(0, end), url.slice(end)]
  const route = longestRoute(routes, path)
  if (isOdd(path)) {
    const segments = mostGenerous(path)
    if (!segments || longestRoute(routes, `/${segments.join('/')}`) !== route) return { kind: 'ambiguous' }
  }
  if (!route) return { kind: 'to', route, path: url }
  if (path === route.prefix && opens) return { kind: 'redirect', location: `${path}/${query}` }
  const rest = route.strip ? path.slice(route.prefix.length) || '/' : path
  return { kind: 'to', route, path: rest + query }
}

/** Anything that could be read in two ways; for all others there is nothing to compare. */
const isOdd = (path: string): boolean => /[%\\;]|\/\/|\/\.|\.(\/|$)|[^!-~]/.test(path)

/** The path's segments as the most generous of all programs reads it: escapes undone however often they were made, backslashes taken for
 *  slashes, parameters (`;x`) cut off, empty segments left out. Undefined when it then climbs (`..`), or has letters that some program cuts
 *  at or takes for others.
 *
 *  Two readings are enough. A prefix has neither escapes nor separators nor empty segments, so any reading between the literal one and this
 *  one that matched a longer prefix would make this one match it too. */
function mostGenerous(path: string): string[] | undefined {
  const text = path.replace(/%(?:25)*([0-9a-f]{2})/gi, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  // Control letters; C0 and C1 begin forms of `.` and `/` that UTF-8 forbids (RFC 3629 §3), and so do E0 80–9F and F0 80–8F.
  if (/[^ -~\x80-\xff]|[\xc0\xc1]|\xe0[\x80-\x9f]|\xf0[\x80-\x8f]/.test(text)) return undefined
  const segments = text.split(/[/\\]/).map((segment) => segment.replace(/;.*$/s, ''))
  if (segments.some((segment) => /^\.[. ]*$/.test(segment))) return undefined
  return segments.map(withoutTail).filter((segment) => segment !== '')
}

/** Windows leaves out spaces and dots at the end of a name. By hand, because `[. ]+$` begins anew at each of them: thirty thousand dots with a
 *  letter behind them would keep everybody waiting for a second. */
function withoutTail(segment: string): string {
  let end = segment.length
  while (end > 0 && (segment[end - 1] === '.' || segment[end - 1] === ' ')) end -= 1
  return segment.slice(0, end)
}
