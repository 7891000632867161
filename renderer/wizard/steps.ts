/** The five steps from a program at home to a link for friends: where somebody is, what "Next" does there, and how far each step has come.
 *  Pure: the engine's snapshot in, what to show out. What was chosen is kept by the engine (protocol/model/setup.ts). */

import { familyOf, formatEndpoint, isCarrierShared, isPrivateIPv4, parseAddress } from '../../protocol/model/address.ts'
import { isWeb, parseTarget, ServiceName } from '../../protocol/model/service.ts'
import { type Setup, SetupStep } from '../../protocol/model/setup.ts'
import { type ServiceView, type Snapshot, whyOver } from '../../protocol/snapshot.ts'

export const STEPS = SetupStep.options

export const BEGINNING: Setup = { step: 'what', choice: { preset: null, target: '', name: '' }, service: null, door: 'code', home: '' }

/** `deed`: what is done before the next step is shown. */
export type Deed =
  /** `replaces`: what was added for another choice, before somebody came back to this step. */
  | { readonly kind: 'add'; readonly replaces: string | null }
  | { readonly kind: 'join' }
  | { readonly kind: 'settle-name' }
  | { readonly kind: 'finish' }
  | { readonly kind: 'go' }

/** `working`: something is being found out or tried, and nobody has to do anything. `waits`: it cannot begin yet. */
export type Standing = 'done' | 'working' | 'needs-you' | 'waits'

export const serviceOf = ({ service }: Setup, { services }: Snapshot): ServiceView | undefined =>
  services.find(({ name }) => name === service)

/** A service that was removed meanwhile, here or by another face, has to be added again. */
export function fitted(setup: Setup, snapshot: Snapshot): Setup {
  if (setup.step === 'what' || serviceOf(setup, snapshot)) return setup
  return { ...setup, step: 'what', service: null }
}

const stepAt = (setup: Setup, by: 1 | -1): Setup => {
  const step = STEPS[STEPS.indexOf(setup.step) + by]
  return step ? { ...setup, step } : setup
}

export const forward = (setup: Setup): Setup => stepAt(setup, 1)
export const backward = (setup: Setup): Setup => stepAt(setup, -1)

/** Nobody outside stands by this home. In a rehearsal a relay on this very computer does. */
export const hasNoRelay = ({ rehearsal, relay }: Snapshot): boolean => !rehearsal && (relay.state === 'none' || relay.state === 'refused')

export const isDirectOnly = (setup: Setup, snapshot: Snapshot): boolean => hasNoRelay(snapshot) && setup.door === 'direct'

export function deedOf(setup: Setup, snapshot: Snapshot): Deed {
  switch (setup.step) {
    case 'what': {
      const added = serviceOf(setup, snapshot)
      const { target, name, preset } = setup.choice
      const isSame = added && added.target === target && added.name === name && added.preset === preset
      return isSame ? { kind: 'go' } : { kind: 'add', replaces: added?.name ?? null }
    }
    case 'network':
      return hasNoRelay(snapshot) && setup.door !== 'direct' ? { kind: 'join' } : { kind: 'go' }
    case 'way':
      return { kind: 'go' }
    case 'name':
      return { kind: 'settle-name' }
    case 'link':
      return { kind: 'finish' }
  }
}

/** How far a step has come, whichever one is looked at. */
export function standingOf(step: SetupStep, setup: Setup, snapshot: Snapshot): Standing {
  const service = serviceOf(setup, snapshot)
  if (!service) return step === setup.step ? 'working' : 'waits'
  switch (step) {
    case 'what':
      return service.problem?.code.startsWith('service-') ? 'needs-you' : 'done'
    case 'network':
      if (hasNoRelay(snapshot)) return setup.door === 'direct' && setup.step !== 'network' ? 'done' : 'needs-you'
      return snapshot.relay.state === 'connected' ? 'done' : 'working'
    case 'way':
      return wayStanding(service, snapshot)
    case 'name':
      return nameStanding(service, snapshot)
    case 'link':
      return service.state === 'reachable' ? 'done' : 'waits'
  }
}

function wayStanding(service: ServiceView, snapshot: Snapshot): Standing {
  if (service.paths.some(({ phase }) => phase === 'confirmed')) return 'done'
  if (handsNeeded(service, snapshot).length > 0) return 'needs-you'
  return service.paths.length > 0 ? 'working' : 'waits'
}

export function nameStanding(service: ServiceView, { authority, certificates, domain }: Snapshot): Standing {
  if (!isWeb(service.kind)) return service.publicAddress === null ? 'waits' : 'done'
  if (authority.wanted !== null) return 'needs-you'
  const own = certificates.filter((each) => each.service === service.name || (each.service === null && each.name === `*.${domain}`))
  if (own.some(({ state }) => state === 'valid')) return 'done'
  if (own.some(({ state }) => state === 'failed')) return 'needs-you'
  return own.length > 0 ? 'working' : 'waits'
}

/** Nobody can look at a website's ways before it has a certificate, and that waits for its owner. */
export const nameIsFirst = (service: ServiceView, snapshot: Snapshot): boolean =>
  isWeb(service.kind) && nameStanding(service, snapshot) === 'needs-you'

/** What a person alone can do to open a better way, in the order in which it is to be done. */
const BY_HAND: readonly string[] = ['firewall-here', 'forward-by-hand', 'ipv6-port-forbidden']

/** Nothing once the direct way is open in IPv4: what is left harms nobody. */
export function handsNeeded({ paths }: ServiceView, { problems }: Snapshot): Snapshot['problems'] {
  const isOpen = paths.some(({ rung, family, phase }) => phase === 'confirmed' && rung !== 'tunnel' && family === 'ipv4')
  return isOpen
    ? []
    : problems.filter(({ code }) => BY_HAND.includes(code)).sort((a, b) => BY_HAND.indexOf(a.code) - BY_HAND.indexOf(b.code))
}

/** What is given away: a link to be opened, or the address that a program is told. */
export interface Gift {
  readonly what: 'link' | 'address'
  readonly text: string
}

type NamedBy = Pick<Snapshot, 'ownNames' | 'certificates'>

/** Under the owner's own name where that works, else the share link, else the address. `home`: as its owner has typed it, where nobody else
 *  knows. Null: there is none yet. */
export function giftOf(service: ServiceView, snapshot: NamedBy, home: string | null, nowMs: number): Gift | null {
  const { shareLink, publicUrl, publicAddress, links, kind, access, paths } = service
  const isLink = isWeb(kind) || access === 'link'
  const gift = (text: string | null): Gift | null => (text === null ? null : { what: isLink ? 'link' : 'address', text })
  const own = ownHost(service, snapshot)
  if (isLink) {
    const isOver = links.some((link) => link.url === shareLink && whyOver(link, nowMs) !== null)
    return gift(own !== null ? `https://${own}/` : isOver ? publicUrl : (shareLink ?? publicUrl))
  }
  if (publicAddress) return gift(`${own ?? publicAddress.host}:${publicAddress.port}`)
  // Nobody gives it a name: its bare address, where the router has opened one, or its owner knows it.
  const ends = paths.flatMap(({ phase, outside }) => (outside && (phase === 'confirmed' || phase === 'provisioned') ? [outside] : []))
  const target = parseTarget(service.target)
  const typed = home !== null && target && target.kind !== 'folder' ? { address: home, port: target.port } : undefined
  const end = ends.find(({ address }) => familyOf(address) === 'ipv4') ?? typed ?? ends[0]
  return gift(end === undefined ? null : own === null ? formatEndpoint(end) : `${own}:${end.port}`)
}

/** A name of the owner's own that leads here by now, and that browsers trust. Who is let in by a link alone needs that link. */
function ownHost({ name, kind, access }: ServiceView, { ownNames, certificates }: NamedBy): string | null {
  if (access === 'link') return null
  const isTrusted = (host: string) => !isWeb(kind) || certificates.some((each) => each.name === host && each.state === 'valid')
  const own = ownNames.find(
    ({ host, service, state }) => state === 'ok' && service === (isWeb(kind) ? name : null) && !host.startsWith('*.') && isTrusted(host),
  )
  return own?.host ?? null
}

/** Without a relay, and with a router that tells nothing, only its owner knows where this home is, in IPv4. */
export const isHomeUnknown = (service: ServiceView, setup: Setup, snapshot: Snapshot): boolean =>
  isDirectOnly(setup, snapshot) && !service.paths.some(({ rung, family, outside }) => rung !== 'tunnel' && family === 'ipv4' && outside)

/** What is wrong with an address that somebody types for his home's own. */
export type HomeFault = 'homeWrong' | 'homeInside' | 'homeShared'

export function homeFault(typed: string): HomeFault | null {
  const address = typed.trim()
  if (familyOf(address) !== 'ipv4') return 'homeWrong'
  if (isCarrierShared(address)) return 'homeShared'
  return isPrivateIPv4(address) ? 'homeInside' : null
}

/** A name that no service has yet. */
export function freeName(wanted: string, taken: readonly string[]): string {
  if (!taken.includes(wanted)) return wanted
  for (let number = 2; ; number++) if (!taken.includes(`${wanted}-${number}`)) return `${wanted}-${number}`
}

/** A name for what stands at this target: its host's first word, or the folder's, where that can be a name. */
export function nameFor(text: string): string {
  const target = parseTarget(text)
  const place = !target
    ? ''
    : target.kind === 'folder'
      ? (target.path.split(/[/\\]/).at(-1) ?? '')
      : parseAddress(target.host)
        ? ''
        : target.host
  const word =
    place
      .toLowerCase()
      .split('.')[0]
      ?.replaceAll(/[^a-z0-9-]+/g, '-')
      .replaceAll(/^-+|-+$/g, '') ?? ''
  return word !== 'localhost' && ServiceName.safeParse(word).success ? word : 'web'
}

/** People copy an address from the browser, which hides its http://, and a folder from where they look at it. */
export function completed(typed: string): string {
  const target = typed.trim()
  if (/^(\/|[a-z]:\\|\\\\)/i.test(target)) return `folder:${target}`
  return target === '' || target.includes('://') || target.startsWith('folder:') ? target : `http://${target}`
}
