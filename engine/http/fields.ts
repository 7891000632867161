/** Field lines of a head or of trailers, and what of them decides how a message is framed. Pure; text is latin1, a character a byte. */
import { COLON, CR, is, LF, Malformed, SPACE, TAB, TOKEN, VALUE } from './octets.ts'

/** Browsers send about thirty. */
export const MAX_FIELDS = 256

/** The field lines from `at` to the empty line that ends `text` (CRLF at its very end), as a flat list: name, value, name, value. White space around a value is no part of
 *  it (RFC 9112 §5). Throws {@link Malformed}. */
export function readFields(text: string, at: number): string[] {
  const fields: string[] = []
  // Its place alone makes a line the empty one: one that only begins with a carriage return is none.
  for (let line = at; line < text.length - 2; ) {
    if (fields.length === 2 * MAX_FIELDS) throw new Malformed(431, 'too many fields')
    let index = line
    let hash = 0
    let code = text.charCodeAt(index)
    while (is(code, TOKEN)) {
      hash = (Math.imul(hash, 31) + code) | 0
      index += 1
      code = text.charCodeAt(index)
    }
    // A folded line (RFC 9112 §5.2), a space before the colon (§5.1), no name, no colon.
    if (index === line || code !== COLON) throw new Malformed(400, 'a field without a name and its colon')
    const end = endOfLine(text, index + 1)
    fields.push(nameAt(text, line, index, hash), trimmed(text, index + 1, end))
    line = end + 2
  }
  return fields
}

/** Names as they were written, at the place that their letters make: the same few come with every message. What is found here is compared at a
 *  glance and looked up without its letters being gone through again. */
const names: string[] = new Array(256).fill('')
/** Longer ones nobody uses but to fill our memory: a head has room for 32 KB of name. */
const MAX_KNOWN_LETTERS = 64

function nameAt(text: string, from: number, to: number, hash: number): string {
  const place = (hash ^ (hash >>> 8)) & 255
  const known = names[place] as string
  if (known.length === to - from && text.startsWith(known, from)) return known
  const name = text.slice(from, to)
  // A slice would keep the whole head that it was cut from.
  if (name.length <= MAX_KNOWN_LETTERS) names[place] = Buffer.from(name, 'latin1').toString('latin1')
  return name
}

/** The index of the CRLF that ends a line of visible text. */
export function endOfLine(text: string, at: number): number {
  let index = at
  while (is(text.charCodeAt(index), VALUE)) index += 1
  if (text.charCodeAt(index) !== CR || text.charCodeAt(index + 1) !== LF) throw new Malformed(400, 'a control byte in a line')
  return index
}

const isBlank = (code: number): boolean => code === SPACE || code === TAB

function trimmed(text: string, from: number, to: number): string {
  let [begin, end] = [from, to]
  while (begin < end && isBlank(text.charCodeAt(begin))) begin += 1
  while (end > begin && isBlank(text.charCodeAt(end - 1))) {
    // RFC 9112 §5 allows it. Some take it for a part of the value, and then `chunked` for something else; nobody is known to send it.
    if (text.charCodeAt(end - 1) === TAB) throw new Malformed(400, 'a tab behind a value')
    end -= 1
  }
  return text.slice(begin, end)
}

/** What of the fields is not for the reader behind, but for whoever handles the message. Values as they stand. */
export interface Control {
  contentLength: string | undefined
  transferEncoding: string | undefined
  /** All `Connection` fields as one list, in lower case. */
  connection: string
  expect: string | undefined
  /** Undefined too where several stand. */
  upgrade: string | undefined
  hosts: number
}

/** Throws {@link Malformed} where a field that may stand once stands twice, whatever it says. */
export function controlOf(fields: readonly string[]): Control {
  const control: Control = {
    contentLength: undefined,
    transferEncoding: undefined,
    connection: '',
    expect: undefined,
    upgrade: undefined,
    hosts: 0,
  }
  let upgrades = 0
  for (let index = 0; index < fields.length; index += 2) {
    const name = fields[index] as string
    // Most fields are none of these.
    if (!CONTROL_LENGTHS[name.length]) continue
    const value = fields[index + 1] as string
    if (isNamed(name, 'host')) control.hosts += 1
    else if (isNamed(name, 'expect')) control.expect = listed(control.expect, value)
    else if (isNamed(name, 'upgrade')) {
      upgrades += 1
      control.upgrade = upgrades === 1 ? value : undefined
    } else if (isNamed(name, 'connection')) control.connection = listed(control.connection === '' ? undefined : control.connection, value)
    else if (isNamed(name, 'content-length')) {
      if (control.contentLength !== undefined) throw new Malformed(400, 'several lengths')
      control.contentLength = value
    } else if (isNamed(name, 'transfer-encoding')) {
      if (control.transferEncoding !== undefined) throw new Malformed(501, 'several codings')
      control.transferEncoding = value
    }
  }
  return control
}

/** `name` as it was written, a token; `wanted` in lower case. Asked a dozen times for each field of each head: no text is made for it. */
export function isNamed(name: string, wanted: string): boolean {
  if (name.length !== wanted.length) return false
  for (let index = 0; index < name.length; index += 1) {
    const code = name.charCodeAt(index)
    if ((code >= UPPER_A && code <= UPPER_Z ? code | TO_LOWER : code) !== wanted.charCodeAt(index)) return false
  }
  return true
}

const UPPER_A = 0x41
const UPPER_Z = 0x5a
const TO_LOWER = 0x20

const listed = (before: string | undefined, value: string): string =>
  before === undefined ? value.toLowerCase() : `${before}, ${value.toLowerCase()}`

/** Which lengths these names have. */
const CONTROL_LENGTHS: boolean[] = []
for (const name of ['host', 'expect', 'upgrade', 'connection', 'content-length', 'transfer-encoding']) CONTROL_LENGTHS[name.length] = true

/** Is `member` (lower case) in the list that {@link Control.connection} holds? */
export function hasMember(list: string, member: string): boolean {
  if (list === member) return true
  return list.includes(member) && list.split(',').some((each) => each.trim() === member)
}
