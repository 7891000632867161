/** A router guide with the numbers of this network, as steps that a person reads: the same on the page and in a terminal. */
import { GENERIC, guideOf, type Label, type Menu, type RouterGuide, sourcesOf } from '../protocol/guides/index.ts'
import type { Problem } from '../protocol/problem.ts'
import type { Snapshot } from '../protocol/snapshot.ts'
import type { Words } from './index.ts'

/** A rule that only the router's owner can make. */
export interface HandRule {
  readonly protocol: string
  readonly port: string
  readonly internal: string
  readonly internalPort: string
}

export interface GuideNumbers {
  /** The router's address on our side; null: there is none. */
  readonly router: string | null
  /** This computer's; null: not known. */
  readonly ours: string | null
  readonly rules: readonly HandRule[]
}

export interface GuideRow {
  /** As the router's form calls it, as far as that is known. */
  readonly label: string
  readonly value: string
}

export interface GuideTold {
  readonly title: string
  /** How to get to the form, and what to do there; empty where there is nothing to be made. */
  readonly steps: readonly string[]
  readonly topics: readonly { readonly id: keyof Words['guides']['topics']; readonly title: string; readonly steps: readonly string[] }[]
  /** Where it was read, and when (YYYY-MM-DD); none, and null, of the generic guide. */
  readonly sources: readonly string[]
  readonly readOn: string | null
}

export const handRuleOf = ({ params }: Problem): HandRule => ({
  protocol: params.protocol ?? '',
  port: params.port ?? '',
  internal: params.internal ?? '',
  internalPort: params.internalPort ?? '',
})

export function numbersOf({ gateway, problems, diagnosis }: Snapshot): GuideNumbers {
  const rules = problems.filter(({ code }) => code === 'forward-by-hand').map(handRuleOf)
  const seen = diagnosis.chain.flatMap(({ evidence }) => evidence).find(({ fact }) => fact === 'our-address')
  return { router: gateway.address, ours: rules[0]?.internal ?? seen?.value ?? null, rules }
}

/** Which router it is about, in few words. */
export const routerName = (id: string, said: string | null, words: Words): string => guideOf(id)?.title ?? said ?? words.guides.generic

const inWords = (label: Label, words: Words): string => (typeof label === 'string' ? label : label[words.locale === 'fr' ? 'fr' : 'en'])
const menuOf = ({ path }: Menu, words: Words): string => path.map((label) => inWords(label, words)).join(' › ')

const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address)

/** `id`: of {@link GENERIC}, or of a guide that is not known here, what holds for most. `said`: what the router calls itself. */
export function describeGuide(id: string, said: string | null, numbers: GuideNumbers, words: Words): GuideTold {
  const guide = id === GENERIC ? undefined : guideOf(id)
  return {
    title: words.guides.title(routerName(id, said, words)),
    steps: [...waysIn(guide, numbers, words), ...forwardSteps(guide, words)],
    topics: topicsOf(guide, numbers, words),
    sources: guide ? sourcesOf(guide) : [],
    readOn: guide?.readOn ?? null,
  }
}

function waysIn(guide: RouterGuide | undefined, { router }: GuideNumbers, { guides }: Words): string[] {
  if (guide?.app) return [guides.openApp(guide.app.name)]
  const page = guide?.page?.url ?? (router === null ? null : `http://${bracketed(router)}/`)
  return [...(page === null ? [] : [guides.openPage(page)]), guide?.login ? guides.login[guide.login.kind] : guides.anyLogin]
}

function forwardSteps(guide: RouterGuide | undefined, words: Words): string[] {
  const { guides } = words
  if (!guide?.forward) return [guides.goAny, guides.fill]
  return 'none' in guide.forward ? [guides.cannot] : [guides.goTo(menuOf(guide.forward, words)), guides.fill]
}

function topicsOf(guide: RouterGuide | undefined, { ours, rules }: GuideNumbers, words: Words): GuideTold['topics'] {
  const { guides } = words
  const at = (menu: Menu | undefined, otherwise: string): string => (menu ? guides.goTo(menuOf(menu, words)) : otherwise)
  const carrier = guide?.carrier ? guides.carrier[guide.carrier.way](menuOf(guide.carrier, words)) : guides.carrierAny
  const steps = {
    reserve: [at(guide?.reserve, guides.reserveAny), ...(ours === null ? [] : [guides.reserve(ours)])],
    upnp: [at(guide?.upnp, guides.upnpAny), guides.upnp],
    ipv6: [at(guide?.ipv6, guides.ipv6Any), guides.ipv6(rules[0]?.port ?? '443')],
    carrier: [carrier],
    bridge: [guides.bridge],
  }
  return (Object.keys(steps) as (keyof typeof steps)[]).map((id) => ({ id, title: guides.topics[id], steps: steps[id] }))
}

/** The values of a rule under the names that this router's form has for them. */
export function rowsOf(id: string, rule: HandRule, name: string, words: Words): GuideRow[] {
  const fields = guideOf(id)?.fields ?? {}
  const { guide } = words.wizard
  const label = (own: Label | undefined, ours: string): string => (own === undefined ? ours : inWords(own, words))
  return [
    { label: label(fields.name, guide.name), value: name },
    { label: label(fields.protocol, guide.protocol), value: rule.protocol },
    { label: label(fields.port, guide.port), value: rule.port },
    { label: label(fields.internal, guide.internal), value: rule.internal },
    { label: label(fields.internalPort, guide.internalPort), value: rule.internalPort },
  ]
}
