/** Writing a DNS response: the question byte for byte as it was asked, then records.
 *
 *  ```
 *  record   name | type u16 | class u16 = IN | TTL u32 | length u16 | data           RFC 1035 §4.1.3
 *  name     (length u8, bytes)… then 0, or 11:2 offset:14 into the question
 *  ``` */
import { CLASS_IN, MAX_UDP_BYTES, type Rcode, TYPE } from '../../dns/codes.ts'
import { encodeLabel, lowerCase, type Name, uncompressed } from '../../dns/names.ts'
import { encodeData, type OwnedRecord, u16, u32 } from '../../dns/records.ts'
import type { Head } from './message.ts'

export interface Response {
  readonly rcode: Rcode
  /** Authoritative: this zone is ours. */
  readonly aa: boolean
  readonly answers: readonly OwnedRecord[]
  readonly authority: readonly OwnedRecord[]
  /** What saves the asker a question; left out where there is no room. */
  readonly additional?: readonly OwnedRecord[]
}

/** At most `maxBytes` (≥ 512); what does not fit leaves without any record and says so (TC), and the asker comes back over TCP.
 *  Throws RangeError on a record that cannot be written: an address of the wrong family, a label or a text too long. */
export function encodeResponse(head: Head, response: Response, maxBytes: number): { bytes: Uint8Array; truncated: boolean } {
  const whole = write(head, response, false)
  if (whole.length <= maxBytes) return { bytes: Uint8Array.from(whole), truncated: false }
  if (response.additional?.length) return encodeResponse(head, { ...response, additional: [] }, maxBytes)
  return { bytes: encodeTruncated(head, response), truncated: true }
}

/** "Ask again over TCP", whatever the answer would have been. */
export function encodeTruncated(head: Head, { rcode, aa }: Pick<Response, 'rcode' | 'aa'>): Uint8Array {
  return Uint8Array.from(write(head, { rcode, aa, answers: [], authority: [] }, true))
}

function write(head: Head, { rcode, aa, answers, authority, additional = [] }: Response, truncated: boolean): number[] {
  const { id, opcode, recursionDesired, checkingDisabled, question, edns } = head
  const flags =
    0x8000 |
    (opcode << 11) |
    (aa ? 0x0400 : 0) |
    (truncated ? 0x0200 : 0) |
    (recursionDesired ? 0x0100 : 0) |
    (checkingDisabled ? 0x0010 : 0)
  const out = [...u16(id), ...u16(flags | (rcode & 15)), ...u16(question ? 1 : 0)]
  out.push(...u16(answers.length), ...u16(authority.length), ...u16(additional.length + (edns ? 1 : 0)))
  const asked = question?.name ?? []
  if (question) out.push(...uncompressed(asked), ...u16(question.type), ...u16(question.class))
  for (const { owner, record } of [...answers, ...authority, ...additional]) {
    const data = encodeData(record, (name) => compressed(name, asked))
    if (data.length > 0xffff) throw new RangeError(`a ${record.type} record of ${data.length} bytes`)
    out.push(...compressed(owner, asked), ...u16(TYPE[record.type]), ...u16(CLASS_IN), ...u32(record.ttlS), ...u16(data.length))
    for (const byte of data) out.push(byte)
  }
  if (edns) out.push(0, ...u16(TYPE.OPT), ...u16(MAX_UDP_BYTES), rcode >> 4, 0, edns.dnssecOk ? 0x80 : 0, 0, 0, 0)
  return out
}

/** Ends in a pointer to the longest tail that the question holds too, whatever its case: so the answer's owner echoes the asker's. */
function compressed(name: Name, asked: Name): number[] {
  let shared = 0
  while (shared < Math.min(name.length, asked.length) && sameLabel(name.at(-1 - shared), asked.at(-1 - shared))) shared++
  if (shared === 0) return uncompressed(name)
  const offset = asked.slice(0, asked.length - shared).reduce((at, text) => at + 1 + text.length, 12)
  return [...name.slice(0, name.length - shared).flatMap(encodeLabel), 0xc0 | (offset >> 8), offset & 255]
}

const sameLabel = (a = '', b = ''): boolean => lowerCase(a) === lowerCase(b)
