/** A router may offer several lines, and only one leads to the internet: ask each, and take the best. */

import { isCarrierShared, isPrivateIPv4 } from '../../../protocol/model/address.ts'
import { GatewayError } from '../gateway.ts'
import { type Description, parseDescription, type WanService } from './description.ts'
import { askHttp, type Link } from './http.ts'
import { claimedAddress, connectionStatus, type Line } from './line.ts'
import type { Place } from './ssdp.ts'

/** The higher the better (tailscale's selectBestService, miniupnpc's UPNP_GetValidIGD). */
export const STANDING = { down: 0, unknown: 1, up: 2, upWithPrivateAddress: 3, upWithPublicAddress: 4 } as const
export type Standing = (typeof STANDING)[keyof typeof STANDING]

export interface Candidate {
  readonly line: Line
  readonly description: Description
  /** Where the description lies. */
  readonly place: Place
  readonly standing: Standing
}

/** The best line of the description at `place`; null when that device is no internet gateway. Throws {@link GatewayError}. */
export async function examine(link: Link, place: Place, signal: AbortSignal): Promise<Candidate | null> {
  const description = await fetchDescription(link, place, signal)
  let best: Candidate | null = null
  let failure: unknown
  for (const service of description.services) {
    try {
      const { line, standing } = await tryControls(link, service, description.services.length > 1, signal)
      if (!best || standing > best.standing) best = { line, description, place, standing }
      if (standing === STANDING.upWithPublicAddress) break
    } catch (error) {
      signal.throwIfAborted()
      if (isStranger(error)) throw error
      failure ??= error
    }
  }
  if (!best && failure) throw failure
  return best
}

/** Throws {@link GatewayError}. `types` are the services looked for; the lines to the internet when there are none. */
export async function fetchDescription(link: Link, place: Place, signal: AbortSignal, types?: readonly string[]): Promise<Description> {
  const { status, body } = await askHttp(link, { place }, signal)
  if (status !== 200) throw new GatewayError('garbled', `the router answers with HTTP ${status} where its description should be`)
  return parseDescription(body, place, link.gatewayAddress, types)
}

/** Who is not known at one of a router's places is known at none, and is locked out when he goes on asking. */
const isStranger = (error: unknown): boolean => error instanceof GatewayError && error.reason === 'stranger'

/** The first place that answers in SOAP is the one. The address is asked only when there is something to choose. */
async function tryControls(link: Link, { type, controls }: WanService, choosing: boolean, signal: AbortSignal) {
  let failure: unknown
  for (const control of controls) {
    const line: Line = { link, serviceType: type, control }
    try {
      const status = await connectionStatus(line, signal)
      return { line, standing: status === 'up' && choosing ? await standingOf(line, signal) : STANDING[status] }
    } catch (error) {
      signal.throwIfAborted()
      if (isStranger(error)) throw error
      failure ??= error
    }
  }
  throw failure
}

async function standingOf(line: Line, signal: AbortSignal): Promise<Standing> {
  const address = await claimedAddress(line, signal)
  if (address === null) return STANDING.up
  return isPrivateIPv4(address) || isCarrierShared(address) ? STANDING.upWithPrivateAddress : STANDING.upWithPublicAddress
}
