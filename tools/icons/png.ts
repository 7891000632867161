/** Just enough of PNG (ISO 15948) to look at our own icons: 8-bit, not interlaced. */
import { inflateSync } from 'node:zlib'

const CHANNELS: Record<number, number> = { 0: 1, 2: 3, 4: 2, 6: 4 }

/** RGBA bytes, row by row. Throws on anything that rsvg-convert does not write. */
export function decodePng(file: Uint8Array): { width: number; height: number; pixels: Uint8Array } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const [width, height, depth, colour, interlaced] = [view.getUint32(16), view.getUint32(20), file[24], file[25] ?? 0, file[28]]
  const channels = CHANNELS[colour]
  if (depth !== 8 || !channels || interlaced) throw new Error('not a plain 8-bit PNG')
  const data: number[] = []
  for (let at = 8; at < file.length; ) {
    const length = view.getUint32(at)
    if (new TextDecoder().decode(file.subarray(at + 4, at + 8)) === 'IDAT') data.push(...file.subarray(at + 8, at + 8 + length))
    at += 12 + length
  }
  const rows = unfilter(inflateSync(Uint8Array.from(data)), width * channels, height, channels)
  const pixels = new Uint8Array(width * height * 4)
  for (let index = 0; index < width * height; index++) {
    const sample = rows.subarray(index * channels, (index + 1) * channels)
    const grey = channels < 3
    const alpha = channels % 2 === 0 ? (sample[channels - 1] ?? 0) : 255
    pixels.set([sample[0] ?? 0, sample[grey ? 0 : 1] ?? 0, sample[grey ? 0 : 2] ?? 0, alpha], index * 4)
  }
  return { width, height, pixels }
}

/** PNG §9: every row starts with the number of its filter. */
function unfilter(data: Uint8Array, rowBytes: number, height: number, step: number): Uint8Array {
  const out = new Uint8Array(rowBytes * height)
  for (let y = 0; y < height; y++) {
    const filter = data[y * (rowBytes + 1)] ?? 0
    for (let x = 0; x < rowBytes; x++) {
      const left = x >= step ? (out[y * rowBytes + x - step] ?? 0) : 0
      const up = y > 0 ? (out[(y - 1) * rowBytes + x] ?? 0) : 0
      const corner = x >= step && y > 0 ? (out[(y - 1) * rowBytes + x - step] ?? 0) : 0
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0
      out[y * rowBytes + x] = (data[y * (rowBytes + 1) + 1 + x] ?? 0) + predicted
    }
  }
  return out
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)]
  return a <= b && a <= c ? left : b <= c ? up : corner
}

/** WCAG 2.2 contrast of two colours such as #1F2430: 1 to 21. */
export function contrast(one: string, other: string): number {
  const [bright, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number]
  return (bright + 0.05) / (dark + 0.05)
}

function luminance(colour: string): number {
  const channel = (at: number) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}
