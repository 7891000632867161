/** The front door, told which names lead where, and whose probes to answer. */

import { relayOnlyName, serviceOfRelayOnlyName } from '../../protocol/model/relay-only.ts'
import { formatTarget, isWeb } from '../../protocol/model/service.ts'
import { type Problem, type ProblemCode, problem } from '../../protocol/problem.ts'
import type { Access } from '../access/access.ts'
import type { Visitors } from '../bans/visitors.ts'
import { answeringDomains, deviceDomain, hasOpenPage, hostOf, pathsOf, rawPort } from '../core/exposures.ts'
import { type Shown, shownNames } from '../core/own-names.ts'
import { placesOf, type Service } from '../core/service-state.ts'
import type { State } from '../core/state.ts'
import type { ForbiddenOptions } from '../proxy/forbidden.ts'
import { createFrontDoor, type FrontDoor, type FrontDoorOptions } from '../proxy/front-door.ts'
import type { Meter } from '../proxy/guest.ts'
import { hstsValue } from '../proxy/hsts.ts'
import type { RawEndpoint } from '../proxy/open-page.ts'
import type { Probes } from '../reach/probes.ts'
import type { KeptCertificates } from './certificates.ts'
import type { Emit } from './loop.ts'

export interface FrontDoorInput {
  readonly access: Access
  readonly visitors: Visitors
  readonly certificates: KeptCertificates
  readonly probes: Probes
  readonly forbidden: ForbiddenOptions
  readonly meter?: Meter
  state(): State
  readonly dispatch: Emit
  readonly onBegin?: FrontDoorOptions['onBegin']
}

/** Under which names we answer, worked out once for each state: many requests come between two changes of it. */
interface Named {
  readonly of: State
  readonly own: readonly Shown[]
  /** {@link answeringDomains} */
  readonly domains: readonly string[]
  readonly shown: string | null
}

export function openFrontDoor({
  state,
  visitors,
  certificates,
  probes,
  access,
  forbidden,
  meter,
  dispatch,
  onBegin,
}: FrontDoorInput): FrontDoor {
  let named: Named | undefined
  const names = (): Named => {
    const of = state()
    if (named?.of !== of) named = { of, own: shownNames(of), domains: answeringDomains(of), shown: deviceDomain(of) }
    return named
  }
  const serviceAt = (host: string): Service | undefined => {
    const [first = ''] = host.split('.', 1)
    const called = serviceOfRelayOnlyName(first) ?? first
    return state().services.find(
      (service) =>
        !service.paused &&
        (isWeb(service.target.kind)
          ? first === relayOnlyName(service.name) || first === service.name
          : hasOpenPage(service) && called === service.name),
    )
  }
  const endpointOf = (name: string, domain: string, asked: string): RawEndpoint | null => {
    const port = rawPort(state(), name, pathsOf(state(), name))
    const beside = (['ipv4', 'ipv6'] as const).map((family) => hostOf(relayOnlyName(name, family), asked))
    return port === undefined ? null : { address: hostOf(name, domain), port, beside }
  }
  const whyDown = (key: string): Problem => {
    const place = state()
      .services.flatMap(placesOf)
      .find((each) => each.key === key)
    if (place?.target.kind === 'folder') return problem('folder-gone', { service: key, path: place.target.path })
    return problem('service-refused', { service: key, target: place ? formatTarget(place.target) : '' })
  }
  /** Only where every browser trusts the certificate: elsewhere people must be able to click a warning away. */
  const hstsOf = (host: string): string | undefined => {
    const heldSinceMs = certificates.authority() === 'public' ? certificates.heldSinceMs(host) : undefined
    return heldSinceMs === undefined ? undefined : hstsValue(heldSinceMs, Date.now())
  }
  return createFrontDoor({
    ...forbidden,
    gate: access,
    enter: visitors.enter,
    ...(onBegin && { onBegin }),
    meter,
    route(host, isDirect) {
      const { own: ownNames, domains, shown } = names()
      const own = ownNameAt(ownNames, host.replace(/^\[|\]$/g, ''))
      const shownService = own && state().services.find(({ name, target, paused }) => name === own.service && !paused && isWeb(target.kind))
      if (shownService) {
        if (shownService.relayOnly && isDirect) return undefined
        const { name, target, routes, access, uploadLimitMb } = shownService
        const hsts = own?.family ? undefined : hstsOf(host)
        return { service: name, target, routes, maxBodyBytes: bytesOf(uploadLimitMb), isGated: access !== 'public', hsts }
      }
      const domain = host.slice(host.indexOf('.') + 1)
      const service = domains.includes(domain) ? serviceAt(host) : undefined
      if (!service || (service.relayOnly && isDirect)) return undefined
      const isGated = service.access !== 'public'
      // Whoever was let in was let in under that name.
      const hasMoved = !isGated && shown !== null && shown !== domain && shown === domains[0]
      const { name, target, routes, uploadLimitMb } = service
      return {
        service: name,
        target,
        routes,
        maxBodyBytes: bytesOf(uploadLimitMb),
        isGated,
        hsts: hstsOf(host),
        ...(hasOpenPage(service) && { endpoint: endpointOf(name, shown ?? domain, domain) }),
        ...(hasMoved && { movedTo: host.replace(domain, shown) }),
      }
    },
    certificate: (host) => certificates.certificateFor(host),
    nameless(family) {
      const own = names().own.find((one) => one.family === family)
      const pair = own && certificates.certificateFor(own.host)
      return own && pair && { host: family === 'ipv6' ? `[${own.host}]` : own.host, pair }
    },
    onProbe: (socket) => probes.serve(socket),
    onTargetFailure(service, failure) {
      if (failure === 'untrusted' && state().targets[service]?.phase === 'up') dispatch({ type: 'target-doubted', name: service })
      if (failure === 'refused') dispatch({ type: 'target-down', name: service, problem: whyDown(service) })
    },
    onTargetSuccess(service) {
      const target = state().targets[service]
      if (target?.phase === 'down' && !ANSWERS_BADLY.has(target.problem.code)) dispatch({ type: 'target-up', name: service })
    },
  })
}

/** That an answer came says nothing against these: only whoever asked for the first page knows that it is back (judge-answer.ts). */
const ANSWERS_BADLY: ReadonlySet<ProblemCode> = new Set<ProblemCode>(['service-no-answer', 'service-unavailable'])

/** A wildcard stands for one label. */
const ownNameAt = (names: readonly Shown[], host: string): Shown | undefined =>
  names.find((one) => one.host === host) ?? names.find((one) => one.host === `*${host.slice(host.indexOf('.'))}`)

const bytesOf = (limitMb: number | null | undefined): number | undefined => (limitMb == null ? undefined : limitMb * 1_000_000)
