/**
 * Single openings in the router's IPv6 firewall (WANIPv6FirewallControl:1). Nothing is translated: an opening lets visitors through to
 * one port of one address, and the router keeps it under a number. Its arguments are named without the "New" of the older services.
 */

import { GatewayError, type Mapping, type MappingState, type MapRequest } from '../gateway.ts'
import { pinholeError } from './faults.ts'
import { ask, type Line } from './line.ts'
import type { SoapArguments, SoapReply } from './soap.ts'

/** The standard's range for a lease; miniupnpd answers 402 to anything else, and to 0. */
const MIN_LEASE_S = 1
const MAX_LEASE_S = 86_400
/** NoSuchEntry. miniupnpd 2.3.1 says 402 (measured). */
const NO_SUCH_PINHOLE: readonly (number | undefined)[] = [704, 402]
/** The number stands for a pinhole of another computer (measured on miniupnpd). */
const NOT_YOURS = 606
/** The pinhole is there, and nobody has come through it yet. */
const NO_PACKET_SENT = 709
/** IANA's protocol numbers. */
const PROTOCOL_NUMBERS = { tcp: 6, udp: 17 } as const

export interface FirewallStatus {
  /** Off: it stops nobody, and there is nothing to open. */
  readonly enabled: boolean
  readonly pinholesAllowed: boolean
}

/** Throws {@link GatewayError}. */
export async function firewallStatus(line: Line, signal: AbortSignal): Promise<FirewallStatus> {
  const reply = await ask(line, 'GetFirewallStatus', [], signal)
  if (reply.kind === 'fault') throw toError('GetFirewallStatus', reply.code)
  const is = (name: string) => !/^(0|false|no)$/i.test(reply.values.get(name) ?? '')
  return { enabled: is('FirewallEnabled'), pinholesAllowed: is('InboundPinholeAllowed') }
}

/**
 * Renews the pinhole that `request.ruleId` names, and opens one when it names none or the router has forgotten it. To open the same
 * one twice is to renew it (§2.6.3.3). The request has been checked. Throws {@link GatewayError}.
 */
export async function openPinhole(line: Line, request: MapRequest, signal: AbortSignal): Promise<Mapping> {
  const lifetimeS = Math.min(request.lifetimeS || MAX_LEASE_S, MAX_LEASE_S)
  if (request.ruleId !== undefined) {
    const reply = await ask(line, 'UpdatePinhole', [...idOf(request.ruleId), ['NewLeaseTime', lifetimeS]], signal)
    if (reply.kind === 'result') return { ...request, lifetimeS, via: 'upnp' }
    if (!NO_SUCH_PINHOLE.includes(reply.code) && reply.code !== NOT_YOURS) throw toError('UpdatePinhole', reply.code, request)
  }
  return { ...request, ruleId: await addPinhole(line, request, lifetimeS, signal), lifetimeS, via: 'upnp' }
}

/** The number of the new pinhole, or of the same one from before. */
async function addPinhole(line: Line, request: MapRequest, leaseS: number, signal: AbortSignal): Promise<string> {
  const reply = await ask(line, 'AddPinhole', pinholeArguments(request, leaseS), signal)
  if (reply.kind === 'fault') throw toError('AddPinhole', reply.code, request)
  const id = reply.values.get('UniqueID') ?? ''
  if (!isRuleId(id)) throw new GatewayError('garbled', 'the router opened its IPv6 firewall without telling the number of the opening')
  return id
}

/** In the order of the standard. An empty host and port 0 let everybody in, from any port. */
function pinholeArguments(request: MapRequest, leaseS: number): SoapArguments {
  return [
    ['RemoteHost', ''],
    ['RemotePort', 0],
    ['InternalClient', request.internalAddress],
    ['InternalPort', request.internalPort],
    ['Protocol', PROTOCOL_NUMBERS[request.protocol]],
    ['LeaseTime', leaseS],
  ]
}

/** A 16-bit number. */
export function isRuleId(text: string): boolean {
  return /^\d{1,5}$/.test(text)
}

function idOf(ruleId: string): SoapArguments {
  return [['UniqueID', ruleId]]
}

/** Without a number there is no question to ask: the standard has no list. */
export async function inspectPinhole(line: Line, { ruleId }: Mapping, signal: AbortSignal): Promise<MappingState> {
  if (ruleId === undefined) return 'unknown'
  const counted = await askGently(line, 'GetPinholePackets', ruleId, signal)
  const state = stateOf(counted)
  // miniupnpd 2.3.1 on iptables counts 0 packets for a number that it does not know (measured), and some routers do not count.
  const isProven = counted?.kind === 'result' && Number(counted.values.get('PinholePackets')) > 0
  if (isProven || state === 'absent' || state === 'foreign') return state
  const working = stateOf(await askGently(line, 'CheckPinholeWorking', ruleId, signal))
  return working === 'unknown' ? state : working
}

function stateOf(reply: SoapReply | undefined): MappingState {
  if (reply?.kind === 'result') return 'present'
  if (reply === undefined) return 'unknown'
  if (reply.code === NO_PACKET_SENT) return 'present'
  if (reply.code === NOT_YOURS) return 'foreign'
  return NO_SUCH_PINHOLE.includes(reply.code) ? 'absent' : 'unknown'
}

/** Undefined for an answer that makes no sense. */
async function askGently(line: Line, action: string, ruleId: string, signal: AbortSignal): Promise<SoapReply | undefined> {
  return ask(line, action, idOf(ruleId), signal).catch((error: unknown) => {
    if (error instanceof GatewayError && error.fault === 'garbled') return undefined
    throw error
  })
}

/**
 * Resolves also when there was none. A pinhole whose number was never learnt (we ended between question and answer) is opened once
 * more for a second, since that tells its number.
 */
export async function closePinhole(line: Line, mapping: Mapping, signal: AbortSignal): Promise<void> {
  const ruleId = mapping.ruleId ?? (await numberOf(line, mapping, signal))
  if (ruleId === null) return
  const reply = await ask(line, 'DeletePinhole', idOf(ruleId), signal)
  if (reply.kind === 'result' || NO_SUCH_PINHOLE.includes(reply.code) || reply.code === NOT_YOURS) return
  throw toError('DeletePinhole', reply.code, mapping)
}

/** Null when the router would not have opened it: then it is not open. */
async function numberOf(line: Line, mapping: Mapping, signal: AbortSignal): Promise<string | null> {
  return addPinhole(line, mapping, MIN_LEASE_S, signal).catch((error: unknown) => {
    if (error instanceof GatewayError && error.fault === 'refused' && error.final) return null
    throw error
  })
}

function toError(action: string, code: number | undefined, request?: MapRequest): GatewayError {
  return pinholeError(action, code, request?.internalPort ?? Number.POSITIVE_INFINITY)
}
