/** Where the paths below a service's name lead, and what the places behind them are told and believed: as their owner decides. */
import { MAX_ROUTES, Route, readPrefix } from '../../protocol/model/route.ts'
import { formatTarget, isWeb } from '../../protocol/model/service.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import type { Controlled } from '../control/controlled.ts'
import { withPin } from '../core/reduce-service.ts'
import { placesOf, targetKey } from '../core/service-state.ts'
import type { ForbiddenOptions } from '../proxy/forbidden.ts'
import { lookAtCertificate } from '../proxy/target.ts'
import type { Emit } from './loop.ts'
import { readPin, readTarget } from './own-services.ts'
import type { Settings, SettingsFile } from './settings.ts'

export interface OwnRoutesOptions {
  readonly settings: SettingsFile
  readonly forbidden: ForbiddenOptions
  readonly dispatch: Emit
}

type Service = Settings['services'][number]
type OwnRoutes = Pick<
  Controlled,
  'addRoute' | 'removeRoute' | 'setProxyProtocol' | 'setUploadLimit' | 'setRelayOnly' | 'acceptCertificate' | 'lookAtCertificate'
>

/** All throw ProblemError; then nothing has changed. */
export function ownRoutes({ settings, forbidden, dispatch }: OwnRoutesOptions): OwnRoutes {
  const find = (name: string): Service => {
    const service = settings.current.services.find((each) => each.name === name)
    if (!service) throw new ProblemError(problem('service-unknown', { name }))
    return service
  }
  const change = (name: string, next: Pick<Service, 'routes' | 'proxyProtocol' | 'uploadLimitMb' | 'relayOnly'>): void => {
    settings.change({ services: settings.current.services.map((service) => (service.name === name ? { ...service, ...next } : service)) })
    dispatch({ type: 'service-changed', name, change: next })
  }
  return {
    addRoute({ service: name, prefix: text, target: targetText, strip, pin }) {
      const { target: own, routes = [] } = find(name)
      const prefix = readPrefix(text)
      if (prefix === undefined) throw new ProblemError(problem('route-invalid', { path: text }))
      const target = readTarget(targetText, pin, forbidden)
      if (target.kind === 'folder') throw new ProblemError(problem('target-invalid', { target: targetText }))
      const wrong = [own, target].find(({ kind }) => !isWeb(kind))
      if (wrong) throw new ProblemError(problem('route-web-only', { service: name, target: formatTarget(wrong) }))
      if (routes.some((route) => route.prefix === prefix)) throw new ProblemError(problem('route-taken', { path: prefix, service: name }))
      if (routes.length >= MAX_ROUTES) throw new ProblemError(problem('routes-full', { service: name, limit: String(MAX_ROUTES) }))
      change(name, { routes: [...routes, Route.parse({ prefix, target, strip })] })
    },
    removeRoute(name, text) {
      const { routes = [] } = find(name)
      const rest = routes.filter(({ prefix }) => prefix !== readPrefix(text))
      if (rest.length === routes.length) throw new ProblemError(problem('route-unknown', { path: text, service: name }))
      change(name, { routes: rest })
    },
    setProxyProtocol(name, on) {
      if (find(name).target.kind !== 'tcp') throw new ProblemError(problem('proxy-protocol-tcp-only', { service: name }))
      change(name, { proxyProtocol: on })
    },
    setUploadLimit(name, mb) {
      if (!isWeb(find(name).target.kind)) throw new ProblemError(problem('upload-limit-web-only', { service: name }))
      change(name, { uploadLimitMb: mb })
    },
    setRelayOnly(name, on) {
      find(name)
      change(name, { relayOnly: on })
    },
    acceptCertificate(name, prefixText, fingerprint) {
      const prefix = prefixText === null ? null : (readPrefix(prefixText) ?? prefixText)
      const place = placesOf(find(name)).find(({ key }) => key === targetKey(name, prefix))
      if (!place) throw new ProblemError(problem('route-unknown', { path: prefixText ?? '', service: name }))
      if (place.target.kind !== 'https')
        throw new ProblemError(problem('certificate-https-only', { service: place.key, target: formatTarget(place.target) }))
      keepPin(settings, name, prefix, readPin(fingerprint))
      dispatch({ type: 'target-pinned', name, prefix, pin: readPin(fingerprint) })
    },
    async lookAtCertificate(text, signal) {
      const target = readTarget(text, undefined, forbidden)
      if (target.kind !== 'https') return null
      // One that does not answer now may be added all the same: it is asked for its certificate when it does.
      const shown = await lookAtCertificate(target, forbidden, signal).catch(() => undefined)
      if (!shown || shown.vouched) return null
      const { vouched, ...certificate } = shown
      return certificate
    },
  }
}

/** Throws ProblemError when it cannot be written down. */
export function keepPin(settings: SettingsFile, name: string, prefix: string | null, pin: string): void {
  settings.change({
    services: settings.current.services.map((service) => (service.name === name ? withPin(service, prefix, pin) : service)),
  })
}
