/** Two routers in a row (double NAT): when there is one in front of ours to be looked for, and what is in the way there. Pure. */
import { isCarrierShared, isPrivateIPv4 } from '../../protocol/model/address.ts'
import { type Problem, problem } from '../../protocol/problem.ts'
import type { Way } from './path-state.ts'
import { type RouterRole, routerOf } from './router-state.ts'
import { type State, seenIPv4 } from './state.ts'

export interface SoughtUpstream {
  /** Our router's address on that side. */
  readonly routerAddress: string
  /** Where outsiders see this house. */
  readonly observedAddress: string
}

/** Null when nothing speaks for a second router. Without an address seen from outside nobody could tell whether one is ours. */
export function soughtUpstream(state: State): SoughtUpstream | null {
  const { gateway, relay } = state
  const routerAddress = gateway.phase === 'found' ? gateway.externalIPv4 : null
  if (routerAddress === null || !isPrivateIPv4(routerAddress) || relay.phase === 'none') return null
  const observedAddress = seenIPv4(state)
  return observedAddress !== null ? { routerAddress, observedAddress } : null
}

/** Nobody knows yet who is to be asked for a rule. */
export const isSeekingUpstream = (state: State): boolean => state.upstream.phase === 'unknown' && soughtUpstream(state) !== null

/** What is known of the second router holds for as long as ours keeps its address there. A line that is down for a moment has none. */
export function upstreamBehind({ upstream }: State, externalIPv4: string | null): State['upstream'] {
  return upstream.phase === 'unknown' || externalIPv4 === null || externalIPv4 === upstream.routerAddress ? upstream : { phase: 'unknown' }
}

/** What is in front of our router and cannot be asked; null where there is nothing, or where it can. */
export function secondRouterProblem({ gateway, upstream }: State): Problem | null {
  const routerAddress = gateway.phase === 'found' ? gateway.externalIPv4 : null
  if (routerAddress === null || !isPrivateIPv4(routerAddress) || upstream.phase === 'found') return null
  const isShared = upstream.phase === 'absent' && upstream.claimed !== null && isCarrierShared(upstream.claimed)
  return isShared ? problem('provider-shares-address', { address: upstream.claimed }) : problem('second-router', { address: routerAddress })
}

/** Why nobody outside sees what the routers say that they have opened. */
export function whyUnmapped(state: State, { rules, missing, outside }: Way): Problem {
  const last = rules.at(-1)?.router ?? 'gateway'
  const told = missing ?? secondRouterProblem(state)
  return told ?? problem('mapping-unreachable', { address: addressOfRouter(state, last), port: String(outside.port) })
}

export const addressOfRouter = ({ gateway, network, upstream }: State, router: RouterRole): string => {
  if (router === 'upstream') return upstream.phase === 'found' ? upstream.address : ''
  return gateway.phase === 'found' ? gateway.address : (routerOf(network) ?? '')
}

/** A rule of ours that has become somebody else's. */
export function conflictOn(state: State, { rules, outside }: Way, router: RouterRole): Problem {
  const rule = rules.find((each) => each.router === router)
  const facts = { address: addressOfRouter(state, router), port: String(rule?.externalPort ?? outside.port) }
  if (router === 'upstream') return problem('second-router-conflict', { ...facts, internal: rule?.internalAddress ?? '' })
  return problem('gateway-conflict', { ...facts, internal: '' })
}
