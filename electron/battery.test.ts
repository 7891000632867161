import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { hasBattery } from './battery.ts'

const folder = mkdtempSync(join(tmpdir(), 'power-'))
after(() => rmSync(folder, { recursive: true }))

function supplies(name: string, all: Record<string, Record<string, string>>): string {
  const root = join(folder, name)
  for (const [supply, files] of Object.entries(all)) {
    mkdirSync(join(root, supply), { recursive: true })
    for (const [file, text] of Object.entries(files)) writeFileSync(join(root, supply, file), `${text}\n`)
  }
  return root
}

test('a battery of its own makes a laptop', () => {
  const mains = { AC: { type: 'Mains', online: '1' } }
  assert.equal(hasBattery(supplies('laptop', { ...mains, BAT0: { type: 'Battery', present: '1' } })), true)
  assert.equal(hasBattery(supplies('desktop', mains)), false)
  assert.equal(hasBattery(supplies('mouse', { hid: { type: 'Battery', scope: 'Device', present: '1' } })), false)
  assert.equal(hasBattery(supplies('empty bay', { BAT1: { type: 'Battery', present: '0' } })), false)
  assert.equal(hasBattery(join(folder, 'nowhere')), null)
})
