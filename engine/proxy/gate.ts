/** Who may come in where not everybody may: what the front door asks, and what of a request it tells. */
import type { Comer, Entry, Opened, Stay } from '../../protocol/model/comer.ts'
import { COOKIE } from './headers.ts'
import type { VisitorRequest } from './visitor-request.ts'
import type { SecuredVisitor } from './visitor-tls.ts'

/** Where a program shows a link's grant when `Authorization` is the service's own. No backend sees it. */
const GRANT_FIELD = 'porchlight-grant'

export interface Gate {
  judge(comer: Comer): Entry
  /** `address`: the visitor's own. Throws when it cannot be written down; then nobody is let in. */
  open(service: string, grant: string, pin: string, address: string): Opened
  admitBeside(service: string, ticket: string, address: string): boolean
  signIn(service: string, password: string, address: string, isDirect: boolean): Promise<Stay | { readonly refused: 'wrong' | 'busy' }>
}

export function comerOf(request: VisitorRequest, { address, isDirect }: SecuredVisitor, service: string): Comer {
  return {
    service,
    address,
    isDirect,
    cookies: ownCookies(request.header('cookie')),
    grant: request.header(GRANT_FIELD)?.trim(),
    bearer: bearerOf(request),
    isForeign: isStrangers(request),
  }
}

/** What may be a link's grant. */
export function bearerOf(request: VisitorRequest): string | undefined {
  const authorization = request.header('authorization')
  return authorization === undefined ? undefined : /^bearer +([\w-]{22})$/i.exec(authorization)?.[1]
}

const NONE: readonly string[] = []

function ownCookies(cookies: string | undefined): readonly string[] {
  if (!cookies?.includes(COOKIE)) return NONE
  const pairs = cookies.split(';').map((pair) => pair.trim())
  return pairs.filter((pair) => pair.startsWith(`${COOKIE}=`)).map((pair) => pair.slice(COOKIE.length + 1))
}

/** May what a browser adds by itself speak for this request? Other homes below the same relay are the same site to it, so it sends our cookie
 *  along: what such a page starts is a stranger's, except that somebody follows a link. A frame in that page is no such thing: from another
 *  site it would come without our cookie (RFC 6265bis §5.2), and what is clicked in it may be hidden under something else. */
function isStrangers(request: VisitorRequest): boolean {
  const site = request.header('sec-fetch-site')
  const origin = request.header('origin')
  const isOthers = site === 'cross-site' || site === 'same-site' || (origin !== undefined && origin !== `https://${request.header('host')}`)
  if (!isOthers) return false
  const dest = request.header('sec-fetch-dest')
  const isPage = request.header('sec-fetch-mode') === 'navigate' && (dest === undefined || dest === 'document')
  return !(isPage && (request.method === 'GET' || request.method === 'HEAD'))
}

/** A form that another page than ours has sent. Without a referrer a browser says `null` for a form's origin; what it says of the site stands
 *  then. */
export function isForeignForm(request: VisitorRequest): boolean {
  const [site, origin] = ['sec-fetch-site', 'origin'].map((name) => request.header(name))
  if (site !== undefined && site !== 'same-origin') return true
  return origin !== undefined && origin !== 'null' && origin !== `https://${request.header('host')}`
}
