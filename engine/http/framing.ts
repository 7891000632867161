/** Where the body of a message ends (RFC 9112 §6.3), where only one reading is possible. Pure. */
import type { Control } from './fields.ts'
import { digitsAt, Malformed, ZERO } from './octets.ts'

/** `length`: so many bytes. `chunked`: it shows its end. `close`: all that comes until the connection ends (answers only). */
export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'close' }

const NONE: Framing = { kind: 'none' }
const CHUNKED: Framing = { kind: 'chunked' }
const CLOSE: Framing = { kind: 'close' }

export type Version = '1.0' | '1.1'

/** What the fields alone say; undefined: nothing. */
function declared({ contentLength, transferEncoding }: Control, version: Version): Framing | undefined {
  if (transferEncoding !== undefined) {
    // Two readings of one message: the way of every smuggled request (§6.1, §11.2).
    if (contentLength !== undefined) throw new Malformed(400, 'a length and a coding')
    // §6.1: faulty however it looks, because what forwards HTTP/1.0 knows no chunks.
    if (version === '1.0') throw new Malformed(400, 'a coding in HTTP/1.0')
    if (transferEncoding.toLowerCase() !== 'chunked') throw new Malformed(501, 'another coding than chunked')
    return CHUNKED
  }
  if (contentLength === undefined) return undefined
  const bytes = lengthOf(contentLength)
  if (bytes < 0) throw new Malformed(400, 'a length that is none')
  return bytes === 0 ? NONE : { kind: 'length', bytes }
}

/** What a number holds exactly. */
const MAX_LENGTH_DIGITS = 15

/** Bytes: digits, without sign, list, or the leading zero that some read as octal. -1: it is no length. */
export function lengthOf(text: string): number {
  if (text.length > MAX_LENGTH_DIGITS || (text.length > 1 && text.charCodeAt(0) === ZERO)) return -1
  return digitsAt(text, 0, text.length)
}

export const requestFraming = (control: Control, version: Version): Framing => declared(control, version) ?? NONE

/** `isHead`: the answer to a HEAD. Throws {@link Malformed}. */
export function answerFraming(control: Control, version: Version, status: number, isHead: boolean): Framing {
  const framing = declared(control, version)
  if (status < 200 || status === 204) {
    // §6.1 and RFC 9110 §8.6 forbid both; a length of nothing is all that anybody sends.
    if (framing && framing.kind !== 'none') throw new Malformed(400, 'a body where there is none')
    return NONE
  }
  return isHead || status === 304 ? NONE : (framing ?? CLOSE)
}
