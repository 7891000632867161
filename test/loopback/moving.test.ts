/** A home moves to a computer on which an engine runs already, by what the page asks for: this one starts again as that home. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { withEngine } from '../../engine/command-line/ask.ts'
import { eventually } from '../../lab/eventually.ts'
import { ProblemError } from '../../protocol/problem.ts'
import { folder } from '../folder.ts'
import { startEngine } from './programs.ts'

test('the old home is sealed while it runs, and the new computer becomes it', async (t) => {
  const [old, fresh] = [folder(t), folder(t)]
  const deviceOf = (data: string) => readFileSync(join(data, 'secrets', 'device.pem'), 'utf8')
  const engine = await startEngine(t, old)
  await withEngine(old, (face) => face.setPreferences({ language: 'fr', quietHours: null }))
  const { sealed, code, leftOut } = await withEngine(old, (face) => face.exportHome({}))
  assert.deepEqual(leftOut, [])
  await engine.stop()

  const next = await startEngine(t, fresh)
  const before = deviceOf(fresh)
  const wish = { fileName: 'home.porchlight', sealed }
  for (const [file, word, told] of [
    [sealed, 'AAAA-BBBB-CCCC-DDDD-EEEE-FFFF', 'recovery-code-mistyped'],
    ['AAAA', code, 'export-unusable'],
  ] as const)
    await assert.rejects(
      withEngine(fresh, (face) => face.importHome({ ...wish, sealed: file, code: word })),
      (error) => error instanceof ProblemError && error.problem.code === told,
    )
  assert.equal(deviceOf(fresh), before)

  await withEngine(fresh, (face) => face.importHome({ ...wish, code }))
  await eventually(async () => {
    const { preferences } = await withEngine(fresh, (_face, _closed, snapshot) => snapshot())
    assert.equal(preferences.language, 'fr')
  })
  assert.equal(deviceOf(fresh), deviceOf(old))
  const aside = readdirSync(fresh).find((name) => name.startsWith('replaced-')) ?? ''
  assert.equal(deviceOf(join(fresh, aside)), before)
  await next.stop()
})
