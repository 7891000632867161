/** Records and their data in bytes, both ways.
 *
 *  ```
 *  A        4 bytes              AAAA   16 bytes            NS, CNAME   name
 *  TXT      (length u8, ≤ 255 bytes)…                       HINFO       (length u8, bytes) × 2
 *  SOA      primary | mailbox | serial u32 | refresh u32 | retry u32 | expire u32 | minimum u32      RFC 1035 §3.3
 *  CAA      flags u8 | length u8, tag | value                                                       RFC 8659 §4.1
 *  HTTPS    priority u16 | target name | (key u16, length u16, value)…                              RFC 9460 §2.2
 *           key 1 = alpn: (length u8, protocol)…
 *  ``` */
import { parseAddress } from '../protocol/model/address.ts'
import { type Name, nameOf, uncompressed } from './names.ts'

export type RecordData =
  | { readonly type: 'A' | 'AAAA'; readonly address: string }
  /** Any length; UTF-8, cut into strings of 255 bytes. */
  | { readonly type: 'TXT'; readonly text: string }
  | { readonly type: 'CAA'; readonly critical: boolean; readonly tag: string; readonly value: string }
  /** "Service mode" at its own name, with these protocols beside HTTP/1.1. Never a port: browsers ignore it. */
  | { readonly type: 'HTTPS'; readonly alpn: readonly string[] }
  | { readonly type: 'NS' | 'CNAME'; readonly host: string }
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

const ALPN_KEY = 1

/** `write`: how a name inside the data is written. Throws RangeError on what cannot be: an address of the wrong family, a label too long. */
export function encodeData(record: RecordData, write: (name: Name) => number[] = uncompressed): number[] {
  switch (record.type) {
    case 'A':
      return address(record.address, 4)
    case 'AAAA':
      return address(record.address, 16)
    case 'TXT':
      return strings(record.text)
    case 'CAA':
      return [record.critical ? 128 : 0, ...counted(record.tag), ...Buffer.from(record.value)]
    case 'HTTPS': {
      const alpn = record.alpn.flatMap(counted)
      // The target is never compressed (RFC 9460 §2.2); the root means the record's own name.
      return [...u16(1), 0, ...(alpn.length === 0 ? [] : [...u16(ALPN_KEY), ...u16(alpn.length), ...alpn])]
    }
    case 'NS':
    case 'CNAME':
      return write(nameOf(record.host))
    case 'HINFO':
      return [...counted(record.cpu), ...counted(record.os)]
    case 'SOA': {
      const { primary, mailbox, serial, refreshS, retryS, expireS, negativeTtlS } = record
      const numbers = [serial, refreshS, retryS, expireS, negativeTtlS].flatMap(u32)
      return [...write(nameOf(primary)), ...write(nameOf(mailbox)), ...numbers]
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

export const u16 = (value: number): number[] => [(value >> 8) & 255, value & 255]
export const u32 = (value: number): number[] => [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]
