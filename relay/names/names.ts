/** The relay's names: what stands in its zone for every device. The registry remembers, presence knows who
 *  is here, and the planner of protocol/model/records.ts decides which addresses stand. */
import type { Endpoint, Family } from '../../protocol/model/address.ts'
import { ADDRESS_TTL_S, recordSet } from '../../protocol/model/records.ts'
import { familyOfRelayOnlyName, relayOnlyName, serviceOfRelayOnlyName } from '../../protocol/model/relay-only.ts'
import { isWeb } from '../../protocol/model/service.ts'
import type { Issuance, Publication } from '../../wire/messages.ts'
import type { NodeRecord, ZoneNode, ZoneView } from '../dns/zone.ts'
import { serviceOfHost } from '../operating/carrier.ts'
import type { Closed } from '../operating/decisions.ts'
import type { Carriage } from '../operating/meter.ts'
import type { Device, DirectProof, Registry } from '../registry/registry.ts'
import type { Presence } from '../tunnel/presence.ts'
import { challengeRecord, createChallenges } from './challenges.ts'
import type { OwnHosts } from './own-hosts.ts'
import { addressRecords, issuanceRecords, listOf } from './records.ts'
import { createSightings, type Proof } from './sightings.ts'

export interface Names {
  readonly zone: ZoneView
  /** Where something of a device may stand in the zone, under its present and former labels; without a key: of the relay itself. */
  namesOf(deviceKey: string | undefined): string[][]
  publish(deviceKey: string, publication: Publication): 'ok' | 'taken'
  /** Who alone may issue certificates for the device's names. */
  setIssuance(deviceKey: string, issuance: Issuance): void
  /** A dns-01 text, at `_acme-challenge` below whatever names the device answers to. */
  setChallenge(deviceKey: string, action: 'set' | 'clear', value: string): void
  /** It comes anew: no order of its can be under way, and what one has left there nobody needs. */
  forgetChallenges(deviceKey: string): void
  /** What our own eyes saw: only a proven address is ever published. */
  noteSighting(deviceKey: string, proof: Proof, reachable: boolean): void
  /** `web.amber-otter-42.DOMAIN`, or a name of its owner's own → whose it is: the device's key. */
  deviceOfHost(host: string): string | undefined
  /** To which of its services it leads. */
  serviceOfHost(host: string): string
  hostOf(label: string, service: string): string
}

export interface NamesOptions {
  readonly domain: string
  readonly nameServers: readonly string[]
  /** Other relays answer for the same domain, and may know a device, or have its tunnel, when this one does not. */
  readonly hasSiblings?: boolean
  readonly addresses: { readonly ipv4?: string; readonly ipv6?: string }
  /** Where visitors reach the web services; absent: on 443. */
  httpsPort?(): number
  readonly registry: Registry
  readonly presence: Presence
  /** Texts for the relay's own certificate. */
  readonly ownChallenges: ReadonlySet<string>
  /** Names of owners' own; absent: none is carried. */
  readonly ownHosts?: Pick<OwnHosts, 'ownerOf'>
  /** What the operator has decided about a service; absent: nothing. */
  closed?(carriage: Carriage): Closed | undefined
  readonly now?: () => number
}

const ELSEWHERE: ZoneNode = { records: [], askAnother: true }

export function createNames(options: NamesOptions): Names {
  const { domain, addresses, registry, presence, ownChallenges, now = Date.now } = options
  const challenges = createChallenges(now)
  const sightings = createSightings(now)
  /** When each direct address of a raw service began to stand; what stood at the start counts from there. */
  const rawSince = new Map<string, ReadonlyMap<string, number>>()
  const startedAtMs = now()

  const relayRecords = (): NodeRecord[] => addressRecords(listOf(addresses.ipv4), listOf(addresses.ipv6))

  /** Browsers then come by HTTPS at once, also where nothing answers on port 80, as at home (RFC 9460 §9.5). They offer HTTP/1.1 besides,
   *  unless told not to (§7.1), so that a home whose engine is older is reached as well. */
  const webHint = (): NodeRecord[] => ((options.httpsPort?.() ?? 443) === 443 ? [{ type: 'HTTPS', alpn: ['h2'], ttlS: ADDRESS_TTL_S }] : [])

  /** Who comes by the relay would be turned away there: where another way leads home, he is sent that one. */
  const relayBeside = (direct: object, closed: Closed | undefined): NamesOptions['addresses'] =>
    closed === 'used-up' && Object.keys(direct).length > 0 ? {} : addresses

  /** Where the device was seen since; undefined: nowhere else. */
  const movedTo = (deviceKey: string, family: Family, standing: string | undefined): string | undefined => {
    const observed = presence.observedAddress(deviceKey, family)
    return observed === standing ? undefined : observed
  }

  /** Without the addresses of before: until the device has said its names anew, and the new address was looked at, it may take seconds. */
  const directNow = (deviceKey: string): ReturnType<Registry['direct']> => {
    const { ipv4, ipv6 } = registry.direct(deviceKey)
    const stays = (family: Family, proof?: DirectProof) => proof && movedTo(deviceKey, family, proof.address) === undefined
    return { ...(stays('ipv4', ipv4) && { ipv4 }), ...(stays('ipv6', ipv6) && { ipv6 }) }
  }

  const webRecords = (device: Device, closed: Closed | undefined): NodeRecord[] => {
    const direct = directNow(device.key)
    const { a, aaaa } = recordSet({ direct, tunnelUp: presence.isUp(device.key), relay: relayBeside(direct, closed), nowMs: now() })
    return [...addressRecords(a, aaaa), ...webHint()]
  }

  const serviceNode = (device: Device, name: string): ZoneNode | undefined => {
    const relayOnly = serviceOfRelayOnlyName(name)
    const service = registry.published(device.key)?.services.find((candidate) => candidate.name === (relayOnly ?? name))
    if (!service) return undefined
    const closed = options.closed?.({ deviceKey: device.key, service: service.name })
    // At the relay they are told, or refused; at home nobody knows of it.
    if (closed === 'suspended' || closed === 'taken-down') return { records: relayOnlyRecords(service, device.key) }
    if (relayOnly !== undefined) return relayOnlyNode(device, service, familyOfRelayOnlyName(name))
    // As its owner wishes: this name does not tell where the home is.
    if (service.relayOnly) return relayOnlyNode(device, service, undefined)
    return { records: isWeb(service.kind) ? webRecords(device, closed) : rawRecords(device, service, closed) }
  }

  /** The owner's router, where it says it is. */
  const routerNode = ({ key }: Device, name: string): ZoneNode | undefined => {
    const kept = registry.routerName(key)
    if (kept?.name !== name) return undefined
    const closed = options.closed?.({ deviceKey: key, service: name })
    if (closed === 'suspended' || closed === 'taken-down') return { records: [] }
    return { records: addressRecords(listOf(kept.ipv4), listOf(kept.ipv6)) }
  }

  const relayOnlyRecords = (service: PublishedService, deviceKey: string): NodeRecord[] => {
    if (isWeb(service.kind)) return [...relayRecords(), ...webHint()]
    return portOf(deviceKey, service) === undefined && !service.gated ? [] : relayRecords()
  }

  /** The same addresses whatever is direct; where relays share the domain, those of one that has the tunnel. */
  const relayOnlyNode = (device: Device, service: PublishedService, family: Family | undefined): ZoneNode | undefined => {
    if (options.hasSiblings && !presence.isUp(device.key)) return ELSEWHERE
    const records = relayOnlyRecords(service, device.key)
    return { records: family ? records.filter(({ type }) => type === (family === 'ipv4' ? 'A' : 'AAAA')) : records }
  }

  const portOf = (deviceKey: string, { name }: PublishedService): number | undefined =>
    registry.publicPorts(deviceKey).find(({ service }) => service === name)?.port

  const rawRecords = (device: Device, service: PublishedService, closed: Closed | undefined): NodeRecord[] => {
    const since = rawSince.get(device.key)
    const home = (six: boolean) => {
      const endpoint = service.direct.find(({ address }) => address.includes(':') === six)
      return endpoint && { address: endpoint.address, sinceMs: since?.get(endpointKey(service, endpoint)) ?? startedAtMs }
    }
    const [ipv4, ipv6] = [home(false), home(true)]
    const direct = { ...(ipv4 && { ipv4 }), ...(ipv6 && { ipv6 }) }
    const relay = portOf(device.key, service) === undefined ? {} : relayBeside(direct, closed)
    const { a, aaaa } = recordSet({ direct, tunnelUp: presence.isUp(device.key), relay, nowMs: now() })
    return addressRecords(a, aaaa)
  }

  const noteRawSince = (deviceKey: string, earlier: readonly PublishedService[], services: readonly PublishedService[]): void => {
    const before = rawSince.get(deviceKey)
    const sinceMs = (service: PublishedService, endpoint: Endpoint): number =>
      standsAlready(earlier, service, endpoint) ? (before?.get(endpointKey(service, endpoint)) ?? startedAtMs) : now()
    const entries = services.flatMap((service) =>
      service.direct.map((endpoint): [string, number] => [endpointKey(service, endpoint), sinceMs(service, endpoint)]),
    )
    if (entries.length > 0) rawSince.set(deviceKey, new Map(entries))
    else rawSince.delete(deviceKey)
  }

  const textNode = (records: NodeRecord[]): ZoneNode | undefined => (records.length === 0 ? undefined : { records })

  const elsewhere = options.hasSiblings ? ELSEWHERE : undefined
  const isGone = ({ key }: Device): boolean => {
    const { ipv4, ipv6 } = registry.direct(key)
    return options.hasSiblings === true && !presence.isUp(key) && ipv4 === undefined && ipv6 === undefined
  }

  const lookup = (below: readonly string[]): ZoneNode | undefined => {
    const [last, service] = [below.at(-1), below.at(-2)]
    if (last === undefined) return { records: relayRecords() }
    if (below.length === 1 && last === 'ns') return { records: relayRecords() }
    if (below.length === 1 && last === '_acme-challenge') return textNode([...ownChallenges].map(challengeRecord))
    const device = registry.deviceByLabel(last, now())
    if (!device) return elsewhere
    if (below.length > 2) return undefined
    if (service === undefined) return { records: issuanceRecords(registry.issuance(device.key)) }
    if (service === '_acme-challenge') return textNode(challenges.records(device.key)) ?? elsewhere
    return isGone(device) ? elsewhere : (serviceNode(device, service) ?? routerNode(device, service))
  }

  /** A proven address stands until its device takes it back or is seen at another one. That it was not seen lately (a relay that has
   *  just started, lanes of the other family) is no reason. */
  const keepDirect = (deviceKey: string, family: Family, wanted: boolean): void => {
    const standing = registry.direct(deviceKey)[family]?.address
    const observed = movedTo(deviceKey, family, standing)
    if (wanted && observed && sightings.isProven(deviceKey, { family, transport: 'tls', port: 443, address: observed }))
      registry.setDirect(deviceKey, family, { address: observed, port: 443, sinceMs: now() })
    else if (standing !== undefined && (!wanted || observed)) registry.setDirect(deviceKey, family, null)
  }

  return {
    zone: {
      domain,
      nameServers: options.nameServers,
      // Nobody transfers this zone; the number only has to grow (RFC 1982).
      get serial() {
        return Math.floor(now() / 1000) >>> 0
      },
      lookup,
    },
    namesOf(deviceKey) {
      if (deviceKey === undefined) return [[], ['_acme-challenge']]
      const device = registry.device(deviceKey)
      if (!device) return []
      const services = registry.published(deviceKey)?.services.flatMap(namesOfService) ?? []
      const labels = [device.label, ...registry.formerLabels(deviceKey, now()).map(({ label }) => label)]
      const router = registry.routerName(deviceKey)
      const below = ['_acme-challenge', ...services, ...(router ? [router.name] : [])]
      return labels.flatMap((label) => [[label], ...below.map((name) => [name, label])])
    },
    publish(deviceKey, publication) {
      const earlier = registry.published(deviceKey)?.services ?? []
      const services = publication.services.map((service) => ({
        ...service,
        direct: service.direct.filter(
          (endpoint) => standsAlready(earlier, service, endpoint) || sightings.isProven(deviceKey, proofOf(service.kind, endpoint)),
        ),
      }))
      if (registry.setPublished(deviceKey, { ...publication, services }, now()) === 'taken') return 'taken'
      noteRawSince(deviceKey, earlier, services)
      for (const family of ['ipv4', 'ipv6'] as const) keepDirect(deviceKey, family, publication.direct.includes(family))
      return 'ok'
    },
    setIssuance: (deviceKey, issuance) => registry.setIssuance(deviceKey, issuance),
    setChallenge: challenges.change,
    forgetChallenges: challenges.forget,
    noteSighting(deviceKey, proof, reachable) {
      sightings.note(deviceKey, proof, reachable)
      // What was wished for before it could be proven, as by a device that comes back from another address, is granted now.
      if (reachable && registry.published(deviceKey)?.direct.includes(proof.family)) keepDirect(deviceKey, proof.family, true)
    },
    deviceOfHost: (host) => {
      if (!host.endsWith(`.${domain}`)) return options.ownHosts?.ownerOf(host)?.deviceKey
      const [service, label, ...more] = host.slice(0, -domain.length - 1).split('.')
      if (service === undefined || label === undefined || more.length > 0) return undefined
      return registry.deviceByLabel(label, now())?.key
    },
    serviceOfHost: (host) => (host.endsWith(`.${domain}`) ? undefined : options.ownHosts?.ownerOf(host)?.service) ?? serviceOfHost(host),
    hostOf: (label, service) => `${service}.${label}.${domain}`,
  }
}

type PublishedService = Publication['services'][number]

function standsAlready(earlier: readonly PublishedService[], { name, kind }: PublishedService, { address, port }: Endpoint): boolean {
  const direct = earlier.find((service) => service.name === name && service.kind === kind)?.direct ?? []
  return direct.some((endpoint) => endpoint.address === address && endpoint.port === port)
}

const endpointKey = ({ name }: PublishedService, { address, port }: Endpoint): string => `${name} ${address} ${port}`

const proofOf = (kind: PublishedService['kind'], { address, port }: Endpoint): Proof => ({
  family: address.includes(':') ? 'ipv6' : 'ipv4',
  transport: kind === 'udp' ? 'udp' : 'tcp',
  port,
  address,
})

/** A service that is no website and opens by link has a page, which asks for its visitor's address in each family. */
function namesOfService({ name, kind, gated }: PublishedService): string[] {
  const pages = gated && !isWeb(kind) ? [relayOnlyName(name, 'ipv4'), relayOnlyName(name, 'ipv6')] : []
  return [name, relayOnlyName(name), ...pages]
}
