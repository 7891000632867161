import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Light } from '../../protocol/snapshot.ts'
import { contrast, decodePng } from './png.ts'
import { COLOURS } from './tray.ts'

const assets = join(import.meta.dirname, '../../assets')
const read = (name: string) => readFileSync(join(assets, name))
const sizeOf = (png: Buffer) => `${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`

/** The images of a Windows icon, as its own table says. */
function icoImages(file: Buffer): { declared: number; png: Buffer }[] {
  assert.deepEqual([file.readUInt16LE(0), file.readUInt16LE(2)], [0, 1])
  return Array.from({ length: file.readUInt16LE(4) }, (_, index) => {
    const at = 6 + 16 * index
    const offset = file.readUInt32LE(at + 12)
    return { declared: file.readUInt8(at) || 256, png: file.subarray(offset, offset + file.readUInt32LE(at + 8)) }
  })
}

test('the app icon stands in every size each system asks for', () => {
  assert.equal(sizeOf(read('icon.png')), '1024x1024')
  assert.equal(sizeOf(read('icon-512.png')), '512x512')
  const images = icoImages(read('icon.ico'))
  assert.deepEqual(
    images.map(({ declared }) => declared),
    [16, 20, 24, 32, 40, 48, 64, 128, 256],
  )
  for (const { declared, png } of images) assert.equal(sizeOf(png), `${declared}x${declared}`)
  const icns = read('icon.icns')
  assert.equal(icns.toString('ascii', 0, 4), 'icns')
  assert.equal(icns.readUInt32BE(4), icns.length)
  const types: string[] = []
  for (let at = 8; at < icns.length; at += icns.readUInt32BE(at + 4)) types.push(icns.toString('ascii', at, at + 4))
  assert.deepEqual(types, ['ic11', 'ic12', 'ic07', 'ic13', 'ic08', 'ic14', 'ic09', 'ic10'])
})

test('every state of the light has its tray images, and there are no others', () => {
  const suffixes = ['.png', '@1.25x.png', '@1.5x.png', '@2x.png', 'Template.png', 'Template@2x.png', '.ico']
  const expected = Light.options.flatMap((light) => suffixes.map((suffix) => light + suffix)).sort()
  assert.deepEqual(readdirSync(join(assets, 'tray')).sort(), expected)
  for (const light of Light.options) {
    const size = (suffix: string) => sizeOf(read(`tray/${light}${suffix}.png`))
    assert.deepEqual(['', '@1.25x', '@1.5x', '@2x', 'Template', 'Template@2x'].map(size), [
      '16x16',
      '20x20',
      '24x24',
      '32x32',
      '16x16',
      '32x32',
    ])
    const images = icoImages(read(`tray/${light}.ico`)).map(({ declared, png }) => [declared, sizeOf(png)])
    assert.deepEqual(
      images,
      [16, 20, 24, 32].map((pixels) => [pixels, `${pixels}x${pixels}`]),
    )
  }
})

test('a template is black and transparent only, and keeps its margin', () => {
  for (const light of Light.options) {
    const { pixels } = decodePng(read(`tray/${light}Template.png`))
    for (let at = 0; at < pixels.length; at += 4)
      if ((pixels[at + 3] ?? 0) > 0) assert.deepEqual([...pixels.subarray(at, at + 3)], [0, 0, 0])
    for (let x = 0; x < 16; x++) assert.equal(pixels[x * 4 + 3], 0, `${light}: the top row is free`)
  }
})

test('the states differ in shape, so that nobody needs to see the colour', () => {
  const alphas = new Map(
    Light.options.map((light) => [light, decodePng(read(`tray/${light}Template.png`)).pixels.filter((_, index) => index % 4 === 3)]),
  )
  for (const [one, a] of alphas)
    for (const [other, b] of alphas) {
      if (one === other) continue
      const different = a.filter((alpha, index) => Math.abs(alpha - (b[index] ?? 0)) > 127).length
      assert.ok(different >= 14, `${one} and ${other} differ in ${different} of 256 pixels`)
    }
})

test('the colours stand out on a light and on a dark panel (WCAG 1.4.11)', () => {
  for (const [light, colour] of Object.entries(COLOURS))
    for (const panel of ['#F3F3F3', '#202020'])
      assert.ok(contrast(colour, panel) >= 3, `${light} on ${panel}: ${contrast(colour, panel).toFixed(2)}`)
})
