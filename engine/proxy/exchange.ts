/** One request of one visitor: to the service at home and back, streaming both ways, nothing stored. */
import type { Socket } from 'node:net'
import type { ServiceTarget } from '../../protocol/model/service.ts'
import type { AnswerHead } from '../http/answer-head.ts'
import { requestText } from '../http/write.ts'
import type { BackendCall, BackendConnection } from './backend-connection.ts'
import type { Backends } from './backends.ts'
import type { Deadlines, TimeoutsMs, Waiting } from './deadlines.ts'
import type { Metered } from './guest.ts'
import { answerHeaders, fieldOf, keptTrailers, requestLines, type Visit } from './headers.ts'
import { type Place, placed } from './routed.ts'
import { splice } from './splice.ts'
import { failureOf, TargetError, type TargetFailure } from './target.ts'
import { sendPage } from './visitor-page.ts'
import type { BodySink, VisitorAnswer, VisitorRequest } from './visitor-request.ts'
import type { VisitorMessage } from './visitor-words.ts'

/** Hears how the places fare that requests lead to. `place`: the service's name, with the prefix of the route that led there (`web/zm`). */
export interface TargetListener {
  readonly onTargetFailure: (place: string, failure: TargetFailure) => void
  readonly onTargetSuccess: (place: string) => void
}

export interface ExchangeInput {
  readonly request: VisitorRequest
  readonly answer: VisitorAnswer
  readonly visit: Visit
  /** The name without port, in lower case. */
  readonly host: string
  readonly target: ServiceTarget
  readonly backends: Backends
  readonly deadlines: Deadlines
  /** Of the request's body; undefined: as many as there are. */
  readonly maxBodyBytes?: number | undefined
  readonly timeouts: TimeoutsMs
  /** `Strict-Transport-Security` for an answer that has none. */
  readonly hsts?: string | undefined
  /** As {@link TargetListener} is to call it. */
  readonly place: string
  /** What of the answer's head follows from where it comes from. */
  readonly origin: Place
  /** Other paths of the name lead elsewhere. */
  readonly isShared: boolean
  readonly listener: TargetListener
  readonly metered?: Metered | undefined
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

/** Without a length some backends take a body for granted with every other method. */
const WITHOUT_BODY = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS'])

export function startExchange(input: ExchangeInput): void {
  const { request, visit, maxBodyBytes } = input
  const length = fieldOf(request.rawHeaders, 'content-length')
  if (maxBodyBytes !== undefined && Number(length ?? 0) > maxBodyBytes) return void tooLarge(input)
  let lines = requestLines(request, visit)
  const isCounted = length !== undefined
  if (!request.hasBody && !isCounted && !WITHOUT_BODY.has(request.method)) lines += 'Content-Length: 0\r\n'
  const body = !request.hasBody ? 'none' : isCounted ? 'length' : 'chunked'
  new Exchange(input, requestText(request.method, request.url, lines), body).start(request.upgrade !== undefined)
}

/** The rest of the body is not waited for. */
function tooLarge({ request, answer, host }: ExchangeInput): void {
  answer.isLast()
  sendPage(request, answer, 413, 'too-large', host)
}

class Exchange implements BackendCall, BodySink, Waiting {
  readonly method: string
  readonly head: string
  readonly body: BackendCall['body']
  readonly isUpgrade: boolean
  isOver = false
  deadlineAtMs = 0
  bagIndex = -1
  readonly #input: ExchangeInput
  #connection: BackendConnection | undefined
  #isConnected = false
  #isSent: boolean
  #isAnswered = false
  /** When the whole of the request had been taken from the visitor. */
  #askedAtMs = performance.now()
  #bodyBytes = 0
  readonly #maxBodyBytes: number

  constructor(input: ExchangeInput, head: string, body: BackendCall['body']) {
    this.#input = input
    this.method = input.request.method
    this.isUpgrade = input.request.upgrade !== undefined
    this.head = head
    this.body = body
    this.#isSent = body === 'none'
    this.#maxBodyBytes = input.maxBodyBytes ?? Number.POSITIVE_INFINITY
  }

  start(fresh: boolean): void {
    const { answer, backends, deadlines, target } = this.#input
    this.#wait('connect')
    deadlines.add(this)
    answer.onClose(() => this.#finish())
    answer.onDrain(() => this.#connection?.resume())
    backends.request(target, this, fresh)
  }

  #wait(what: keyof TimeoutsMs): void {
    this.deadlineAtMs = this.#input.deadlines.after(this.#input.timeouts[what])
  }

  onDeadline(): void {
    const isVisitorsTurn = this.#isConnected && !this.#isSent && !this.#connection?.isStalled
    if (isVisitorsTurn && !this.#input.request.awaitsContinue) this.#input.answer.abort()
    else this.failed(new TargetError('silent', 'no answer in time'))
  }

  /** The answer is out or the visitor has left: whatever the backend still computes or sends is for nobody. */
  #finish(): void {
    this.isOver = true
    this.#input.deadlines.delete(this)
    this.#connection?.destroy()
    this.#connection = undefined
  }

  connected(connection: BackendConnection): void {
    const { request } = this.#input
    this.#connection = connection
    const isFirst = !this.#isConnected
    this.#isConnected = true
    this.#wait(this.#isSent || request.awaitsContinue ? 'answer' : 'body')
    if (isFirst && !this.#isSent) request.read(this)
  }

  /** Of the visitor's body. Behind an answer nobody wants it. */
  data(chunk: Buffer): boolean {
    if (!this.#connection) return true
    this.#bodyBytes += chunk.length
    if (this.#bodyBytes > this.#maxBodyBytes) {
      if (this.#isAnswered) this.#input.answer.abort()
      else tooLarge(this.#input)
      return true
    }
    const takesMore = this.#connection.write(chunk)
    this.#wait(takesMore ? 'body' : 'send')
    return takesMore
  }

  drained(): void {
    if (!this.#isSent) this.#wait('body')
    this.#input.request.resume()
  }

  end(trailers: readonly string[]): void {
    this.#isSent = true
    this.#askedAtMs = performance.now()
    this.#connection?.end(keptTrailers(trailers))
    if (this.#isAnswered) this.deadlineAtMs = 0
    else this.#wait('answer')
  }

  informed(head: AnswerHead): void {
    const { request, answer, host } = this.#input
    if (head.status !== 100) answer.inform(head.status, answerHeaders(head.fields, host, false))
    else if (request.awaitsContinue) {
      this.#wait('body')
      answer.inform(100)
    }
  }

  answered({ status, reason, fields }: AnswerHead): void {
    const { request, answer, host, hsts, place, origin, isShared, listener, metered } = this.#input
    this.#isAnswered = true
    if (this.#isSent) {
      // An answer that has begun may take as long as it lives.
      this.deadlineAtMs = 0
      metered?.waited(performance.now() - this.#askedAtMs)
    }
    listener.onTargetSuccess(place)
    const headers = answerHeaders(fields, host, request.method !== 'HEAD' && request.version !== '1.0')
    if (hsts !== undefined && fieldOf(fields, 'strict-transport-security') === undefined) headers.push('Strict-Transport-Security', hsts)
    const leads = status === 201 || (status >= 300 && status < 400)
    answer.begin(status, reason, isShared || leads ? placed(headers, origin) : headers)
  }

  received(chunk: Buffer): boolean {
    return this.#input.answer.write(chunk)
  }

  ended(trailers: readonly string[]): void {
    this.#connection = undefined
    this.#input.answer.end(keptTrailers(trailers))
  }

  switched(head: AnswerHead, backend: Socket): void {
    const { answer, deadlines, host, place, origin, listener } = this.#input
    this.#connection = undefined
    deadlines.delete(this)
    listener.onTargetSuccess(place)
    const headers = ['Connection', 'Upgrade', 'Upgrade', head.upgrade ?? '', ...answerHeaders(head.fields, host, false)]
    splice(answer.switchProtocols(head.reason || 'Switching Protocols', placed(headers, origin)), backend)
  }

  failed(error: unknown): void {
    const { request, answer, host, place, listener, target, backends } = this.#input
    if (this.isOver) return
    // Broken off: a clean end would make a cut answer look whole.
    if (this.#isAnswered) return void answer.abort()
    let failure = failureOf(error)
    // The backend closed an idle connection in the moment we chose it (RFC 9112 §9.3.1).
    if (failure === 'refused' && this.#connection?.isReused) {
      const { isHeard } = this.#connection
      this.#connection = undefined
      if (!isHeard && this.#isSent && REPEATABLE.has(request.method)) return void backends.request(target, this, true)
      // Nothing is wrong with the service: the owner need not hear of it, and nothing may be done twice.
      failure = 'odd'
    }
    listener.onTargetFailure(place, failure)
    sendPage(request, answer, ...FAILURE_PAGE[failure], host)
  }
}
