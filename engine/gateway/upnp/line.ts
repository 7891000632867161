/** One service of the router that takes orders about ports: the line that it opens to the internet. */

import { familyOf, isLoopback } from '../../../protocol/model/address.ts'
import { GatewayError } from '../gateway.ts'
import { askHttp, type Link } from './http.ts'
import { buildCall, parseSoap, type SoapArguments, type SoapReply } from './soap.ts'
import type { Place } from './ssdp.ts'

export interface Line {
  readonly link: Link
  readonly serviceType: string
  readonly control: Place
  /** How its rules name everybody, as those whom they let in; "" but on some. */
  readonly anybody?: string
}

/** Throws {@link GatewayError} `silent` or `garbled`; a fault is an answer like any other. */
export async function ask(line: Line, action: string, values: SoapArguments, signal: AbortSignal): Promise<SoapReply> {
  const { status, body } = await askHttp(line.link, { place: line.control, ...buildCall(line.serviceType, action, values) }, signal)
  // A fault comes with status 500, but not on every router. An error page comes with any other and is no SOAP.
  if (status !== 200 && status !== 500) throw new GatewayError('garbled', `the router answers ${action} with HTTP ${status}`)
  return parseSoap(body)
}

/** `unknown` when the router has no answer to give. */
export async function connectionStatus(line: Line, signal: AbortSignal): Promise<'up' | 'down' | 'unknown'> {
  const reply = await ask(line, 'GetStatusInfo', [], signal)
  const status = reply.kind === 'result' ? reply.values.get('NewConnectionStatus') : undefined
  if (status === undefined || status === '') return 'unknown'
  // "Up" is what some routers say (tailscale's serviceIsConnected).
  return /^(connected|up)$/i.test(status) ? 'up' : 'down'
}

/** The router's claim. */
export async function claimedAddress(line: Line, signal: AbortSignal): Promise<string | null> {
  const reply = await ask(line, 'GetExternalIPAddress', [], signal)
  return outsideOf(reply.kind === 'result' ? (reply.values.get('NewExternalIPAddress') ?? '') : '')
}

/** What a router says of its address outside. Null when it has none: no line, or an address it keeps to itself (miniupnpd empties reserved ones). */
export const outsideOf = (said: string): string | null =>
  familyOf(said) === 'ipv4' && said !== '0.0.0.0' && !isLoopback(said) ? said : null
