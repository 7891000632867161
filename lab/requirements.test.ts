import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkLab, LAB_PACKAGES, missingPackages } from './requirements.ts'

test('every package is missing where no program is, and none twice', () => {
  assert.deepEqual(missingPackages(['/nonexistent']), LAB_PACKAGES)
  assert.equal(new Set(LAB_PACKAGES).size, LAB_PACKAGES.length)
  assert.ok(LAB_PACKAGES.includes('miniupnpd-nftables'))
})

test('a program counts once it is there and can be run', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'programs-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'pebble'), '')
  assert.ok(missingPackages([folder]).includes('pebble'))
  chmodSync(join(folder, 'pebble'), 0o755)
  assert.ok(!missingPackages(['/nonexistent', folder]).includes('pebble'))
})

test('this machine, which runs the lab tests, can hold the lab', () => {
  assert.deepEqual(checkLab(), { ok: true, how: 'root' })
})
