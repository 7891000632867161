/** The one interface over the protocols that ask a router to open a port. */

export type GatewayProtocol = 'pcp' | 'natpmp' | 'upnp'

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
}

export interface Mapping extends MapRequest {
  readonly via: GatewayProtocol
  /** Granted, in seconds; 0 is a rule without an end. */
  readonly lifetimeS: number
}

/** What the router has in its table now: our rule, none, somebody else's, or it did not say. */
export type MappingState = 'present' | 'absent' | 'foreign' | 'unknown'

/** A router that can be asked. Every method obeys its signal, sends to the router only, and throws {@link GatewayError}. */
export interface Gateway {
  readonly via: GatewayProtocol
  /** The router's address on our side. */
  readonly address: string
  /** What the router calls itself ("Livebox 5"), made safe to show; null when it does not say. */
  readonly name: string | null
  /** The router's own claim. Null when it has none to give (no line, or an address it will not tell). */
  externalAddress(signal: AbortSignal): Promise<string | null>
  map(request: MapRequest, signal: AbortSignal): Promise<Mapping>
  inspect(mapping: Mapping, signal: AbortSignal): Promise<MappingState>
  /** Resolves also when the rule was gone already. */
  unmap(mapping: Mapping, signal: AbortSignal): Promise<void>
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

export class GatewayError extends Error {
  readonly fault: GatewayFault
  /** The code on the wire, when there was one. */
  readonly wire: number | undefined
  /** Asking again the same way will not help. */
  readonly final: boolean
  constructor(fault: GatewayFault, message: string, options: { wire?: number; final?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'GatewayError'
    this.fault = fault
    this.wire = options.wire
    this.final = options.final ?? false
  }
}
