/** The way of every request, whichever version of HTTP it came by: from its head to the answer of ours or to the exchange with a backend. */
import { randomBytes } from 'node:crypto'
import { lead, type Route as PathRoute } from '../../protocol/model/route.ts'
import { isWeb, type ServiceTarget } from '../../protocol/model/service.ts'
import { createBackends } from './backends.ts'
import { Bag, type Member } from './bag.ts'
import { Deadlines, TIMEOUTS_MS, type TimeoutsMs } from './deadlines.ts'
import { startExchange, type TargetListener } from './exchange.ts'
import type { ForbiddenOptions } from './forbidden.ts'
import { bearerOf, comerOf, type Gate } from './gate.ts'
import type { Meter } from './guest.ts'
import { answerOwnPage, isOwnPath, type RawEndpoint, turnAway } from './open-page.ts'
import { refusal } from './request-check.ts'
import { type Place, RoutedRequest } from './routed.ts'
import { sendAway } from './send-away.ts'
import { sendPage } from './visitor-page.ts'
import type { VisitorAnswer, VisitorRequest } from './visitor-request.ts'
import type { SecuredVisitor } from './visitor-tls.ts'
import type { VisitorMessage } from './visitor-words.ts'

export interface Route {
  readonly service: string
  readonly target: ServiceTarget
  /** What a request may carry at most. */
  readonly maxBodyBytes?: number | undefined
  /** Paths that lead elsewhere. */
  readonly routes?: readonly PathRoute[] | undefined
  /** Not everybody may come in: the gate is asked. */
  readonly isGated: boolean
  /** Of a service that is no website, and has this page only: where its program is to connect to; null: nowhere just now. */
  readonly endpoint?: RawEndpoint | null | undefined
  /** The host name that this one was changed for: whoever opens a page is sent there. What programs ask for stays, because they would lose
   *  their sign-in on the way. */
  readonly movedTo?: string | undefined
  /** `Strict-Transport-Security` for answers of the service that have none. */
  readonly hsts?: string | undefined
}

export interface ReceptionOptions extends ForbiddenOptions, TargetListener {
  readonly gate: Gate
  /** `isDirect`: asked for on a connection to a listener of ours, and not out of the tunnel. */
  readonly route: (host: string, isDirect: boolean) => Route | undefined
  /** Absent: nobody counts. */
  readonly meter?: Meter | undefined
  /** Those of the table unless told otherwise. */
  readonly timeouts?: TimeoutsMs
}

export interface Reception {
  receive(visitor: SecuredVisitor, request: VisitorRequest, answer: VisitorAnswer): void
  /** What a visitor said is no request; it began so. */
  malformed(visitor: SecuredVisitor, start: string): void
  /** Something has changed, or an end may have come: whoever may not stay is let go. */
  recheck(): void
  /** The computer is in another network, or was asleep. */
  onNetworkChange(): void
  /** Ends every exchange. */
  close(): void
}

export function createReception(options: ReceptionOptions): Reception {
  const backends = createBackends(options)
  const deadlines = new Deadlines()
  const underWay = new Bag<Running>()
  const { timeouts = TIMEOUTS_MS } = options
  const loopToken = `porchlight-${randomBytes(8).toString('hex')}`

  function receive(visitor: SecuredVisitor, request: VisitorRequest, answer: VisitorAnswer): void {
    const { address, host, guest, isDirect } = visitor
    // 1. The service.
    const route = options.route(host, isDirect)
    const isPage = route?.endpoint !== undefined
    if (!route || !(isPage || isWeb(route.target.kind))) return void refuse(request, answer, 421, host)
    const { service, target } = route
    // 2. Limits and bans of this visitor's address: first, because refusals cost something too.
    const turnedAway = guest.beginRequest(service)
    if (turnedAway) return void sendAway(turnedAway, visitor, request, answer)
    const running = new Running(visitor, service, request, answer)
    answer.onClose(() => over(running))
    // 3. What is malformed or misdirected.
    const refused = refusal(request, host, loopToken)
    if (refused) return void refuse(request, answer, refused.status, host)
    // 4. Pages of our own.
    const gate = route.isGated ? options.gate : undefined
    const door = { request, answer, service, host, address, isDirect }
    if (isOwnPath(request.url)) return void answerOwnPage({ ...door, gate, endpoint: route.endpoint })
    // 5. May he come in?
    if (isPage) return void turnAway(door, 'link')
    // A program goes on showing the grant of a service that everybody may open by now: it is for us all the same.
    const judge = gate ?? (bearerOf(request) === undefined ? undefined : options.gate)
    const entry = judge?.judge(comerOf(request, visitor, service))
    if (gate && entry?.isIn === false) return void turnAway(door, entry.asks)
    // What goes on for hours (a WebSocket, a stream of events, a camera's pictures) is looked at again.
    underWay.add(running)
    if (route.movedTo !== undefined && request.upgrade === undefined && opensPage(request))
      return void sendTo(route.movedTo, request, answer)
    // 6. Where below this name, and on.
    const opens = request.upgrade === undefined && (request.method === 'GET' || request.method === 'HEAD')
    const led = lead(route.routes ?? [], request.url, opens)
    if (led.kind === 'ambiguous') return void refuse(request, answer, 400, host)
    // Not for good: the path may lead elsewhere, or nowhere, tomorrow.
    if (led.kind === 'redirect') return void answer.send(307, { Location: led.location, 'Cache-Control': 'no-store' })
    const authority = request.header('host') ?? host
    const prefix = led.route?.prefix ?? ''
    const origin: Place = {
      route: led.route,
      target: led.route?.target ?? target,
      authority,
      isPrefixItself: led.route !== null && request.url.split('?', 1)[0] === prefix,
    }
    running.isAsked = true
    visitor.metered ??= options.meter?.(service, address, isDirect, visitor.carried)
    startExchange({
      host,
      target: origin.target,
      place: service + prefix,
      backends,
      deadlines,
      timeouts,
      hsts: route.hsts,
      maxBodyBytes: route.maxBodyBytes,
      request: led.route ? new RoutedRequest(request, led.path) : request,
      answer,
      origin,
      isShared: route.routes !== undefined && route.routes.length > 0,
      visit: {
        address,
        authority,
        loopToken,
        strippedPrefix: led.route?.strip ? prefix : undefined,
        isBearerOurs: entry?.isIn === true && entry.bearer,
        visitor,
      },
      listener: options,
      metered: visitor.metered,
    })
  }

  function over(running: Running): void {
    const { visitor, service, request, answer, isAsked } = running
    underWay.delete(running)
    visitor.guest.endRequest()
    // Answers of our own say nothing about him, or are told where they are made.
    if (!isAsked || answer.status === 0) return
    visitor.guest.answered(service, request, answer.status)
    visitor.metered?.answered(answer.status)
  }

  /** Ends when its visitor may not come in any more, or its service is paused. */
  function check({ visitor, service, request, answer }: Running): void {
    const route = options.route(visitor.host, visitor.isDirect)
    if (!route || (route.isGated && !options.gate.judge(comerOf(request, visitor, service)).isIn)) answer.abort()
  }

  return {
    receive,
    malformed({ guest, host, isDirect }, start) {
      const route = options.route(host, isDirect)
      if (route) guest.malformed(route.service, start)
    },
    recheck() {
      for (const running of underWay.all()) check(running)
    },
    onNetworkChange: () => backends.dropIdle(),
    close: () => backends.close(),
  }
}

/** A request whose answer is not over. */
class Running implements Member {
  bagIndex = -1
  /** The service itself has been asked. */
  isAsked = false
  readonly visitor: SecuredVisitor
  readonly service: string
  readonly request: VisitorRequest
  readonly answer: VisitorAnswer

  constructor(visitor: SecuredVisitor, service: string, request: VisitorRequest, answer: VisitorAnswer) {
    this.visitor = visitor
    this.service = service
    this.request = request
    this.answer = answer
  }
}

/** A browser that opens a page says so (Fetch metadata: w3.org/TR/fetch-metadata, §2). */
const opensPage = (request: VisitorRequest): boolean =>
  (request.method === 'GET' || request.method === 'HEAD') &&
  request.header('sec-fetch-mode') === 'navigate' &&
  request.header('sec-fetch-dest') === 'document'

/** Not for good, and not to be kept: in some months the old name may be somebody else's. */
function sendTo(host: string, request: VisitorRequest, answer: VisitorAnswer): void {
  const port = /:\d+$/.exec(request.header('host') ?? '')?.[0] ?? ''
  answer.send(307, { Location: `https://${host}${port}${request.url}`, 'Cache-Control': 'no-store' })
}

const MESSAGES: Readonly<Record<number, VisitorMessage>> = { 421: 'misdirected', 508: 'loop' }

/** The connection ends too: whoever sent this has nothing good to follow, and a misdirected visitor should come in by the right name. */
function refuse(request: VisitorRequest, answer: VisitorAnswer, status: number, host: string): void {
  answer.isLast()
  sendPage(request, answer, status, MESSAGES[status] ?? 'bad-request', host)
}
