/** A service as the faces see it: how it stands, which ways lead to it, and the one thing that keeps it from its visitors. Pure. */
import { bestConfirmed, type PathView } from '../../protocol/model/path.ts'
import type { Route } from '../../protocol/model/route.ts'
import { formatTarget, isRaw, isWeb, servedAs } from '../../protocol/model/service.ts'
import { type Problem, problem } from '../../protocol/problem.ts'
import type { RouteView, ServiceState, ServiceView } from '../../protocol/snapshot.ts'
import { hiddenByRelay } from './diagnosis/looks.ts'
import { deviceDomain, FRONT_DOOR, hostOf, isNamed, isTold, rawPort, waysTo } from './exposures.ts'
import { allowedView } from './friends.ts'
import { isShut, takedownOf, usedUpProblem } from './notice.ts'
import { hasFailed, isLookedAtInVain } from './only-way.ts'
import { shownNames } from './own-names.ts'
import type { Path } from './path-state.ts'
import { proofOf } from './phone-proof.ts'
import { safetyView } from './safety.ts'
import { type Service, targetKey } from './service-state.ts'
import { certificateOf, isRehearsal, type State } from './state.ts'
import { mainLink, urlOf, viewLinks } from './view-links.ts'

export function viewService(state: State, service: Service): ServiceView {
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

export function viewRoute(state: State, { name, paused }: Service, { prefix, target, strip }: Route): RouteView {
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

/** Without a relay only its owner's own names lead there: where none of them has a certificate, no browser shows the page. */
function ownNamesFailure(state: State, service: string): Problem | null {
  if (state.relay.phase !== 'none') return null
  const held = shownNames(state).flatMap((one) => (one.service === service ? [certificateOf(state, one.host)] : []))
  const [first] = held
  return first?.phase === 'failed' && held.every(({ phase }) => phase === 'failed') ? first.problem : null
}

/** How visitors come who know the name. Once the home is direct in IPv4 alone, no IPv6 address stands in DNS (protocol/model/records.ts). */
function bestOf({ target }: Service, views: readonly PathView[]): ServiceView['best'] {
  const [ipv4, ipv6] = [bestConfirmed(views, 'ipv4'), bestConfirmed(views, 'ipv6')]
  const isWithheld = isWeb(target.kind) && ipv4 !== null && ipv4 !== 'tunnel' && ipv6 === 'tunnel'
  return { ipv4, ipv6: isWithheld ? null : ipv6 }
}

export function viewPath(state: State, path: Path): PathView {
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
  if (target?.phase === 'up' && paths.some((path) => proofOf(state, path)))
    return ownNamesFailure(state, name) ? 'unreachable' : 'reachable'
  if (state.relay.phase !== 'connected') return state.relay.phase === 'connecting' && state.relay.known === null ? 'checking' : 'unknown'
  if (target?.phase !== 'up') return 'checking'
  if (hiddenByRelay(state, name)) return 'unreachable'
  if (isTold(state, name) && paths.some((path) => path.phase === 'confirmed' && !isShut(state, path))) return 'reachable'
  if (
    certificateOf(state, deviceDomain(state)).phase === 'failed' &&
    paths.some(({ rung, exposure }) => rung === 'tunnel' && exposure === FRONT_DOOR)
  )
    return 'unreachable'
  const open = paths.filter((path) => !hasFailed(path) && !isShut(state, path))
  if (paths.length > 0 && open.length === 0) return 'unreachable'
  return open.length > 0 && open.every(isLookedAtInVain) ? 'unknown' : 'checking'
}

/** The one thing that keeps this service from its visitors. */
export function problemOf(state: State, service: Service, paths: readonly Path[]): Problem | null {
  const target = state.targets[service.name]
  if (service.paused) return null
  const takedown = takedownOf(state, service.name)
  if (takedown) return takedown
  if (target?.phase === 'down') return target.problem
  const stands = stateOf(state, service, paths)
  if (stands === 'unknown' && state.relay.phase === 'connected') return problem('relay-cannot-look', { relay: state.relay.known.host })
  if (stands !== 'unreachable') return null
  const unshown = ownNamesFailure(state, service.name)
  if (unshown) return unshown
  const hidden = hiddenByRelay(state, service.name)
  if (hidden) return hidden
  const certificate = certificateOf(state, deviceDomain(state))
  if (certificate.phase === 'failed' && isWeb(service.target.kind)) return certificate.problem
  const [shown] = paths.flatMap((path) => certificateProblem(state, path))
  if (shown) return shown
  const raw = !isWeb(service.target.kind) ? paths.find((path) => path.phase === 'blocked') : undefined
  const usedUp = usedUpProblem(state)
  if (usedUp) return usedUp
  return raw?.phase === 'blocked' ? raw.problem : problem('unreachable-outside', { service: service.name })
}

/** This way leads to us, but a browser that takes it would show a warning and not the page. */
export function certificateProblem(state: State, path: Path): Problem[] {
  if (path.phase !== 'provisioned' || path.lastVerdict?.outcome !== 'wrong-certificate' || isLookedAtInVain(path)) return []
  const { certificate: reason = 'untrusted' } = path.lastVerdict
  if (reason !== 'foreign-key') return [problem('certificate-wrong', { reason })]
  return [problem('foreign-certificate', { host: deviceDomain(state) ?? '', address: path.way.outside.address })]
}
