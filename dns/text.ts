import type { RawRecord } from './message.ts'

/** What a TXT record says: its strings of up to 255 bytes, each after its length, put together. */
export function textOf({ data }: Pick<RawRecord, 'data'>): string {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < data.length; at += 1 + (data[at] ?? 0)) pieces.push(data.subarray(at + 1, at + 1 + (data[at] ?? 0)))
  return Buffer.concat(pieces).toString()
}
