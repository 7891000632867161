/** Writing a DNS response: the question byte for byte as it was asked, then records.
 *
 *  ```
 *  record   name | type u16 | class u16 = IN | TTL u32 | length u16 | data           RFC 1035 §4.1.3
 *  name     (length u8, bytes)… then 0, or 11:2 offset:14 into the question
 *  A        4 bytes              AAAA   16 bytes            NS     name
 *  TXT      (length u8, ≤ 255 bytes)…                       HINFO  (length u8, bytes) × 2
 *  SOA      primary | mailbox | serial u32 | refresh u32 | retry u32 | expire u32 | minimum u32
 *  CAA      flags u8 | length u8, tag | value                                        RFC 8659 §4.1
 *  ``` */
import { parseAddress } from '../../protocol/model/address.ts'
import { CLASS_IN, type Head, type Rcode, TYPE } from './message.ts'
import { lowerCase, type Name, nameOf } from './names.ts'

/** What travels unfragmented everywhere (DNS flag day 2020). */
export const MAX_UDP_BYTES = 1232

export type RecordData =
  | { readonly type: 'A' | 'AAAA'; readonly address: string }
  /** Any length; UTF-8, cut into strings of 255 bytes. */
  | { readonly type: 'TXT'; readonly text: string }
  | { readonly type: 'CAA'; readonly critical: boolean; readonly tag: string; readonly value: string }
  | { readonly type: 'NS'; readonly host: string }
  | { readonly type: 'HINFO'; readonly cpu: string; readonly os: string }
  | ({ readonly type: 'SOA' } & Soa)

export interface Soa {
  readonly primary: string
  readonly mailbox: string
  readonly serial: number
  readonly refreshS: number
  readonly retryS: number
  readonly expireS: number
  /** How long "there is no such name" may be kept (RFC 2308 §4). */
  readonly negativeTtlS: number
}

export type ZoneRecord = RecordData & { readonly ttlS: number }

export interface OwnedRecord {
  readonly owner: Name
  readonly record: ZoneRecord
}

export interface Response {
  readonly rcode: Rcode
  /** Authoritative: this zone is ours. */
  readonly aa: boolean
  readonly answers: readonly OwnedRecord[]
  readonly authority: readonly OwnedRecord[]
}

/** At most `maxBytes` (≥ 512); what does not fit leaves without any record and says so (TC), and the asker comes back over TCP.
 *  Throws RangeError on a record that cannot be written: an address of the wrong family, a label or a text too long. */
export function encodeResponse(head: Head, response: Response, maxBytes: number): { bytes: Uint8Array; truncated: boolean } {
  const whole = write(head, response, false)
  if (whole.length <= maxBytes) return { bytes: Uint8Array.from(whole), truncated: false }
  return { bytes: encodeTruncated(head, response), truncated: true }
}

/** "Ask again over TCP", whatever the answer would have been. */
export function encodeTruncated(head: Head, { rcode, aa }: Pick<Response, 'rcode' | 'aa'>): Uint8Array {
  return Uint8Array.from(write(head, { rcode, aa, answers: [], authority: [] }, true))
}

function write(head: Head, { rcode, aa, answers, authority }: Response, truncated: boolean): number[] {
  const { id, opcode, recursionDesired, checkingDisabled, question, edns } = head
  const flags =
    0x8000 |
    (opcode << 11) |
    (aa ? 0x0400 : 0) |
    (truncated ? 0x0200 : 0) |
    (recursionDesired ? 0x0100 : 0) |
    (checkingDisabled ? 0x0010 : 0)
  const out = [...u16(id), ...u16(flags | (rcode & 15)), ...u16(question ? 1 : 0)]
  out.push(...u16(answers.length), ...u16(authority.length), ...u16(edns ? 1 : 0))
  const asked = question?.name ?? []
  if (question) out.push(...uncompressed(asked), ...u16(question.type), ...u16(question.class))
  for (const { owner, record } of [...answers, ...authority]) {
    const data = rdata(record, asked)
    if (data.length > 0xffff) throw new RangeError(`a ${record.type} record of ${data.length} bytes`)
    out.push(...compressed(owner, asked), ...u16(TYPE[record.type]), ...u16(CLASS_IN), ...u32(record.ttlS), ...u16(data.length))
    for (const byte of data) out.push(byte)
  }
  if (edns) out.push(0, ...u16(TYPE.OPT), ...u16(MAX_UDP_BYTES), rcode >> 4, 0, edns.dnssecOk ? 0x80 : 0, 0, 0, 0)
  return out
}

function rdata(record: RecordData, asked: Name): number[] {
  switch (record.type) {
    case 'A':
      return address(record.address, 4)
    case 'AAAA':
      return address(record.address, 16)
    case 'TXT':
      return strings(record.text)
    case 'CAA':
      return [record.critical ? 128 : 0, ...counted(record.tag), ...Buffer.from(record.value)]
    case 'NS':
      return compressed(nameOf(record.host), asked)
    case 'HINFO':
      return [...counted(record.cpu), ...counted(record.os)]
    case 'SOA': {
      const { primary, mailbox, serial, refreshS, retryS, expireS, negativeTtlS } = record
      const numbers = [serial, refreshS, retryS, expireS, negativeTtlS].flatMap(u32)
      return [...compressed(nameOf(primary), asked), ...compressed(nameOf(mailbox), asked), ...numbers]
    }
  }
}

function address(text: string, length: 4 | 16): number[] {
  const bytes = parseAddress(text)
  if (bytes?.length !== length) throw new RangeError('an address of the wrong family, or none')
  return [...bytes]
}

function strings(text: string): number[] {
  const bytes = Buffer.from(text)
  const out: number[] = []
  let at = 0
  do {
    const piece = bytes.subarray(at, at + 255)
    out.push(piece.length, ...piece)
    at += 255
  } while (at < bytes.length)
  return out
}

function counted(text: string): number[] {
  const bytes = Buffer.from(text)
  if (bytes.length > 255) throw new RangeError(`a string of ${bytes.length} bytes`)
  return [bytes.length, ...bytes]
}

function label(text: string): number[] {
  if (text.length === 0 || text.length > 63) throw new RangeError(`a label of ${text.length} bytes`)
  return [text.length, ...Buffer.from(text, 'latin1')]
}

const uncompressed = (name: Name): number[] => [...name.flatMap(label), 0]

/** Ends in a pointer to the longest tail that the question holds too, whatever its case: so the answer's owner echoes the asker's. */
function compressed(name: Name, asked: Name): number[] {
  let shared = 0
  while (shared < Math.min(name.length, asked.length) && sameLabel(name.at(-1 - shared), asked.at(-1 - shared))) shared++
  if (shared === 0) return uncompressed(name)
  const offset = asked.slice(0, asked.length - shared).reduce((at, text) => at + 1 + text.length, 12)
  return [...name.slice(0, name.length - shared).flatMap(label), 0xc0 | (offset >> 8), offset & 255]
}

const sameLabel = (a = '', b = ''): boolean => lowerCase(a) === lowerCase(b)

const u16 = (value: number): number[] => [(value >> 8) & 255, value & 255]
const u32 = (value: number): number[] => [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]
