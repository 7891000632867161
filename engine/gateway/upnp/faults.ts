/** The error codes of a router, as faults that the rest of the engine understands (WANIPConnection:2 §2.5, UPnP Device Architecture §3.2.2). */

import { GatewayError, type GatewayFault } from '../gateway.ts'

export const NO_SUCH_ENTRY = 714
/** 402 stands here since some routers answer it to every lease but 0 (tailscale#15223). */
export const LEASE_REFUSED: readonly (number | undefined)[] = [725, 402]
export const PORT_TAKEN: readonly (number | undefined)[] = [718, 729]
export const SAME_PORT_REQUIRED = 724

interface Row {
  readonly fault: GatewayFault
  /** After "the router ". */
  readonly says: string
  readonly final: boolean
}

const ROWS: Readonly<Record<number, Row>> = {
  401: { fault: 'refused', says: 'does not know this action', final: true },
  402: { fault: 'refused', says: 'finds the arguments wrong', final: true },
  // Generic: another port may do (libtorrent src/upnp.cpp).
  501: { fault: 'refused', says: 'could not do it', final: false },
  // FRITZ!Box: "Permit independent port sharing" is off (Open.NAT#80); miniupnpd: forbidden by a rule of its owner.
  606: { fault: 'refused', says: 'does not permit it', final: true },
  715: { fault: 'refused', says: 'wants to know from where visitors come', final: true },
  716: { fault: 'refused', says: 'refuses this external port', final: true },
  718: { fault: 'conflict', says: 'has given that port to another', final: false },
  724: { fault: 'refused', says: 'wants the same port outside and inside', final: true },
  725: { fault: 'refused', says: 'wants rules without an end', final: true },
  727: { fault: 'refused', says: 'maps no single port', final: true },
  728: { fault: 'full', says: 'has no room for another rule', final: false },
  729: { fault: 'conflict', says: 'needs that port for itself or for another rule', final: false },
}

/** WANIPv6FirewallControl:1 §2.6 gives the numbers from 701 meanings of its own (as in Orange-OpenSource/igd2-for-linux wanipv6fw.h). */
const PINHOLE_ROWS: Readonly<Record<number, Row>> = {
  401: { fault: 'refused', says: 'does not know this action', final: true },
  402: { fault: 'refused', says: 'finds the arguments wrong', final: true },
  // FRITZ!Box, as long as independent port sharing is not permitted for this computer (fritzconnection#161).
  403: { fault: 'refused', says: 'does not permit it', final: true },
  606: { fault: 'refused', says: 'does not permit it', final: true },
  701: { fault: 'full', says: 'has no room for another opening', final: false },
  702: { fault: 'refused', says: 'has its firewall switched off', final: true },
  703: { fault: 'refused', says: 'lets no program open its firewall', final: true },
  705: { fault: 'refused', says: 'does not open its firewall for this protocol', final: true },
}

export function faultError(action: string, code: number | undefined): GatewayError {
  return toError(ROWS, action, code)
}

/** `port` is the one to be opened: below 1024 routers say 606, as the standard advises them (§2.6.3.3; miniupnp#692). */
export function pinholeError(action: string, code: number | undefined, port: number): GatewayError {
  if (code !== 606 || port >= 1_024) return toError(PINHOLE_ROWS, action, code)
  const message = `the router opens no IPv6 port below 1024 over UPnP (${action}, error ${code})`
  return new GatewayError('refused', message, { wire: code, final: true, reason: 'low-port' })
}

function toError(rows: Readonly<Record<number, Row>>, action: string, code: number | undefined): GatewayError {
  if (code === undefined) return new GatewayError('garbled', `the router refused ${action} without a code`)
  const { fault, says, final }: Row = rows[code] ?? { fault: 'refused', says: 'refused', final: false }
  return new GatewayError(fault, `the router ${says} (${action}, error ${code})`, { wire: code, final })
}
