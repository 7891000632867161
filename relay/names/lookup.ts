/** What stands at each name of the relay's zone, asked anew each time: the planner of protocol/model/records.ts decides which addresses stand. */
import type { Family } from '../../protocol/model/address.ts'
import { ADDRESS_TTL_S, recordSet } from '../../protocol/model/records.ts'
import { familyOfRelayOnlyName, serviceOfRelayOnlyName } from '../../protocol/model/relay-only.ts'
import { isWeb } from '../../protocol/model/service.ts'
import type { NodeRecord, ZoneNode, ZoneView } from '../dns/zone.ts'
import type { Closed } from '../operating/decisions.ts'
import type { Device, DirectProof, Registry } from '../registry/registry.ts'
import type { Presence } from '../tunnel/presence.ts'
import { type Challenges, challengeRecord } from './challenges.ts'
import type { NamesOptions } from './names.ts'
import type { PublishedService, RawAddresses } from './raw-addresses.ts'
import { addressRecords, issuanceRecords, listOf } from './records.ts'

const ELSEWHERE: ZoneNode = { records: [], askAnother: true }

export function createLookup(options: NamesOptions, challenges: Challenges, rawAddresses: RawAddresses): ZoneView['lookup'] {
  const { addresses, registry, presence, ownChallenges, now = Date.now } = options

  const relayRecords = (): NodeRecord[] => addressRecords(listOf(addresses.ipv4), listOf(addresses.ipv6))

  /** Browsers then come by HTTPS at once, also where nothing answers on port 80, as at home (RFC 9460 §9.5). They offer HTTP/1.1 besides,
   *  unless told not to (§7.1), so that a home whose engine is older is reached as well. */
  const webHint = (): NodeRecord[] => ((options.httpsPort?.() ?? 443) === 443 ? [{ type: 'HTTPS', alpn: ['h2'], ttlS: ADDRESS_TTL_S }] : [])

  /** Who comes by the relay would be turned away there: where another way leads home, he is sent that one. */
  const relayBeside = (direct: object, closed: Closed | undefined): NamesOptions['addresses'] =>
    closed === 'used-up' && Object.keys(direct).length > 0 ? {} : addresses

  /** Without the addresses of before: until the device has said its names anew, and the new address was looked at, it may take seconds. */
  const directNow = (deviceKey: string): ReturnType<Registry['direct']> => {
    const { ipv4, ipv6 } = registry.direct(deviceKey)
    const stays = (family: Family, proof?: DirectProof) => proof && movedTo(presence, deviceKey, family, proof.address) === undefined
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
    const home = (six: boolean) => {
      const endpoint = service.direct.find(({ address }) => address.includes(':') === six)
      return endpoint && { address: endpoint.address, sinceMs: rawAddresses.sinceMs(device.key, service, endpoint) }
    }
    const [ipv4, ipv6] = [home(false), home(true)]
    const direct = { ...(ipv4 && { ipv4 }), ...(ipv6 && { ipv6 }) }
    const relay = portOf(device.key, service) === undefined ? {} : relayBeside(direct, closed)
    const { a, aaaa } = recordSet({ direct, tunnelUp: presence.isUp(device.key), relay, nowMs: now() })
    return addressRecords(a, aaaa)
  }

  const textNode = (records: NodeRecord[]): ZoneNode | undefined => (records.length === 0 ? undefined : { records })

  const elsewhere = options.hasSiblings ? ELSEWHERE : undefined
  const isGone = ({ key }: Device): boolean => {
    const { ipv4, ipv6 } = registry.direct(key)
    return options.hasSiblings === true && !presence.isUp(key) && ipv4 === undefined && ipv6 === undefined
  }

  return (below) => {
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
}

/** Where the device was seen since; undefined: nowhere else. */
export function movedTo(presence: Presence, deviceKey: string, family: Family, standing: string | undefined): string | undefined {
  const observed = presence.observedAddress(deviceKey, family)
  return observed === standing ? undefined : observed
}
