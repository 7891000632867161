/** NAT-PMP's result codes (RFC 6886 §3.5), as faults that the rest of the engine understands. */

import { GatewayError, type GatewayFault } from '../gateway.ts'

export const RESULT = { success: 0, unsupportedVersion: 1, networkFailure: 3, noResources: 4 } as const

interface Row {
  readonly fault: GatewayFault
  /** After "the router ". */
  readonly says: string
  readonly final: boolean
}

const ROWS: Readonly<Record<number, Row>> = {
  1: { fault: 'refused', says: 'speaks another version of NAT-PMP', final: true },
  2: { fault: 'refused', says: 'does not permit it', final: true },
  3: { fault: 'no-internet', says: 'has no line to the internet', final: false },
  4: { fault: 'full', says: 'has no room for another rule', final: false },
  5: { fault: 'refused', says: 'does not know this kind of request', final: true },
}
/** RFC 6886 §3.5: an unknown code ends the request. */
const UNKNOWN: Row = { fault: 'refused', says: 'refused', final: true }

export function natpmpError(result: number): GatewayError {
  const { fault, says, final } = ROWS[result] ?? UNKNOWN
  return new GatewayError(fault, `the router ${says} (NAT-PMP, result ${result})`, { wire: result, final })
}
