/** PCP's result codes (RFC 6887 §7.4), as faults that the rest of the engine understands. */

import { GatewayError, type GatewayFault } from '../gateway.ts'

export const RESULT = {
  success: 0,
  unsupportedVersion: 1,
  notAuthorized: 2,
  unsupportedOpcode: 4,
  networkFailure: 7,
  noResources: 8,
  quota: 10,
  /** The address in the request is not the one the packet came from: there is a NAT between us and this server. */
  addressMismatch: 12,
} as const

interface Row {
  readonly fault: GatewayFault
  /** After "the router ". */
  readonly says: string
  readonly final: boolean
}

const ROWS: Readonly<Record<number, Row>> = {
  1: { fault: 'refused', says: 'speaks another version of PCP', final: true },
  2: { fault: 'refused', says: 'does not permit it', final: true },
  3: { fault: 'refused', says: 'could not read the request', final: true },
  4: { fault: 'refused', says: 'does not know this kind of request', final: true },
  5: { fault: 'refused', says: 'does not know an option of the request', final: true },
  6: { fault: 'refused', says: 'could not read an option of the request', final: true },
  7: { fault: 'no-internet', says: 'has no line to the internet', final: false },
  8: { fault: 'full', says: 'has no room for another rule', final: false },
  9: { fault: 'refused', says: 'does not map this protocol', final: true },
  10: { fault: 'full', says: 'gives this device no further rule', final: false },
  11: { fault: 'conflict', says: 'cannot give that port or address', final: false },
  12: { fault: 'refused', says: 'sees this device under another address: there is another router in between', final: true },
  13: { fault: 'refused', says: 'wants fewer remote peers', final: true },
}

/** @param lifetimeS how long the server expects it to last; 0 when it does not say */
export function pcpError(result: number, lifetimeS: number): GatewayError {
  const { fault, says, final }: Row = ROWS[result] ?? { fault: 'refused', says: 'refused', final: false }
  return new GatewayError(fault, `the router ${says} (PCP, result ${result})`, {
    wire: result,
    final,
    ...(lifetimeS > 0 && { retryAfterS: lifetimeS }),
    ...(result === RESULT.addressMismatch && { reason: 'nat-between' }),
  })
}
