/** Single rules in the router's table of ports: look one up, add one, take one away. */

import { familyOf } from '../../../protocol/model/address.ts'
import { GatewayError, type Mapping, type MapRequest } from '../gateway.ts'
import { faultError, LEASE_REFUSED, NO_SUCH_ENTRY, PORT_TAKEN, SAME_PORT_REQUIRED } from './faults.ts'
import { ask, type Line } from './line.ts'
import type { SoapArguments } from './soap.ts'

export type Entry =
  | { readonly kind: 'rule'; readonly client: string; readonly internalPort: number; readonly leaseS: number | undefined }
  | { readonly kind: 'absent' }
  /** The router would not say, or not in a way that can be compared: some name the host instead of its address. */
  | { readonly kind: 'unknown' }

type External = Pick<MapRequest, 'protocol' | 'externalPort'>

/** RemoteHost stays empty: most routers know no other (726). The protocol is upper-case for those that compare bytes (tailscale#7377). */
function key({ anybody = '' }: Line, { protocol, externalPort }: External): SoapArguments {
  return [
    ['NewRemoteHost', anybody],
    ['NewExternalPort', externalPort],
    ['NewProtocol', protocol.toUpperCase()],
  ]
}

/** Throws {@link GatewayError} `silent`; an answer that makes no sense is `unknown`. */
export async function lookUp(line: Line, external: External, signal: AbortSignal): Promise<Entry> {
  const reply = await ask(line, 'GetSpecificPortMappingEntry', key(line, external), signal).catch((error) => {
    if (error instanceof GatewayError && error.fault === 'garbled') return undefined
    throw error
  })
  if (reply?.kind === 'fault' && reply.code === NO_SUCH_ENTRY) return { kind: 'absent' }
  if (reply?.kind !== 'result') return { kind: 'unknown' }
  const client = reply.values.get('NewInternalClient') ?? ''
  const internalPort = wholeNumber(reply.values.get('NewInternalPort'))
  if (familyOf(client) === undefined || internalPort === undefined) return { kind: 'unknown' }
  return { kind: 'rule', client, internalPort, leaseS: wholeNumber(reply.values.get('NewLeaseDuration')) }
}

export function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined
}

export function isOurs(entry: Entry, { internalAddress, internalPort }: MapRequest): boolean {
  return entry.kind === 'rule' && entry.client === internalAddress && entry.internalPort === internalPort
}

export interface Added {
  readonly mapping: Mapping
  /** The router accepted the rule and still lists none, not even without a lease: what it lists says nothing about our rules. */
  readonly listed: boolean
}

/** The second lets the router choose another port when the wanted one is taken (WANIPConnection:2). */
export type AddAction = 'AddPortMapping' | 'AddAnyPortMapping'

/**
 * Adds a rule for as long as the router allows and reads it back. `address` is the router's own, asked before anything is added.
 * Throws {@link GatewayError}; `no-internet` when the router fails and has no address either.
 */
export async function settleRule(
  line: Line,
  wanted: MapRequest,
  action: AddAction,
  address: string | null,
  signal: AbortSignal,
): Promise<Added> {
  let request = wanted
  let how = action
  // Each turn gives up the lease, or the port outside; there is no third thing to give up.
  for (;;) {
    const reply = await ask(line, how, ruleArguments(line, request), signal)
    if (reply.kind === 'fault') {
      const easier = easierAfterFault(request, reply.code)
      if (easier) request = easier
      else return { mapping: await afterRefusal(line, request, how, reply.code, address, signal), listed: true }
      continue
    }
    if (how === 'AddAnyPortMapping') request = { ...request, externalPort: reservedPort(reply.values) ?? request.externalPort }
    const entry = await lookUp(line, request, signal)
    if (isOurs(entry, request)) return { mapping: granted(request, entry), listed: true }
    if (entry.kind === 'unknown') return { mapping: granted(request, entry), listed: true }
    if (entry.kind === 'absent') {
      // Some drop a rule with a lease at once (tailscale#18196).
      if (request.lifetimeS === 0) return { mapping: granted(request, entry), listed: false }
      request = { ...request, lifetimeS: 0 }
    } else if (entry.client === request.internalAddress && entry.internalPort === request.externalPort) {
      // A FunBox 6 says yes and forwards to the port of the same number (tailscale#14344).
      await removeRule(line, request, signal)
      request = { ...request, externalPort: request.internalPort }
      how = 'AddPortMapping'
    } else throw conflict(request, entry.client)
  }
}

/** Undefined when the router does not say, or names no port: then the rule is looked for at the port that was asked for. */
function reservedPort(values: ReadonlyMap<string, string>): number | undefined {
  const port = wholeNumber(values.get('NewReservedPort'))
  return port !== undefined && port >= 1 && port <= 65_535 ? port : undefined
}

/** In the order of the standard: NewRemoteHost, NewExternalPort, NewProtocol, and the rest. */
function ruleArguments(line: Line, request: MapRequest): SoapArguments {
  return [
    ...key(line, request),
    ['NewInternalPort', request.internalPort],
    ['NewInternalClient', request.internalAddress],
    ['NewEnabled', 1],
    ['NewPortMappingDescription', request.description],
    ['NewLeaseDuration', request.lifetimeS],
  ]
}

function easierAfterFault(request: MapRequest, code: number | undefined): MapRequest | undefined {
  if (LEASE_REFUSED.includes(code) && request.lifetimeS > 0) return { ...request, lifetimeS: 0 }
  if (code === SAME_PORT_REQUIRED && request.externalPort !== request.internalPort)
    return { ...request, externalPort: request.internalPort }
  return undefined
}

/** A taken port may be taken by ourselves, from before. 718 can also mean "not for your address" (miniupnpd in secure mode). */
async function afterRefusal(
  line: Line,
  request: MapRequest,
  action: AddAction,
  code: number | undefined,
  address: string | null,
  signal: AbortSignal,
): Promise<Mapping> {
  if (PORT_TAKEN.includes(code)) {
    const entry = await lookUp(line, request, signal)
    if (isOurs(entry, request)) return granted(request, entry)
    if (entry.kind === 'rule') throw conflict(request, entry.client, code)
  }
  if (code === 501 && address === null)
    throw new GatewayError('no-internet', 'the router has no address on the internet and could not add the rule (error 501)', {
      wire: code,
    })
  throw faultError(action, code)
}

function conflict({ protocol, externalPort }: MapRequest, owner: string, wire?: number): GatewayError {
  const message = `${protocol.toUpperCase()} port ${externalPort} of the router already leads to ${owner}`
  return new GatewayError('conflict', message, wire === undefined ? {} : { wire })
}

/**
 * The lease that the router shows is what is left of it, or its own limit (miniupnpd turns 0 into 604800). A router that shows 0
 * for a lease that it took keeps no count: then we stay with what we asked for, since renewing too often does no harm.
 */
function granted(request: MapRequest, entry: Entry): Mapping {
  const shownS = entry.kind === 'rule' ? (entry.leaseS ?? 0) : 0
  const lifetimeS = request.lifetimeS === 0 ? shownS : Math.min(shownS || request.lifetimeS, request.lifetimeS)
  return { ...request, lifetimeS, via: 'upnp' }
}

/** Resolves also when there was none. */
export async function removeRule(line: Line, external: External, signal: AbortSignal): Promise<void> {
  const reply = await ask(line, 'DeletePortMapping', key(line, external), signal)
  if (reply.kind === 'fault' && reply.code !== NO_SUCH_ENTRY) throw faultError('DeletePortMapping', reply.code)
}
