/** Records in words. */
import type { RawRecord } from './message.ts'

/** What a TXT record says: its strings of up to 255 bytes, each after its length, put together. */
export function textOf({ data }: Pick<RawRecord, 'data'>): string {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < data.length; at += 1 + (data[at] ?? 0)) pieces.push(data.subarray(at + 1, at + 1 + (data[at] ?? 0)))
  return Buffer.concat(pieces).toString()
}

/** Of a CAA record (RFC 8659 §4.1): `0 issue "ca.example"`. Undefined for what is none. */
export function caaOf({
  data,
}: Pick<RawRecord, 'data'>): { readonly flags: number; readonly tag: string; readonly value: string } | undefined {
  const [flags, length] = data
  if (flags === undefined || length === undefined || data.length < 2 + length) return undefined
  const text = (from: number, to: number): string => Buffer.from(data.subarray(from, to)).toString('latin1')
  return { flags, tag: text(2, 2 + length), value: text(2 + length, data.length) }
}
