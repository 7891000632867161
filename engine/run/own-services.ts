/** What the owner does with his services: checked, written down, then told to the loop. */
import { familyOf } from '../../protocol/model/address.ts'
import { plainLink } from '../../protocol/model/link.ts'
import { formatTarget, isWeb, parseTarget, readFingerprint, ServiceName, type Target } from '../../protocol/model/service.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import type { Controlled } from '../control/handlers.ts'
import { portKey } from '../core/state.ts'
import { type ForbiddenOptions, forbiddenTarget } from '../proxy/forbidden.ts'
import { PRESETS } from '../services/presets/index.ts'
import { type Links, newLinkId } from './links.ts'
import type { Emit } from './loop.ts'
import { MAX_SERVICES, type SettingsFile } from './settings.ts'

export interface OwnServicesOptions {
  readonly settings: SettingsFile
  readonly links: Pick<Links, 'grants'>
  readonly forbidden: ForbiddenOptions
  readonly dispatch: Emit
}

/** All throw ProblemError; then nothing has changed. */
export function ownServices({
  settings,
  links,
  forbidden,
  dispatch,
}: OwnServicesOptions): Pick<Controlled, 'addService' | 'presets' | 'removeService' | 'setPaused'> {
  function mustKnow(name: string): void {
    if (!settings.current.services.some((service) => service.name === name)) throw new ProblemError(problem('service-unknown', { name }))
  }
  return {
    async addService(name, text, preset, pin) {
      if (!ServiceName.safeParse(name).success) throw new ProblemError(problem('name-invalid', { name }))
      if (settings.current.services.some((service) => service.name === name)) throw new ProblemError(problem('name-taken', { name }))
      const target = readTarget(text, pin, forbidden)
      mustFit(target, preset)
      if (settings.current.services.length >= MAX_SERVICES) throw new ProblemError(problem('services-full', { name }))
      const given = { access: 'public' as const, links: [plainLink(newLinkId(), Date.now())] }
      const service = { name, target, paused: false, ...given, ...(preset === undefined ? {} : { preset }) }
      settings.change({ services: [...settings.current.services, service] })
      dispatch({ type: 'service-added', service, grants: links.grants([service]) })
    },
    presets: () => [...PRESETS.values()],
    removeService(name) {
      mustKnow(name)
      const ports = Object.fromEntries(Object.entries(settings.current.ports).filter(([key]) => key !== portKey(name, 'ipv4')))
      const services = settings.current.services.filter((service) => service.name !== name)
      const kept = new Set(services.flatMap((service) => service.links.map(({ id }) => id)))
      const linkUses = Object.fromEntries(Object.entries(settings.current.linkUses).filter(([id]) => kept.has(id)))
      settings.change({ services, ports, linkUses })
      dispatch({ type: 'service-removed', name })
    },
    setPaused(name, paused) {
      mustKnow(name)
      settings.change({ services: settings.current.services.map((service) => (service.name === name ? { ...service, paused } : service)) })
      dispatch({ type: paused ? 'service-paused' : 'service-resumed', name })
    },
  }
}

/** A target as its owner typed it, with the certificate that he accepted. Throws ProblemError. */
export function readTarget(text: string, pinText: string | undefined, forbidden: ForbiddenOptions): Target {
  const target = parseTarget(text)
  if (!target) throw new ProblemError(problem('target-invalid', { target: text }))
  // A name is judged when it is looked up, each time anew.
  const reason = familyOf(target.host) && forbiddenTarget(target.host, target.port, forbidden)
  if (reason) throw new ProblemError(problem('target-forbidden', { target: text, reason }))
  return target.kind === 'https' ? { ...target, pin: pinText === undefined ? null : readPin(pinText) } : target
}

export function readPin(text: string): string {
  const pin = readFingerprint(text)
  if (pin === undefined) throw new ProblemError(problem('fingerprint-invalid', {}))
  return pin
}

/** Throws ProblemError when there is no such preset, or when it speaks another protocol. */
function mustFit(target: Target, preset: string | undefined): void {
  if (preset === undefined) return
  const known = PRESETS.get(preset)
  if (!known) throw new ProblemError(problem('preset-unknown', { name: preset, detail: [...PRESETS.keys()].join(', ') }))
  const kinds = [known, ...(known.otherPorts ?? [])].map(({ kind }) => kind)
  // A web program may have its own certificate, or none.
  if (kinds.includes(target.kind) || (isWeb(known.kind) && isWeb(target.kind))) return
  const fitting = formatTarget({ kind: known.kind, host: target.host, port: known.port })
  throw new ProblemError(problem('preset-mismatch', { name: preset, target: formatTarget(target), detail: fitting }))
}
