/** The operator's own listener, on this machine only: his page, how the relay is, and figures for Prometheus.
 *
 *  Whoever is on this machine may knock; only who holds a single-use address, printed by `porchlight-relay page`, gets to the page. Names
 *  that point to loopback (DNS rebinding) stop at Host; other sites stop at the exact Origin, the cookie and the session's token. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ListenAddress } from '../command-line/command.ts'
import type { NewCode } from '../operating/relay-codes.ts'
import { pageWords } from '../pages/words.ts'
import type { Registry } from '../registry/registry.ts'
import { createActions } from './actions.ts'
import type { Health } from './health.ts'
import { type Html, html } from './markup.ts'
import { SAFE_HEADERS, sendPage } from './page.ts'
import { codesView, devicesView, healthView, takedownsView, type ViewContext } from './views.ts'
import { type OperatorWords, operatorWords } from './words.ts'

export interface OperatorServerOptions {
  readonly address: ListenAddress
  readonly folder: string
  readonly domain: string
  readonly registry: Registry
  health(): Promise<Health>
  metrics(): Promise<string>
  isUp(deviceKey: string): boolean
}

export interface OperatorServer {
  readonly url: string
  close(): Promise<void>
}

const SESSION_MS = 12 * 3_600_000
const MAX_SESSIONS = 100
const MAX_FORM_BYTES = 8192
/** A tunnel by SSH may have another port at its near end, so any port will do; what counts is that the name is this machine's. */
const OWN_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/

interface Session {
  readonly token: string
  readonly untilMs: number
}

interface Asked {
  readonly path: string
  readonly words: OperatorWords
  readonly response: ServerResponse
}

/** Rejects with the system's error when the port is taken. */
export async function openOperatorServer(options: OperatorServerOptions): Promise<OperatorServer> {
  const { address, registry, domain: relay } = options
  const actions = createActions(registry, options.folder)
  const sessions = new Map<string, Session>()
  const server = http.createServer({ headersTimeout: 10_000, requestTimeout: 20_000, maxHeaderSize: 16_384 }, (request, response) => {
    void answer(request, response).catch(() => response.destroy())
  })
  server.listen(address)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  // Cookies do not know ports: the name must, or two relays on one machine would log each other out.
  const cookieName = `porchlight_relay_${port}`

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const words = operatorWords(pageWords(request.headers['accept-language']).lang)
    const url = URL.parse(request.url ?? '/', 'http://page')
    const asked: Asked = { path: url?.pathname ?? '/', words, response }
    if (!OWN_HOST.test(request.headers.host ?? '')) return tell(asked, 421, words.wrongHost)
    if (request.method === 'POST') return await act(request, asked)
    if (request.method !== 'GET' && request.method !== 'HEAD') return tell(asked, 405, words.notHere)
    if (asked.path === '/metrics') return sendText(response, 'text/plain; version=0.0.4; charset=utf-8', await options.metrics())
    if (asked.path === '/health.json') return sendText(response, 'application/json', JSON.stringify({ v: 1, ...(await options.health()) }))
    // A look at the head must not use the address up.
    if (asked.path === '/login' && request.method === 'GET') return login(url?.searchParams.get('key') ?? '', asked)
    const session = sessionOf(request)
    if (!session) return tell(asked, 401, words.notLoggedIn)
    await show(asked, session, 200)
  }

  const sendText = (response: ServerResponse, type: string, text: string): void =>
    void response.writeHead(200, { ...SAFE_HEADERS, 'Content-Type': type }).end(text)

  const tell = ({ words, response }: Asked, status: number, text: string): void =>
    sendPage(response, status, { words, relay, path: undefined, content: html`<p>${text}</p>` })

  function login(key: string, asked: Asked): void {
    if (!registry.redeemPageKey(key, Date.now())) {
      tell(asked, 401, asked.words.usedAddress)
      return
    }
    const id = randomBytes(24).toString('base64url')
    const [oldest] = sessions.keys()
    if (sessions.size >= MAX_SESSIONS && oldest !== undefined) sessions.delete(oldest)
    sessions.set(hashOf(id), { token: randomBytes(24).toString('base64url'), untilMs: Date.now() + SESSION_MS })
    const cookie = `${cookieName}=${id}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${SESSION_MS / 1000}`
    asked.response.writeHead(303, { ...SAFE_HEADERS, 'Set-Cookie': cookie, Location: '/' }).end()
  }

  function sessionOf({ headers }: IncomingMessage): Session | undefined {
    const cookies = (headers.cookie ?? '').split(';').map((part) => part.trim().split('='))
    const session = sessions.get(hashOf(cookies.find(([name]) => name === cookieName)?.[1] ?? ''))
    return session && session.untilMs > Date.now() ? session : undefined
  }

  async function show(asked: Asked, { token }: Session, status: number, more: { made?: NewCode; said?: string } = {}): Promise<void> {
    const { path, words, response } = asked
    const view = await contentOf(path, { registry, words, token, isUp: options.isUp }, more.made)
    if (!view) return tell(asked, 404, words.notHere)
    const content = more.said === undefined ? view : html`<p class="bad" role="alert">${more.said}</p>${view}`
    sendPage(response, status, { words, relay, path, content })
  }

  async function contentOf(path: string, context: ViewContext, made: NewCode | undefined): Promise<Html | undefined> {
    switch (path) {
      case '/':
        return healthView(context.words, await options.health())
      case '/devices':
        return devicesView(context)
      case '/codes':
        return codesView(context, made)
      case '/takedowns':
        return takedownsView(context)
      default:
        return undefined
    }
  }

  /** A form of ours, from a page of ours, in a session of ours; then back to the section that it stood in. */
  async function act(request: IncomingMessage, asked: Asked): Promise<void> {
    const { words, path, response } = asked
    const session = sessionOf(request)
    const form = await readForm(request)
    const isOurs = request.headers.origin === `http://${request.headers.host}` && session && isSame(form?.get('token') ?? '', session.token)
    if (!isOurs || !form) return tell(asked, 403, words.wrongForm)
    const action = Object.hasOwn(actions, path) ? actions[path] : undefined
    if (!action) return tell(asked, 404, words.notHere)
    const done = action((name) => form.get(name)?.trim() ?? '', words)
    const section = `/${path.split('/')[1]}`
    const back: Asked = { ...asked, path: section }
    if (done.state === 'wrong') return await show(back, session, 422, { said: done.text })
    // Shown once, and not behind a redirect: it must stand in no address.
    if (done.state === 'made') return await show(back, session, 200, { made: done.code })
    response.writeHead(303, { ...SAFE_HEADERS, Location: section }).end()
  }

  return {
    url: `http://${address.host.includes(':') ? `[${address.host}]` : address.host}:${port}`,
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      return closed
    },
  }
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Compared through a hash, so that neither length nor content shows in the time it takes. */
const isSame = (a: string, b: string): boolean => timingSafeEqual(Buffer.from(hashOf(a)), Buffer.from(hashOf(b)))

/** Undefined: none of ours, or too long. */
async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  if (!request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return undefined
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_FORM_BYTES) return undefined
    chunks.push(chunk)
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'))
}
