/** The home's own page of a service that opens by link alone: it reads the grant behind the `#`, which no server and no preview ever sees, and
 *  posts it to itself. Looking at it (GET, HEAD) uses nothing up. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { OPEN_PATH } from '../../wire/messages.ts'
import { hasBody } from './exchange.ts'
import { COOKIE } from './headers.ts'
import { PAGE_HEADERS, sendOpenPage, sendPage } from './visitor-page.ts'
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
  readonly request: IncomingMessage
  readonly response: ServerResponse
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

export const isOpenPath = (url: string | undefined): boolean => url?.split('?')[0] === OPEN_PATH

export async function answerOpening(opening: Opening): Promise<void> {
  const { request, response, gate, host } = opening
  const tell = (status: number, message: VisitorMessage): void => sendPage(request, response, status, message, host)
  // Without a body to read the connection goes on; with one it ends, whatever became of it.
  response.shouldKeepAlive &&= !hasBody(request)
  if (!gate) return void response.writeHead(303, { ...PAGE_HEADERS, Location: '/' }).end()
  if (request.method === 'GET' || request.method === 'HEAD') return sendOpenPage(request, response, host)
  if (request.method !== 'POST') return void response.writeHead(405, { ...PAGE_HEADERS, Allow: 'GET, HEAD, POST' }).end()
  if (isForeign(request)) return tell(403, 'link-unknown')
  const body = await readBody(request)
  if (response.destroyed) return
  if (body === undefined) return tell(400, 'bad-request')
  try {
    const opened = gate.open(opening.service, new URLSearchParams(body).get('grant')?.trim() ?? '', opening.address)
    if ('refused' in opened) return tell(...REFUSED[opened.refused])
    const cookie = `${COOKIE}=${opened.cookie}; Path=/; Max-Age=${opened.maxAgeS}; Secure; HttpOnly; SameSite=Lax`
    response.writeHead(303, { ...PAGE_HEADERS, Location: '/', 'Set-Cookie': cookie }).end()
  } catch {
    // It could not be written down, and what is not counted lets nobody in.
    tell(503, 'link-busy')
  }
}

/** May a visitor's cookie speak for this request? Other homes below the same relay are the same site to a browser, which then sends it along:
 *  what such a page starts is a stranger's, except that somebody follows a link. */
export function mayEnter(request: IncomingMessage, service: string, gate: Gate): boolean {
  const { 'sec-fetch-site': site, 'sec-fetch-mode': mode, origin, host } = request.headers
  const isFollowed = mode === 'navigate' && (request.method === 'GET' || request.method === 'HEAD')
  if ((site === 'cross-site' || site === 'same-site') && !isFollowed) return false
  if (origin !== undefined && origin !== `https://${host}` && !isFollowed) return false
  const cookies = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim())
  return cookies.some((pair) => pair.startsWith(`${COOKIE}=`) && gate.admits(service, pair.slice(COOKIE.length + 1)))
}

/** From another page than ours. Without a referrer a browser says `null` for a form's origin; what it says of the site stands then. */
function isForeign({ headers }: IncomingMessage): boolean {
  const { 'sec-fetch-site': site, origin, host } = headers
  if (site !== undefined && site !== 'same-origin') return true
  return origin !== undefined && origin !== 'null' && origin !== `https://${host}`
}

function readBody(request: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const finish = (body: string | undefined): void => {
      clearTimeout(timer)
      request.removeAllListeners('data')
      request.resume()
      resolve(body)
    }
    const timer = setTimeout(() => finish(undefined), BODY_TIMEOUT_MS)
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > MAX_BODY_BYTES) finish(undefined)
      else chunks.push(chunk)
    })
    request.once('end', () => finish(Buffer.concat(chunks).toString()))
    request.once('close', () => finish(undefined))
  })
}
