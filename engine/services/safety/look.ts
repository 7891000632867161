/** A look at one path of a service, its redirects followed as long as they stay with it. */
import { isBelow, type Route } from '../../../protocol/model/route.ts'
import { type Answer, ask, type Question, type Unanswered } from './ask.ts'
import { type Redirect, readRedirect } from './redirect.ts'

const MAX_HOPS = 5

export interface Look {
  readonly answer: Answer
  /** Of the answer, after all that was followed. */
  readonly path: string
  /** Where it would have sent the visitor, away from the service; `circle`: round and round; `out`: to a path of the same name that does not
   *  lead to it. */
  readonly away: Exclude<Redirect, { to: 'on' }> | { readonly to: 'out'; readonly address: string } | 'circle' | undefined
}

/** How one asks: directly, or as our proxy does. `base`: the address that the asker has typed. */
export interface Manner extends Pick<Question, 'connect' | 'headers'> {
  readonly base: URL
  /** The path that leads to this target, for who comes by our proxy. */
  readonly route: Pick<Route, 'prefix' | 'strip'> | null
}

export async function look({ connect, headers, base, route }: Manner, path: string, signal: AbortSignal): Promise<Look | Unanswered> {
  const seen = new Set<string>()
  // An address and not a path is carried along: the path `//nas/` would be read as another host.
  for (let url = new URL(path, base); ; ) {
    const asked = `${url.pathname}${url.search}`
    seen.add(asked)
    const answer = await ask({ connect, path: asked, headers }, signal)
    if (typeof answer === 'string') return answer
    const isRedirect = answer.status >= 300 && answer.status < 400 && answer.location !== undefined
    const redirect = isRedirect ? readRedirect(answer.location ?? '', url) : undefined
    if (redirect?.to !== 'on') return { answer, path: asked, away: redirect }
    const { pathname, search } = redirect.url
    const next = pathAtTarget(pathname, route)
    if (next === undefined) return { answer, path: asked, away: { to: 'out', address: pathname } }
    if (seen.has(next + search) || seen.size > MAX_HOPS) return { answer, path: asked, away: 'circle' }
    url = new URL(base)
    url.pathname = next
    url.search = search
  }
}

/** What our proxy asks for when a visitor follows a redirect to this path; undefined: he comes to somebody else. Where the prefix is taken off,
 *  the proxy has put it before the path beforehand. */
function pathAtTarget(path: string, route: Manner['route']): string | undefined {
  if (!route) return path
  if (!isBelow(path, route.prefix)) return route.strip ? path : undefined
  return route.strip ? path.slice(route.prefix.length) || '/' : path
}
