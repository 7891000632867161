/** HTTP/1 with a visitor. */
import http, { type IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { fieldOf, pairs, valuesOf } from './headers.ts'
import type { Reception } from './reception.ts'
import { MAX_FIELDS } from './request-check.ts'
import { mayUpgrade } from './upgrade.ts'
import type { BodySink, VisitorAnswer, VisitorRequest } from './visitor-request.ts'
import type { SecuredVisitor } from './visitor-tls.ts'

const HEAD_TIMEOUT_MS = 15_000
const IDLE_TIMEOUT_MS = 65_000
const MAX_HEAD_BYTES = 32 * 1024
/** Requests that one visitor sends without waiting for answers. Browsers send one. */
const MAX_PIPELINED = 16
/** How long the rest of a body is still read after its answer is out, so that the answer is not lost in a reset (RFC 9112 §9.6). */
const LINGER_MS = 5000

export interface VisitorHttp {
  accept(socket: TLSSocket, visitor: SecuredVisitor): void
  /** Hangs up on idle visitors and lets answers that run be the last on their connection. */
  closeIdle(): void
  close(): void
}

interface Connection extends SecuredVisitor {
  running: number
  isLast: boolean
}

export function createVisitorHttp(reception: Reception): VisitorHttp {
  const visitors = new WeakMap<Duplex, Connection>()
  let isClosing = false

  function onRequest(request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): void {
    const visitor = visitors.get(request.socket)
    if (!visitor || visitor.running >= MAX_PIPELINED) return void request.socket.destroy()
    // It came in the same breath as one that was the last.
    if (visitor.isLast) return
    visitor.running += 1
    response.once('close', () => {
      visitor.running -= 1
    })
    const answer = new NodeAnswer(response, visitor, awaitsContinue, () => isClosing, undefined)
    reception.receive(visitor, new NodeRequest(request, awaitsContinue, undefined), answer)
  }

  function onUpgrade(request: IncomingMessage, socket: Duplex, rest: Buffer): void {
    const visitor = visitors.get(socket)
    // Behind an answer that is still on its way an Upgrade would write into the middle of it.
    if (!visitor || visitor.running > 0 || visitor.isLast) return void socket.destroy()
    const response = responseOn(socket, request)
    const answer = new NodeAnswer(response, visitor, false, () => isClosing, { socket, rest })
    reception.receive(visitor, new NodeRequest(request, false, request.headers.upgrade), answer)
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
      visitors.set(socket, { ...visitor, running: 0, isLast: false })
      server.emit('connection', socket)
    },
    closeIdle: () => {
      isClosing = true
      server.closeIdleConnections()
    },
    close: () => void server.close(),
  }
}

class NodeRequest implements VisitorRequest {
  readonly #request: IncomingMessage
  readonly method: string
  readonly url: string
  readonly version: '1.0' | '1.1'
  readonly rawHeaders: readonly string[]
  readonly hasBody: boolean
  readonly awaitsContinue: boolean
  readonly upgrade: string | undefined

  constructor(request: IncomingMessage, awaitsContinue: boolean, upgrade: string | undefined) {
    this.#request = request
    this.method = request.method ?? ''
    this.url = request.url ?? ''
    this.version = request.httpVersion as '1.0' | '1.1'
    this.rawHeaders = request.rawHeaders
    // RFC 9112 §6: a body follows when its framing says so, whatever the method.
    this.hasBody = valuesOf(request.rawHeaders, 'transfer-encoding').length > 0 || Number(request.headers['content-length'] ?? 0) > 0
    this.awaitsContinue = awaitsContinue
    this.upgrade = upgrade
  }

  header(name: string): string | undefined {
    return fieldOf(this.rawHeaders, name)
  }

  read(sink: BodySink): void {
    this.#request.on('data', (chunk: Buffer) => {
      if (!sink.data(chunk)) this.#request.pause()
    })
    this.#request.on('end', () => sink.end(this.#request.rawTrailers))
  }

  resume(): void {
    this.#request.resume()
  }
}

class NodeAnswer implements VisitorAnswer {
  readonly #response: ServerResponse
  readonly #visitor: Connection
  readonly #isClosing: () => boolean
  readonly #upgrade: { readonly socket: Duplex; readonly rest: Buffer } | undefined
  readonly #closeListeners: ((isWhole: boolean) => void)[] = []
  #awaitsContinue: boolean
  status = 0

  constructor(
    response: ServerResponse,
    visitor: Connection,
    awaitsContinue: boolean,
    isClosing: () => boolean,
    upgrade: { socket: Duplex; rest: Buffer } | undefined,
  ) {
    this.#response = response
    this.#visitor = visitor
    this.#awaitsContinue = awaitsContinue
    this.#isClosing = isClosing
    this.#upgrade = upgrade
    response.once('close', () => this.#closed(response.writableFinished))
  }

  #closed(isWhole: boolean): void {
    for (const listener of this.#closeListeners) listener(isWhole)
  }

  get isClosed(): boolean {
    return this.#response.closed || this.#response.destroyed
  }

  send(status: number, headers: Readonly<Record<string, string>>, body = ''): void {
    const length: string[] = body === '' && status === 304 ? [] : ['Content-Length', String(Buffer.byteLength(body))]
    this.begin(status, http.STATUS_CODES[status] ?? '', [...Object.entries(headers).flat(), ...length])
    if (body !== '' && this.#response.req.method !== 'HEAD') this.#response.write(body)
    this.end()
  }

  inform(status: number): void {
    this.#awaitsContinue &&= status !== 100
    if (status === 100) this.#response.writeContinue()
  }

  begin(status: number, reason: string, rawHeaders: readonly string[]): void {
    const response = this.#response
    // RFC 9110 §10.1.1: a final answer without the go-ahead leaves open whether a body follows, so that connection ends.
    if (this.#isClosing() || this.#awaitsContinue) response.shouldKeepAlive = false
    response.sendDate = fieldOf(rawHeaders, 'date') === undefined
    response.writeHead(status, reason, rawHeaders as string[])
    this.status = status
    // An event stream's head must not wait for its first event; a short answer leaves in one piece with its head.
    setImmediate(() => {
      if (!response.closed && !response.writableEnded) response.flushHeaders()
    })
  }

  write(chunk: Buffer): boolean {
    return this.#response.write(Buffer.from(chunk))
  }

  end(trailers: readonly string[] = []): void {
    this.#response.addTrailers([...pairs(trailers)])
    this.#lingerOn()
    this.#response.end()
  }

  /** The answer is out while the visitor still sends: read on for a moment, then hang up. */
  #lingerOn(): void {
    const { req } = this.#response
    if (req.complete) return
    this.#response.once('finish', () => {
      if (req.complete) return
      req.resume()
      const limit = setTimeout(() => req.socket.destroy(), LINGER_MS).unref()
      req.once('end', () => clearTimeout(limit))
    })
  }

  abort(): void {
    this.#response.destroy()
  }

  isLast(): void {
    this.#visitor.isLast = true
    this.#response.shouldKeepAlive = false
  }

  switchProtocols(reason: string, rawHeaders: readonly string[]): Duplex {
    const { socket, rest } = this.#upgrade ?? {}
    if (!socket) throw new Error('nobody asked to switch')
    this.status = 101
    this.#response.detachSocket(socket as never)
    const lines = [`HTTP/1.1 101 ${reason}`]
    for (let index = 0; index < rawHeaders.length; index += 2) lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`)
    socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
    if (rest && rest.length > 0) socket.unshift(rest)
    socket.once('close', () => this.#closed(true))
    return socket
  }

  onDrain(listener: () => void): void {
    this.#response.on('drain', listener)
  }

  onClose(listener: (isWhole: boolean) => void): void {
    this.#closeListeners.push(listener)
  }
}

/** A response for a socket that node has already let go. It ends the connection when it is finished. */
function responseOn(socket: Duplex, request: IncomingMessage): ServerResponse {
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(socket as never)
  // Both were node's work until it let the socket go.
  socket.on('error', () => undefined)
  socket.on('drain', () => response.emit('drain'))
  response.once('finish', () => {
    response.detachSocket(socket as never)
    socket.end(() => socket.destroy())
  })
  return response
}
