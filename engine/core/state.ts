/** Everything the engine knows, as one value. Pure data: no socket, no clock, no timer. Times are milliseconds since 1970. */
import type { Finding } from '../../protocol/finding.ts'
import type { Access, Admission } from '../../protocol/model/access.ts'
import type { Endpoint, Family } from '../../protocol/model/address.ts'
import { type BansView, NO_BANS } from '../../protocol/model/ban.ts'
import type { FormerLabel } from '../../protocol/model/label.ts'
import type { LinkUse, ShareLink } from '../../protocol/model/link.ts'
import type { OwnName } from '../../protocol/model/own-name.ts'
import type { Verdict } from '../../protocol/model/path.ts'
import type { Route } from '../../protocol/model/route.ts'
import { NO_ROUTER_ACCESS, type RouterAccess, type RouterApi } from '../../protocol/model/router-api.ts'
import type { ServiceTarget } from '../../protocol/model/service.ts'
import type { Translation } from '../../protocol/model/translation.ts'
import type { Problem } from '../../protocol/problem.ts'
import { type Authority, type GuardState, NO_AUTHORITY, type Transport } from '../../protocol/snapshot.ts'
import type { PingName } from '../../wire/pings.ts'
import { type AlertsState, NO_ALERTS } from './alerts.ts'
import type { CertificateState } from './certificates.ts'
import type { Claims } from './claims.ts'
import { type DiagnosisState, UNDIAGNOSED_STATE } from './diagnosis/state.ts'
import type { FirewallLook } from './firewall.ts'
import type { Friend } from './friends.ts'
import type { NamingState } from './naming.ts'
import { onceFor } from './once.ts'
import type { PhoneProof } from './phone-proof.ts'
import { NO_PUBLISHER, type PublisherState } from './publisher-state.ts'

export interface Service {
  readonly name: string
  readonly target: ServiceTarget
  readonly paused: boolean
  readonly access: Access
  /** Addresses, prefixes and friends' names, for {@link access} `addresses`. */
  readonly allowed?: readonly string[] | undefined
  /** The first is made when the service is added: it can be given away before any relay knows it. */
  readonly links: readonly ShareLink[]
  /** Paths below its name that lead elsewhere. */
  readonly routes?: readonly Route[] | undefined
  /** A TCP service: it is told its visitor's address before all else. */
  readonly proxyProtocol?: boolean | undefined
  /** A website: what a request may carry at most, in MB; null or absent: as much as it likes. */
  readonly uploadLimitMb?: number | null | undefined
  /** Its visitors come through the relay alone, and its name does not tell where the home is. */
  readonly relayOnly?: boolean | undefined
  readonly preset?: string | undefined
  /** The machine's own address on the link, by which it is found again when the router gives it another one. */
  readonly mac?: string | undefined
}

/** One thing that is reachable from outside under one port: the front door that all web services share, or a raw service of its own. */
export interface Exposure {
  readonly id: string
  readonly protocol: 'tcp' | 'udp'
  /** The wanted port outside. For the front door it must be 443: browsers go nowhere else. For a raw service it is the relay's, where the
   *  relay gives it one. */
  readonly port: number
  readonly exactPort: boolean
  readonly transport: 'tls' | 'tcp' | 'udp'
  /** By which its program is asked whether it is there. */
  readonly ping?: PingName
  /** Names of the services behind it, those that may be reached directly first. */
  readonly services: readonly string[]
  /** None of them may. */
  readonly relayOnly?: boolean
}

export type TargetState =
  | { readonly phase: 'unknown'; readonly nextAtMs: number }
  | { readonly phase: 'up'; readonly remark?: Problem | undefined; readonly nextAtMs: number }
  | { readonly phase: 'down'; readonly problem: Problem; readonly nextAtMs: number }

export interface Welcomed {
  readonly url: string
  readonly host: string
  /** base64url of its public key, and its word on us for other relays of its domain. */
  readonly relayKey: string
  readonly voucher: string | null
  readonly domain: string
  readonly label: string
  /** Labels that it had before and that still lead to it, the one that ends first at the front. */
  readonly former: readonly FormerLabel[]
  readonly httpsPort: number
  /** How it is reached. */
  readonly transport: Transport
  /** In which our lanes go to it. */
  readonly family: Family
  readonly addresses: { readonly ipv4?: string | undefined; readonly ipv6?: string | undefined }
  /** Where it sees our connections come from. Absent: not seen in that family yet; null: it cannot be reached in it. */
  readonly observed: { readonly ipv4?: string | null | undefined; readonly ipv6?: string | null | undefined }
}

/** What a relay's operator has decided about us, as far as he has said. */
export interface RelayNotice {
  /** When he will suspend us; null: he has not said so. */
  readonly suspendAtMs: number | null
  /** Of what the relay carries for us in a month, so much is used up; null: there is enough left. */
  readonly quota: { readonly monthlyBytes: number; readonly usedPercent: number; readonly renewsAtMs: number } | null
  /** Services by name, links by id: they lead nowhere until he puts them back. */
  readonly takenDown: readonly { readonly kind: 'service' | 'link'; readonly name: string; readonly reason: string | null }[]
}

export const NO_NOTICE: RelayNotice = { suspendAtMs: null, quota: null, takenDown: [] }

export type RelayLink =
  | { readonly phase: 'none' }
  | { readonly phase: 'connecting'; readonly url: string; readonly known: Welcomed | null }
  | {
      readonly phase: 'connected'
      readonly url: string
      readonly known: Welcomed
      /** The welcome. */
      readonly sinceMs: number
      readonly published: string | null
      /** The public ports that it gave our raw services; null: none. */
      readonly ports: Readonly<Record<string, number | null>>
      readonly notice: RelayNotice
      /** Round trip to it; null: not measured yet. */
      readonly rttMs: number | null
      /** Much farther than another one of the same names (standby.ts); and since when it has looked otherwise. */
      readonly far: boolean
      readonly turningSinceMs: number | null
      /** While it stands by: of what was published to it, at which address it has seen each path for itself; and when it may be asked to look. */
      readonly proven: { readonly published: string | null; readonly paths: Readonly<Record<string, string>> }
      readonly proveAtMs: number
      /** Where the relay sees our datagrams come from; null: it hears none. Absent: not asked yet. */
      readonly udp: {
        readonly ipv4?: Endpoint | null
        /** Where else the relay answers datagrams; null: nowhere. */
        readonly other?: Endpoint | null
        /** Null: it could not be learnt. Absent: not tried yet. */
        readonly translation?: Translation | null
      }
      readonly publishAtMs: number
      /** Names of the owner's own that it carries. */
      readonly claims: Claims
    }
  | { readonly phase: 'waiting'; readonly url: string; readonly known: Welcomed | null; readonly problem: Problem }
  | { readonly phase: 'refused'; readonly url: string; readonly known: Welcomed | null; readonly problem: Problem }

export type StandbyRelay = Exclude<RelayLink, { phase: 'none' }>
export type ConnectedRelay = Extract<RelayLink, { phase: 'connected' }>

export interface NetworkFacts {
  readonly ipv4?: { readonly gateway: string; readonly localAddress: string; readonly interfaceName?: string } | undefined
  /** A stable global address of ours. The gateway is mostly link-local, to be reached through that interface. */
  readonly ipv6?: { readonly gateway: string | null; readonly localAddress: string; readonly interfaceName: string } | undefined
}

/** The next hop. In a network without IPv4 it can still be asked to open its IPv6 firewall. */
export const routerOf = (network: NetworkFacts | null | undefined): string | null =>
  network?.ipv4?.gateway ?? network?.ipv6?.gateway ?? null

/** The second kind needs the owner's word. */
export type GatewayProtocol = 'pcp' | 'natpmp' | 'upnp' | RouterApi

/** The router as a partner in conversation. */
export type GatewayState =
  | { readonly phase: 'unknown' }
  | { readonly phase: 'absent'; readonly problem: Problem; readonly retryAtMs: number; readonly attempt: number; readonly says?: string }
  | {
      readonly phase: 'found'
      /** Whatever it tells of itself. */
      readonly says?: string
      readonly address: string
      readonly name: string | null
      /** How it can be asked, in the order of preference. */
      readonly protocols: readonly GatewayProtocol[]
      /** In how many languages its IPv6 firewall can be asked. */
      readonly pinholes: number
      readonly externalIPv4: string | null
    }

/** The router in front of ours, which is looked for when ours has a private address outside: `routerAddress`. */
export type UpstreamState =
  | { readonly phase: 'unknown' }
  | {
      readonly phase: 'absent'
      readonly routerAddress: string
      /** What one that answers says of its outside, though outsiders see us elsewhere; null when none answers. */
      readonly claimed: string | null
      readonly retryAtMs: number
      readonly attempt: number
    }
  | {
      readonly phase: 'found'
      readonly routerAddress: string
      readonly address: string
      /** In how many languages its IPv6 firewall can be asked. */
      readonly pinholes: number
      readonly externalIPv4: string
    }

/** What was found out about the way beyond our router. Absent: not asked yet. */
export interface LineFacts {
  /** The router after ours on the way out; null: it keeps silent. */
  readonly nextHop?: string | null | undefined
  /** The prefix of the provider's NAT64; null: it has none. */
  readonly nat64?: string | null | undefined
  /** Ports that were mapped for a moment: one that is among ours if they are only some of the address's, and one that then is not. */
  readonly within?: TriedPort | undefined
  readonly beyond?: TriedPort | undefined
}

export interface TriedPort {
  readonly port: number
  /** By somebody outside; `untold` when the router would not map it, or nobody could look. */
  readonly found: 'open' | 'closed' | 'untold'
}

/** The home's own router, or the one in front of it, where there are two (double NAT). */
export type RouterRole = 'gateway' | 'upstream'

/** A rule on a router. */
export interface Rule {
  readonly router: RouterRole
  readonly protocol: 'tcp' | 'udp'
  /** Ours; on the upstream router, the address of our own router there. */
  readonly internalAddress: string
  readonly internalPort: number
  readonly externalPort: number
  /** 0: without an end. */
  readonly lifetimeS: number
  readonly via: GatewayProtocol
  readonly description: string
  /** The number under which the router keeps it, where it has one (IPv6 pinholes). */
  readonly ruleId?: string | undefined
  /** Nobody renews it any more, and perhaps nobody can take it back: by then it has ended. */
  readonly untilMs?: number | undefined
}

/** As it is written down, when nobody looks after it any more. */
export const abandoned = (rule: Rule, atMs: number): Rule =>
  rule.lifetimeS === 0 ? rule : { ...rule, untilMs: atMs + rule.lifetimeS * 1000 }

interface PathBase {
  readonly exposure: string
  /** `direct` is IPv6 without translation: our own address and port, behind a pinhole where a firewall needs one. `manual` is a rule that the
   *  owner has made on the router himself. */
  readonly rung: 'direct' | 'mapped' | 'manual' | 'tunnel'
  readonly family: Family
}

/** What was opened, and when to look at it again. */
export interface Way {
  readonly outside: Endpoint
  /** One on every router that has to be asked, from us outwards. None through the tunnel, nor where no firewall is in the way. */
  readonly rules: readonly Rule[]
  /** Why there is none on the upstream router, which was asked. */
  readonly missing: Problem | null
  readonly renewAtMs: number
  readonly inspectAtMs: number
  readonly probeAtMs: number
}

export type OpenPath = Extract<Path, { way: Way }>

/** One way in. The union says what is known in each phase, so that nothing can be shown as reachable without a verdict. */
export type Path =
  | (PathBase & {
      readonly phase: 'seeking'
      /** How often a rule for this path was seen by nobody outside. */
      readonly attempt: number
      /** Rules that are listed but forward nothing: to be deleted before they are asked for again. */
      readonly replace: readonly Rule[]
    })
  | (PathBase & {
      readonly phase: 'provisioned'
      readonly way: Way
      /** How often a rule for this path was seen by nobody outside: after the first time it is deleted and made anew, then left be for a while. */
      readonly attempt: number
      /** It was confirmed, and nothing speaks against it but that nobody can look just now: what is published stays. */
      readonly standing: boolean
      readonly lastVerdict: Verdict | null
    })
  | (PathBase & {
      readonly phase: 'confirmed'
      readonly way: Way
      readonly verdict: Verdict
      /** Failed looks in a row: one lost packet never turns the light. */
      readonly doubts: number
    })
  | BlockedPath

export type BlockedPath = PathBase & {
  readonly phase: 'blocked'
  readonly problem: Problem
  /** When the router is to be asked again. */
  readonly retryAtMs: number
  readonly attempt: number
  readonly closed: Closed | null
}

/** A way that nobody came through. An outsider looks at it again and again: the router may keep its word after all, or its owner open it. */
export interface Closed {
  readonly way: Way
  /** How often it was looked at in vain. */
  readonly looks: number
}

/** Our names as others see them, and the public logs of certificates. */
export type Watch = 'ownNames' | 'certificateLog'

export interface Watching {
  readonly state: GuardState
  /** When somebody last looked; null: nobody has. */
  readonly atMs: number | null
  readonly nextAtMs: number
  /** Stands for a day after it was last rung: who reads along now and then would else be forgotten in between. */
  readonly alarm: { readonly problem: Problem; readonly atMs: number } | null
}

export interface Guard {
  /** The device's domain that is watched over; another one begins anew. */
  readonly domain: string | null
  readonly ownNames: Watching
  readonly certificateLog: Watching
}

export interface State {
  readonly services: readonly Service[]
  /** By {@link targetKey}. */
  readonly targets: Readonly<Record<string, TargetState>>
  /** What was seen from inside, before it is shown to anybody (safety.ts), by {@link targetKey}. `of`: what was looked at, and under which name. */
  readonly safety: Readonly<Record<string, { readonly of: string; readonly atMs: number; readonly findings: readonly Finding[] }>>
  /** When a silent service's machine was last looked for at other addresses. */
  readonly sought: Readonly<Record<string, number>>
  /** The one that serves. */
  readonly relay: RelayLink
  /** Others that were joined (standby.ts). */
  readonly standby: readonly StandbyRelay[]
  /** The owner's order of all of them, by address. */
  readonly relayOrder: readonly string[]
  /** Counts the networks we were on: what was connected in one is connected anew in the next. */
  readonly generation: number
  /** Undefined: not looked yet. Null: no network at all. */
  readonly network: NetworkFacts | null | undefined
  readonly gateway: GatewayState
  readonly upstream: UpstreamState
  /** What its owner has let us do there by its own API. */
  readonly routerAccess: RouterAccess
  readonly line: LineFacts
  /** By {@link portKey}. */
  readonly firewall: Readonly<Record<string, FirewallLook>>
  /** Counts the searches for a router: a new one starts when the old conversation has broken off. */
  readonly search: number
  readonly paths: Readonly<Record<string, Path>>
  /** By the domain that each is for. */
  readonly certificates: Readonly<Record<string, CertificateState>>
  readonly ownNames: readonly OwnName[]
  /** What is known of those that somebody is told of. */
  readonly publisher: PublisherState
  /** Who is asked for them. */
  readonly authority: Authority
  readonly naming: NamingState
  readonly guard: Guard
  /** Of a home without a relay. */
  readonly proofs: readonly PhoneProof[]
  readonly alerts: AlertsState
  readonly bans: BansView
  /** The relay's public port of each raw service, by its name; null: it has none to give. Absent: not said yet. */
  readonly publicPorts: Readonly<Record<string, number | null>>
  /** What a gated service's link carries behind its `#`, by the link's id. */
  readonly grants: Readonly<Record<string, string>>
  readonly linkUses: Readonly<Record<string, LinkUse>>
  /** By the link's id. */
  readonly wrongPins: Readonly<Record<string, number>>
  /** Services that have a password. */
  readonly passwords: readonly string[]
  readonly admitted: readonly Admission[]
  readonly friends: Readonly<Record<string, Friend>>
  /** Ids and aliases of links that a relay, by its address, was told last; it keeps them while we are away. */
  readonly registered: Readonly<Record<string, readonly string[]>>
  /** Our own port behind each exposure, by {@link portKey}. Absent: not listening (yet). */
  readonly ports: Readonly<Record<string, number>>
  /** Exposures whose IPv6 port the service itself holds, on this very computer: it is its own listener there. */
  readonly ownListeners: readonly string[]
  /** Rules that may stand on the router: written down before they were asked for. */
  readonly journal: readonly Rule[]
  /** Rules that the router would not take back, with the time of the next try. */
  readonly leftovers: Readonly<Record<string, number>>
  /** What could not be written down yet. */
  readonly unsaved: Readonly<Record<string, { readonly problem: Problem; readonly retryAtMs: number }>>
  /** What was found damaged at the start, and the like. */
  readonly notices: readonly Problem[]
  readonly diagnosis: DiagnosisState
}

const UNWATCHED: Watching = { state: 'unchecked', atMs: null, nextAtMs: Number.NEGATIVE_INFINITY, alarm: null }
export const NO_GUARD: Guard = { domain: null, ownNames: UNWATCHED, certificateLog: UNWATCHED }

export const EMPTY_STATE: State = {
  services: [],
  targets: {},
  safety: {},
  sought: {},
  relay: { phase: 'none' },
  standby: [],
  relayOrder: [],
  generation: 0,
  network: undefined,
  gateway: { phase: 'unknown' },
  upstream: { phase: 'unknown' },
  routerAccess: NO_ROUTER_ACCESS,
  line: {},
  firewall: {},
  search: 0,
  paths: {},
  certificates: {},
  authority: NO_AUTHORITY,
  ownNames: [],
  publisher: NO_PUBLISHER,
  naming: { wishes: {}, refused: {} },
  guard: NO_GUARD,
  proofs: [],
  alerts: NO_ALERTS,
  bans: NO_BANS,
  publicPorts: {},
  grants: {},
  linkUses: {},
  wrongPins: {},
  passwords: [],
  admitted: [],
  friends: {},
  registered: {},
  ports: {},
  ownListeners: [],
  journal: [],
  leftovers: {},
  unsaved: {},
  notices: [],
  diagnosis: UNDIAGNOSED_STATE,
}

/** Of {@link State.targets}: a service's own target, or the one behind one of its routes. */
export const targetKey = (service: string, prefix: string | null): string => service + (prefix ?? '')

/** A service's own target, and those behind its routes. */
export const placesOf = ({ name, target, routes = [] }: Service): { readonly key: string; readonly target: ServiceTarget }[] => [
  { key: name, target },
  ...routes.map((route) => ({ key: targetKey(name, route.prefix), target: route.target })),
]

const NO_CERTIFICATE: CertificateState = { phase: 'none' }
export const certificateOf = ({ certificates }: Pick<State, 'certificates'>, domain: string | null): CertificateState =>
  (domain === null ? undefined : certificates[domain]) ?? NO_CERTIFICATE

export const pathKey = ({ exposure, rung, family }: { exposure: string; rung: string; family: string }): string =>
  `${exposure} ${rung} ${family}`

export const portKey = (exposure: string, family: Family): string => `${exposure} ${family}`

export const ruleKey = ({ router, protocol, externalPort, internalAddress }: Rule): string =>
  `${router} ${protocol} ${externalPort} ${internalAddress}`

/** The openings for it in IPv6 firewalls that we have written down, on whichever router. */
export const pinholesFor = ({ journal, network }: State, { protocol, port }: Exposure): Rule[] =>
  journal.filter((rule) => rule.protocol === protocol && rule.externalPort === port && rule.internalAddress === network?.ipv6?.localAddress)

/** Somebody may open our IPv6 firewall for us, or may yet be found who does. */
export const canAskFirewall = ({ gateway, upstream, network }: State): boolean => {
  if (gateway.phase !== 'found') return gateway.phase === 'unknown' && routerOf(network) !== null
  return gateway.pinholes > 0 || (upstream.phase === 'found' && upstream.pinholes > 0)
}

/** Where an outsider is to look for this path, be it open or closed. */
export const lookedAt = (path: Path): Way | null =>
  'way' in path ? path.way : path.phase === 'blocked' ? (path.closed?.way ?? null) : null

/** Where outsiders see this house in IPv4; null when nobody has looked. A tunnel that goes over IPv6 does not show it; a datagram does. */
export const seenIPv4 = ({ relay }: State): string | null => {
  if (relay.phase === 'none' || relay.known === null) return null
  return relay.known.observed.ipv4 ?? (relay.phase === 'connected' ? (relay.udp.ipv4?.address ?? null) : null)
}

export const linkTo = ({ relay, standby }: State, url: string): StandbyRelay | undefined =>
  [...(relay.phase === 'none' ? [] : [relay]), ...standby].find((link) => link.url === url)

/** The relay's host is this very machine: a rehearsal. */
export const isRehearsal = ({ relay }: Pick<State, 'relay'>): boolean => isHere(relay)

const isHere = onceFor((relay: RelayLink) => relay.phase !== 'none' && isLoopbackHost(new URL(relay.url).hostname))

export const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || /^127\.|^\[::1\]$/.test(host)
