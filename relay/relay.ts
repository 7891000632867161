/** A complete relay: one process, one data folder. Opens what listens over what it knows (core.ts), and takes everything down again. */
import http from 'node:http'
import { type KeptCertificate, keepCertificate } from './certificate.ts'
import type { RunOptions } from './command-line/run-options.ts'
import { openCore } from './core.ts'
import { startDns } from './dns/server.ts'
import { readKeyFile } from './dns-update/follow.ts'
import { RELAY_ITSELF, startPublisher } from './dns-update/publisher.ts'
import { refusePlain } from './dyndns/router-updates.ts'
import { everywhere, listen, listenProblem } from './listen.ts'
import type { Log } from './log.ts'
import { LOOK_EVERY_MS } from './names/own-hosts.ts'
import { openFront } from './open-front.ts'
import type { Opening } from './opening.ts'
import { createRedirect } from './pages/redirect.ts'

export interface RunningRelay {
  readonly url: string
  /** Closes every listener and tunnel; resolves within two seconds. */
  close(): Promise<void>
}

/** `folder` exists and is locked. `stop` gives up a start that still waits for its certificate. Throws ProblemError `port-taken`, or
 *  what reading a certificate throws. */
export async function startRelay(options: RunOptions, folder: string, write: Log, stop?: AbortSignal): Promise<RunningRelay> {
  const aborter = new AbortController()
  const signal = stop ? AbortSignal.any([stop, aborter.signal]) : aborter.signal
  const core = openCore(options, folder, write)
  const opening: Opening = { core, options, folder, signal, open: [] }
  const close = async (): Promise<void> => {
    aborter.abort()
    core.presence.close()
    await Promise.all(opening.open.map((each) => each.close()))
    await core.close()
  }
  try {
    await openNames(opening)
    await openFront(opening, await ownCertificate(opening))
    await openPlainHttp(opening)
    watchOwnHosts(opening)
    await openOperatorPage(opening)
  } catch (error) {
    await close()
    throw error
  }
  return { url: core.url(), close }
}

/** DNS of the relay's domain: answered here, or kept at the operator's own name servers. */
async function openNames({ core, options, folder, signal, open }: Opening): Promise<void> {
  const { names, registry, standing, log, operator } = core
  const { dns, dnsUpdate } = options
  if (dns !== 'off') {
    const started = await startDns({
      addresses: everywhere(dns),
      port: dns.port,
      zone: names.zone,
      signal,
      onEvent(event) {
        operator.metrics.onDns(event)
        if (event.kind === 'fault') log('dns-fault', event)
      },
    }).catch((error: unknown) => {
      throw listenProblem(error, dns)
    })
    standing.dnsPort = started.port
    open.push({ close: () => started.closed })
  }
  if (dnsUpdate) {
    const owners = () => registry.devices().map(({ key }) => key)
    const namesOf = (owner: string) => names.namesOf(owner === RELAY_ITSELF ? undefined : owner)
    const { server, keyFile } = dnsUpdate
    const publisher = startPublisher({ server, key: readKeyFile(keyFile), zone: names.zone, owners, namesOf, folder, signal, log })
    standing.publisher = publisher
    open.push({ close: () => publisher.closed })
  }
}

function ownCertificate({ core, options, folder, signal }: Opening): Promise<KeptCertificate> {
  const { ownChallenges, standing, log } = core
  const onChallenge = async (text: string, asking: AbortSignal): Promise<void> => {
    await standing.publisher?.settle(RELAY_ITSELF, asking)
    await standing.publisher?.shown(['_acme-challenge'], text, asking)
  }
  return keepCertificate({ options, folder, ownChallenges, onChallenge, signal, log })
}

/** Names of owners' own are let go when their proofs are. */
function watchOwnHosts({ core: { ownHosts, log }, signal }: Opening): void {
  const timer = setInterval(() => {
    ownHosts.recheck(signal).catch((error: unknown) => signal.aborted || log('own-hosts-fault', { error: String(error) }))
  }, LOOK_EVERY_MS)
  signal.addEventListener('abort', () => clearInterval(timer))
}

/** Port 80 sends those who ask for a name of ours on to 443. */
async function openPlainHttp({ core, options, signal, open }: Opening): Promise<void> {
  const { names, operating, httpsPort, log } = core
  const isTakenDown = (host: string): boolean => {
    const deviceKey = names.deviceOfHost(host)
    const closed = deviceKey === undefined ? undefined : operating.decisions.closed({ deviceKey, service: names.serviceOfHost(host) })
    return closed === 'taken-down' || closed === 'suspended'
  }
  const leadsHome = (host: string): boolean => names.deviceOfHost(host) !== undefined
  const sendOn = createRedirect({ domain: options.domain, host: options.host, httpsPort, leadsHome, isTakenDown })
  const redirect = http.createServer({ headersTimeout: 10_000, maxHeaderSize: 8192 }, (request, response) => {
    if (!refusePlain(request, response, options.host)) sendOn(request, response)
  })
  open.push(await listen(redirect, options.http, signal, log))
}

async function openOperatorPage({ core, options, open }: Opening): Promise<void> {
  const { page } = options.operating
  open.push(
    await core.operator.listen().catch((error: unknown) => {
      throw page === 'off' ? error : listenProblem(error, page)
    }),
  )
}
