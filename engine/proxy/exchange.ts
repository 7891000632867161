/** One request of one visitor: to the service at home and back, streaming both ways, nothing stored. */
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import type { Target } from '../../protocol/model/service.ts'
import type { Backends } from './backends.ts'
import { answerHeaders, requestHeaders, trailerPairs, type Visit, valuesOf } from './headers.ts'
import { failureOf, TargetError, type TargetFailure } from './target.ts'
import { sendPage } from './visitor-page.ts'
import type { VisitorMessage } from './visitor-words.ts'

/** Until the backend's connection stands: its own ten seconds, and as much in the queue for one. */
const SOCKET_TIMEOUT_MS = 20_000
/** From the end of the request to the first line of the answer. Long polls of home software hold for minutes. */
const HEAD_TIMEOUT_MS = 300_000
/** A visitor who sends a body and stops. */
const BODY_IDLE_MS = 60_000
/** How long the rest of a body is still read after its answer is out, so that the answer is not lost in a reset (RFC 9112 §9.6). */
const LINGER_MS = 5000

export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly visit: Visit
  /** The name without port, in lower case. */
  readonly host: string
  readonly target: Target
  readonly backends: Backends
  /** True while the door closes: the connection must not stay open for another request. */
  readonly isClosing: () => boolean
  readonly onFailure: (failure: TargetFailure) => void
  readonly onSuccess: () => void
}

const FAILURE_PAGE: Readonly<Record<TargetFailure, readonly [status: number, message: VisitorMessage]>> = {
  refused: [502, 'not-running'],
  'not-found': [502, 'not-running'],
  forbidden: [502, 'not-running'],
  odd: [502, 'not-running'],
  silent: [504, 'silent'],
}

/** Repeating these on another connection does nothing twice (RFC 9110 §9.2.2). */
const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS'])

/** `awaitsContinue`: the visitor sends the body only after the backend agrees (RFC 9110 §10.1.1). */
export function relayRequest(exchange: Exchange, awaitsContinue: boolean): void {
  const { request } = exchange
  const withBody = hasBody(request)
  const outgoing = startRequest(exchange, false)
  if (!outgoing) return
  watch(exchange, outgoing, (error) => {
    // The backend closed an idle connection in the moment we chose it (RFC 9112 §9.3.1).
    const stale = outgoing.reusedSocket && failureOf(error) === 'refused'
    // Nothing is wrong with the service: the owner need not hear of it, and nothing may be done twice.
    if (stale && (withBody || !REPEATABLE.has(request.method ?? '')))
      return failWith(exchange, new TargetError('odd', 'the connection was closed in the middle', { cause: error }))
    if (!stale) return failWith(exchange, error)
    const second = startRequest(exchange, true)
    if (!second) return
    watch(exchange, second, (again) => failWith(exchange, again))
    second.end()
  })
  if (awaitsContinue) awaitContinue(exchange, outgoing)
  if (withBody) pumpBody(exchange, outgoing)
  else outgoing.end()
}

/** RFC 9112 §6: a body follows when its framing says so, whatever the method. */
export function hasBody(request: IncomingMessage): boolean {
  return valuesOf(request.rawHeaders, 'transfer-encoding').length > 0 || Number(request.headers['content-length'] ?? 0) > 0
}

/** Undefined when node itself would not write such a head; the visitor has his answer then. */
function startRequest(exchange: Exchange, fresh: boolean): ClientRequest | undefined {
  const { request, response, visit, target, backends } = exchange
  const { method = 'GET', url = '/' } = request
  const headers = requestHeaders(request.rawHeaders, visit, undefined)
  // Without a length node would announce a chunked body for every other method although there is none.
  if (!hasBody(request) && !/^(GET|HEAD|DELETE|OPTIONS)$/.test(method) && request.headers['content-length'] === undefined)
    headers.push('Content-Length', '0')
  try {
    return backends.request(target, { method, path: url, headers, fresh })
  } catch {
    response.shouldKeepAlive = false
    sendPage(request, response, 400, 'bad-request', exchange.host)
    return undefined
  }
}

/** Ties the visitor's end and the backend's end of an exchange together. `onError` is called at most once, and only without an answer. */
export function watch(exchange: Exchange, outgoing: ClientRequest, onError: (error: unknown) => void): void {
  const { response } = exchange
  const tooLate = () => outgoing.destroy(new TargetError('silent', 'no answer in time'))
  let limit = setTimeout(tooLate, SOCKET_TIMEOUT_MS)
  let settled = false
  const settle = () => {
    clearTimeout(limit)
    const first = !settled
    settled = true
    return first
  }
  const waitForHead = () => {
    clearTimeout(limit)
    if (!settled && outgoing.writableFinished && outgoing.socket) limit = setTimeout(tooLate, HEAD_TIMEOUT_MS)
  }
  outgoing.on('socket', waitForHead).on('finish', waitForHead)
  outgoing.on('response', (answer) => {
    settle()
    exchange.onSuccess()
    relayAnswer(exchange, answer)
  })
  outgoing.on('upgrade', settle)
  outgoing.on('error', (error) => settle() && onError(error))
  outgoing.on('close', () => settle() && onError(new TargetError('refused', 'closed without an answer')))
  response.on('close', () => {
    settle()
    // The visitor left: whatever the backend still computes or sends is for nobody.
    if (!response.writableFinished) outgoing.destroy()
  })
}

export function failWith(exchange: Exchange, error: unknown): void {
  const { request, response, host } = exchange
  if (response.closed || response.destroyed) return
  const failure = failureOf(error)
  exchange.onFailure(failure)
  const [status, message] = FAILURE_PAGE[failure]
  response.shouldKeepAlive &&= !exchange.isClosing()
  lingerOn(exchange)
  sendPage(request, response, status, message, host)
}

/** RFC 9110 §10.1.1: a final answer without the go-ahead leaves open whether a body follows, so that connection ends. */
function awaitContinue({ response }: Exchange, outgoing: ClientRequest): void {
  let agreed = false
  outgoing.once('continue', () => {
    agreed = true
    response.writeContinue()
  })
  outgoing.prependOnceListener('response', () => {
    if (!agreed) response.shouldKeepAlive = false
  })
  outgoing.flushHeaders()
}

function pumpBody({ request, response }: Exchange, outgoing: ClientRequest): void {
  const onIdle = () => {
    // Held up by the backend, not by the visitor.
    if (!outgoing.destroyed && outgoing.writableNeedDrain) request.setTimeout(BODY_IDLE_MS)
    else request.destroy()
  }
  request.setTimeout(BODY_IDLE_MS, onIdle)
  // A body that is long in coming: the backend may want to judge the head already.
  setImmediate(() => outgoing.destroyed || outgoing.flushHeaders())
  request.on('data', (chunk: Buffer) => {
    if (!outgoing.destroyed && !outgoing.write(chunk)) request.pause()
  })
  outgoing.on('drain', () => request.resume())
  // A backend that has answered and hung up: the rest is read and dropped, see lingerOn.
  outgoing.on('close', () => request.resume())
  request.on('end', () => {
    // After the answer the timer is node's own, for the next request.
    if (!response.writableFinished) request.setTimeout(0)
    if (outgoing.destroyed) return
    outgoing.addTrailers(trailerPairs(request.rawTrailers))
    outgoing.end()
  })
  request.on('error', () => outgoing.destroy())
}

export function relayAnswer(exchange: Exchange, answer: IncomingMessage): void {
  const { response, host } = exchange
  // Broken off: a clean end would make a cut answer look whole. The rest of the flow is stopped by 'close'.
  answer.on('error', () => response.destroy())
  if (exchange.isClosing()) response.shouldKeepAlive = false
  response.sendDate = answer.headers.date === undefined
  try {
    response.writeHead(
      answer.statusCode ?? 502,
      answer.statusMessage,
      answerHeaders(answer.rawHeaders, host, response.req.method !== 'HEAD' && response.req.httpVersion === '1.1'),
    )
  } catch {
    // A status or a field that node itself would not write.
    answer.destroy()
    failWith(exchange, new TargetError('odd', 'an answer that cannot be passed on'))
    return
  }
  let begun = false
  // An event stream's head must not wait for its first event; a short answer leaves in one piece with its head.
  setImmediate(() => {
    if (!begun && !response.closed) response.flushHeaders()
  })
  answer.on('data', (chunk: Buffer) => {
    begun = true
    if (!response.write(chunk)) answer.pause()
  })
  response.on('drain', () => answer.resume())
  answer.on('end', () => {
    begun = true
    if (!answer.complete) return void response.destroy()
    response.addTrailers(trailerPairs(answer.rawTrailers))
    lingerOn(exchange)
    response.end()
  })
}

/** The answer is out while the visitor still sends: read on for a moment, then hang up. */
function lingerOn({ request, response }: Exchange): void {
  if (request.complete) return
  response.once('finish', () => {
    if (request.complete) return
    request.resume()
    const limit = setTimeout(() => request.socket.destroy(), LINGER_MS).unref()
    request.once('end', () => clearTimeout(limit))
  })
}
