import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { hasLinuxBattery, tellsBattery } from './battery.ts'

const signal = AbortSignal.timeout(30_000)

test('Linux: a battery of the computer counts, the mains and the battery of a mouse do not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'porchlight-battery-'))
  const supply = (name: string, files: Record<string, string>): void => {
    mkdirSync(join(folder, name))
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, name, file), `${text}\n`)
  }
  try {
    assert.equal(await hasLinuxBattery(join(folder, 'none'), signal), false)
    supply('AC', { type: 'Mains', online: '1' })
    supply('hidpp_battery_0', { type: 'Battery', scope: 'Device' })
    supply('BAT1', { type: 'Battery', present: '0' })
    assert.equal(await hasLinuxBattery(folder, signal), false)
    supply('BAT0', { type: 'Battery' })
    assert.equal(await hasLinuxBattery(folder, signal), true)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('macOS: as pmset tells it', () => {
  const mains = "Now drawing from 'AC Power'\n"
  assert.equal(tellsBattery(mains), false)
  assert.equal(tellsBattery(`${mains} -SmartUPS 1500 (id=100)\t100%; charged\n`), false)
  assert.equal(tellsBattery(`${mains} -InternalBattery-0 (id=4522083)\t100%; charged; 0:00 remaining present: true\n`), true)
})
