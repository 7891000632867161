/** Names of the owner's own that relays are asked to carry: what each relay said of them, and when it is asked again. Pure. */
import { type CarriedStanding, isCarried } from '../../protocol/model/carried-host.ts'
import { isWeb } from '../../protocol/model/service.ts'
import type { CertificateState } from './certificates.ts'
import type { RelayAddresses } from './name-addresses.ts'
import type { ConnectedRelay } from './relay-state.ts'
import type { State } from './state.ts'

/** A relay's answer about our names, for as long as the connection to it stands. */
export interface Claims {
  /** As {@link claimKey} has it; null: it was not asked yet. */
  readonly asked: string | null
  readonly askAtMs: number
  readonly hosts: Readonly<Record<string, CarriedStanding>>
}

export const UNCLAIMED: Claims = { asked: null, askAtMs: Number.NEGATIVE_INFINITY, hosts: {} }

export interface ClaimedHost {
  readonly host: string
  readonly service: string
}

export interface ClaimEffect {
  readonly kind: 'claim-hosts'
  readonly url: string
  readonly hosts: readonly ClaimedHost[]
}

/** Its owner has set a record, and wants to know. */
export interface ClaimsDue {
  readonly type: 'claims-due'
}

/** In the order of the hosts; null: it could not be asked. */
export interface ClaimHappening {
  readonly type: 'hosts-claimed'
  readonly url: string
  readonly hosts: readonly ClaimedHost[]
  readonly standing: readonly CarriedStanding[] | null
}

/** What its owner may be about to set right is asked for again soon; what stands, the relay itself looks after. */
const AGAIN_MS = 30_000
const AGAIN_STANDING_MS = 600_000
const FAILED_AGAIN_MS = 10_000

const claimKey = (hosts: readonly ClaimedHost[]): string => JSON.stringify(hosts.map(({ host, service }) => [host, service]))

/** Websites with a name: a bare address is nobody's to prove, and what is no website has a port of its own. */
export const claimedHosts = ({ ownNames, services }: Pick<State, 'ownNames' | 'services'>): ClaimedHost[] =>
  ownNames.flatMap(({ host, service }) => {
    const isShown = services.some(({ name, target }) => name === service && isWeb(target.kind))
    return host === 'ipv4' || host === 'ipv6' || service === undefined || !isShown ? [] : [{ host, service }]
  })

export function planClaims(state: State, add: (key: string, effect: ClaimEffect) => void, due: (atMs: number) => boolean): void {
  const hosts = claimedHosts(state)
  const key = claimKey(hosts)
  for (const link of [state.relay, ...state.standby]) {
    if (link.phase !== 'connected') continue
    const { asked, askAtMs } = link.claims
    // Without names it is told once, for it may remember some of an earlier day.
    if (asked === key && hosts.length === 0) continue
    // Other names than before are told at once.
    const isNews = asked !== null && asked !== key
    if (isNews || due(askAtMs)) add(`claim-hosts ${link.url} ${key}`, { kind: 'claim-hosts', url: link.url, hosts })
  }
}

export function onClaimed<L extends ConnectedRelay>(link: L, { hosts, standing }: ClaimHappening, atMs: number): L {
  if (standing === null) return { ...link, claims: { ...link.claims, asked: null, askAtMs: atMs + FAILED_AGAIN_MS } }
  const isSettled = standing.every(({ state }) => state === 'carried' || state === 'reserved' || state === 'unsupported')
  const claims: Claims = {
    asked: claimKey(hosts),
    askAtMs: atMs + (isSettled ? AGAIN_STANDING_MS : AGAIN_MS),
    hosts: Object.fromEntries(hosts.flatMap(({ host }, at) => (standing[at] ? [[host, standing[at]]] : []))),
  }
  return { ...link, claims }
}

/** By the relay that serves. What it carries from now on can be proven to a directory, also where that failed before. */
export function onClaimedHere(state: State, event: ClaimHappening, atMs: number): State {
  const { relay } = state
  if (relay.phase !== 'connected') return state
  const next = { ...state, relay: onClaimed(relay, event, atMs) }
  const isNew = (host: string): boolean => isCarried(next.relay.claims.hosts[host]) && !isCarried(relay.claims.hosts[host])
  const certificates = Object.entries(state.certificates).map(([host, one]): [string, CertificateState] =>
    one.phase === 'failed' && isNew(host) ? [host, { ...one, retryAtMs: atMs }] : [host, one],
  )
  return { ...next, certificates: Object.fromEntries(certificates) }
}

export const soonClaimed = <L extends ConnectedRelay>(link: L, atMs: number): L => ({
  ...link,
  claims: { ...link.claims, askAtMs: Math.min(link.claims.askAtMs, atMs) },
})

/** What the relay that serves says of this name; undefined: nothing yet. */
export const standingOf = ({ relay }: State, host: string): CarriedStanding | undefined =>
  relay.phase === 'connected' ? relay.claims.hosts[host] : undefined

/** Where visitors of this name can be led to so that the relay that serves brings them home; null: nowhere, for now. */
export function carriedAt(state: State, host: string): RelayAddresses | null {
  const { relay } = state
  if (relay.phase !== 'connected' || !isCarried(relay.claims.hosts[host])) return null
  const { ipv4, ipv6 } = relay.known.addresses
  return { ...(ipv4 !== undefined && { ipv4 }), ...(ipv6 !== undefined && { ipv6 }) }
}

/** The same, as far as browsers and directories are led home from there: they come to port 443. */
export function carriedAddresses(state: State, host: string): string[] {
  const { relay } = state
  return relay.phase === 'connected' && relay.known.httpsPort === 443 ? Object.values(carriedAt(state, host) ?? {}) : []
}
