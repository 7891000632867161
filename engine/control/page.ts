/** The page on loopback: the renderer's files and the contract over a WebSocket. Whoever is on this machine may knock; only who holds a
 *  single-use address printed by the engine gets in. Names that point to loopback (DNS rebinding) stop at the exact Host. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, sep } from 'node:path'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { OWN_SERVER } from '../../protocol/own-pages.ts'
import type { Channel } from '../../protocol/rpc.ts'

export interface PageOptions {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** The built renderer. */
  readonly files: string
  /** Browsers that were let in before a restart. */
  readonly sessions?: readonly string[]
  onFace(channel: Channel): void
}

export interface Page {
  /** A fresh address that lets one browser in, once, within ten minutes. */
  newAddress(): string
  /** Of whoever opens the page again after a restart: with the same port and sessions, browsers go on. */
  readonly standing: PageStanding
  close(): void
}

export interface PageStanding {
  readonly port: number
  readonly sessions: readonly string[]
}

const ADDRESS_FOR_MS = 10 * 60_000
const MAX_FACES = 32
const MAX_UNSENT_BYTES = 16 * 1024 * 1024
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}
const HEADERS = {
  Server: OWN_SERVER,
  'Cache-Control': 'no-store',
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const

/** Rejects with the system's error when the port is taken. */
export async function openPage({ host, port, files, sessions: before = [], onFace }: PageOptions): Promise<Page> {
  const sessions = new Set(before)
  const addresses = new Map<string, number>()
  const server = http.createServer({ headersTimeout: 10_000, requestTimeout: 20_000, maxHeaderSize: 16_384 }, (request, response) => {
    void answer(request, response).catch(() => response.destroy())
  })
  server.listen({ host, port })
  await once(server, 'listening')
  const bound = (server.address() as AddressInfo).port
  const hosts = hostsAt(host, bound)
  // Cookies do not know ports: the name must, or two engines on one machine would log each other out.
  const cookieName = `porchlight_${bound}`
  const faces = new WebSocketServer({ noServer: true, maxPayload: 1 << 20, perMessageDeflate: false })

  const isLoggedIn = (request: IncomingMessage): boolean => {
    const cookie = (request.headers.cookie ?? '')
      .split(';')
      .map((part) => part.trim().split('='))
      .find(([name]) => name === cookieName)
    return [...sessions].some((session) => sameText(session, cookie?.[1] ?? ''))
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const say = (status: number, text: string): void =>
      void response.writeHead(status, { ...HEADERS, 'Content-Type': 'text/plain; charset=utf-8' }).end(text)
    if (!hosts.has(request.headers.host ?? '')) return say(421, 'wrong host\n')
    if (request.method !== 'GET' && request.method !== 'HEAD') return say(405, 'only GET\n')
    const url = URL.parse(request.url ?? '/', 'http://page')
    if (url?.pathname === '/login') return login(url.searchParams.get('key') ?? '', response, say)
    if (!isLoggedIn(request)) return say(401, 'This page opens with an address printed by "porchlight page" on this computer.\n')
    const path = join(files, url?.pathname === '/' || !url ? 'index.html' : decoded(url.pathname))
    const type = TYPES[extname(path)]
    const content = path.startsWith(files + sep) && type !== undefined ? await readFile(path).catch(() => undefined) : undefined
    if (!content || type === undefined) return say(404, 'no such page\n')
    response.writeHead(200, { ...HEADERS, 'Content-Type': type, 'Content-Length': content.length }).end(content)
  }

  function login(key: string, response: ServerResponse, say: (status: number, text: string) => void): void {
    const validUntilMs = addresses.get(key)
    addresses.delete(key)
    if (validUntilMs === undefined || Date.now() > validUntilMs) {
      say(401, 'This address has been used or is too old. "porchlight page" prints a new one.\n')
      return
    }
    const session = randomBytes(24).toString('base64url')
    sessions.add(session)
    const cookie = `${cookieName}=${session}; HttpOnly; SameSite=Strict; Path=/`
    response.writeHead(303, { ...HEADERS, 'Set-Cookie': cookie, Location: '/' }).end()
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const { host: asked, origin } = request.headers
    const isOurs = hosts.has(asked ?? '') && origin === `http://${asked}` && request.url === '/rpc' && isLoggedIn(request)
    if (!isOurs || faces.clients.size >= MAX_FACES) refuse(socket)
    else faces.handleUpgrade(request, socket, head, (face) => onFace(faceChannel(face)))
  })

  return {
    newAddress() {
      const key = randomBytes(24).toString('base64url')
      for (const [old, validUntilMs] of addresses) if (Date.now() > validUntilMs) addresses.delete(old)
      addresses.set(key, Date.now() + ADDRESS_FOR_MS)
      return `http://${[...hosts][0]}/login?key=${key}`
    },
    get standing() {
      return { port: bound, sessions: [...sessions] }
    },
    close() {
      for (const face of faces.clients) face.terminate()
      server.close()
      server.closeAllConnections()
    },
  }
}

/** What the browser of somebody who came by one of our own addresses sends as Host. It leaves HTTP's own port out (RFC 9110 §7.2). */
export function hostsAt(host: string, port: number): ReadonlySet<string> {
  const names = [host.includes(':') ? `[${host}]` : host, 'localhost']
  return new Set(names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])))
}

/** http has taken its own listeners off the socket by now: without one a caller who breaks off would end the engine. */
function refuse(socket: Duplex): void {
  socket.on('error', () => socket.destroy())
  socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n', () => socket.destroy())
}

/** The empty path, which is no file, for what is no text. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return ''
  }
}

function faceChannel(face: WebSocket): Channel {
  face.on('error', () => face.terminate())
  return {
    send(message) {
      if (face.readyState !== face.OPEN) return
      if (face.bufferedAmount > MAX_UNSENT_BYTES) face.terminate()
      else face.send(JSON.stringify(message))
    },
    onMessage(listener) {
      face.on('message', (data) => {
        try {
          listener(JSON.parse(data.toString()))
        } catch {
          face.terminate()
        }
      })
    },
    onClose: (listener) => void face.once('close', listener),
  }
}

/** Compared through a hash, so that neither length nor content shows in the time it takes. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
