import { chmodSync, readFileSync, writeFileSync } from 'node:fs'

/** miniupnpd refuses to map on a WAN address that is not public, and counts the documentation and benchmark ranges the lab
 *  lives on as not public (`reserved[]` in its getifaddr.c / portinuse checks: address in host order, then 32 - prefix length). */
const RANGES = {
  documentation: [
    [203, 0, 113, 0, 24], // RFC 5737
    [198, 51, 100, 0, 24], // RFC 5737
    [198, 18, 0, 0, 15], // RFC 2544
  ],
  carrier: [[100, 64, 0, 0, 10]], // RFC 6598
  private: [[192, 168, 0, 0, 16]], // RFC 1918, but see HOME_LAN
} as const satisfies Record<string, readonly Range[]>
type Range = readonly [number, number, number, number, prefix: number]

/** What a miniupnpd takes for public although the packaged one does not. */
export type TakenForPublic = keyof typeof RANGES

/** 240.0.0.0/4 is in the table already, so a second entry of it changes nothing else. */
const HARMLESS = entry([240, 0, 0, 0, 4])
/** Stays private in any case: miniupnpd does not serve a LAN whose own address is public. */
const HOME_LAN = entry([192, 168, 1, 0, 24])

/** Write a copy of the program (or library) `source` to `file` that takes these ranges for public; all other reserved ranges stay so.
 *  Throws when an entry is not there exactly once: then this build differs from the one the patch was made for. */
export function copyMiniupnpd(source: string, file: string, takenForPublic: readonly TakenForPublic[]): void {
  const program = readFileSync(source)
  const ranges = takenForPublic.flatMap((name) => RANGES[name].map((range) => ({ range, name })))
  for (const { range, name } of ranges) {
    const wanted = entry(range)
    const at = program.indexOf(wanted)
    if (at < 0 || program.indexOf(wanted, at + 1) >= 0) {
      throw new Error(`${source}: the table entry of ${range.slice(0, 4).join('.')}/${range[4]} was not found exactly once`)
    }
    const replacement = name === 'private' ? HOME_LAN : HARMLESS
    replacement.copy(program, at)
  }
  writeFileSync(file, program)
  chmodSync(file, 0o755)
}

function entry([a, b, c, d, prefix]: Range): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32LE(((a << 24) | (b << 16) | (c << 8) | d) >>> 0, 0)
  bytes.writeUInt32LE(32 - prefix, 4)
  return bytes
}
