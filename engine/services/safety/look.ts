/** A look at one path of a service, its redirects followed as long as they stay with it. */
import { type Answer, ask, type Question, type Unanswered } from './ask.ts'
import { type Redirect, readRedirect } from './redirect.ts'

const MAX_HOPS = 5

export interface Look {
  readonly answer: Answer
  /** Of the answer, after all that was followed. */
  readonly path: string
  /** Where it would have sent the visitor, away from the service; `circle`: round and round. */
  readonly away: Exclude<Redirect, { to: 'on' }> | 'circle' | undefined
}

/** How one asks: directly, or as our proxy does. `base`: the address that the asker has typed. */
export interface Manner extends Pick<Question, 'connect' | 'headers'> {
  readonly base: URL
}

export async function look({ connect, headers, base }: Manner, path: string, signal: AbortSignal): Promise<Look | Unanswered> {
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
    if (seen.has(`${redirect.url.pathname}${redirect.url.search}`) || seen.size > MAX_HOPS) return { answer, path: asked, away: 'circle' }
    url = redirect.url
  }
}
