/** What to do now: every situation in, the wanted effects out. Pure, so that each situation is a row in a test.
 *
 *  An effect's `key` is its identity: the loop starts what is newly planned, leaves running what stays planned, and aborts what is no
 *  longer planned. An effect therefore stays in the plan until the event it ends with has been reduced. */
import type { Endpoint, Family } from '../../protocol/model/address.ts'
import { isRaw, type ServiceTarget, type Target } from '../../protocol/model/service.ts'
import type { Publication } from '../../wire/messages.ts'
import type { PingName } from '../../wire/pings.ts'
import { type AlertsEffect, planAlerts } from './alerts.ts'
import { type CertificateEffect, planCertificates } from './certificates.ts'
import { type ClaimEffect, planClaims } from './claims.ts'
import { type DiagnosisEffect, planDiagnosis } from './diagnosis/diagnosis.ts'
import { deviceDomain, exposuresOf, hostOf, isPortAwaited, publicationOf } from './exposures.ts'
import { type FirewallEffect, planFirewall } from './firewall.ts'
import { type FriendEffect, planFriends } from './friends.ts'
import { type GuardEffect, planGuard } from './guard.ts'
import { planNaming, type RenameEffect } from './naming.ts'
import { lookedAt, type Path, pathKey, portKey } from './path-state.ts'
import { type ProofEffect, planProofs } from './phone-proof.ts'
import { planLine } from './plan-line.ts'
import { type NameEffect, planNames } from './plan-names.ts'
import { type Hop, planLeftovers, planOpening } from './plan-rules.ts'
import { planStandby } from './plan-standby.ts'
import type { Welcomed } from './relay-state.ts'
import { type NetworkFacts, type Rule, routerOf } from './router-state.ts'
import { planSafety, type SafetyEffect } from './safety.ts'
import { type Exposure, placesOf, type Service } from './service-state.ts'
import { certificateOf, isRehearsal, type State } from './state.ts'
import { isSeekingUpstream, type SoughtUpstream, soughtUpstream } from './upstream.ts'

/** What somebody outside is to look at. */
export interface Question {
  readonly path: string
  readonly via: 'direct' | 'tunnel'
  readonly family: Family
  readonly transport: 'tls' | 'tcp' | 'udp'
  readonly port: number
  readonly host: string | null
  /** The service itself answers there, by this ping. */
  readonly ping: PingName | null
  /** Nothing that was agreed before may be relied on. */
  readonly afresh: boolean
}

export type Effect =
  /** Lasting: runs until it is no longer planned, and reports whatever happens meanwhile. */
  | { readonly kind: 'watch-network' }
  | { readonly kind: 'keep-tunnel'; readonly url: string }
  | { readonly kind: 'hear-router'; readonly gateway: string; readonly localAddress: string }
  /** IPv4: any port of ours, behind the router's rule. IPv6: no translation, so exactly this address and the port outside. */
  | { readonly kind: 'listen'; readonly exposure: Exposure; readonly target: Target | null; readonly family: 'ipv4' }
  | {
      readonly kind: 'listen'
      readonly exposure: Exposure
      readonly target: Target | null
      readonly family: 'ipv6'
      readonly address: string
    }
  /** Ends by itself when no router answers. */
  | { readonly kind: 'keep-router'; readonly network: NetworkFacts }
  /** The same for the router in front of it. */
  | {
      readonly kind: 'keep-upstream'
      readonly network: NetworkFacts
      readonly sought: SoughtUpstream
      /** Addresses of the relay: the second router lies on the way there. */
      readonly towards: Welcomed['addresses']
    }
  /** Once: ends with an event. */
  | {
      readonly kind: 'open'
      readonly path: string
      readonly exposure: Exposure
      /** Where our own listener is. */
      readonly internalPort: number
      /** The routers to ask, from us outwards: the rule of each leads to the one before. */
      readonly hops: readonly Hop[]
      readonly replace: readonly Rule[]
      /** Somebody else had the port when it was last asked for: where the router's table can be read, that is looked up before all else. */
      readonly wasTaken: boolean
    }
  | { readonly kind: 'inspect'; readonly path: string; readonly rules: readonly Rule[] }
  | { readonly kind: 'remove-rule'; readonly rule: Rule }
  | ({ readonly kind: 'probe' } & Question)
  /** The same look, by a relay that stands by. `address`: where it is expected to see us. */
  | ({ readonly kind: 'prove-standby'; readonly url: string; readonly address: string } & Question)
  | { readonly kind: 'publish'; readonly url: string; readonly publication: Publication; readonly key: string }
  | CertificateEffect
  | DiagnosisEffect
  | FriendEffect
  | ProofEffect
  | GuardEffect
  | AlertsEffect
  | ClaimEffect
  | RenameEffect
  | NameEffect
  | { readonly kind: 'ask-stun'; readonly address: string; readonly port: number }
  | { readonly kind: 'learn-translation'; readonly server: Endpoint; readonly other: Endpoint }
  /** By a connection that does nothing else. */
  | { readonly kind: 'be-seen'; readonly family: Family }
  | { readonly kind: 'find-next-hop'; readonly towards: string }
  | { readonly kind: 'ask-nat64' }
  | FirewallEffect
  /** Have the router map it for a moment, to a listener of its own, and somebody outside look at it. */
  | { readonly kind: 'try-port'; readonly port: number; readonly internalAddress: string }
  | { readonly kind: 'check-target'; readonly name: string; readonly target: ServiceTarget; readonly preset: string | undefined }
  | SafetyEffect
  | { readonly kind: 'save'; readonly what: string }
  | {
      readonly kind: 'seek-target'
      readonly name: string
      readonly target: Target
      readonly preset: string | undefined
      readonly mac: string
    }

/** Every address of the house is asked for it: not more often than this. */
export const SEEK_AGAIN_MS = 60_000

export type EffectOf<K extends Effect['kind']> = Extract<Effect, { kind: K }>

export interface Plan {
  readonly effects: ReadonlyMap<string, Effect>
  /** When to plan again although nothing happens; infinite when there is nothing to wait for. */
  readonly wakeAtMs: number
}

export function plan(state: State, nowMs: number): Plan {
  const effects = new Map<string, Effect>()
  let wakeAtMs = Number.POSITIVE_INFINITY
  const add = (key: string, effect: Effect): void => void effects.set(key, effect)
  /** True when the time has come; else the plan wakes at it. */
  const due = (atMs: number): boolean => {
    if (atMs > nowMs) wakeAtMs = Math.min(wakeAtMs, atMs)
    return atMs <= nowMs
  }

  add('watch-network', { kind: 'watch-network' })
  for (const [what, { retryAtMs }] of Object.entries(state.unsaved)) if (due(retryAtMs)) add(`save ${what}`, { kind: 'save', what })
  for (const relay of [state.relay, ...state.standby])
    if (relay.phase !== 'none' && relay.phase !== 'refused')
      add(`keep-tunnel ${relay.url} ${state.generation}`, { kind: 'keep-tunnel', url: relay.url })
  const exposures = exposuresOf(state)
  for (const exposure of exposures) planListening(state, exposure, add)
  for (const service of state.services) if (!service.paused) planTarget(state, service, add, due)
  planGateway(state, exposures, add, due)
  for (const exposure of exposures)
    for (const path of Object.values(state.paths)) if (path.exposure === exposure.id) planPath(state, exposure, path, add, due)
  planLine(state, add)
  planFirewall(state, add, due)
  const opening = [...effects.values()].some(({ kind }) => kind === 'open' || kind === 'try-port')
  planLeftovers(state, opening, add, due)
  planRelay(state, add, due)
  planCertificates(state, add, due)
  const question = (path: Path): Question | undefined => {
    const exposure = exposures.find(({ id }) => id === path.exposure)
    return exposure && questionOf(state, exposure, path)
  }
  planStandby(state, question, add, due)
  planGuard(state, add, due)
  planSafety(state, add)
  planAlerts(state, add, due)
  planNaming(state, add, due)
  planClaims(state, add, due)
  planFriends(state, add, due)
  planProofs(state, add, due)
  planNames(state, add, due)
  planDiagnosis(state, add, due)
  return { effects, wakeAtMs }
}

/** A service that was there and fell silent may have got another address. One that refuses is at its place: only its program is stopped. */
function planTarget(state: State, service: Service, add: Add, due: Due): void {
  const { name, mac, target } = service
  for (const place of placesOf(service)) {
    const known = state.targets[place.key]
    const preset = place.key === name ? service.preset : undefined
    if (known && due(known.nextAtMs))
      add(`check-target ${place.key} ${seenAs(place.target)}`, { kind: 'check-target', name: place.key, target: place.target, preset })
  }
  const found = state.targets[name]
  if (target.kind === 'folder') return
  const isSilent = found?.phase === 'down' && found.problem.code === 'service-silent'
  if (mac === undefined || !isSilent || !state.network?.ipv4 || isRehearsal(state)) return
  if (due((state.sought[name] ?? Number.NEGATIVE_INFINITY) + SEEK_AGAIN_MS))
    add(`seek-target ${name} ${target.host}`, { kind: 'seek-target', ...asked(service), target, mac })
}

/** One whose certificate was just accepted is looked at anew. */
function seenAs(target: ServiceTarget): string {
  if (target.kind === 'folder') return target.path
  return target.pin ? `${target.host} ${target.pin.slice(0, 8)}` : target.host
}

const asked = ({ name, target, preset }: Service) => ({ name, target, preset })

export type Add = (key: string, effect: Effect) => void
export type Due = (atMs: number) => boolean

function planListening(state: State, exposure: Exposure, add: Add): void {
  const known = state.services.find(({ name }) => name === exposure.id)?.target
  const target = known && isRaw(known) ? known : null
  const common = { kind: 'listen', exposure: { ...exposure, services: [] }, target } as const
  add(`listen ${exposure.protocol} ${exposure.id} ipv4`, { ...common, family: 'ipv4' })
  const address = state.network?.ipv6?.localAddress
  if (address !== undefined && !exposure.relayOnly && !isRehearsal(state) && !isPortAwaited(state, exposure))
    add(`listen ${exposure.protocol} ${exposure.id} ${address} ${exposure.port}`, { ...common, family: 'ipv6', address })
}

function planGateway(state: State, exposures: readonly Exposure[], add: Add, due: Due): void {
  const { network, gateway, upstream, journal } = state
  // Also for what a crash left there, when nothing is to be opened any more.
  if (!network || routerOf(network) === null || (exposures.length === 0 && journal.length === 0) || isRehearsal(state)) return
  if (network.ipv4) {
    const { gateway: address, localAddress } = network.ipv4
    add(`hear-router ${address} ${localAddress}`, { kind: 'hear-router', gateway: address, localAddress })
  }
  const wanted = gateway.phase !== 'absent' || due(gateway.retryAtMs)
  if (wanted) add(`keep-router ${state.search} ${JSON.stringify(network)}`, { kind: 'keep-router', network })
  const sought = soughtUpstream(state)
  const towards = state.relay.phase === 'none' ? undefined : state.relay.known?.addresses
  if (sought && towards && (upstream.phase !== 'absent' || due(upstream.retryAtMs)))
    add(`keep-upstream ${state.search} ${Object.values(sought).join(' ')}`, { kind: 'keep-upstream', network, sought, towards })
}

function planPath(state: State, exposure: Exposure, path: Path, add: Add, due: Due): void {
  if (path.rung === 'mapped' && isSeekingUpstream(state)) return
  planOpening(state, exposure, path, add, due)
  const way = lookedAt(path)
  const question = way && due(way.probeAtMs) ? questionOf(state, exposure, path) : undefined
  // What one relay sees proves no way through another, nor at another port or name.
  if (question && state.relay.phase === 'connected')
    add(['probe', question.path, state.relay.url, question.port, question.host].join(' '), { kind: 'probe', ...question })
}

/** Undefined: there is nothing to look at, or nobody who could. */
function questionOf(state: State, exposure: Exposure, path: Path): Question | undefined {
  const way = lookedAt(path)
  const port = state.ports[portKey(exposure.id, path.rung === 'direct' ? 'ipv6' : 'ipv4')]
  if (!way || port === undefined || state.relay.phase !== 'connected') return undefined
  const host = probeHost(state, exposure)
  if (exposure.transport === 'tls' && host === null) return undefined
  return {
    path: pathKey(path),
    via: path.rung === 'tunnel' ? 'tunnel' : 'direct',
    family: path.family,
    transport: exposure.transport,
    port: way.outside.port,
    host,
    ping: path.rung === 'direct' && state.ownListeners.includes(exposure.id) ? (exposure.ping ?? null) : null,
    afresh: path.phase !== 'confirmed' || path.doubts > 0,
  }
}

/** The front door can be looked at once it has a certificate and the relay knows the name; raw services at any time. */
function probeHost(state: State, exposure: Exposure): string | null {
  const domain = deviceDomain(state)
  const name = exposure.services[0]
  const isServable = certificateOf(state, domain).phase === 'valid'
  return domain !== null && name !== undefined && isServable ? hostOf(name, domain) : null
}

function planRelay(state: State, add: Add, due: Due): void {
  const { relay, standby } = state
  const publication = publicationOf(state)
  const key = JSON.stringify(publication)
  for (const one of [relay, ...standby])
    if (one.phase === 'connected' && one.published !== key && due(one.publishAtMs))
      add(`publish ${one.url} ${key}`, { kind: 'publish', url: one.url, publication, key })
}
