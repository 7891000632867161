import assert from 'node:assert/strict'
import { join, resolve, sep } from 'node:path'
import { test } from 'node:test'
import { fileOf } from './app-address.ts'

const folder = resolve('/srv/renderer')

const inside: [string, string][] = [
  ['app://porchlight/', 'index.html'],
  ['app://porchlight/index.html?x=1#y', 'index.html'],
  ['app://porchlight/assets/a%20b.js', 'assets/a b.js'],
  ['app://porchlight/assets/../index.html', 'index.html'],
]
for (const [address, file] of inside) {
  test(`${address} is ${file}`, () => assert.equal(fileOf(address, folder), join(folder, file)))
}

const outside = [
  'app://elsewhere/index.html',
  'app://porchlight.elsewhere/index.html',
  'https://porchlight/index.html',
  'app://porchlight/..%2fmain.js',
  'app://porchlight/assets/..%2f..%2fmain.js',
  'app://porchlight/%2e%2e%2frenderer-next/index.html',
  'app://porchlight/..%5cmain.js',
  'app://porchlight/%00',
  'app://porchlight/%zz',
  'app://porchlight/assets/%2e%2e%2f',
  'not an address',
]
for (const address of outside) {
  test(`${address} is nothing of ours`, () => assert.equal(fileOf(address, folder), undefined))
}

test('no address of 20,000 made from hostile pieces leaves the folder', () => {
  const pieces = ['..', '.', '/', '%2f', '%2e', '%5c', '\\', '%00', 'a', '%', '?', '#', '//', '%c0%ae']
  let seed = 1
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % below
  }
  for (let round = 0; round < 20_000; round++) {
    const path = Array.from({ length: 1 + random(10) }, () => pieces[random(pieces.length)]).join('')
    const file = fileOf(`app://porchlight/${path}`, folder)
    assert.ok(file === undefined || file.startsWith(folder + sep), path)
  }
})
