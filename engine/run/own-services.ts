/** What the owner does with his services: checked, written down, then told to the loop. */

import type { Access } from '../../protocol/model/access.ts'
import { familyOf } from '../../protocol/model/address.ts'
import { plainLink } from '../../protocol/model/link.ts'
import { beginsByLink } from '../../protocol/model/preset.ts'
import {
  type FolderTarget,
  formatTarget,
  isWeb,
  parseTarget,
  readFingerprint,
  ServiceName,
  type ServiceTarget,
} from '../../protocol/model/service.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import type { Passwords } from '../access/passwords.ts'
import type { Controlled, ServiceWish } from '../control/controlled.ts'
import { portKey } from '../core/path-state.ts'
import { checkFolder } from '../folder/check.ts'
import { type ForbiddenOptions, forbiddenTarget } from '../proxy/forbidden.ts'
import { PRESETS } from '../services/presets/index.ts'
import { type Links, newLinkId } from './links.ts'
import type { Emit } from './loop.ts'
import { MAX_SERVICES, type SettingsFile } from './settings.ts'

export interface OwnServicesOptions {
  /** Our data folder. */
  readonly folder: string
  readonly settings: SettingsFile
  readonly links: Pick<Links, 'grants'>
  readonly passwords: Pick<Passwords, 'remove'>
  readonly forbidden: ForbiddenOptions
  readonly dispatch: Emit
}

/** All throw ProblemError; then nothing has changed. */
export function ownServices({
  folder,
  settings,
  links,
  passwords,
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
      const target = readWish({ name, target: text, preset, pin }, forbidden)
      if (settings.current.services.length >= MAX_SERVICES) throw new ProblemError(problem('services-full', { name }))
      if (target.kind === 'folder') await mustBeShowable(name, target, folder)
      const given = { access: firstAccess(target, preset), links: [plainLink(newLinkId(), Date.now())] }
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
      const wrongPins = Object.fromEntries(Object.entries(settings.current.wrongPins).filter(([id]) => kept.has(id)))
      const admitted = settings.current.admitted.filter((each) => each.service !== name)
      // Another service of this name must not open by the password of this one.
      passwords.remove(name)
      settings.change({ services, ports, linkUses, wrongPins, admitted })
      dispatch({ type: 'service-removed', name })
    },
    setPaused(name, paused) {
      mustKnow(name)
      settings.change({ services: settings.current.services.map((service) => (service.name === name ? { ...service, paused } : service)) })
      dispatch({ type: paused ? 'service-paused' : 'service-resumed', name })
    },
  }
}

/** Most services have a login of their own that is good enough; a folder has none. */
export function firstAccess({ kind }: ServiceTarget, preset: string | undefined): Access {
  const known = PRESETS.get(preset ?? '')
  return kind === 'folder' || (known && beginsByLink(known)) ? 'link' : 'public'
}

/** Throws ProblemError when it is not there, not for us, or not for anybody. */
async function mustBeShowable(service: string, { path }: FolderTarget, data: string): Promise<void> {
  const { problem } = await checkFolder(service, path, data)
  if (problem) throw new ProblemError(problem)
}

/** The target of a service that is to be added, fit for its preset. Throws ProblemError. */
export function readWish({ target: text, preset, pin }: ServiceWish, forbidden: ForbiddenOptions): ServiceTarget {
  const target = readTarget(text, pin, forbidden)
  mustFit(target, preset)
  return target
}

/** A target as its owner typed it, with the certificate that he accepted. Throws ProblemError. */
export function readTarget(text: string, pinText: string | undefined, forbidden: ForbiddenOptions): ServiceTarget {
  const target = parseTarget(text)
  if (!target) throw new ProblemError(problem('target-invalid', { target: text }))
  if (target.kind === 'folder') return target
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
function mustFit(target: ServiceTarget, preset: string | undefined): void {
  if (preset === undefined) return
  const known = PRESETS.get(preset)
  if (!known) throw new ProblemError(problem('preset-unknown', { name: preset, detail: [...PRESETS.keys()].join(', ') }))
  const kinds = [known, ...(known.otherPorts ?? [])].map(({ kind }) => kind)
  // A web program may have its own certificate, or none.
  if (target.kind !== 'folder' && (kinds.includes(target.kind) || (isWeb(known.kind) && isWeb(target.kind)))) return
  const host = target.kind === 'folder' ? 'localhost' : target.host
  const fitting = formatTarget({ kind: known.kind, host, port: known.port })
  throw new ProblemError(problem('preset-mismatch', { name: preset, target: formatTarget(target), detail: fitting }))
}
