/** Reading any DNS message, and writing plain questions. Whoever asks reads what strangers answer, so nothing in it is believed.
 *
 *  ```
 *  0      2       4    6    8    10   12
 *  | id   | flags | QD | AN | NS | AR | question… | record…                          RFC 1035 §4.1
 *
 *  flags     QR:1 opcode:4 AA:1 TC:1 RD:1 | RA:1 Z:1 AD:1 CD:1 rcode:4
 *  question  name | type u16 | class u16
 *  record    name | type u16 | class u16 | TTL u32 | length u16 | data
 *  name      (length u8 ≤ 63, bytes)… then 0, or 11:2 offset:14 to an earlier place  RFC 1035 §4.1.4
 *  ``` */
import { CLASS_IN, HEADER_BYTES, MAX_NAME_BYTES, MAX_UDP_BYTES, TYPE } from './codes.ts'
import { type Name, uncompressed } from './names.ts'
import { u16 } from './records.ts'

export interface Question {
  readonly name: Name
  readonly type: number
  readonly class: number
}

export interface RawRecord {
  readonly owner: Name
  readonly type: number
  readonly class: number
  readonly ttlS: number
  readonly data: Uint8Array
  /** Where in the message the record begins, and where its data does: names in it may point back into the message. */
  readonly at: number
  readonly dataAt: number
}

export interface Message {
  readonly id: number
  readonly isAnswer: boolean
  readonly opcode: number
  readonly authoritative: boolean
  readonly truncated: boolean
  /** Without the upper bits that EDNS would add. */
  readonly rcode: number
  readonly questions: readonly Question[]
  readonly answers: readonly RawRecord[]
  readonly authority: readonly RawRecord[]
  readonly additional: readonly RawRecord[]
}

/** Pointers that a name may follow: honest names need one or two, and each costs whoever reads them. */
const MAX_POINTERS = 16

/** Undefined for what is not exactly one well-formed message. Never throws. */
export function readMessage(bytes: Uint8Array): Message | undefined {
  if (bytes.length < HEADER_BYTES || bytes.length > 0xffff) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [flags, questionCount, ...counts] = [2, 4, 6, 8, 10].map((at) => view.getUint16(at)) as [number, number, number, number, number]
  let at = HEADER_BYTES
  const questions: Question[] = []
  for (let left = questionCount; left > 0; left--) {
    const name = readName(bytes, at)
    if (!name || name.end + 4 > bytes.length) return undefined
    questions.push({ name: name.name, type: view.getUint16(name.end), class: view.getUint16(name.end + 2) })
    at = name.end + 4
  }
  const sections: RawRecord[][] = []
  for (const count of counts) {
    const records: RawRecord[] = []
    for (let left = count; left > 0; left--) {
      const record = readRecord(bytes, view, at)
      if (!record) return undefined
      records.push(record)
      at = record.dataAt + record.data.length
    }
    sections.push(records)
  }
  if (at !== bytes.length) return undefined
  const [answers = [], authority = [], additional = []] = sections
  return {
    id: view.getUint16(0),
    isAnswer: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 15,
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    rcode: flags & 15,
    questions,
    answers,
    authority,
    additional,
  }
}

function readRecord(bytes: Uint8Array, view: DataView, at: number): RawRecord | undefined {
  const name = readName(bytes, at)
  const dataAt = (name?.end ?? 0) + 10
  if (!name || dataAt > bytes.length) return undefined
  const end = dataAt + view.getUint16(name.end + 8)
  if (end > bytes.length) return undefined
  return {
    owner: name.name,
    type: view.getUint16(name.end),
    class: view.getUint16(name.end + 2),
    ttlS: view.getUint32(name.end + 4),
    data: bytes.subarray(dataAt, end),
    at,
    dataAt,
  }
}

/** The name at `at`, and where what follows it begins. Pointers lead strictly backwards, so that no ring can be made of them. */
export function readName(bytes: Uint8Array, at: number): { readonly name: Name; readonly end: number } | undefined {
  const name: string[] = []
  let end: number | undefined
  let [from, long, pointers] = [at, 1, 0]
  for (;;) {
    const length = bytes[from]
    if (length === undefined) return undefined
    if (length === 0) return { name, end: end ?? from + 1 }
    if (length >= 0xc0) {
      const next = bytes[from + 1]
      if (next === undefined || ++pointers > MAX_POINTERS) return undefined
      end ??= from + 2
      const to = ((length & 0x3f) << 8) | next
      if (to >= from || to < HEADER_BYTES) return undefined
      from = to
      continue
    }
    if (length > 63 || from + 1 + length > bytes.length) return undefined
    long += 1 + length
    if (long > MAX_NAME_BYTES) return undefined
    name.push(String.fromCharCode(...bytes.subarray(from + 1, from + 1 + length)))
    from += 1 + length
  }
}

/** A resolver is to find out; and it is to leave the signatures unchecked (RFC 4035 §3.2.2). */
export const RECURSION_DESIRED = 0x0100
export const CHECKING_DISABLED = 0x0010

/** Without flags: a question that wants no recursion, for those who know the answer themselves. */
export function writeQuestion(id: number, name: Name, type: number, flags = 0): Uint8Array {
  const opt = [0, ...u16(TYPE.OPT), ...u16(MAX_UDP_BYTES), 0, 0, 0, 0, 0, 0]
  const header = [...u16(id), ...u16(flags), ...u16(1), ...u16(0), ...u16(0), ...u16(1)]
  return Uint8Array.from([...header, ...uncompressed(name), ...u16(type), ...u16(CLASS_IN), ...opt])
}
