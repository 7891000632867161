/** Share links as their owner makes and ends them: written down before a call is answered, told to the relays by the loop. */
import { randomBytes } from 'node:crypto'
import { type Admission, MAX_ADMISSIONS } from '../../protocol/model/access.ts'
import { aliasFrom, linkIdFrom, MAX_LINKS, MAX_LINKS_OF_SERVICE, type ShareLink } from '../../protocol/model/link.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import type { Grants } from '../access/grants.ts'
import type { LinkWish } from '../control/controlled.ts'
import type { Emit } from './loop.ts'
import type { Settings, SettingsFile } from './settings.ts'

export interface Links {
  /** Throws ProblemError, as the others do. */
  add(wish: LinkWish): string
  revoke(service: string, id: string): void
  /** One more use. */
  count(id: string, atMs: number): void
  /** One more wrong PIN. */
  missPin(id: string): void
  /** Whoever opened the link of a raw service comes in from now on; a place that is there already, until then. */
  admit(admission: Admission): void
  expel(service: string, place: string): void
  grants(services: Settings['services']): Record<string, string>
}

type Service = Settings['services'][number]

export function keepLinks(settings: SettingsFile, { grantOf, pinMac }: Grants, dispatch: Emit): Links {
  const find = (name: string): Service => {
    const service = settings.current.services.find((each) => each.name === name)
    if (!service) throw new ProblemError(problem('service-unknown', { name }))
    return service
  }
  const change = (name: string, next: Partial<Service>, also: Partial<Settings> = {}): void => {
    const services = settings.current.services.map((service) => (service.name === name ? { ...service, ...next } : service))
    settings.change({ services, ...also })
  }
  const keepAdmitted = (admitted: Admission[]): void => {
    settings.change({ admitted })
    dispatch({ type: 'admitted', admitted })
  }
  return {
    add(wish) {
      const service = find(wish.service)
      mustBeAllowed(service, wish)
      const all = settings.current.services.reduce((count, { links }) => count + links.length, 0)
      if (service.links.length >= MAX_LINKS_OF_SERVICE || all >= MAX_LINKS)
        throw new ProblemError(problem('links-full', { service: wish.service }))
      const { label, endsAtMs, maxUses, via, pin } = wish
      const alias = wish.alias ? aliasFrom(randomBytes(5)) : null
      const id = newLinkId()
      const mac = pin === null ? null : pinMac(id, pin)
      const link: ShareLink = { id, label: label.trim(), createdAtMs: Date.now(), endsAtMs, maxUses, alias, via, pinMac: mac }
      change(wish.service, { links: [...service.links, link] })
      dispatch({ type: 'link-added', name: wish.service, link, grant: grantOf(id) })
      return id
    },
    revoke(name, id) {
      const { links } = find(name)
      if (!links.some((link) => link.id === id)) throw new ProblemError(problem('link-unknown', { service: name }))
      const { [id]: _gone, ...linkUses } = settings.current.linkUses
      const { [id]: _missed, ...wrongPins } = settings.current.wrongPins
      const admitted = settings.current.admitted.filter(({ link }) => link !== id)
      change(name, { links: links.filter((link) => link.id !== id) }, { linkUses, wrongPins, admitted })
      dispatch({ type: 'link-revoked', name, id })
      dispatch({ type: 'admitted', admitted })
    },
    count(id, atMs) {
      const use = { uses: (settings.current.linkUses[id]?.uses ?? 0) + 1, lastUsedAtMs: atMs }
      settings.change({ linkUses: { ...settings.current.linkUses, [id]: use } })
      dispatch({ type: 'link-used', id, use })
    },
    missPin(id) {
      const count = (settings.current.wrongPins[id] ?? 0) + 1
      settings.change({ wrongPins: { ...settings.current.wrongPins, [id]: count } })
      dispatch({ type: 'pin-missed', id, count })
    },
    admit(admission) {
      const { service, place } = admission
      const others = settings.current.admitted.filter(
        (each) => each.untilMs > Date.now() && (each.service !== service || each.place !== place),
      )
      keepAdmitted([...others, admission].slice(-MAX_ADMISSIONS))
    },
    expel(service, place) {
      find(service)
      const others = settings.current.admitted.filter((each) => each.service !== service || each.place !== place)
      if (others.length === settings.current.admitted.length) throw new ProblemError(problem('not-admitted', { service, address: place }))
      keepAdmitted(others)
    },
    grants: (services) => Object.fromEntries(services.flatMap(({ links }) => links.map(({ id }) => [id, grantOf(id)]))),
  }
}

export const newLinkId = (): string => linkIdFrom(randomBytes(10))

function mustBeAllowed({ access }: Service, { service, endsAtMs, maxUses, alias, via, pin }: LinkWish): void {
  if (endsAtMs !== null && endsAtMs <= Date.now()) throw new ProblemError(problem('link-end-past', { service }))
  // The home counts those who show a grant, and lets only them in; where everybody may come in, there is nothing to count or to keep from a relay.
  if (access !== 'link' && (maxUses !== null || via === 'home' || pin !== null))
    throw new ProblemError(problem('link-needs-gate', { service }))
  if (access === 'link' && alias) throw new ProblemError(problem('alias-needs-public', { service }))
}
