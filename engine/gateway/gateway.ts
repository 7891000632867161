/** The one interface over the protocols that ask a router to open a port. */

import type { RouterApi } from '../../protocol/model/router-api.ts'

/** Protocols that a router lets any program of the home speak, and what it answers to those alone whom its owner has let in. */
export type GatewayProtocol = 'pcp' | 'natpmp' | 'upnp' | RouterApi

export interface MapRequest {
  readonly protocol: 'tcp' | 'udp'
  /** Our own address on the router's side, and never anybody else's. */
  readonly internalAddress: string
  readonly internalPort: number
  /** Wanted; the router may grant another. Never 0, which some routers read as "every port". */
  readonly externalPort: number
  /** Seconds. */
  readonly lifetimeS: number
  /** What the router's page shows, so that its owner knows the rule again. Printable ASCII, at most 60 characters. */
  readonly description: string
  /** The address outside that was granted before, wanted again where the router has several. In a {@link Mapping}: the granted one,
   *  where the router told it with the rule. */
  readonly externalAddress?: string
  /** Another external port is of no use: where the protocol can say so, the router then makes no rule at all. Not every router obeys.
   *  False: any port will do, so that where a taken one would be an error, others are tried. */
  readonly exactPort?: boolean
  /** The number under which the router keeps a rule, where it has one: from the mapping that is renewed. To be left out once the
   *  router has restarted, which then gives these numbers anew, to anybody. */
  readonly ruleId?: string
}

export interface Mapping extends MapRequest {
  readonly via: GatewayProtocol
  /** Granted, in seconds; 0 is a rule without an end. */
  readonly lifetimeS: number
}

/** What the router has in its table now: our rule, none, somebody else's, or it did not say. */
export type MappingState = 'present' | 'absent' | 'foreign' | 'unknown'

/** A rule as the router lists it, ours or anybody's. */
export interface RouterRule {
  readonly protocol: 'tcp' | 'udp'
  /** 0 stands for every port that no other rule names. */
  readonly externalPort: number
  /** An address; a host's name on some routers, made safe to show. */
  readonly internalAddress: string
  readonly internalPort: number
  /** Whom it lets in: an address, or "" for everybody. */
  readonly remoteHost: string
  readonly enabled: boolean
  /** Made safe to show. */
  readonly description: string
  /** What is left of it, in seconds; 0 is a rule without an end; null when the router does not say. */
  readonly leaseS: number | null
}

/** A router that can be asked. Every method obeys its signal, sends to the router only, and throws {@link GatewayError}. */
export interface Gateway {
  readonly via: GatewayProtocol
  /** The router's address on our side. */
  readonly address: string
  /** What the router calls itself ("Livebox 5"), made safe to show; null when it does not say. */
  readonly name: string | null
  /** Whatever else it tells of itself: maker, model. Made safe to show; absent where it tells nothing. */
  readonly says?: string
  /** The router's own claim. Null when it has none to give (no line, or an address it will not tell). */
  externalAddress(signal: AbortSignal): Promise<string | null>
  map(request: MapRequest, signal: AbortSignal): Promise<Mapping>
  inspect(mapping: Mapping, signal: AbortSignal): Promise<MappingState>
  /** Resolves also when the rule was gone already. */
  unmap(mapping: Mapping, signal: AbortSignal): Promise<void>
  /** Everything that the router lists, at most 200 rules. Absent where it cannot be asked. */
  rules?(signal: AbortSignal): Promise<readonly RouterRule[]>
  /** Asks for a sign of life and nothing else; a router that has restarted gives itself away by it. Absent where there is no such question. */
  check?(signal: AbortSignal): Promise<void>
  /** Lets go of the sockets. Absent where none are held. Afterwards every other method rejects. */
  close?(): void
}

export type GatewayFault =
  /** No answer in time, or the connection broke. */
  | 'silent'
  /** The router understood and said no. */
  | 'refused'
  /** Another machine or program holds that port. */
  | 'conflict'
  /** The router's table is full. */
  | 'full'
  /** The router has no line to the internet. */
  | 'no-internet'
  /** An answer outside the protocol. */
  | 'garbled'

/** `low-port`: routers open no port below 1024 in this way, and another protocol, or the owner on the router's page, might.
 *  `nat-between`: what answers sees us under another address, so that it is not the box we are connected to.
 *  Of those that ask who we are: `stranger`: it does not know us (any more), or the password is wrong; `locked`: too many have tried;
 *  `right`: it knows us, and its owner has not allowed us to change its settings; `second-factor`: somebody has to confirm it on the box. */
export type GatewayReason = 'low-port' | 'nat-between' | 'stranger' | 'locked' | 'right' | 'second-factor'

export class GatewayError extends Error {
  readonly fault: GatewayFault
  /** The code on the wire, when there was one. */
  readonly wire: number | undefined
  /** Asking again the same way will not help. */
  readonly final: boolean
  /** How long the router expects this to last, when it says so. */
  readonly retryAfterS: number | undefined
  readonly reason: GatewayReason | undefined
  constructor(
    fault: GatewayFault,
    message: string,
    options: { wire?: number; final?: boolean; retryAfterS?: number; reason?: GatewayReason; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'GatewayError'
    this.fault = fault
    this.wire = options.wire
    this.final = options.final ?? false
    this.retryAfterS = options.retryAfterS
    this.reason = options.reason
  }
}
