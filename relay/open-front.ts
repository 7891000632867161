/** The relay's one address of the web: what visitors of homes, devices, browsers and routers find behind its port 443, and STUN beside it. */
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { familyOf } from '../protocol/model/address.ts'
import { cut } from '../wire/cut.ts'
import { BYPASS_ALPN, ProbeResult } from '../wire/messages.ts'
import { type Budgets, createBudgets, HANDSHAKES } from './budgets.ts'
import type { KeptCertificate } from './certificate.ts'
import type { RunOptions } from './command-line/run-options.ts'
import type { Core } from './core.ts'
import { followAsk } from './dns-update/follow.ts'
import { answerRouterName, type RouterNameAsk } from './dyndns/router-names.ts'
import { createRouterUpdates } from './dyndns/router-updates.ts'
import { createGuesses } from './links/guesses.ts'
import { createKnock } from './links/knock.ts'
import { createLinks } from './links/links.ts'
import { createVisits as createLinkVisits } from './links/visits.ts'
import { everywhere, listen } from './listen.ts'
import type { Opening } from './opening.ts'
import { createAbusePages } from './pages/abuse.ts'
import { createPages } from './pages/pages.ts'
import { peerOf } from './peer.ts'
import { visitorsTrust } from './probe/authorities.ts'
import { createProbeLimits } from './probe/limits.ts'
import { createBypassDoor } from './public-side/bypass-door.ts'
import { offersProtocol } from './public-side/client-hello.ts'
import { createFront } from './public-side/front.ts'
import { createSecure } from './public-side/secure.ts'
import { createTurns, type Turns } from './public-side/turns.ts'
import { createVisitorSide } from './public-side/visitors.ts'
import { STUN_PORT, startStun } from './stun/server.ts'
import { type AdmissionOptions, admit } from './tunnel/admission.ts'
import { type AskContext, answerAsk, type Reply } from './tunnel/asks.ts'

/** Port 443: homes' visitors, devices, pages, and STUN beside it. */
export async function openFront(opening: Opening, certificate: KeptCertificate): Promise<void> {
  const { core, options, signal, open } = opening
  const { names, operating, operator, standing, log } = core
  const { metrics } = operator
  const turns = createTurns(HANDSHAKES)
  open.push({ close: async () => turns.stop() })
  const admission = admissionOf(opening, turns)
  const beginTls = createSecure({
    certificate: () => certificate.context(),
    pages: pagesOf(opening),
    admit: (stream, session) => admit(stream, session, admission),
    onHandshake: (result) => metrics.handshakes.add({ result }),
  })
  const beginBypass = createBypassDoor({
    certificate: () => certificate.context(),
    claim: core.bypasses.claim,
    onHandshake: () => metrics.handshakes.add({ result: 'bypass' }),
  })
  const front = createFront({
    isOwn: (serverName) => serverName === undefined || serverName === options.domain || serverName === options.host,
    onOwn(socket, hello) {
      const begin = offersProtocol(hello, BYPASS_ALPN) ? beginBypass : beginTls
      const isTaken = turns.take(
        peerOf(socket)?.address ?? '',
        () => begin(socket),
        () => socket.destroyed,
      )
      if (!isTaken) cut(socket)
    },
    openStream: createVisitorSide({
      names,
      decisions: operating.decisions,
      carrier: operating.carrier,
      onRefused: (reason) => metrics.visitorsRefused.add({ reason }),
    }),
  })
  open.push(await listen(front, options.https, signal, log))
  standing.httpsPort = (front.address() as AddressInfo).port
  await startStun({
    hosts: everywhere(options.https),
    port: standing.httpsPort,
    pair: stunPair(options),
    secondPort: STUN_PORT,
    signal,
    onUnavailable: (error) => log('stun-unavailable', { error: String(error) }),
  })
}

function admissionOf({ core, options, signal }: Opening, turns: Turns): AdmissionOptions {
  const { domain, addresses, open, siblings } = options
  const { identity, registry, presence, voucherFor, httpsPort, standing, operator, log } = core
  const budgets = createBudgets()
  const context = askContext(core, options, budgets)
  return {
    identity,
    registry,
    presence,
    domain,
    addresses,
    httpsPort,
    open,
    siblings,
    voucherFor,
    questions: budgets.questions,
    entries: budgets.entries,
    mayRegister: budgets.mayRegister,
    onFault: (address) => turns.fault(address),
    async onAsk(deviceKey, label, ask, asked) {
      const either = AbortSignal.any([asked, signal])
      const reply = await answerAsk(context, deviceKey, label, ask, either)
      if (ask.kind === 'probe') operator.metrics.probes.add({ verdict: verdictOf(reply) })
      if (standing.publisher) await followAsk(standing.publisher, { deviceKey, label, ask }, either)
      return reply
    },
    log,
  }
}

function askContext(core: Core, { addresses, domain, probeCaFile, siblings }: RunOptions, budgets: Budgets): AskContext {
  const { registry } = core
  return {
    ...core,
    addresses,
    limits: createProbeLimits(),
    trusted: visitorsTrust(probeCaFile),
    writes: budgets.writes,
    alertTests: budgets.alertTests,
    labelQuestions: budgets.labelQuestions,
    ownHostLooks: budgets.ownHostLooks,
    // Relays that share a domain would each have to know what the router has told one of them.
    ...(siblings.length === 0 && {
      routerNames: (deviceKey: string, ask: RouterNameAsk) => answerRouterName({ registry, domain }, deviceKey, ask),
    }),
  }
}

/** What came of a look, or why there was none. */
function verdictOf(reply: Reply): string {
  if ('rejected' in reply) return reply.rejected
  return ProbeResult.safeParse(reply.result).data?.verdict.outcome ?? 'unknown'
}

/** Everything that browsers and routers ask of the relay itself. */
function pagesOf({ core, options }: Opening): http.Server {
  const { registry, presence, names, operating, standing, consent, publicRanges, httpsPort, url } = core
  const { decisions } = operating
  const links = createLinks({ registry, presence, hostOf: names.hostOf, decisions, knock: createKnock() })
  const answerAbuse = createAbusePages({ contact: options.operating.abuseContact, baseUrl: url })
  const onChange = (deviceKey: string): void => standing.publisher?.touch(deviceKey)
  const routerUpdates = createRouterUpdates({ registry, names, presence, publicRanges, onChange })
  const showPage = createPages(createLinkVisits({ links, guesses: createGuesses(), httpsPort }))
  return http.createServer(
    { requireHostHeader: true, headersTimeout: 10_000, requestTimeout: 20_000, maxHeaderSize: 8192 },
    (request, response) => {
      if (!answerAbuse(request, response) && !consent.handle(request, response) && !routerUpdates.handle(request, response))
        showPage(request, response)
    },
  )
}

/** Answers that are to come from one address or the other cannot come from "everywhere". */
function stunPair({ https, addresses, stunIPv4 }: RunOptions): [string, string] | undefined {
  const first = https.host === '::' || https.host === '0.0.0.0' ? addresses.ipv4 : https.host
  return stunIPv4 !== undefined && first !== undefined && familyOf(first) === 'ipv4' ? [first, stunIPv4] : undefined
}
