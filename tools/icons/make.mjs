/** Draws every icon of the app into assets/. Run by hand after a change, on a machine with rsvg-convert (Debian: librsvg2-bin):
 *  `node tools/icons/make.mjs`. The results are committed, so that nobody else needs the tool. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ICNS_SIZES, icns, ico } from './containers.ts'
import { COLOURS, traySvg } from './tray.ts'

const root = join(import.meta.dirname, '../..')
const assets = join(root, 'assets')
const tray = join(assets, 'tray')
const evidence = join(root, 'test-results/icons')
for (const folder of [tray, evidence]) mkdirSync(folder, { recursive: true })

const render = (svg, size) => execFileSync('rsvg-convert', ['-w', String(size), '-h', String(size)], { input: svg, maxBuffer: 1 << 25 })

const large = readFileSync(join(import.meta.dirname, 'lantern.svg'), 'utf8')
const small = readFileSync(join(import.meta.dirname, 'lantern-small.svg'), 'utf8')
const appIcon = (size) => render(size <= 32 ? small : large, size)

/** Apple's icon grid: the tile takes 824 of 1024 pixels. */
const inset = (svg, viewBox) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1024 1024">${svg.replace('<svg ', '<svg x="100" y="100" width="824" height="824" ').replace(/viewBox="[^"]*"/, `viewBox="${viewBox}"`)}</svg>`
const appleIcon = (size) => render(size <= 32 ? inset(small, '0 0 32 32') : inset(large, '0 0 1024 1024'), size)

writeFileSync(join(assets, 'icon.svg'), large)
writeFileSync(join(assets, 'icon.png'), appIcon(1024))
writeFileSync(join(assets, 'icon-512.png'), appIcon(512))
writeFileSync(join(assets, 'icon.ico'), ico([16, 20, 24, 32, 40, 48, 64, 128, 256].map((size) => ({ size, png: appIcon(size) }))))
writeFileSync(join(assets, 'icon.icns'), icns(new Map(ICNS_SIZES.map((size) => [size, appleIcon(size)]))))

/** Electron finds the denser images by these suffixes. */
const SCALES = { '': 16, '@1.25x': 20, '@1.5x': 24, '@2x': 32 }
for (const [state, colour] of Object.entries(COLOURS)) {
  for (const [suffix, size] of Object.entries(SCALES))
    writeFileSync(join(tray, `${state}${suffix}.png`), render(traySvg(state, colour), size))
  writeFileSync(join(tray, `${state}Template.png`), render(traySvg(state), 16))
  writeFileSync(join(tray, `${state}Template@2x.png`), render(traySvg(state), 32))
  writeFileSync(join(tray, `${state}.ico`), ico([16, 20, 24, 32].map((size) => ({ size, png: render(traySvg(state, colour), size) }))))
}

/** Every drawing magnified without smoothing: the tray's as templates and in colour on a light and a dark panel, then the app's own. */
function contactSheet() {
  const cell = 144
  const rows = [
    ['#F3F3F3', 16, () => '#000000'],
    ['#F3F3F3', 16, (state) => COLOURS[state]],
    ['#202020', 16, (state) => COLOURS[state]],
    ['#202020', 20, (state) => COLOURS[state]],
    ['#202020', 32, () => '#FFFFFF'],
  ]
  const states = Object.keys(COLOURS)
  const cells = rows.flatMap(([panel, size, colourOf], row) =>
    states.map((state, column) => {
      const png = render(traySvg(state, colourOf(state)), size).toString('base64')
      const [x, y] = [column * cell, row * cell]
      return `<rect x="${x}" y="${y}" width="${cell}" height="${cell}" fill="${panel}"/><image x="${x + 8}" y="${y + 8}" width="128" height="128" style="image-rendering:pixelated" href="data:image/png;base64,${png}"/>`
    }),
  )
  const width = states.length * cell
  const apps = [16, 24, 32, 48, 256].map((size, index) => {
    const png = appIcon(size).toString('base64')
    return `<image x="${index * 220 + 8}" y="${rows.length * cell + 8}" width="200" height="200" style="image-rendering:pixelated" href="data:image/png;base64,${png}"/>`
  })
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${rows.length * cell + 220}"><rect width="100%" height="100%" fill="#999"/>${cells.join('')}${apps.join('')}</svg>`
  return execFileSync('rsvg-convert', ['-w', String(width)], { input: svg, maxBuffer: 1 << 25 })
}
writeFileSync(join(evidence, 'tray.png'), contactSheet())
