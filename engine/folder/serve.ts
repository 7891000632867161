/** One folder as a website: read-only, without any script of its own, and without running anything that lies in it. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { type Language, preferredLanguage } from '../../languages/index.ts'
import { etagOf, type Validators, wanted } from './conditions.ts'
import { list, listingPage } from './listing.ts'
import { disposition, mediaTypeOf } from './media-types.ts'
import { findRoot, type Opened, openInside, type Root } from './open.ts'
import { PAGE_HEADERS, told } from './page.ts'
import { addressOf, type Place, placeOf } from './path.ts'
import { createTurns, type Turns } from './turns.ts'

/** What is read at once for one visitor. */
const PIECE_BYTES = 256 * 1024

/** `no-cache`: kept, but asked about each time, for files change. `same-origin`: other homes under the same relay are the same site to a
 *  browser, and their pages shall not be able to take in what lies here. */
const COMMON_HEADERS = {
  'Cache-Control': 'private, no-cache',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const

/** `withheld`: folders that nobody is shown, should they lie in this one. A folder that has gone answers nothing: the connection ends, as of a
 *  program that is not there. */
export function serveFolder(path: string, withheld: readonly string[]): RequestListener {
  const turns = createTurns()
  return (request, response) => {
    answer({ path, withheld, turns }, request, response).catch(() => request.socket.destroy())
  }
}

interface Shown {
  readonly path: string
  readonly withheld: readonly string[]
  readonly turns: Turns
}

async function answer({ path, withheld, turns }: Shown, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const language = preferredLanguage(request.headers['accept-language'])
  const root = await findRoot(path, withheld)
  const { method, url = '/' } = request
  // The connection goes on after the answer, so a body would have to be read: nobody sends one with good intent.
  if (request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined)
    response.shouldKeepAlive = false
  if (method !== 'GET' && method !== 'HEAD') return refuse(response, 405, { Allow: 'GET, HEAD' })
  const place = placeOf(url)
  const opened = place && (await openInside(root, place.names).catch(asClosed))
  if (opened === 'closed') return say(response, 403, told('closed', language), method, language)
  if (!place || !opened) return say(response, 404, told('absent', language), method, language)
  try {
    await show({ root, turns }, place, opened, request, response, language)
  } finally {
    await opened.handle.close()
  }
}

/** There, but not for us. */
function asClosed(error: NodeJS.ErrnoException): 'closed' {
  if (error.code === 'EACCES' || error.code === 'EPERM') return 'closed'
  throw error
}

interface Site {
  readonly root: Root
  readonly turns: Turns
}

async function show(
  { root, turns }: Site,
  place: Place,
  opened: Opened,
  request: IncomingMessage,
  response: ServerResponse,
  language: Language,
) {
  const isFolder = opened.stats.isDirectory()
  const { method = 'GET', url = '/' } = request
  if (isFolder !== place.isFolder) {
    if (!isFolder) return say(response, 404, told('absent', language), method, language)
    return refuse(response, 301, { Location: addressOf(place.names, true) })
  }
  if (!isFolder) return await send(place.names.at(-1) ?? '', opened, request, response)
  const page = Number(/[?&]page=(\d{1,6})(?:&|$)/.exec(url)?.[1] ?? 1)
  const there = process.platform === 'linux' ? `/proc/self/fd/${opened.handle.fd}` : [root.path, ...place.names].join('/')
  const listing = await turns.take(() => list(root, there, page, language))
  if (!listing) return refuse(response, 503, { 'Retry-After': '2' })
  say(response, 200, listingPage(place.names, listing, language), method, language)
}

async function send(name: string, { handle, stats }: Opened, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const file: Validators = { etag: etagOf(stats), modifiedMs: Number(stats.mtimeMs), size: Number(stats.size) }
  const want = wanted((field) => request.headers[field]?.toString(), file)
  const media = mediaTypeOf(name)
  const headers: Record<string, string> = {
    ...COMMON_HEADERS,
    ETag: file.etag,
    'Last-Modified': new Date(file.modifiedMs).toUTCString(),
    'Accept-Ranges': 'bytes',
  }
  if (want.status === 416) return refuse(response, 416, { ...headers, 'Content-Range': `bytes */${file.size}` })
  if (want.status === 304 || want.status === 412) return void response.writeHead(want.status, headers).end()
  headers['Content-Type'] = media.type
  headers['Content-Disposition'] = disposition(name, media)
  // Should a browser show it all the same: in a name of nobody, where no script runs.
  if (!media.isShown) headers['Content-Security-Policy'] = "sandbox; default-src 'none'"
  const [first, last] = want.status === 206 ? [want.first, want.last] : [0, file.size - 1]
  if (want.status === 206) headers['Content-Range'] = `bytes ${first}-${last}/${file.size}`
  response.writeHead(want.status, { ...headers, 'Content-Length': last - first + 1 })
  if (request.method === 'HEAD' || last < first) return void response.end()
  const stream = handle.createReadStream({ start: first, end: last, highWaterMark: PIECE_BYTES, autoClose: false })
  // Rejects when the visitor leaves; what is left to say then is nothing.
  await pipeline(stream, response, { end: false })
  // It was cut short while it was read: a clean end would make a part look whole.
  if (stream.bytesRead < last - first + 1) response.destroy()
  else response.end()
}

function say(response: ServerResponse, status: number, html: string, method: string, language: Language): void {
  response.writeHead(status, {
    ...COMMON_HEADERS,
    ...PAGE_HEADERS,
    'Content-Language': language,
    'Content-Length': Buffer.byteLength(html),
  })
  response.end(method === 'HEAD' ? undefined : html)
}

function refuse(response: ServerResponse, status: number, headers: Readonly<Record<string, string>>): void {
  response.writeHead(status, { ...COMMON_HEADERS, ...headers, 'Content-Length': 0 }).end()
}
