// docs/compatibility.md: its tables are made, the rest is written by hand, and neither may cost the other anything.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { PROVIDERS } from '../engine/names/providers/index.ts'
import { fill } from './compatibility.mjs'

const root = resolve(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs/compatibility.md'), 'utf8')
const PLACES = ['homes', 'verdicts', 'faults', 'browsers']

test('each table has its place, and what is written by hand stays when it is made anew', () => {
  const made = fill(page, Object.fromEntries(PLACES.map((name) => [name, `made: ${name}`])))
  assert.deepEqual(
    Array.from(made.matchAll(/^made: (.*)$/gm), ([, name]) => name),
    PLACES,
  )
  const byHand = (text) => PLACES.reduce((left, name) => left.replace(new RegExp(`<!-- ${name} -->[\\s\\S]*<!-- /${name} -->`), ''), text)
  assert.equal(byHand(made), byHand(page))
  for (const heading of ['Which providers of names were tried', 'Certificate directories', 'Router guides'])
    assert.ok(byHand(page).includes(`## ${heading}\n`), heading)
  assert.throws(() => fill('nothing', { homes: '' }), /no one place for homes/)
  assert.throws(() => fill(`${page}<!-- homes -->\n<!-- /homes -->`, { homes: '' }), /no one place for homes/)
})

test('every provider of names is told with what it was tried, and a fake with the day of its documentation', () => {
  const [, section = ''] = page.split('## Which providers of names were tried\n')
  const rows = new Map(Array.from(section.split('\n## ')[0].matchAll(/^\| ([^|]+) \| (.+) \|$/gm), ([, title, tried]) => [title, tried]))
  for (const { id, title } of PROVIDERS.values()) {
    const tried = rows.get(title)
    assert.ok(tried, `${title} has a row`)
    if (id !== 'rfc2136')
      assert.match(tried, /^tested against a fake written from the documentation of 20\d\d-\d\d-\d\d: `engine\/names\//, title)
    for (const [, file] of tried.matchAll(/`([^`]+)`/g)) {
      assert.ok(existsSync(join(root, file)), file)
      if (file.startsWith('engine/names/'))
        assert.match(readFileSync(join(root, file), 'utf8'), new RegExp(`['"]${id}['"]|\\b${exported(id)}\\b`), `${file} tries ${id}`)
    }
  }
})

/** As it is called in code: `ovh-dynhost` is `ovhDynhost`. */
const exported = (id) => id.replace(/-(.)/g, (_, letter) => letter.toUpperCase())
