/** The home's own page of a service that opens by link alone: it reads the grant behind the `#`, which no server and no preview ever sees, and
 *  posts it to itself. Looking at it (GET, HEAD) uses nothing up. */
import { OPEN_PATH } from '../../wire/messages.ts'
import { COOKIE } from './headers.ts'
import { PAGE_HEADERS, sendOpenPage, sendPage } from './visitor-page.ts'
import { readWhole, type VisitorAnswer, type VisitorRequest } from './visitor-request.ts'
import type { VisitorMessage } from './visitor-words.ts'

/** Who may come in where not everybody may. */
export interface Gate {
  /** `cookie`: the value that {@link open} gave. */
  admits(service: string, cookie: string): boolean
  /** `address`: the visitor's own. Throws when the use cannot be written down; then nobody is let in. */
  open(service: string, grant: string, address: string): Opened
}

type Opened = { readonly cookie: string; readonly maxAgeS: number } | { readonly refused: 'unknown' | 'ended' | 'used-up' | 'busy' }

export interface Opening {
  readonly request: VisitorRequest
  readonly answer: VisitorAnswer
  readonly service: string
  /** The name that the visitor asked for, without port. */
  readonly host: string
  /** The visitor's own. */
  readonly address: string
  /** Undefined: everybody may come in. */
  readonly gate: Gate | undefined
}

/** A grant is 22 letters. */
const MAX_BODY_BYTES = 512
const BODY_TIMEOUT_MS = 10_000

const REFUSED: Readonly<Record<Extract<Opened, { refused: string }>['refused'], readonly [status: number, message: VisitorMessage]>> = {
  unknown: [403, 'link-unknown'],
  ended: [410, 'link-ended'],
  'used-up': [410, 'link-used-up'],
  busy: [429, 'link-busy'],
}

export const isOpenPath = (url: string): boolean => url.split('?')[0] === OPEN_PATH

export async function answerOpening(opening: Opening): Promise<void> {
  const { request, answer, gate, host } = opening
  const tell = (status: number, message: VisitorMessage): void => sendPage(request, answer, status, message, host)
  if (!gate) return answer.send(303, { ...PAGE_HEADERS, Location: '/' })
  if (request.method === 'GET' || request.method === 'HEAD') return sendOpenPage(request, answer, host)
  if (request.method !== 'POST') return answer.send(405, { ...PAGE_HEADERS, Allow: 'GET, HEAD, POST' })
  if (isForeign(request)) return tell(403, 'link-unknown')
  const body = await readWhole(request, answer, MAX_BODY_BYTES, BODY_TIMEOUT_MS)
  if (answer.isClosed) return
  if (body === undefined) return tell(400, 'bad-request')
  try {
    const opened = gate.open(opening.service, new URLSearchParams(body.toString()).get('grant')?.trim() ?? '', opening.address)
    if ('refused' in opened) return tell(...REFUSED[opened.refused])
    const cookie = `${COOKIE}=${opened.cookie}; Path=/; Max-Age=${opened.maxAgeS}; Secure; HttpOnly; SameSite=Lax`
    answer.send(303, { ...PAGE_HEADERS, Location: '/', 'Set-Cookie': cookie })
  } catch {
    // It could not be written down, and what is not counted lets nobody in.
    tell(503, 'link-busy')
  }
}

/** May a visitor's cookie speak for this request? Other homes below the same relay are the same site to a browser, which then sends it along:
 *  what such a page starts is a stranger's, except that somebody follows a link. */
export function mayEnter(request: VisitorRequest, service: string, gate: Gate): boolean {
  const [site, mode, origin] = ['sec-fetch-site', 'sec-fetch-mode', 'origin'].map((name) => request.header(name))
  const isFollowed = mode === 'navigate' && (request.method === 'GET' || request.method === 'HEAD')
  if ((site === 'cross-site' || site === 'same-site') && !isFollowed) return false
  if (origin !== undefined && origin !== `https://${request.header('host')}` && !isFollowed) return false
  const cookies = (request.header('cookie') ?? '').split(';').map((pair) => pair.trim())
  return cookies.some((pair) => pair.startsWith(`${COOKIE}=`) && gate.admits(service, pair.slice(COOKIE.length + 1)))
}

/** From another page than ours. Without a referrer a browser says `null` for a form's origin; what it says of the site stands then. */
function isForeign(request: VisitorRequest): boolean {
  const [site, origin] = ['sec-fetch-site', 'origin'].map((name) => request.header(name))
  if (site !== undefined && site !== 'same-origin') return true
  return origin !== undefined && origin !== 'null' && origin !== `https://${request.header('host')}`
}
