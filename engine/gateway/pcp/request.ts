/** What PCP and NAT-PMP can be asked for at all. */

import { GatewayError, type MapRequest } from '../gateway.ts'

const MAX_LIFETIME_S = 0xffff_ffff

/**
 * Throws {@link GatewayError} `refused` unless the request is for our own address (a mapping is always made for the address that asks),
 * for single ports (0 means every port, RFC 6887 §11.1), and for a time (0 deletes, and there are no rules without an end).
 */
export function checkRequest({ internalAddress, internalPort, externalPort, lifetimeS }: MapRequest, localAddress: string): void {
  const isPort = (port: number) => Number.isInteger(port) && port >= 1 && port <= 65_535
  if (!isPort(externalPort) || !isPort(internalPort)) throw refusal('a port is a whole number from 1 to 65535')
  if (internalAddress !== localAddress) throw refusal(`${internalAddress} is not our own address towards this router`)
  if (!Number.isInteger(lifetimeS) || lifetimeS < 1 || lifetimeS > MAX_LIFETIME_S)
    throw refusal('a lifetime is a whole number of seconds, and not 0')
}

function refusal(message: string): GatewayError {
  return new GatewayError('refused', message, { final: true })
}
