/** How a rule gets into the router's table: at the wanted port, at any, or again before its lease ends. */

import { randomInt } from 'node:crypto'
import { GatewayError, type MapRequest } from '../gateway.ts'
import { claimedAddress, type Line } from './line.ts'
import { type Added, isOurs, lookUp, removeRule, settleRule } from './rules.ts'

/** Ports that nobody has registered (RFC 6335 §6). */
const FREE_PORTS = [49_152, 65_535] as const
/** libtorrent, src/upnp.cpp. */
const MAX_OTHER_PORTS = 4
const CHOOSES_PORTS = 'urn:schemas-upnp-org:service:WANIPConnection:2'

/** Throws {@link GatewayError}. */
export async function addRule(line: Line, request: MapRequest, signal: AbortSignal): Promise<Added> {
  const address = await askAddress(line, signal)
  if (request.exactPort === false && line.serviceType === CHOOSES_PORTS)
    try {
      return await settleRule(line, request, 'AddAnyPortMapping', address, signal)
    } catch (error) {
      signal.throwIfAborted()
      // Announced and still unknown to some, which refuse, or break the connection off (miniupnp#528).
      if (!(error instanceof GatewayError) || error.fault === 'no-internet') throw error
    }
  return addAtSomePort(line, request, address, signal)
}

/** Before anything is added, and the last question whose failure may end this: failing later would leave the rule behind (tailscale PR#20781). */
const askAddress = claimedAddress

async function addAtSomePort(line: Line, request: MapRequest, address: string | null, signal: AbortSignal): Promise<Added> {
  let first: unknown
  for (let others = 0; ; others += 1) {
    try {
      const tried = others === 0 ? request : { ...request, externalPort: randomInt(FREE_PORTS[0], FREE_PORTS[1] + 1) }
      return await settleRule(line, tried, 'AddPortMapping', address, signal)
    } catch (error) {
      signal.throwIfAborted()
      first ??= error
      if (request.exactPort !== false || others === MAX_OTHER_PORTS || !isAboutThePort(error)) throw first
    }
  }
}

/** 501 says nothing about its reason: another port may do (libtorrent, src/upnp.cpp). */
function isAboutThePort(error: unknown): boolean {
  return error instanceof GatewayError && (error.fault === 'conflict' || (error.fault === 'refused' && error.wire === 501))
}

/** Adding and reading back take a moment, and some routers count a second too few. */
const SLACK_S = 5

/**
 * Adds a rule of ours again, which extends its lease on most routers; on those that leave it as it is (miniupnp#131, #199), takes it
 * away first. `grantedS` is what it was last granted. Throws {@link GatewayError}: the rule may then be gone.
 */
export async function renewRule(line: Line, request: MapRequest, grantedS: number, signal: AbortSignal): Promise<Added> {
  const before = await lookUp(line, request, signal)
  const address = await askAddress(line, signal)
  const added = await addAtSomePort(line, request, address, signal)
  const { mapping } = added
  const leftS = isOurs(before, request) && before.kind === 'rule' ? (before.leaseS ?? 0) : 0
  const fullS = Math.min(request.lifetimeS || grantedS, grantedS)
  const grew = mapping.lifetimeS > leftS || mapping.lifetimeS + SLACK_S >= fullS
  if (grew || mapping.externalPort !== request.externalPort) return added
  await removeRule(line, mapping, signal)
  return settleRule(line, request, 'AddPortMapping', address, signal)
}
