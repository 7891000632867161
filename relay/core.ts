/** What a relay remembers, knows and decides; it has no socket of its own. */
import { join } from 'node:path'
import { type Endpoint, type Family, isPublic, parsePublicRanges, type Range } from '../protocol/model/address.ts'
import { readIfThere } from '../system/atomic-file.ts'
import type { Identity } from '../wire/identity.ts'
import { vouch } from '../wire/voucher.ts'
import { type HouseAlerts, watchHouses } from './alerts/alerts.ts'
import { type ConsentPages, createConsentPages } from './alerts/consent.ts'
import { createMailer } from './alerts/send-mail.ts'
import type { RunOptions } from './command-line/run-options.ts'
import type { Publisher } from './dns-update/publisher.ts'
import { loadIdentity } from './identity.ts'
import type { Log } from './log.ts'
import { createNames, type Names } from './names/names.ts'
import { createOwnHosts, type OwnHosts, reservedHosts } from './names/own-hosts.ts'
import { lookForProof } from './names/ownership.ts'
import { type Operating, startOperating } from './operating/operating.ts'
import { seenFromHere } from './operator/health.ts'
import { counted, createOperatorSide, type OperatorSide } from './operator/operator.ts'
import { createSelfTest, type SelfTest } from './probe/self-test.ts'
import { createPublicPorts, type PublicPorts, publicHosts } from './public-ports/public-ports.ts'
import type { Registry } from './registry/registry.ts'
import { labelPolicy, readWords } from './registry/reserved.ts'
import { openSqliteRegistry } from './registry/sqlite.ts'
import { type Bypasses, createBypasses } from './tunnel/bypasses.ts'
import { keepLastSeen } from './tunnel/last-seen.ts'
import { createPresence, type Presence } from './tunnel/presence.ts'
import { createShares } from './tunnel/shares.ts'

/** The operator's own words that no device may be called, beside ours: one a line, read at the start. */
const RESERVED_NAMES_FILE = 'reserved-names.txt'

/** What is known only once the relay listens. */
export interface Standing {
  httpsPort: number
  dnsPort: number
  /** Of the foreign zone, where the operator's own name servers answer. */
  publisher: Publisher | undefined
}

export interface Core {
  readonly identity: Identity
  readonly registry: Registry
  readonly presence: Presence
  readonly bypasses: Bypasses
  readonly names: Names
  readonly ownHosts: OwnHosts
  readonly operator: OperatorSide
  readonly operating: Operating
  readonly publicPorts: PublicPorts
  readonly publicRanges: readonly Range[]
  readonly selfTest: SelfTest
  readonly alerts: HouseAlerts
  readonly consent: ConsentPages
  /** Texts for the relay's own certificate. */
  readonly ownChallenges: Set<string>
  readonly standing: Standing
  readonly log: Log
  voucherFor(deviceKey: string, label: string): string
  httpsPort(): number
  url(): string
  /** Writes what is left; everything that listens has been closed before. */
  close(): Promise<void>
}

/** `write`: where log lines go. Throws what opening the registry throws. */
export function openCore(options: RunOptions, folder: string, write: Log): Core {
  const { domain, addresses, https } = options
  const standing: Standing = { httpsPort: https.port, dnsPort: 0, publisher: undefined }
  const httpsPort = (): number => standing.httpsPort
  const url = (): string => `https://${options.host}${httpsPort() === 443 ? '' : `:${httpsPort()}`}`
  const families = familiesOf(addresses)
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
    url,
    front: () => ({ address: seenFromHere(https.host), port: httpsPort() }),
    dns: () => (options.dns === 'off' ? undefined : { address: seenFromHere(options.dns.host), port: standing.dnsPort }),
    families,
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
    if (presence.isUp(deviceKey)) names.forgetChallenges(deviceKey)
    standing.publisher?.touch(deviceKey)
  }
  const presence = createPresence(onPresence, undefined, shares.enter)
  const bypasses = createBypasses(presence.sessions)
  const operating = startOperating({
    options: options.operating,
    registry,
    presence,
    log,
    serviceOf: (host) => names.serviceOfHost(host),
    onRefused: (reason) => metrics.visitorsRefused.add({ reason }),
    onChanged: (deviceKey) => standing.publisher?.touch(deviceKey),
  })
  const { decisions, carrier } = operating
  const hosts = publicHosts(https.host, addresses)
  const publicPorts = createPublicPorts({ registry, presence: carrier, range: options.publicPorts, hosts, log })
  const ownChallenges = new Set<string>()
  const publicRanges = parsePublicRanges(process.env.PORCHLIGHT_PUBLIC_RANGES)
  // Its servers are named by whoever claims a name: nothing within the operator's own network is asked.
  const look = lookForProof({ mayAsk: (address) => isPublic(address, publicRanges) })
  const ownHosts = createOwnHosts({ registry, look, isReserved: reservedHosts(options), log })
  const names = createNames({
    domain,
    httpsPort,
    nameServers: options.nameServers,
    hasSiblings: options.siblings.length > 0,
    addresses,
    registry,
    presence,
    ownChallenges,
    ownHosts,
    closed: decisions.closed,
  })
  const front = (family: Family): Endpoint | undefined => {
    const address = addresses[family]
    return address === undefined ? undefined : { address, port: httpsPort() }
  }
  const selfTest = createSelfTest({ front, domain, witnesses: options.witnesses })
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
      (await Promise.all(families.map((family) => selfTest.ageS(family, 'tunnel', true)))).some((age) => age !== undefined),
    log,
  })
  return {
    identity,
    registry,
    presence,
    bypasses,
    names,
    ownHosts,
    operator,
    operating,
    publicPorts,
    publicRanges,
    selfTest,
    alerts,
    consent,
    ownChallenges,
    standing,
    log,
    voucherFor: (deviceKey, label) => vouch(identity, { domain, label, deviceKey }),
    httpsPort,
    url,
    async close() {
      await Promise.all([alerts.close(), publicPorts.close()])
      lastSeen.stop()
      shares.stop()
      bypasses.stop()
      operating.close()
      registry.close()
    },
  }
}

const bytesPerS = (mbit: number | undefined): number | undefined => (mbit === undefined ? undefined : (mbit * 1_000_000) / 8)

const familiesOf = (addresses: RunOptions['addresses']): Family[] =>
  (['ipv4', 'ipv6'] as const).filter((family) => addresses[family] !== undefined)
