/** The code of HPACK for texts (RFC 7541, appendix B). It is canonical, so that the lengths say it all: shorter codes come first, and of those of one
 *  length the one for the smaller byte. */
import { ERROR, Http2Error } from './http2-frames.ts'

/** In bits, a byte's each; the last one ends a text and must never stand in it. */
const LENGTHS = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28, 6, 10, 10,
  12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
  7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7,
  7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22,
  23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22,
  23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20,
  24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
]
const END_OF_TEXT = 256
/** No byte takes fewer bits. */
const SHORTEST_BITS = 5
const PADDING_BITS = 7

/** Four bits at a time: for each place in the tree of codes, and each of the sixteen that may follow, where that leads, and the byte that is
 *  complete on the way. `place << 9 | byte + 1`, or 0: nothing may be so. */
const STEPS = new Uint32Array(END_OF_TEXT * 16)
/** A text may end at these places: at none but the first, or behind up to seven ones (§5.2). */
const MAY_END = new Uint8Array(END_OF_TEXT)

/** Builds both. */
function plant(): void {
  const branches: [number, number][] = [[-1, -1]]
  /** `-2 - byte` stands for a leaf. */
  const leaf = (byte: number): number => -2 - byte
  let code = 0
  const byLength = LENGTHS.map((bits, byte) => ({ bits, byte })).sort((a, b) => a.bits - b.bits || a.byte - b.byte)
  for (const [index, { bits, byte }] of byLength.entries()) {
    let at = 0
    for (let bit = bits - 1; bit > 0; bit--) {
      const side = (code >>> bit) & 1
      const branch = branches[at] as [number, number]
      if (branch[side] === -1) branch[side] = branches.push([-1, -1]) - 1
      at = branch[side] as number
    }
    ;(branches[at] as [number, number])[code & 1] = leaf(byte)
    code = (code + 1) << ((byLength[index + 1]?.bits ?? bits) - bits)
  }
  for (let at = 0, ones = 0; at >= 0 && ones <= PADDING_BITS; at = branches[at]?.[1] ?? -1, ones++) MAY_END[at] = 1
  for (let place = 0; place < branches.length; place++)
    for (let four = 0; four < 16; four++) {
      let [at, byte] = [place, -1]
      for (let bit = 3; bit >= 0 && at >= 0; bit--) {
        at = branches[at]?.[(four >>> bit) & 1] as number
        if (at < 0 && at !== leaf(END_OF_TEXT)) [byte, at] = [-2 - at, 0]
      }
      STEPS[place * 16 + four] = at < 0 ? 0 : ((at << 9) | (byte + 1)) + IS_STEP
    }
}
/** So that the step to the first place without a byte is none of the forbidden. */
const IS_STEP = 2 ** 20
plant()

/** Room for what so many bytes may say. */
export const mostDecoded = (bytes: number): number => Math.floor((bytes * 8) / SHORTEST_BITS)

/** Writes the text to `into`, from its beginning; how long it is. Throws {@link Http2Error}. */
export function decodeHuffman(bytes: Buffer, from: number, to: number, into: Buffer): number {
  let place = 0
  let length = 0
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number
    for (let half = byte >>> 4, turn = 0; turn < 2; half = byte & 15, turn++) {
      const step = STEPS[place * 16 + half] as number
      if (step === 0) throw new Http2Error(ERROR.compression, 'the end within a text')
      place = (step >>> 9) & 0xff
      const found = step & 0x1ff
      if (found > 0) into[length++] = found - 1
    }
  }
  if (MAY_END[place] !== 1) throw new Http2Error(ERROR.compression, 'a text that is padded with something else than ones')
  return length
}
