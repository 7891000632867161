/** The home's network, its routers, the rules on them, and what is known of the line beyond. */
import type { RouterApi } from '../../protocol/model/router-api.ts'
import type { Problem } from '../../protocol/problem.ts'

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

export const ruleKey = ({ router, protocol, externalPort, internalAddress }: Rule): string =>
  `${router} ${protocol} ${externalPort} ${internalAddress}`
