/** Reading the answer of somebody else's name server, as far as a check needs it. Everything in it is foreign.
 *
 *  ```
 *  | id | flags | QD | AN | NS | AR | question | record…                                        RFC 1035 §4.1
 *  record   name | type u16 | class u16 | ttl u32 | length u16 | data
 *  name     (length u8 ≤ 63, bytes)… then 0, or a pointer 11 + 14 bits to an earlier place       §4.1.4
 *  ``` */
import { HEADER_BYTES, MAX_NAME_BYTES, TYPE } from '../../dns/codes.ts'

/** Delegation Signer (RFC 4034 §5): only whether there is one matters here. */
export const DS = 43

export type FoundRecord = { readonly owner: string } & (
  | { readonly type: 'A' | 'AAAA'; readonly address: string }
  | { readonly type: 'NS' | 'SOA'; readonly host: string }
  | { readonly type: 'CAA'; readonly tag: string; readonly value: string }
  | { readonly type: 'DS' }
)

/** Names in lower case, without a dot at the end. */
export interface Answer {
  readonly rcode: number
  readonly authoritative: boolean
  readonly truncated: boolean
  readonly answers: readonly FoundRecord[]
  readonly authority: readonly FoundRecord[]
  readonly additional: readonly FoundRecord[]
}

const MAX_RECORDS = 200

/** To the question with this id. Undefined: not an answer to it, or not whole. Never throws. */
export function readAnswer(bytes: Uint8Array, id: number): Answer | undefined {
  if (bytes.length < HEADER_BYTES) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const flags = view.getUint16(2)
  if (view.getUint16(0) !== id || !(flags & 0x8000) || view.getUint16(4) > 1) return undefined
  const counts = [6, 8, 10].map((at) => view.getUint16(at))
  if (counts.reduce((sum, count) => sum + count, 0) > MAX_RECORDS) return undefined
  let at = HEADER_BYTES
  if (view.getUint16(4) === 1) {
    const name = readName(view, at)
    if (!name) return undefined
    at = name.end + 4
  }
  const sections: FoundRecord[][] = []
  for (const count of counts) {
    const section: FoundRecord[] = []
    for (let index = 0; index < count; index++) {
      const record = readRecord(view, at)
      if (!record) return undefined
      at = record.end
      if (record.found) section.push(record.found)
    }
    sections.push(section)
  }
  const [answers = [], authority = [], additional = []] = sections
  return { rcode: flags & 15, authoritative: (flags & 0x0400) !== 0, truncated: (flags & 0x0200) !== 0, answers, authority, additional }
}

/** `found`: undefined for a kind that no check looks at. */
function readRecord(view: DataView, start: number): { end: number; found: FoundRecord | undefined } | undefined {
  const name = readName(view, start)
  if (!name || name.end + 10 > view.byteLength) return undefined
  const type = view.getUint16(name.end)
  const data = name.end + 10
  const length = view.getUint16(name.end + 8)
  const end = data + length
  if (end > view.byteLength) return undefined
  const owner = name.text
  const at = (from: number, to: number): Uint8Array => new Uint8Array(view.buffer, view.byteOffset + from, to - from)
  switch (type) {
    case TYPE.A:
    case TYPE.AAAA: {
      if (length !== (type === TYPE.A ? 4 : 16)) return undefined
      return { end, found: { owner, type: type === TYPE.A ? 'A' : 'AAAA', address: addressText(at(data, end)) } }
    }
    case TYPE.NS:
    case TYPE.SOA: {
      const host = readName(view, data)
      return host && host.end <= end ? { end, found: { owner, type: type === TYPE.NS ? 'NS' : 'SOA', host: host.text } } : undefined
    }
    case TYPE.CAA: {
      const tagBytes = length < 2 ? 0 : view.getUint8(data + 1)
      if (tagBytes === 0 || tagBytes + 2 > length) return undefined
      const text = (from: number, to: number): string => Buffer.from(at(from, to)).toString('latin1')
      const tag = text(data + 2, data + 2 + tagBytes).toLowerCase()
      return { end, found: { owner, type: 'CAA', tag, value: text(data + 2 + tagBytes, end) } }
    }
    case DS:
      return { end, found: { owner, type: 'DS' } }
    default:
      return { end, found: undefined }
  }
}

/** In the one way that RFC 5952 allows, so that texts can be compared. */
const addressText = (bytes: Uint8Array): string =>
  bytes.length === 4 ? bytes.join('.') : canonical((Buffer.from(bytes).toString('hex').match(/.{4}/g) ?? []).join(':'))

export const canonical = (address: string): string =>
  address.includes(':') ? new URL(`http://[${address}]/`).hostname.slice(1, -1) : address

/** `end`: behind the name where it stands, not where a pointer leads. */
function readName(view: DataView, start: number): { text: string; end: number } | undefined {
  const labels: string[] = []
  let bytes = 0
  let end: number | undefined
  let at = start
  for (;;) {
    if (at >= view.byteLength) return undefined
    const length = view.getUint8(at)
    if (length >= 192) {
      if (at + 2 > view.byteLength) return undefined
      end ??= at + 2
      const to = view.getUint16(at) & 0x3fff
      // Only backwards: no circle.
      if (to >= at) return undefined
      at = to
      continue
    }
    if (length > 63) return undefined
    if (length === 0) return { text: labels.join('.'), end: end ?? at + 1 }
    bytes += length + 1
    if (bytes > MAX_NAME_BYTES || at + 1 + length > view.byteLength) return undefined
    labels.push(
      Buffer.from(new Uint8Array(view.buffer, view.byteOffset + at + 1, length))
        .toString('latin1')
        .toLowerCase(),
    )
    at += 1 + length
  }
}
