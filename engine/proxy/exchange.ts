/** One request of one visitor: to the service at home and back, streaming both ways, nothing stored. */
import type { ClientRequest, IncomingMessage } from 'node:http'
import type { ServiceTarget } from '../../protocol/model/service.ts'
import type { Backends } from './backends.ts'
import { answerHeaders, keptTrailers, pairs, requestHeaders, type Visit } from './headers.ts'
import { failureOf, TargetError, type TargetFailure } from './target.ts'
import { sendPage } from './visitor-page.ts'
import type { VisitorAnswer, VisitorRequest } from './visitor-request.ts'
import type { VisitorMessage } from './visitor-words.ts'

/** Until the backend's connection stands: its own ten seconds, and as much in the queue for one. */
const SOCKET_TIMEOUT_MS = 20_000
/** From the end of the request to the first line of the answer. Long polls of home software hold for minutes. */
const HEAD_TIMEOUT_MS = 300_000
/** A visitor who sends a body and stops. */
const BODY_IDLE_MS = 60_000

export interface Exchange {
  readonly request: VisitorRequest
  readonly answer: VisitorAnswer
  readonly visit: Visit
  /** The name without port, in lower case. */
  readonly host: string
  readonly target: ServiceTarget
  readonly backends: Backends
  readonly onFailure: (failure: TargetFailure) => void
  readonly onSuccess: () => void
}

const FAILURE_PAGE: Readonly<Record<TargetFailure, readonly [status: number, message: VisitorMessage]>> = {
  refused: [502, 'not-running'],
  'not-found': [502, 'not-running'],
  forbidden: [502, 'not-running'],
  untrusted: [502, 'not-verified'],
  odd: [502, 'not-running'],
  silent: [504, 'silent'],
}

/** Repeating these on another connection does nothing twice (RFC 9110 §9.2.2). */
const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS'])

export function relayRequest(exchange: Exchange): void {
  const { request } = exchange
  const outgoing = startRequest(exchange, false)
  if (!outgoing) return
  watch(exchange, outgoing, (error) => {
    // The backend closed an idle connection in the moment we chose it (RFC 9112 §9.3.1).
    const stale = outgoing.reusedSocket && failureOf(error) === 'refused'
    // Nothing is wrong with the service: the owner need not hear of it, and nothing may be done twice.
    if (stale && (request.hasBody || !REPEATABLE.has(request.method)))
      return failWith(exchange, new TargetError('odd', 'the connection was closed in the middle', { cause: error }))
    if (!stale) return failWith(exchange, error)
    const second = startRequest(exchange, true)
    if (!second) return
    watch(exchange, second, (again) => failWith(exchange, again))
    second.end()
  })
  if (request.awaitsContinue) outgoing.once('continue', () => exchange.answer.inform(100)).flushHeaders()
  if (request.hasBody) pumpBody(exchange, outgoing)
  else outgoing.end()
}

/** Undefined when node itself would not write such a head; the visitor has his answer then. */
function startRequest(exchange: Exchange, fresh: boolean): ClientRequest | undefined {
  const { request, answer, visit, target, backends } = exchange
  const { method, url, hasBody } = request
  const headers = requestHeaders(request, visit)
  // Without a length node would announce a chunked body for every other method although there is none.
  if (!hasBody && !/^(GET|HEAD|DELETE|OPTIONS)$/.test(method) && request.header('content-length') === undefined)
    headers.push('Content-Length', '0')
  try {
    return backends.request(target, { method, path: url, headers, fresh })
  } catch {
    answer.isLast()
    sendPage(request, answer, 400, 'bad-request', exchange.host)
    return undefined
  }
}

/** Ties the visitor's end and the backend's end of an exchange together. `onError` is called at most once, and only without an answer. */
export function watch(exchange: Exchange, outgoing: ClientRequest, onError: (error: unknown) => void): void {
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
  exchange.answer.onClose((isWhole) => {
    settle()
    // The visitor left: whatever the backend still computes or sends is for nobody.
    if (!isWhole) outgoing.destroy()
  })
}

export function failWith(exchange: Exchange, error: unknown): void {
  const { request, answer, host } = exchange
  if (answer.isClosed) return
  const failure = failureOf(error)
  exchange.onFailure(failure)
  sendPage(request, answer, ...FAILURE_PAGE[failure], host)
}

function pumpBody({ request, answer }: Exchange, outgoing: ClientRequest): void {
  const idle = setTimeout(() => {
    // Held up by the backend, not by the visitor.
    if (!outgoing.destroyed && outgoing.writableNeedDrain) idle.refresh()
    else answer.abort()
  }, BODY_IDLE_MS)
  answer.onClose(() => clearTimeout(idle))
  // A body that is long in coming: the backend may want to judge the head already.
  setImmediate(() => outgoing.destroyed || outgoing.flushHeaders())
  // A backend that has answered and hung up: the rest is read and dropped.
  outgoing.on('drain', () => request.resume()).on('close', () => request.resume())
  request.read({
    data(chunk) {
      idle.refresh()
      return outgoing.destroyed || outgoing.write(Buffer.from(chunk))
    },
    end(trailers) {
      clearTimeout(idle)
      if (outgoing.destroyed) return
      outgoing.addTrailers([...pairs(keptTrailers(trailers))])
      outgoing.end()
    },
  })
}

function relayAnswer(exchange: Exchange, incoming: IncomingMessage): void {
  const { request, answer, host } = exchange
  // Broken off: a clean end would make a cut answer look whole. The rest of the flow is stopped when the answer closes.
  incoming.on('error', () => answer.abort())
  try {
    const headers = answerHeaders(incoming.rawHeaders, host, request.method !== 'HEAD' && request.version !== '1.0')
    answer.begin(incoming.statusCode ?? 502, incoming.statusMessage ?? '', headers)
  } catch {
    // A status or a field that node itself would not write.
    incoming.destroy()
    failWith(exchange, new TargetError('odd', 'an answer that cannot be passed on'))
    return
  }
  incoming.on('data', (chunk: Buffer) => {
    if (!answer.write(chunk)) incoming.pause()
  })
  answer.onDrain(() => incoming.resume())
  incoming.on('end', () => {
    if (incoming.complete) answer.end(keptTrailers(incoming.rawTrailers))
    else answer.abort()
  })
}
