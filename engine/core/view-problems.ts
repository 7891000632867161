/** All that is wrong with a home, worst first. Pure. */
import { familyOf, formatEndpoint, isCarrierShared } from '../../protocol/model/address.ts'
import { bestConfirmed } from '../../protocol/model/path.ts'
import { isWeb, MUSIC_PRESETS } from '../../protocol/model/service.ts'
import { bySeverity, type Problem, problem } from '../../protocol/problem.ts'
import { alertProblems } from './alerts.ts'
import { certificateProblems } from './certificates.ts'
import { lookProblems } from './diagnosis/looks.ts'
import { isNamed, waysTo } from './exposures.ts'
import { firewallProblem } from './firewall.ts'
import { alarms } from './guard.ts'
import { namingProblems } from './naming.ts'
import { natFinding } from './nat.ts'
import { noticeProblems } from './notice.ts'
import { isOnlyWay } from './only-way.ts'
import { type BlockedPath, type Path, pathKey } from './path-state.ts'
import type { Service } from './service-state.ts'
import { type State, seenIPv4 } from './state.ts'
import { secondRouterProblem } from './upstream.ts'
import { viewLinks } from './view-links.ts'
import { keptNameProblems } from './view-names.ts'
import { certificateProblem, problemOf, viewPath, viewRoute } from './view-services.ts'

/** The way to the relay is a part of the way between two players, who fall apart when they hear each other too late. */
const MUSIC_RTT_MS = 50

const PASSING: ReadonlySet<string> = new Set(['relay-unreachable', 'relay-busy'])

export function problemsOf(state: State): Problem[] {
  const { relay, standby, network } = state
  const active = state.services.filter(({ paused }) => !paused)
  const found: Problem[] = [...state.notices, ...Object.values(state.unsaved).map(({ problem }) => problem)]
  if (network === null) found.push(problem('no-network', {}))
  // What came of asking to be let in stands where it was asked.
  if (state.routerAccess.phase === 'refused' && state.routerAccess.problem) found.push(state.routerAccess.problem)
  if (relay.phase === 'none') found.push(problem('no-relay', {}))
  if (relay.phase === 'waiting' || relay.phase === 'refused') found.push(relay.problem)
  for (const link of [relay, ...standby]) if (link.phase === 'connected') found.push(...noticeProblems(state, link))
  // That one of several is away harms nobody; what its owner or its operator must mend is told.
  for (const link of standby) if ('problem' in link && !PASSING.has(link.problem.code)) found.push(link.problem)
  if (active.length > 0) {
    found.push(...addressProblems(state))
    found.push(...certificateProblems(state))
  }
  for (const service of active) {
    const paths = waysTo(state, service)
    const named = paths.filter((path) => isNamed(state, service.name, paths, path))
    const own = problemOf(state, service, named)
    if (own) found.push(own)
    found.push(...(service.routes ?? []).flatMap((route) => viewRoute(state, service, route).problem ?? []))
    const target = state.targets[service.name]
    if (target?.phase === 'up' && target.remark) found.push(target.remark)
    for (const link of viewLinks(state, service))
      if (link.locked && service.access === 'link')
        found.push(problem('link-locked', { service: service.name, name: link.label || link.id }))
    if (!isWeb(service.target.kind)) found.push(...rawProblems(state, service, paths, named))
  }
  for (const path of Object.values(state.paths)) {
    const firewall = firewallProblem(state, path)
    if (firewall) found.push(firewall)
    // What is certainly this computer's doing is not told of the router as well.
    const isOurs = firewall?.code === 'firewall-here' && path.phase === 'blocked' && path.problem.code === 'mapping-unreachable'
    if (path.phase === 'blocked' && !isOurs && isWorthTelling(state, path)) found.push(whyBlocked(state, path))
    found.push(...certificateProblem(state, path))
  }
  found.push(...lookProblems(state), ...alarms(state), ...alertProblems(state), ...namingProblems(state), ...keptNameProblems(state))
  return unique(found).sort(bySeverity)
}

/** The port may be held by a rule of our own: it leads to an address that this computer had before, and the router lets nobody else end it. */
function whyBlocked({ journal, network }: State, { problem: found }: BlockedPath): Problem {
  if (found.code !== 'gateway-conflict') return found
  const { address = '', port = '' } = found.params
  const old = journal.find(
    ({ externalPort, internalAddress, untilMs }) =>
      String(externalPort) === port && familyOf(internalAddress) === 'ipv4' && internalAddress !== network?.ipv4?.localAddress && untilMs,
  )
  if (!old) return found
  return problem('old-rule-stands', { address, port, internal: old.internalAddress, until: String(old.untilMs) })
}

/** A rule made by hand does the router's work; and where it would lead nowhere, or the port is another's, nobody is told to make one. */
function isWorthTelling(state: State, path: BlockedPath): boolean {
  const { exposure, rung } = path
  const sibling = state.paths[pathKey({ exposure, rung: rung === 'manual' ? 'mapped' : 'manual', family: 'ipv4' })]
  if (rung === 'mapped') return sibling?.phase !== 'confirmed'
  // A closed IPv6 firewall harms nobody while visitors come another way: it stands with the path, and troubles no one.
  if (rung !== 'manual') return path.problem.code !== 'ipv6-closed' || isOnlyWay(state, path)
  const asksForIt = sibling?.phase === 'blocked' && ['gateway-silent', 'gateway-refused'].includes(sibling.problem.code)
  return asksForIt && addressProblems(state).length === 0
}

/** What keeps a raw service from having the same address, and the same pace, whichever way visitors come. */
function rawProblems(state: State, { name, preset }: Service, paths: readonly Path[], named: readonly Path[]): Problem[] {
  const { relay, publicPorts } = state
  const port = publicPorts[name]
  if (relay.phase !== 'connected' || port === undefined) return []
  if (port === null) return [problem('relay-no-port', { service: name, relay: relay.known.host })]
  const found: Problem[] = []
  const elsewhere = paths.find((path) => !named.includes(path))
  if (elsewhere && 'way' in elsewhere)
    found.push(problem('direct-port-differs', { service: name, port: String(port), address: formatEndpoint(elsewhere.way.outside) }))
  const views = named.map((path) => viewPath(state, path))
  const isRelayed = (bestConfirmed(views, 'ipv4') ?? bestConfirmed(views, 'ipv6')) === 'tunnel'
  const isMusic = preset !== undefined && MUSIC_PRESETS.has(preset)
  if (isRelayed && isMusic && relay.rttMs !== null && relay.rttMs > MUSIC_RTT_MS)
    found.push(problem('relay-far-for-music', { service: name, relay: relay.known.host, delayMs: String(Math.round(relay.rttMs)) }))
  return found
}

/** The provider shares what a rule on the router would need. */
function providerProblem(state: State): Problem | null {
  const { gateway, network } = state
  const { verdict } = natFinding(state)
  const claimed = gateway.phase === 'found' ? gateway.externalIPv4 : null
  const shared = (claimed !== null && isCarrierShared(claimed) ? claimed : seenIPv4(state)) ?? ''
  switch (verdict) {
    case 'carrier':
      // Behind two routers it is told as what stands in front of them (upstream.ts).
      return state.upstream.phase === 'unknown' ? problem('provider-shares-address', { address: shared }) : null
    case 'ds-lite':
      return network?.ipv4 ? problem('provider-ds-lite', { address: shared }) : null
    case 'shared-ports':
      return problem('provider-shares-ports', { address: shared })
    case 'mobile':
      return problem('mobile-network', { address: network?.ipv4?.localAddress ?? '' })
    default:
      return null
  }
}

/** The router's own outside address, where it explains why nothing can come in by it. */
function addressProblems(state: State): Problem[] {
  const { gateway, relay, network } = state
  const provider = providerProblem(state)
  if (provider) return [provider]
  if (gateway.phase !== 'found' || !network?.ipv4) return []
  const { externalIPv4, address, protocols } = gateway
  // PCP tells an address only with a rule: its silence says nothing.
  const isTold = protocols.some((protocol) => protocol !== 'pcp')
  // We speak to a relay, so the line works: the router just has no address to tell.
  const why = relay.phase === 'connected' ? 'gateway-no-address' : 'gateway-no-internet'
  if (externalIPv4 === null) return isTold ? [problem(why, { address })] : []
  const isShut = Object.values(state.paths).some(({ rung, phase }) => rung === 'mapped' && phase === 'blocked')
  const second = isShut ? secondRouterProblem(state) : null
  return second ? [second] : []
}

function unique(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((found) => [JSON.stringify(found), found])).values()]
}
