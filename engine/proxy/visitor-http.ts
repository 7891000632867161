/** The HTTP end of the front door: which requests are let in, and to which service they go. */
import { randomBytes } from 'node:crypto'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { isWeb, type Target } from '../../protocol/model/service.ts'
import { createBackends } from './backends.ts'
import { type Exchange, hasBody, relayRequest } from './exchange.ts'
import type { ForbiddenOptions } from './forbidden.ts'
import { answerOpening, type Gate, isOpenPath, mayEnter } from './open-page.ts'
import { MAX_FIELDS, refusal } from './request-check.ts'
import type { TargetFailure } from './target.ts'
import { mayUpgrade, relayUpgrade, responseOn } from './upgrade.ts'
import { sendPage } from './visitor-page.ts'
import type { SecuredVisitor } from './visitor-tls.ts'
import type { VisitorMessage } from './visitor-words.ts'

const HEAD_TIMEOUT_MS = 15_000
const IDLE_TIMEOUT_MS = 65_000
const MAX_HEAD_BYTES = 32 * 1024
/** Requests that one visitor sends without waiting for answers. Browsers send one. */
const MAX_PIPELINED = 16

export interface Route {
  readonly service: string
  readonly target: Target
  /** Only who opened one of its links may come in. */
  readonly isGated: boolean
  /** The host name that this one was changed for: whoever opens a page is sent there. What programs ask for stays, because they would lose
   *  their sign-in on the way. */
  readonly movedTo?: string | undefined
}

export interface VisitorHttpOptions extends ForbiddenOptions {
  readonly gate: Gate
  readonly route: (host: string) => Route | undefined
  readonly onTargetFailure: (service: string, failure: TargetFailure) => void
  readonly onTargetSuccess: (service: string) => void
}

export interface VisitorHttp {
  accept(socket: TLSSocket, visitor: SecuredVisitor): void
  /** Hangs up on idle visitors and lets answers that run be the last on their connection. */
  closeIdle(): void
  /** The computer is in another network, or was asleep. */
  onNetworkChange(): void
  close(): void
}

export function createVisitorHttp(options: VisitorHttpOptions): VisitorHttp {
  const backends = createBackends(options)
  const loopToken = `porchlight-${randomBytes(8).toString('hex')}`
  const visitors = new WeakMap<Duplex, SecuredVisitor & { running: number; refused: boolean }>()
  let closing = false

  /** The exchange to begin, or undefined when the request has got its answer from us. */
  function admit(visitor: SecuredVisitor & { refused: boolean }, request: IncomingMessage, response: ServerResponse): Exchange | undefined {
    const refused = refusal(request, visitor.host, loopToken)
    const route = options.route(visitor.host)
    if (refused || !route || !isWeb(route.target.kind)) {
      visitor.refused = true
      refuse(request, response, refused?.status ?? 421, visitor.host)
      return undefined
    }
    const { address, host } = visitor
    const gate = route.isGated ? options.gate : undefined
    if (isOpenPath(request.url)) {
      void answerOpening({ request, response, service: route.service, host, address, gate })
      return undefined
    }
    if (gate && !mayEnter(request, route.service, gate)) {
      response.shouldKeepAlive &&= !hasBody(request)
      sendPage(request, response, 403, 'link-needed', host)
      return undefined
    }
    return {
      request,
      response,
      host,
      visit: { address, authority: request.headers.host ?? host, loopToken },
      target: route.target,
      backends,
      isClosing: () => closing,
      onFailure: (failure) => options.onTargetFailure(route.service, failure),
      onSuccess: () => options.onTargetSuccess(route.service),
    }
  }

  function onRequest(request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): void {
    const visitor = visitors.get(request.socket)
    if (!visitor || visitor.running >= MAX_PIPELINED) return void request.socket.destroy()
    // It came in the same breath as one that was refused, whose answer is about to end the connection: its bytes are not to be trusted.
    if (visitor.refused) return
    visitor.running += 1
    response.once('close', () => {
      visitor.running -= 1
    })
    const exchange = admit(visitor, request, response)
    if (!exchange) return
    const { movedTo } = options.route(visitor.host) ?? {}
    if (movedTo !== undefined && opensPage(request)) sendTo(movedTo, request, response)
    else relayRequest(exchange, awaitsContinue)
  }

  function onUpgrade(request: IncomingMessage, socket: Duplex, rest: Buffer): void {
    const visitor = visitors.get(socket)
    // Behind an answer that is still on its way an Upgrade would write into the middle of it.
    if (!visitor || visitor.running > 0 || visitor.refused) return void socket.destroy()
    const response = responseOn(socket, request)
    const exchange = admit(visitor, request, response)
    if (!exchange) return
    // node has stopped parsing: what should be a body would be spliced as if it were the new protocol.
    if (hasBody(request)) refuse(request, response, 400, visitor.host)
    else relayUpgrade(exchange, socket, rest)
  }

  const server = http.createServer({
    maxHeaderSize: MAX_HEAD_BYTES,
    headersTimeout: HEAD_TIMEOUT_MS,
    // An upload may take hours; its pauses are watched in exchange.ts.
    requestTimeout: 0,
    keepAliveTimeout: IDLE_TIMEOUT_MS,
    connectionsCheckingInterval: 5000,
    insecureHTTPParser: false,
    shouldUpgradeCallback: (request) => mayUpgrade(request.rawHeaders),
  })
  // Beyond this number node drops fields in silence: one more than allowed, so that the excess is seen and refused.
  server.maxHeadersCount = MAX_FIELDS + 1
  // node starts watching head timeouts and idle connections at this event (setupConnectionsTracking in lib/_http_server.js); this server
  // never listens itself.
  server.emit('listening')
  server.on('request', (request, response) => onRequest(request, response, false))
  server.on('checkContinue', (request, response) => onRequest(request, response, true))
  server.on('upgrade', onUpgrade)

  return {
    accept: (socket, visitor) => {
      visitors.set(socket, { ...visitor, running: 0, refused: false })
      server.emit('connection', socket)
    },
    closeIdle: () => {
      closing = true
      server.closeIdleConnections()
    },
    onNetworkChange: () => backends.dropIdle(),
    close: () => {
      server.close()
      backends.close()
    },
  }
}

/** A browser that opens a page says so (Fetch metadata: w3.org/TR/fetch-metadata, §2). */
const opensPage = ({ method, headers }: IncomingMessage): boolean =>
  (method === 'GET' || method === 'HEAD') && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'

/** Not for good, and not to be kept: in some months the old name may be somebody else's. */
function sendTo(host: string, { url, headers }: IncomingMessage, response: ServerResponse): void {
  const port = /:\d+$/.exec(headers.host ?? '')?.[0] ?? ''
  response.writeHead(307, { Location: `https://${host}${port}${url}`, 'Cache-Control': 'no-store', 'Content-Length': 0 }).end()
}

const MESSAGES: Readonly<Record<number, VisitorMessage>> = { 421: 'misdirected', 508: 'loop' }

/** The connection ends too: whoever sent this has nothing good to follow, and a misdirected visitor should come in by the right name. */
function refuse(request: IncomingMessage, response: ServerResponse, status: number, host: string): void {
  response.shouldKeepAlive = false
  sendPage(request, response, status, MESSAGES[status] ?? 'bad-request', host)
}
