/** Labels that nobody may choose: the relay's own and those of well-known offices, and what looks like a brand's. The word lists are data
 *  (brands.ts); here is how two words are compared as a hurried eye compares them. */
import { ALONE, ANYWHERE, DRESS } from './brands.ts'

/** The relay's own names, those that software looks up by itself (a stranger's answer there could take over a network: `wpad`,
 *  `isatap`, `autodiscover`), those that certificate authorities write to (CA/B Baseline Requirements §3.2.2.4.4), and special ones (RFC 6761). */
const RESERVED =
  'www web ftp ssh vpn dns mail email smtp imap pop pop3 mx webmail autoconfig autodiscover isatap wpad ' +
  'join app apps api acme admin administrator relay tunnel probe status metrics health dashboard console operator stun ' +
  'hostmaster postmaster webmaster abuse security noc root system support help info contact official staff team ' +
  'login signin signup register account accounts auth oauth sso billing payment pay secure static assets cdn ' +
  'localhost local localdomain home lan internal intranet example invalid test onion arpa porchlight'
const RESERVED_SHAPE = /^(?:ns|mx|dns|www)-?\d*$/

export type Refusal = { readonly state: 'reserved' } | { readonly state: 'imitates'; readonly brand: string }
/** Undefined: nothing speaks against this label. */
export type Policy = (label: string) => Refusal | undefined

/** `own`: the operator's words, beside ours. */
export function labelPolicy(own: readonly string[] = []): Policy {
  const reserved = new Set([...words(RESERVED), ...own].map(withoutHyphens))
  return (label) => {
    if (RESERVED_SHAPE.test(label) || spellings(label).some((word) => reserved.has(word))) return { state: 'reserved' }
    const brand = imitated(label)
    return brand === undefined ? undefined : { state: 'imitates', brand }
  }
}

/** The operator's file: one word a line; what follows a # is for people. */
export const readWords = (text: string): string[] =>
  text
    .toLowerCase()
    .split('\n')
    .flatMap((line) => line.replace(/#.*/, '').trim() || [])

const words = (list: string): string[] => list.split(' ')
const withoutHyphens = (label: string): string => label.replaceAll('-', '')

/** As somebody writes it who means the word and may not have it: `l0gin`, `adm1n`, `w-w-w`. */
function spellings(label: string): string[] {
  const plain = withoutHyphens(label).replace(/[03457]/g, (digit) => LETTERS[digit] ?? digit)
  return [withoutHyphens(label), plain.replaceAll('1', 'i'), plain.replaceAll('1', 'l')]
}

const LETTERS: Readonly<Record<string, string>> = { 0: 'o', 1: 'l', 2: 'z', 3: 'e', 4: 'a', 5: 's', 6: 'b', 7: 't', 8: 'b', 9: 'g' }
/** Pairs that pass for one letter in the type of an address bar. */
const LOOKS: readonly [RegExp, string][] = [
  [/rn/g, 'm'],
  [/vv/g, 'w'],
  [/cl/g, 'd'],
  [/i/g, 'l'],
  [/q/g, 'g'],
]

/** What is left when everything that the eye passes over is gone: hyphens, digits in the place of letters, look-alikes (within a to z, 0 to 9
 *  and hyphen, which is all that a label has; cf. Unicode UTS 39 §4 "skeleton"), and letters written twice. */
export function skeleton(label: string): string {
  const letters = withoutHyphens(label).replace(/\d/g, (digit) => LETTERS[digit] ?? '')
  return LOOKS.reduce((text, [look, letter]) => text.replace(look, letter), letters).replace(/(.)\1+/g, '$1')
}

/** From so many letters on, a word with one letter wrong is still read as that word. */
const MISREAD_FROM = 8

const ANYWHERE_ROWS = words(ANYWHERE).map((brand) => ({ brand, shape: skeleton(brand) }))
const DRESSED = `(?:${words(DRESS).map(skeleton).join('|')})*`
const ALONE_ROWS = words(ALONE).map((brand) => ({ brand, shape: new RegExp(`^${DRESSED}${skeleton(brand)}${DRESSED}$`) }))

function imitated(label: string): string | undefined {
  for (const text of new Set([label, label.replace(/-?\d+$/, '')])) {
    const shape = skeleton(text)
    const undressed = skeleton(undress(text))
    const found =
      ANYWHERE_ROWS.find((row) => shape.includes(row.shape) || (row.shape.length >= MISREAD_FROM && isOneOff(undressed, row.shape))) ??
      ALONE_ROWS.find((row) => row.shape.test(shape))
    if (found) return found.brand
  }
  return undefined
}

const undress = (label: string): string =>
  label
    .split('-')
    .filter((word) => !DRESS_WORDS.has(word))
    .join('')

const DRESS_WORDS: ReadonlySet<string> = new Set(words(DRESS))

/** One letter is missing, too many or another, or two have changed places. */
function isOneOff(text: string, word: string): boolean {
  if (Math.abs(text.length - word.length) > 1) return false
  let start = 0
  while (start < text.length && text[start] === word[start]) start++
  const [rest, wanted] = [text.slice(start), word.slice(start)]
  const swapped = rest.slice(0, 2) === `${wanted[1]}${wanted[0]}` && rest.slice(2) === wanted.slice(2)
  return swapped || rest.slice(1) === wanted || rest === wanted.slice(1) || rest.slice(1) === wanted.slice(1)
}
