/** One check for each link of the chain, a small function each: what is known of it, and the facts that it rests on. Pure. What is wrong, and
 *  whose fault it is, is weighed in `diagnose.ts`. */

import type { ChainLink, FactName, LinkName, LinkVerdict } from '../../../protocol/diagnosis.ts'
import { isPrivateIPv4 } from '../../../protocol/model/address.ts'
import { isWeb } from '../../../protocol/model/service.ts'
import type { ServiceView } from '../../../protocol/snapshot.ts'
import { deviceDomain } from '../exposures.ts'
import { natFinding } from '../nat.ts'
import { isLoopbackHost } from '../relay-state.ts'
import { routerOf } from '../router-state.ts'
import type { Service } from '../service-state.ts'
import { certificateOf, isRehearsal, type State, seenIPv4 } from '../state.ts'
import { soughtUpstream } from '../upstream.ts'

export interface Facts {
  readonly state: State
  /** The services as faces see them, those that are paused aside. */
  readonly active: readonly ServiceView[]
}

export interface Finding {
  readonly verdict: Exclude<LinkVerdict, 'warning'>
  readonly evidence: ChainLink['evidence']
}

export interface Check {
  /** What it stands on: while one of these is broken, nothing can be said of it. */
  readonly needs: (facts: Facts) => readonly LinkName[]
  readonly judge: (facts: Facts) => Finding
}

type Told = readonly [FactName, string | number | null | undefined | false]

const found = (verdict: Finding['verdict'], ...told: readonly Told[]): Finding => ({
  verdict,
  evidence: told.flatMap(([fact, value]) =>
    value === null || value === undefined || value === false ? [] : [{ fact, value: String(value) }],
  ),
})
const known = (isGood: boolean, ...told: readonly Told[]): Finding => found(isGood ? 'ok' : 'unknown', ...told)

const onLan: Check['needs'] = () => ['lan']
const nothing: Check['needs'] = () => []

const activeServices = ({ services }: State): readonly Service[] => services.filter(({ paused }) => !paused)
const isHere = ({ target }: Service): boolean => target.kind === 'folder' || isLoopbackHost(target.host)

/** A service that is down itself says nothing of the way to the others. */
const isUp = ({ targets }: State, name: string): boolean => targets[name]?.phase !== 'down'
const someService: Check['needs'] = ({ state }) => (activeServices(state).some(({ name }) => isUp(state, name)) ? [] : ['service'])

const isConfirmed = ({ paths }: State, ...rungs: readonly string[]): boolean =>
  Object.values(paths).some(({ phase, rung }) => phase === 'confirmed' && rungs.includes(rung))

/** Somebody on the internet talks to us. */
const isOnline = (state: State): boolean =>
  !isRehearsal(state) && [state.relay, ...state.standby].some(({ phase }) => phase === 'connected')

const service: Check = {
  needs: ({ state }) => (activeServices(state).every(isHere) ? [] : ['computer']),
  judge({ state }) {
    const services = activeServices(state)
    const is = (phase: string): string => services.flatMap(({ name }) => (state.targets[name]?.phase === phase ? [name] : [])).join(', ')
    const told: readonly Told[] = [
      ['answers', is('up') || null],
      ['silent', is('down') || null],
    ]
    if (services.some(({ name }) => state.targets[name]?.phase === 'down')) return found('broken', ...told)
    return known(services.length > 0 && services.every(({ name }) => state.targets[name]?.phase === 'up'), ...told)
  },
}

const computer: Check = {
  needs: nothing,
  judge({ state: { network } }) {
    if (network === null) return found('broken')
    const { ipv4, ipv6 } = network ?? {}
    return known(
      network !== undefined,
      ['our-address', ipv4?.localAddress],
      ['our-address', ipv6?.localAddress],
      ['interface', ipv4?.interfaceName ?? ipv6?.interfaceName],
    )
  },
}

/** Asked only where somebody outside did not get through; who came in past it proves it as well. */
const firewall: Check = {
  needs: () => ['computer'],
  judge({ state }) {
    const looks = Object.values(state.firewall)
    const names = [...new Set(looks.flatMap(({ finding }) => finding?.name ?? []))]
    return known(isConfirmed(state, 'direct', 'mapped', 'manual') || looks.length > 0, ['firewall', names.join(', ') || null])
  },
}

const lan: Check = {
  needs: () => ['computer'],
  judge({ state }) {
    const { gateway, network, diagnosis } = state
    const { router } = diagnosis.line
    if (isOnline(state)) return found('ok', ['answers', routerOf(network)])
    // It may have been talked to before the cable was pulled.
    if (router === 'silent') return found('broken', ['silent', routerOf(network)])
    const isThere = gateway.phase === 'found' || router === 'answers'
    return known(isThere, ['answers', isThere && routerOf(network)])
  },
}

const router: Check = {
  needs: onLan,
  judge({ state }) {
    const { gateway } = state
    if (gateway.phase === 'absent') return known(isConfirmed(state, 'manual', 'direct'), ['silent', routerOf(state.network)])
    if (gateway.phase === 'unknown') return found('unknown')
    const { address, name, protocols, externalIPv4 } = gateway
    return found('ok', ['router', name ?? address], ['router-speaks', protocols.join(', ') || null], ['router-says', externalIPv4])
  },
}

const secondRouter: Check = {
  needs: onLan,
  judge({ state }) {
    const { gateway, upstream } = state
    if (upstream.phase === 'found') return found('ok', ['router', upstream.address], ['second-router-says', upstream.externalIPv4])
    if (soughtUpstream(state)) return found('unknown', ['router-says', gateway.phase === 'found' && gateway.externalIPv4])
    const isOutermost = gateway.phase === 'found' && gateway.externalIPv4 !== null && !isPrivateIPv4(gateway.externalIPv4)
    return known(isOutermost || isConfirmed(state, 'mapped', 'manual'), ['no-second-router', isOutermost && gateway.externalIPv4])
  },
}

const provider: Check = {
  needs: onLan,
  judge({ state }) {
    const { verdict } = natFinding(state)
    const isKnown = state.relay.phase === 'connected' && verdict !== 'unknown' && verdict !== 'unsure'
    // Who comes in directly over IPv6, or by a rule made by hand, shows that the provider lets visitors through.
    return known(isKnown || isConfirmed(state, 'direct', 'mapped', 'manual'), ['line', verdict], ['outside-sees', seenIPv4(state)])
  },
}

const internet: Check = {
  needs: onLan,
  judge({ state }) {
    const { elsewhere, routerHasLine } = state.diagnosis.line
    if (isOnline(state)) return found('ok')
    if (elsewhere.state === 'answers') return found('ok', ['elsewhere-answers', elsewhere.host])
    if (elsewhere.state === 'silent')
      return found('broken', ['elsewhere-silent', elsewhere.host], ['router-says', routerHasLine === false && '–'])
    return found('unknown')
  },
}

const relay: Check = {
  needs: () => ['internet'],
  judge({ state: { relay } }) {
    if (relay.phase === 'none' || relay.phase === 'connecting') return found('unknown')
    const told: Told = ['relay', relay.known?.host ?? new URL(relay.url).host]
    if (relay.phase !== 'connected') return found('broken', told)
    return found('ok', told, ['delay-ms', relay.rttMs === null ? null : Math.round(relay.rttMs)])
  },
}

const outside: Check = {
  needs: (facts) => ['relay', ...someService(facts)],
  judge({ state, active }) {
    const proven = active.filter(({ provenAtMs }) => provenAtMs !== null).map(({ name }) => name)
    const unseen = active.filter(({ name, problem }) => isUp(state, name) && problem?.code === 'unreachable-outside')
    if (unseen.length > 0) return found('broken', ['unreachable', namesOf(unseen)])
    return known(proven.length > 0 && !isRehearsal(state), ['proven', proven.join(', ') || null])
  },
}

const name: Check = {
  needs: () => ['relay'],
  judge({ state }) {
    const { relay, diagnosis } = state
    const domain = deviceDomain(state)
    const { here, relay: there } = diagnosis.names
    if (domain === null || relay.phase !== 'connected' || relay.published === null) return found('unknown', ['leads-to', null])
    const addresses = here?.addresses ?? there?.addresses ?? []
    return known(addresses.length > 0 || isRehearsal(state), ['leads-to', addresses.join(', ') || null])
  },
}

const certificate: Check = {
  needs: nothing,
  judge({ state }) {
    const services = activeServices(state)
    if (services.length > 0 && !services.some(({ target }) => isWeb(target.kind))) return found('ok', ['no-website', ''])
    const held = certificateOf(state, deviceDomain(state))
    if (held.phase === 'failed') return found('broken')
    return known(held.phase === 'valid', ['certificate-until', held.phase === 'valid' && held.notAfterMs])
  },
}

const namesOf = (services: readonly ServiceView[]): string | null => services.map(({ name }) => name).join(', ') || null

const visitor: Check = {
  needs: (facts) => ['relay', 'outside', 'name', 'certificate', ...someService(facts)],
  judge({ state, active }) {
    const wanted = active.filter((service) => service.state !== 'at-home' && isUp(state, service.name))
    const reached = wanted.filter((service) => service.state === 'reachable')
    const unreached = active.filter((service) => service.state === 'unreachable')
    const isGood = wanted.length > 0 && reached.length === wanted.length
    return known(isGood, ['reachable', namesOf(reached)], ['unreachable', namesOf(unreached)])
  },
}

export const CHECKS: Readonly<Record<LinkName, Check>> = {
  service,
  computer,
  firewall,
  lan,
  router,
  'second-router': secondRouter,
  provider,
  internet,
  relay,
  outside,
  name,
  certificate,
  visitor,
}
