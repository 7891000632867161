/** The state as the faces see it. Pure. What is green here was proven by somebody outside; everything else says what it is. */

import { recogniseRouter } from '../../protocol/guides/index.ts'
import { familyOf, formatEndpoint, isCarrierShared } from '../../protocol/model/address.ts'
import { type GuideChoice, NO_CHOICE } from '../../protocol/model/guide-choice.ts'
import { bestConfirmed, type PathView } from '../../protocol/model/path.ts'
import { NO_PREFERENCES } from '../../protocol/model/preferences.ts'
import type { Route } from '../../protocol/model/route.ts'
import { RouterApi } from '../../protocol/model/router-api.ts'
import { formatTarget, isRaw, isWeb, MUSIC_PRESETS, servedAs } from '../../protocol/model/service.ts'
import { bySeverity, type Problem, problem } from '../../protocol/problem.ts'
import type { RouteView, ServiceState, ServiceView, Snapshot } from '../../protocol/snapshot.ts'
import { alertProblems, alertsView } from './alerts.ts'
import { authorityView, certificateProblems, certificatesView } from './certificates.ts'
import { diagnosisView } from './diagnosis/diagnosis.ts'
import { lookProblems, namesProblem } from './diagnosis/looks.ts'
import { deviceDomain, FRONT_DOOR, hostOf, isNamed, isTold, rawPort, waysTo } from './exposures.ts'
import { firewallProblem } from './firewall.ts'
import { allowedView } from './friends.ts'
import { alarms, guardView } from './guard.ts'
import { namesView, namingProblems } from './naming.ts'
import { natFinding } from './nat.ts'
import { isShut, noticeProblems, takedownOf, usedUpProblem } from './notice.ts'
import { hasFailed, isOnlyWay } from './only-way.ts'
import { shownNames } from './own-names.ts'
import { type BlockedPath, type Path, pathKey } from './path-state.ts'
import { proofOf } from './phone-proof.ts'
import { type GatewayProtocol, routerOf } from './router-state.ts'
import { safetyView } from './safety.ts'
import { type Service, targetKey } from './service-state.ts'
import { certificateOf, isRehearsal, type State, seenIPv4 } from './state.ts'
import { secondRouterProblem } from './upstream.ts'
import { mainLink, urlOf, viewLinks } from './view-links.ts'
import { keptNameProblems, keptNamesView } from './view-names.ts'

/** The way to the relay is a part of the way between two players, who fall apart when they hear each other too late. */
const MUSIC_RTT_MS = 50

export function view(state: State): Snapshot {
  const { relay, gateway, network } = state
  const known = relay.phase === 'none' ? null : relay.known
  const nat = natFinding(state)
  return {
    v: 1,
    rehearsal: isRehearsal(state),
    // A relay on this very computer has seen no internet.
    internet: { state: network === null ? 'offline' : relay.phase === 'connected' && !isRehearsal(state) ? 'online' : 'unknown' },
    gateway: {
      address: gateway.phase === 'found' ? gateway.address : routerOf(network),
      name: gateway.phase === 'found' ? gateway.name : null,
      protocols: gateway.phase === 'found' ? gateway.protocols.filter(isOpenToAll) : [],
      externalIPv4: gateway.phase === 'found' ? gateway.externalIPv4 : null,
      nat: nat.verdict,
      natEvidence: [...nat.evidence, ...translationEvidence(state)],
      guide: guideFor(gateway),
      access: state.routerAccess,
    },
    relay: {
      url: relay.phase === 'none' ? null : relay.url,
      state: relay.phase,
      transport: relay.phase === 'connected' ? relay.known.transport : null,
      rttMs: relay.phase === 'connected' && relay.rttMs !== null ? Math.round(relay.rttMs) : null,
      observedIPv4: seenIPv4(state),
      observedIPv6: known?.observed.ipv6 ?? null,
    },
    relays: relaysOf(state),
    domain: deviceDomain(state),
    names: namesView(state),
    ownNames: keptNamesView(state),
    guard: guardView(state),
    alerts: alertsView(state),
    bans: state.bans,
    authority: authorityView(state),
    certificates: certificatesView(state),
    preferences: NO_PREFERENCES,
    services: state.services.map((service) => viewService(state, service)),
    problems: problemsOf(state),
    diagnosis: diagnosisView(state),
  }
}

/** What is spoken with its owner's word alone is told as the {@link State.routerAccess}. */
const isOpenToAll = (protocol: GatewayProtocol): protocol is Exclude<GatewayProtocol, RouterApi> =>
  !RouterApi.options.some((api) => api === protocol)

/** By what the router says of itself, and by its name where that is all. */
export function guideFor(gateway: State['gateway']): GuideChoice {
  if (gateway.phase === 'unknown') return NO_CHOICE
  const says = [gateway.phase === 'found' ? gateway.name : null, gateway.says].filter(Boolean).join('\n')
  return { router: recogniseRouter(says) ?? NO_CHOICE.router, chosen: false }
}

/** What the diagnosis weighs. */
export const judgedNow = (state: State): { readonly active: readonly ServiceView[]; readonly problems: readonly Problem[] } => ({
  active: state.services.filter(({ paused }) => !paused).map((service) => viewService(state, service)),
  problems: problemsOf(state),
})

/** It explains which games and calls connect directly, and decides nothing. */
function translationEvidence({ relay }: State): string[] {
  const translation = relay.phase === 'connected' ? relay.udp.translation : undefined
  return translation ? [`udp-mapping ${translation.mapping}`, `udp-filtering ${translation.filtering}`] : []
}

function relaysOf({ relay, standby, relayOrder }: State): Snapshot['relays'] {
  const all = [...(relay.phase === 'none' ? [] : [relay]), ...standby]
  return all
    .sort((a, b) => relayOrder.indexOf(a.url) - relayOrder.indexOf(b.url))
    .map((link) => ({
      url: link.url,
      state: link.phase,
      transport: link.phase === 'connected' ? link.known.transport : null,
      rttMs: link.phase === 'connected' && link.rttMs !== null ? Math.round(link.rttMs) : null,
      serves: relay.phase === 'connected' && link.url === relay.url,
    }))
}

function viewService(state: State, service: Service): ServiceView {
  const { name, target } = service
  const paths = waysTo(state, service)
  // A way in on another port than the name's is shown, and counts for nothing else: no visitor is sent there.
  const named = paths.filter((path) => isNamed(state, name, paths, path))
  const views = named.map((path) => viewPath(state, path))
  const isAtHome = service.access === 'lan'
  const domain = deviceDomain(state)
  const known = state.relay.phase === 'none' ? null : state.relay.known
  const host = domain === null ? null : hostOf(name, domain)
  const port = isRaw(target) ? (rawPort(state, name, paths) ?? target.port) : (known?.httpsPort ?? 443)
  const plain = mainLink(service)
  const suffix = known && known.httpsPort !== 443 ? `:${known.httpsPort}` : ''
  return {
    name,
    target: formatTarget(target),
    kind: servedAs(target),
    state: stateOf(state, service, named),
    // The way in is there, and nobody from outside is let in by it.
    paths: isAtHome ? [] : paths.map((path) => viewPath(state, path)),
    best: isAtHome ? { ipv4: null, ipv6: null } : bestOf(service, views),
    publicUrl: host !== null && isWeb(target.kind) ? `https://${host}${suffix}/` : ownUrl(state, name),
    publicAddress: host === null ? null : { host, port },
    shareLink: plain ? urlOf(state, service, plain) : null,
    preset: service.preset ?? null,
    safety: safetyView(state, service),
    access: service.access,
    routes: (service.routes ?? []).map((route) => viewRoute(state, service, route)),
    proxyProtocol: service.proxyProtocol === true,
    uploadLimitMb: service.uploadLimitMb ?? null,
    relayOnly: service.relayOnly === true,
    pin: (target.kind !== 'folder' && target.pin) || null,
    hasPassword: state.passwords.includes(name),
    allowed: allowedView(state, service),
    admitted: state.admitted.filter((each) => each.service === name).map(({ place, link, untilMs }) => ({ place, link, untilMs })),
    links: viewLinks(state, service),
    // In a rehearsal nobody looks from outside.
    provenAtMs: isRehearsal(state) || isAtHome ? null : provenAt(state, named),
    // Of what was and what comes and goes the state knows nothing (engine/history).
    reachableSinceMs: null,
    visitors: 0,
    problem: problemOf(state, service, named),
  }
}

function viewRoute(state: State, { name, paused }: Service, { prefix, target, strip }: Route): RouteView {
  const found = state.targets[targetKey(name, prefix)]
  return {
    prefix,
    target: formatTarget(target),
    strip,
    pin: target.pin ?? null,
    problem: found?.phase === 'down' && !paused ? found.problem : null,
  }
}

/** Where no relay gives it a name: one of its owner's own, once that has a certificate. */
function ownUrl(state: State, service: string): string | null {
  const own = shownNames(state).find((one) => one.service === service && certificateOf(state, one.host).phase === 'valid')
  return own ? `https://${own.family === 'ipv6' ? `[${own.host}]` : own.host}/` : null
}

/** How visitors come who know the name. Once the home is direct in IPv4 alone, no IPv6 address stands in DNS (protocol/model/records.ts). */
function bestOf({ target }: Service, views: readonly PathView[]): ServiceView['best'] {
  const [ipv4, ipv6] = [bestConfirmed(views, 'ipv4'), bestConfirmed(views, 'ipv6')]
  const isWithheld = isWeb(target.kind) && ipv4 !== null && ipv4 !== 'tunnel' && ipv6 === 'tunnel'
  return { ipv4, ipv6: isWithheld ? null : ipv6 }
}

function viewPath(state: State, path: Path): PathView {
  const { rung, family, phase } = path
  const common = { rung, family }
  if (isShut(state, path)) return { ...common, phase: 'blocked', problem: 'relay-quota-reached' }
  switch (phase) {
    case 'seeking': {
      // No router to ask, no relay to stand on: seeking would promise something.
      if (rung === 'tunnel' && 'problem' in state.relay) return { ...common, phase: 'blocked', problem: state.relay.problem.code }
      return { ...common, phase }
    }
    case 'provisioned': {
      const proof = proofOf(state, path)
      if (proof) return { ...common, phase: 'confirmed', outside: path.way.outside, verdict: proof }
      return { ...common, phase, outside: path.way.outside, ...(path.lastVerdict ? { verdict: path.lastVerdict } : {}) }
    }
    case 'confirmed':
      return { ...common, phase, outside: path.way.outside, verdict: path.verdict }
    case 'blocked':
      return { ...common, phase, problem: path.problem.code }
  }
}

const provenAt = (state: State, paths: readonly Path[]): number | null =>
  paths.reduce<number | null>((latest, path) => {
    const verdict = path.phase === 'confirmed' ? path.verdict : proofOf(state, path)
    return verdict ? Math.max(latest ?? 0, verdict.atMs) : latest
  }, null)

function stateOf(state: State, { name, paused, access }: Service, paths: readonly Path[]): ServiceState {
  if (paused) return 'paused'
  if (takedownOf(state, name)) return 'unreachable'
  const target = state.targets[name]
  if (target?.phase === 'down') return 'unreachable'
  if (access === 'lan') return target?.phase === 'up' ? 'at-home' : 'checking'
  if (target?.phase === 'up' && paths.some((path) => proofOf(state, path))) return 'reachable'
  if (state.relay.phase !== 'connected') return state.relay.phase === 'connecting' && state.relay.known === null ? 'checking' : 'unknown'
  if (target?.phase !== 'up') return 'checking'
  if (namesProblem(state, name)) return 'unreachable'
  if (isTold(state, name) && paths.some((path) => path.phase === 'confirmed' && !isShut(state, path))) return 'reachable'
  if (
    certificateOf(state, deviceDomain(state)).phase === 'failed' &&
    paths.some(({ rung, exposure }) => rung === 'tunnel' && exposure === FRONT_DOOR)
  )
    return 'unreachable'
  return paths.length > 0 && paths.every((path) => hasFailed(path) || isShut(state, path)) ? 'unreachable' : 'checking'
}

/** The one thing that keeps this service from its visitors. */
function problemOf(state: State, service: Service, paths: readonly Path[]): Problem | null {
  const target = state.targets[service.name]
  if (service.paused) return null
  const takedown = takedownOf(state, service.name)
  if (takedown) return takedown
  if (target?.phase === 'down') return target.problem
  if (stateOf(state, service, paths) !== 'unreachable') return null
  const nameless = namesProblem(state, service.name)
  if (nameless) return nameless
  const certificate = certificateOf(state, deviceDomain(state))
  if (certificate.phase === 'failed' && isWeb(service.target.kind)) return certificate.problem
  const [shown] = paths.flatMap((path) => certificateProblem(state, path))
  if (shown) return shown
  const raw = !isWeb(service.target.kind) ? paths.find((path) => path.phase === 'blocked') : undefined
  const usedUp = usedUpProblem(state)
  if (usedUp) return usedUp
  return raw?.phase === 'blocked' ? raw.problem : problem('unreachable-outside', { service: service.name })
}

const PASSING: ReadonlySet<string> = new Set(['relay-unreachable', 'relay-busy'])

function problemsOf(state: State): Problem[] {
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

/** This way leads to us, but a browser that takes it would show a warning and not the page. */
function certificateProblem(state: State, path: Path): Problem[] {
  if (path.phase !== 'provisioned' || path.lastVerdict?.outcome !== 'wrong-certificate') return []
  const { certificate: reason = 'untrusted' } = path.lastVerdict
  if (reason !== 'foreign-key') return [problem('certificate-wrong', { reason })]
  return [problem('foreign-certificate', { host: deviceDomain(state) ?? '', address: path.way.outside.address })]
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
