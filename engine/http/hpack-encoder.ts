/** What we say by HPACK (RFC 7541), as text of a character a byte. Nothing is remembered between two answers, as nginx does it, so that nothing has to be kept for a
 *  connection and no answer tells of another (RFC 7541 §7.1). */
import { STATIC_TABLE } from './hpack-table.ts'

/** The table of fields that could be referred to holds nothing (§6.3): said in the first list, whatever size the other side would grant. */
export const NO_TABLE = '\x20'

const indexOfName = new Map<string, number>()
for (const [index, [name]] of STATIC_TABLE.entries()) if (index > 0 && !indexOfName.has(name)) indexOfName.set(name, index)

const statuses = new Map<number, string>()
for (const [index, [name, value]] of STATIC_TABLE.entries())
  if (name === ':status') statuses.set(Number(value), String.fromCharCode(0x80 | index))

export function encodeStatus(status: number): string {
  return statuses.get(status) ?? `\x08\x03${status}`
}

/** `fields`: name, value, name, value, as HTTP/1 would write them. */
export function encodeFields(fields: readonly string[]): string {
  let block = ''
  for (let index = 0; index < fields.length; index += 2) {
    const value = fields[index + 1] as string
    block +=
      encodedName(fields[index] as string) + (value.length < 127 ? String.fromCharCode(value.length) : number(value.length, 7)) + value
  }
  return block
}

/** Names as they were written, with what is said for them: the same few come with every answer. */
const known = new Map<string, string>()
const MAX_KNOWN = 1024
const MAX_KNOWN_LETTERS = 64

function encodedName(name: string): string {
  const before = known.get(name)
  if (before !== undefined) return before
  const lower = name.toLowerCase()
  const index = indexOfName.get(lower)
  const encoded = index === undefined ? `\0${number(lower.length, 7)}${lower}` : number(index, 4)
  if (name.length > MAX_KNOWN_LETTERS) return encoded
  if (known.size >= MAX_KNOWN) known.clear()
  // A slice would keep the whole head that it was cut from.
  known.set(Buffer.from(name, 'latin1').toString('latin1'), Buffer.from(encoded, 'latin1').toString('latin1'))
  return encoded
}

/** §5.1, behind zeros. */
function number(value: number, prefixBits: number): string {
  const most = (1 << prefixBits) - 1
  if (value < most) return String.fromCharCode(value)
  let text = String.fromCharCode(most)
  let rest = value - most
  for (; rest >= 128; rest >>>= 7) text += String.fromCharCode(128 | (rest & 127))
  return text + String.fromCharCode(rest)
}
