/** A complete relay: one process, one data folder. Puts the rooms together and takes them down again. */
import { once } from 'node:events'
import http from 'node:http'
import type net from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import tls, { type TLSSocket } from 'node:tls'
import { type Endpoint, type Family, familyOf, parsePublicRanges } from '../protocol/model/address.ts'
import { ProblemError, problem } from '../protocol/problem.ts'
import { readIfThere } from '../system/atomic-file.ts'
import { ProbeResult, TUNNEL_ALPN } from '../wire/messages.ts'
import { vouch } from '../wire/voucher.ts'
import { watchHouses } from './alerts/alerts.ts'
import { createConsentPages } from './alerts/consent.ts'
import { createMailer } from './alerts/send-mail.ts'
import { keepCertificate } from './certificate.ts'
import type { ListenAddress } from './command-line/command.ts'
import type { RunOptions } from './command-line/run-options.ts'
import { createRateLimiter } from './dns/rate.ts'
import { type DnsEvent, startDns } from './dns/server.ts'
import { followAsk, readKeyFile } from './dns-update/follow.ts'
import { type Publisher, RELAY_ITSELF, startPublisher } from './dns-update/publisher.ts'
import { answerRouterName, type RouterNameAsk } from './dyndns/router-names.ts'
import { createRouterUpdates, refusePlain } from './dyndns/router-updates.ts'
import { loadIdentity } from './identity.ts'
import { createGuesses } from './links/guesses.ts'
import { createKnock } from './links/knock.ts'
import { createLinks } from './links/links.ts'
import { createVisits as createLinkVisits } from './links/visits.ts'
import type { Log } from './log.ts'
import { createNames } from './names/names.ts'
import { serviceOfHost } from './operating/carrier.ts'
import { startOperating } from './operating/operating.ts'
import { seenFromHere } from './operator/health.ts'
import { counted, createOperatorSide } from './operator/operator.ts'
import { createAbusePages } from './pages/abuse.ts'
import { createPages } from './pages/pages.ts'
import { createRedirect } from './pages/redirect.ts'
import { peerOf } from './peer.ts'
import { visitorsTrust } from './probe/authorities.ts'
import { createProbeLimits } from './probe/limits.ts'
import { createSelfTest } from './probe/self-test.ts'
import { Buckets } from './public-ports/buckets.ts'
import { createPublicPorts, publicHosts } from './public-ports/public-ports.ts'
import { createFront } from './public-side/front.ts'
import { createTurns } from './public-side/turns.ts'
import { createVisits } from './public-side/visits.ts'
import { labelPolicy, readWords } from './registry/reserved.ts'
import { openSqliteRegistry } from './registry/sqlite.ts'
import { STUN_PORT, startStun } from './stun/server.ts'
import { type AdmissionOptions, admit } from './tunnel/admission.ts'
import { answerAsk, type Reply } from './tunnel/asks.ts'
import { keepLastSeen } from './tunnel/last-seen.ts'
import { createPresence } from './tunnel/presence.ts'
import { createShares } from './tunnel/shares.ts'
import { takeWebsockets } from './tunnel/websocket.ts'

export interface RunningRelay {
  readonly url: string
  /** Closes every listener and tunnel; resolves within two seconds. */
  close(): Promise<void>
}

/** The operator's own words that no device may be called, beside ours: one a line, read at the start. */
const RESERVED_NAMES_FILE = 'reserved-names.txt'

/** One takes about a millisecond: a quarter of a core at the most. A thousand homes are back after some seconds. */
const HANDSHAKES = { perS: 250, atOnce: 100, maxWaitingOfOne: 1024, maxWaiting: 8192, faultsPerS: 1, faultsAtOnce: 20, slowPerS: 10 }
/** Of one device: it shows itself before each look, twice a second at most, and has its lanes, on a line that comes and goes. */
const ENTRIES = { perS: 5, atOnce: 100 }
/** Best first. */
const ALPN = [TUNNEL_ALPN, 'http/1.1']
/** Of one neighbourhood (dns/rate.ts), on an open relay: what is registered stays. */
const NEWCOMERS = { answersPerS: 1 / 60, burst: 1024, maxSources: 20_000 }
/** Likewise, and the rest come again in a moment: each one waits for the disk, and everybody with it. */
const NEWCOMERS_PACE = { answersPerS: 10, burst: 100, maxSources: 20_000 }
/** Of one device: a home of twenty services asks for four looks a second, and writes when its owner changes something. */
const QUESTIONS = { perS: 20, atOnce: 200 }
const WRITES = { perS: 2, atOnce: 30 }
/** Each goes to somebody else's server. */
const ALERT_TESTS = { perS: 1 / 60, atOnce: 3 }
/** Of one device, while its owner types the name he would like. */
const LABEL_QUESTIONS = { perS: 1, atOnce: 30 }
const MAX_DEVICES_COUNTED = 20_000
/** A page is a few hundred bytes. The deadlines of http.Server hold only for servers that listen themselves, so this one is ours. */
const PAGE_CONNECTION_MS = 30_000

/** `folder` exists and is locked. `stop` gives up a start that still waits for its certificate. Throws ProblemError `port-taken`, or
 *  what reading a certificate throws. */
export async function startRelay(options: RunOptions, folder: string, write: Log, stop?: AbortSignal): Promise<RunningRelay> {
  const aborter = new AbortController()
  const signal = stop ? AbortSignal.any([stop, aborter.signal]) : aborter.signal
  const { domain, addresses } = options
  const identity = loadIdentity(folder)
  const reserved = readIfThere(join(folder, RESERVED_NAMES_FILE))
  const registry = openSqliteRegistry(join(folder, 'registry.db'), labelPolicy(readWords(reserved ?? '')))
  const operator = createOperatorSide({
    address: options.operating.page,
    folder,
    domain,
    registry,
    presence: () => presence,
    operating: () => operating,
    url: () => url(),
    front: () => ({ address: seenFromHere(options.https.host), port }),
    dns: () => (options.dns === 'off' ? undefined : { address: seenFromHere(options.dns.host), port: dnsPort }),
    families: familiesOf(addresses),
    ageS: (family) => selfTest.ageS(family, 'tunnel'),
  })
  const { metrics } = operator
  registry.onWrite((seconds) => metrics.registryWrites.observe(seconds))
  const log = counted(write, metrics)
  const lastSeen = keepLastSeen(registry, log)
  const shares = createShares({ deviceBytesPerS: bytesPerS(options.deviceMbit), lineBytesPerS: bytesPerS(options.lineMbit) })
  const onPresence = (deviceKey: string): void => {
    publicPorts.left(deviceKey)
    alerts.changed(deviceKey)
    lastSeen.note(deviceKey)
    publisher?.touch(deviceKey)
  }
  const presence = createPresence(onPresence, undefined, shares.enter)
  const hosts = publicHosts(options.https.host, addresses)
  const operating = startOperating({
    options: options.operating,
    registry,
    presence,
    log,
    onRefused: (reason) => metrics.visitorsRefused.add({ reason }),
    onChanged: (deviceKey) => publisher?.touch(deviceKey),
  })
  const { decisions, carrier } = operating
  const publicPorts = createPublicPorts({ registry, presence: carrier, range: options.publicPorts, hosts, log })
  const ownChallenges = new Set<string>()
  const voucherFor = (deviceKey: string, label: string): string => vouch(identity, { domain, label, deviceKey })
  let publisher: Publisher | undefined
  let port = options.https.port
  let dnsPort = 0
  const httpsPort = (): number => port
  const names = createNames({
    domain,
    httpsPort,
    nameServers: options.nameServers,
    hasSiblings: options.siblings.length > 0,
    addresses,
    registry,
    presence,
    ownChallenges,
    closed: decisions.closed,
  })
  const frontIn = (family: Family): Endpoint | undefined => {
    const address = addresses[family]
    return address === undefined ? undefined : { address, port }
  }
  const url = (): string => `https://${options.host}${port === 443 ? '' : `:${port}`}`
  const publicRanges = parsePublicRanges(process.env.PORCHLIGHT_PUBLIC_RANGES)
  const selfTest = createSelfTest({ front: frontIn, domain, witnesses: options.witnesses })
  const consent = createConsentPages({ registry, identity, domain, baseUrl: url })
  const alerts = watchHouses({
    registry,
    presence,
    domain,
    publicRanges,
    sendMail: options.mail && createMailer(options.mail),
    consentUrl: consent.url,
    afterMs: options.alertAfterMs,
    seesItself: async () =>
      (await Promise.all(familiesOf(addresses).map((family) => selfTest.ageS(family, 'tunnel', true)))).some((age) => age !== undefined),
    log,
  })
  const listeners: { close(): Promise<void> }[] = [alerts]
  const onChallenge = async (text: string, asking: AbortSignal): Promise<void> => {
    await publisher?.settle(RELAY_ITSELF, asking)
    await publisher?.shown(['_acme-challenge'], text, asking)
  }
  const isTakenDown = (host: string): boolean => {
    const deviceKey = names.deviceOfHost(host)
    const closed = deviceKey === undefined ? undefined : decisions.closed({ deviceKey, service: serviceOfHost(host) })
    return closed === 'taken-down' || closed === 'suspended'
  }
  const dnsEvents = (event: DnsEvent): void => {
    metrics.onDns(event)
    if (event.kind === 'fault') log('dns-fault', event)
  }

  try {
    if (options.dns !== 'off') {
      const dns = options.dns
      const starting = startDns({ addresses: everywhere(dns), port: dns.port, zone: names.zone, signal, onEvent: dnsEvents })
      const started = await starting.catch((error: unknown) => {
        throw listenProblem(error, dns)
      })
      dnsPort = started.port
      listeners.push({ close: () => started.closed })
    }
    if (options.dnsUpdate) {
      const { server, keyFile } = options.dnsUpdate
      const owners = () => registry.devices().map(({ key }) => key)
      const namesOf = (owner: string) => names.namesOf(owner === RELAY_ITSELF ? undefined : owner)
      publisher = startPublisher({ server, key: readKeyFile(keyFile), zone: names.zone, owners, namesOf, folder, signal, log })
      const { closed } = publisher
      listeners.push({ close: () => closed })
    }
    const links = createLinks({ registry, presence, hostOf: names.hostOf, decisions, knock: createKnock() })
    const certificate = await keepCertificate({ options, folder, ownChallenges, onChallenge, signal, log })
    const answerAbuse = createAbusePages({ contact: options.operating.abuseContact, baseUrl: url })
    const showPage = createPages(createLinkVisits({ links, guesses: createGuesses(), httpsPort }))
    const onChange = (deviceKey: string): void => publisher?.touch(deviceKey)
    const routerUpdates = createRouterUpdates({ registry, names, presence, publicRanges, onChange })
    const pages = http.createServer(
      { requireHostHeader: true, headersTimeout: 10_000, requestTimeout: 20_000, maxHeaderSize: 8192 },
      (request, response) => {
        if (!answerAbuse(request, response) && !consent.handle(request, response) && !routerUpdates.handle(request, response))
          showPage(request, response)
      },
    )
    const context = {
      presence,
      names,
      limits: createProbeLimits(),
      trusted: visitorsTrust(options.probeCaFile),
      selfTest,
      addresses,
      publicRanges,
      registry,
      publicPorts,
      alerts,
      alertTests: new Buckets(ALERT_TESTS.perS, ALERT_TESTS.atOnce, MAX_DEVICES_COUNTED),
      writes: new Buckets(WRITES.perS, WRITES.atOnce, MAX_DEVICES_COUNTED),
      labelQuestions: new Buckets(LABEL_QUESTIONS.perS, LABEL_QUESTIONS.atOnce, MAX_DEVICES_COUNTED),
      voucherFor,
      // Relays that share a domain would each have to know what the router has told one of them.
      ...(options.siblings.length === 0 && {
        routerNames: (deviceKey: string, ask: RouterNameAsk) => answerRouterName({ registry, domain }, deviceKey, ask),
      }),
      httpsPort,
    }
    const [newcomers, pace] = [createRateLimiter(NEWCOMERS), createRateLimiter(NEWCOMERS_PACE)]
    const turns = createTurns(HANDSHAKES)
    listeners.push({ close: async () => turns.stop() })
    const admission: AdmissionOptions = {
      identity,
      registry,
      presence,
      domain,
      addresses,
      httpsPort,
      open: options.open,
      siblings: options.siblings,
      voucherFor,
      questions: new Buckets(QUESTIONS.perS, QUESTIONS.atOnce, MAX_DEVICES_COUNTED),
      entries: new Buckets(ENTRIES.perS, ENTRIES.atOnce, MAX_DEVICES_COUNTED),
      onFault: (address) => turns.fault(address),
      mayRegister: (address) => [pace, newcomers].every((limit) => limit(address, performance.now()) === 'answer'),
      onAsk: async (deviceKey, label, ask, asked) => {
        const either = AbortSignal.any([asked, signal])
        const reply = await answerAsk(context, deviceKey, label, ask, either)
        if (ask.kind === 'probe') metrics.probes.add({ verdict: verdictOf(reply) })
        if (publisher) await followAsk(publisher, { deviceKey, label, ask }, either)
        return reply
      },
      log,
    }
    const secure = tls.createServer({
      SNICallback: (_name, done) => done(null, certificate.context()),
      // With ALPNProtocols each connection would hold a copy of the list, in a block of 64 KB that it shares with few others.
      ALPNCallback: ({ protocols }) => ALPN.find((protocol) => protocols.includes(protocol)),
      minVersion: 'TLSv1.3',
      handshakeTimeout: 10_000,
      highWaterMark: 262_144,
      noDelay: true,
    } as tls.TlsOptions)
    const visits = createVisits()
    const deadlines = new WeakMap<TLSSocket, NodeJS.Timeout>()
    secure.on('secureConnection', (socket: TLSSocket) => {
      socket.on('error', () => {})
      metrics.handshakes.add({ result: socket.alpnProtocol === TUNNEL_ALPN ? 'tunnel' : 'page' })
      if (socket.alpnProtocol === TUNNEL_ALPN) {
        admit(socket, socket, admission)
        return
      }
      const deadline = setTimeout(() => socket.destroy(), PAGE_CONNECTION_MS)
      socket.once('close', () => clearTimeout(deadline))
      deadlines.set(socket, deadline)
      pages.emit('connection', socket)
    })
    takeWebsockets(pages, (stream, session) => {
      clearTimeout(deadlines.get(session))
      admit(stream, session, admission)
    })
    secure.on('tlsClientError', () => metrics.handshakes.add({ result: 'failed' }))

    const front = createFront({
      isOwn: (serverName) => serverName === undefined || serverName === domain || serverName === options.host,
      onOwn(socket) {
        const begin = (): void => void secure.emit('connection', socket)
        if (!turns.take(peerOf(socket)?.address ?? '', begin, () => socket.destroyed)) socket.resetAndDestroy()
      },
      openStream(meta) {
        const deviceKey = names.deviceOfHost(meta.host)
        if (deviceKey === undefined) {
          metrics.visitorsRefused.add({ reason: 'unknown-name' })
          return undefined
        }
        // TLS leaves us no page to show: he is cut off, and comes again when there is room.
        if (decisions.closed({ deviceKey, service: serviceOfHost(meta.host) }) === 'used-up') {
          metrics.visitorsRefused.add({ reason: 'used-up' })
          return 'busy'
        }
        const visit = visits.begin(deviceKey, meta.peer.address)
        if (!visit) {
          metrics.visitorsRefused.add({ reason: 'too-many' })
          return 'busy'
        }
        const stream = carrier.openStream(deviceKey, meta)
        if (stream) stream.once('close', () => visit.end())
        else visit.end()
        return stream
      },
    })
    listeners.push(await listen(front, options.https, signal, log))
    port = (front.address() as AddressInfo).port
    await startStun({
      hosts: everywhere(options.https),
      port,
      pair: stunPair(options),
      secondPort: STUN_PORT,
      signal,
      onUnavailable: (error) => log('stun-unavailable', { error: String(error) }),
    })
    const sendOn = createRedirect({ domain, httpsPort, isTakenDown })
    const redirect = http.createServer({ headersTimeout: 10_000, maxHeaderSize: 8192 }, (request, response) => {
      if (!refusePlain(request, response, options.host)) sendOn(request, response)
    })
    listeners.push(await listen(redirect, options.http, signal, log))
    listeners.push(
      await operator.listen().catch((error: unknown) => {
        throw options.operating.page === 'off' ? error : listenProblem(error, options.operating.page)
      }),
    )
  } catch (error) {
    aborter.abort()
    await Promise.all(listeners.map((listener) => listener.close()))
    lastSeen.stop()
    shares.stop()
    operating.close()
    registry.close()
    throw error
  }

  return {
    url: url(),
    async close() {
      aborter.abort()
      presence.close()
      await Promise.all([...listeners, publicPorts].map((each) => each.close()))
      lastSeen.stop()
      shares.stop()
      operating.close()
      registry.close()
    },
  }
}

/** What came of a look, or why there was none. */
function verdictOf(reply: Reply): string {
  if ('rejected' in reply) return reply.rejected
  return ProbeResult.safeParse(reply.result).data?.verdict.outcome ?? 'unknown'
}

const bytesPerS = (mbit: number | undefined): number | undefined => (mbit === undefined ? undefined : (mbit * 1_000_000) / 8)

/** Answers that are to come from one address or the other cannot come from "everywhere". */
function stunPair({ https, addresses, stunIPv4 }: RunOptions): [string, string] | undefined {
  const first = https.host === '::' || https.host === '0.0.0.0' ? addresses.ipv4 : https.host
  return stunIPv4 !== undefined && first !== undefined && familyOf(first) === 'ipv4' ? [first, stunIPv4] : undefined
}

const familiesOf = (addresses: RunOptions['addresses']): Family[] =>
  (['ipv4', 'ipv6'] as const).filter((family) => addresses[family] !== undefined)

const everywhere = ({ host }: ListenAddress): string[] => (host === '::' ? ['0.0.0.0', '::'] : [host])

async function listen(
  server: net.Server,
  { host, port }: ListenAddress,
  signal: AbortSignal,
  log: Log,
): Promise<{ close(): Promise<void> }> {
  const connections = new Set<net.Socket>()
  server.on('connection', (socket: net.Socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  server.listen({ host, port })
  try {
    await once(server, 'listening', { signal })
  } catch (error) {
    server.close()
    throw listenProblem(error, { host, port })
  }
  // Accepting may fail for a while (no descriptors left); whoever is here stays.
  server.on('error', (error) => log('listener-fault', { error: String(error) }))
  return {
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of connections) socket.destroy()
      return closed
    },
  }
}

function listenProblem(error: unknown, { host, port }: ListenAddress): unknown {
  const { code } = error as NodeJS.ErrnoException
  const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  if (code === 'EACCES') return new ProblemError(problem('port-forbidden', { address }), { cause: error })
  if (code === 'EADDRINUSE' || code === 'EADDRNOTAVAIL')
    return new ProblemError(problem('port-taken', { address: `${address} (${code})` }), { cause: error })
  return error
}
