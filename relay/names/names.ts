/** The relay's names: what devices wish, and our own eyes have proven, to stand in its zone (lookup.ts), and whose each name is. The registry
 *  remembers, presence knows who is here. */
import type { Endpoint, Family } from '../../protocol/model/address.ts'
import { relayOnlyName } from '../../protocol/model/relay-only.ts'
import { isWeb } from '../../protocol/model/service.ts'
import type { Issuance, Publication } from '../../wire/messages.ts'
import type { ZoneView } from '../dns/zone.ts'
import { serviceOfHost } from '../operating/carrier.ts'
import type { Closed } from '../operating/decisions.ts'
import type { Carriage } from '../operating/meter.ts'
import type { Registry } from '../registry/registry.ts'
import type { Presence } from '../tunnel/presence.ts'
import { createChallenges } from './challenges.ts'
import { createLookup, movedTo } from './lookup.ts'
import type { OwnHosts } from './own-hosts.ts'
import { createRawAddresses, type PublishedService, standsAlready } from './raw-addresses.ts'
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

export function createNames(options: NamesOptions): Names {
  const { domain, registry, presence, now = Date.now } = options
  const challenges = createChallenges(now)
  const sightings = createSightings(now)
  const rawAddresses = createRawAddresses(now)
  const lookup = createLookup(options, challenges, rawAddresses)

  /** A proven address stands until its device takes it back or is seen at another one. That it was not seen lately (a relay that has
   *  just started, lanes of the other family) is no reason. */
  const keepDirect = (deviceKey: string, family: Family, wanted: boolean): void => {
    const standing = registry.direct(deviceKey)[family]?.address
    const observed = movedTo(presence, deviceKey, family, standing)
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
      rawAddresses.note(deviceKey, earlier, services)
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
