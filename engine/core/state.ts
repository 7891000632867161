/** Everything the engine knows, as one value. Pure data: no socket, no clock, no timer. Times are milliseconds since 1970. */
import type { Finding } from '../../protocol/finding.ts'
import type { Admission } from '../../protocol/model/access.ts'
import { type BansView, NO_BANS } from '../../protocol/model/ban.ts'
import type { LinkUse } from '../../protocol/model/link.ts'
import type { OwnName } from '../../protocol/model/own-name.ts'
import { NO_ROUTER_ACCESS, type RouterAccess } from '../../protocol/model/router-api.ts'
import type { Problem } from '../../protocol/problem.ts'
import { type Authority, NO_AUTHORITY } from '../../protocol/snapshot.ts'
import { type AlertsState, NO_ALERTS } from './alerts.ts'
import type { CertificateState } from './certificates.ts'
import { type DiagnosisState, UNDIAGNOSED_STATE } from './diagnosis/state.ts'
import type { FirewallLook } from './firewall.ts'
import type { Friend } from './friends.ts'
import { type Guard, NO_GUARD } from './guard-state.ts'
import type { NamingState } from './naming.ts'
import { onceFor } from './once.ts'
import type { Path } from './path-state.ts'
import type { PhoneProof } from './phone-proof.ts'
import { NO_PUBLISHER, type PublisherState } from './publisher-state.ts'
import { isLoopbackHost, type RelayLink, type StandbyRelay } from './relay-state.ts'
import { type GatewayState, type LineFacts, type NetworkFacts, type Rule, routerOf, type UpstreamState } from './router-state.ts'
import type { Exposure, Service, TargetState } from './service-state.ts'

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

const NO_CERTIFICATE: CertificateState = { phase: 'none' }
export const certificateOf = ({ certificates }: Pick<State, 'certificates'>, domain: string | null): CertificateState =>
  (domain === null ? undefined : certificates[domain]) ?? NO_CERTIFICATE

/** The openings for it in IPv6 firewalls that we have written down, on whichever router. */
export const pinholesFor = ({ journal, network }: State, { protocol, port }: Exposure): Rule[] =>
  journal.filter((rule) => rule.protocol === protocol && rule.externalPort === port && rule.internalAddress === network?.ipv6?.localAddress)

/** Somebody may open our IPv6 firewall for us, or may yet be found who does. */
export const canAskFirewall = ({ gateway, upstream, network }: State): boolean => {
  if (gateway.phase !== 'found') return gateway.phase === 'unknown' && routerOf(network) !== null
  return gateway.pinholes > 0 || (upstream.phase === 'found' && upstream.pinholes > 0)
}

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
