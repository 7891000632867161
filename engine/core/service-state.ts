/** What its owner shows to others, and under which ports it is found. */
import type { Access } from '../../protocol/model/access.ts'
import type { ShareLink } from '../../protocol/model/link.ts'
import type { Route } from '../../protocol/model/route.ts'
import type { ServiceTarget } from '../../protocol/model/service.ts'
import type { Problem } from '../../protocol/problem.ts'
import type { PingName } from '../../wire/pings.ts'

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

/** Of {@link State.targets}: a service's own target, or the one behind one of its routes. */
export const targetKey = (service: string, prefix: string | null): string => service + (prefix ?? '')

/** A service's own target, and those behind its routes. */
export const placesOf = ({ name, target, routes = [] }: Service): { readonly key: string; readonly target: ServiceTarget }[] => [
  { key: name, target },
  ...routes.map((route) => ({ key: targetKey(name, route.prefix), target: route.target })),
]
