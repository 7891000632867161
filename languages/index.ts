/** Every word that a person reads, in every language. English decides which words there are; the compiler asks the others for all of them. */
import type { Light, Transport } from '../protocol/snapshot.ts'
import type { enFirst } from './en/first.ts'
import { en } from './en/index.ts'
import type { enPage } from './en/views.ts'
import { fr } from './fr/index.ts'

/** What the first page needs: the light, the services, what is wrong. */
export type FirstWords = typeof enFirst
/** With what the other views say. */
export type Words = typeof enPage
/** With those of the faces that are not a page. */
export type AllWords = typeof en
export { describeFinding } from './findings.ts'
export { describeEntry } from './log.ts'
export type { Told } from './problems.ts'
export { describeProblem, describeReason } from './problems.ts'

/** In the order of the language menu; each names itself. */
export const LANGUAGES: Readonly<Record<'en' | 'fr', AllWords>> = { en, fr }
export type Language = keyof typeof LANGUAGES

/** The words for a locale such as `fr`, `fr-CA` or `fr_FR.UTF-8` (as in LANG); English for every other one. */
export function language(locale: string | undefined): AllWords {
  const code = locale?.toLowerCase().split(/[-_.@]/)[0]
  return code !== undefined && Object.hasOwn(LANGUAGES, code) ? LANGUAGES[code as Language] : en
}

/** The one that a browser's reader likes best, by the weights of its Accept-Language (RFC 9110 §12.5.4); English when we speak none of them. */
export function preferredLanguage(acceptLanguage: string | undefined): Language {
  let best: { language: Language; weight: number } | undefined
  for (const wish of (acceptLanguage ?? '').slice(0, 500).split(',')) {
    const match = /^\s*(en|fr)(?:-[a-z0-9-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*$/i.exec(wish)
    const weight = match ? Number(match[2] ?? '1') : 0
    if (match && weight > (best?.weight ?? 0)) best = { language: match[1]?.toLowerCase() as Language, weight }
  }
  return best?.language ?? 'en'
}

/** The light in words. In a rehearsal nothing is on the internet, so a good light must not say that it is. */
export function describeLight(light: Light, rehearsal: boolean, words: FirstWords): { headline: string; sentence: string } {
  return rehearsal && (light === 'reachable' || light === 'relayed') ? words.rehearsal.light : words.light[light]
}

/** What is added to how the relay stands where it is not reached in the ordinary way. */
export const describeDetour = (transport: Transport | null, words: FirstWords): string =>
  transport === null || transport === 'direct' ? '' : words.page.chain.relayBy[transport]
