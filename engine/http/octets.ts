/** Which bytes may stand where in a head of HTTP/1 (RFC 9110 §5, RFC 9112 §3), and how all that is malformed is told. */

export const TAB = 0x09
export const LF = 0x0a
export const CR = 0x0d
export const SPACE = 0x20
export const COLON = 0x3a

/** A name of a field, a method, a protocol: `token`. */
export const TOKEN = 1
/** Within the value of a field, or a reason: visible, space, tab, and bytes above ASCII, which nobody interprets. */
export const VALUE = 2
/** Within a path. No `#`, which some cut off and others keep; no `\`, which some read as `/`. */
export const PATH = 4
/** Within a query, where browsers send `\` as it is. */
export const QUERY = 8
export const HEX = 16

const CLASSES = new Uint8Array(256)
for (let code = 0x21; code <= 0x7e; code += 1) {
  const character = String.fromCharCode(code)
  const token = /[\w!#$%&'*+.^`|~-]/.test(character) ? TOKEN : 0
  const target = character === '#' ? 0 : character === '\\' ? QUERY : PATH | QUERY
  CLASSES[code] = VALUE | token | target | (/[\dA-Fa-f]/.test(character) ? HEX : 0)
}
for (const code of [TAB, SPACE]) CLASSES[code] = VALUE
CLASSES.fill(VALUE, 0x80)

/** Is the byte one of these? What lies behind the end (NaN) is none. */
export const is = (code: number, classes: number): boolean => ((CLASSES[code] as number) & classes) !== 0

/** The first digit. */
export const ZERO = 0x30

/** The number that the digits from `from` to before `until` make; -1: there is none, or something else among them. */
export function digitsAt(text: string, from: number, until: number): number {
  if (from >= until) return -1
  let number = 0
  for (let index = from; index < until; index += 1) {
    const digit = text.charCodeAt(index) - ZERO
    // What lies behind the end is no digit either.
    if (!(digit >= 0 && digit <= 9)) return -1
    number = 10 * number + digit
  }
  return number
}

/** Of a visitor: the status that he gets. Of a backend it only says that nothing of it can be trusted. */
export class Malformed extends Error {
  readonly status: 400 | 414 | 417 | 431 | 501 | 505

  constructor(status: Malformed['status'], what: string) {
    super(what)
    this.name = 'Malformed'
    this.status = status
  }
}
