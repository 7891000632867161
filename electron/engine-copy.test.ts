import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { engineCommand, type Installation } from './engine-command.ts'
import { copyEngine, needsCopy, programsFolder, sweepCopies } from './engine-copy.ts'

let folder: string
let resources: string
let programs: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'copy-'))
  resources = join(folder, 'mount', 'resources')
  programs = programsFolder(join(folder, 'data'))
  for (const part of ['node', 'engine', 'renderer']) mkdirSync(join(resources, part), { recursive: true })
  writeFileSync(join(resources, 'node', 'node'), 'a Node')
  chmodSync(join(resources, 'node', 'node'), 0o755)
  writeFileSync(join(resources, 'engine', 'porchlight.js'), 'the engine')
  writeFileSync(join(resources, 'renderer', 'index.html'), 'the page')
  writeFileSync(join(resources, 'THIRD-PARTY.txt'), 'licences')
})
afterEach(() => rmSync(folder, { recursive: true }))

const packed = (change: Partial<Installation> = {}): Installation => ({
  isPackaged: true,
  appPath: '',
  resourcesPath: resources,
  platform: 'linux',
  arch: 'x64',
  env: {},
  ...change,
})

test('a copy is wanted from an AppImage and on Windows, and nowhere else', () => {
  assert.equal(needsCopy(packed({ env: { APPIMAGE: '/home/ada/P.AppImage' } })), true)
  assert.equal(needsCopy(packed({ platform: 'win32' })), true)
  assert.equal(needsCopy(packed()), false)
  assert.equal(needsCopy(packed({ platform: 'darwin' })), false)
  assert.equal(needsCopy(packed({ isPackaged: false, platform: 'win32' })), false)
})

describe('the copy', () => {
  test('has all that the engine needs, and outlives the mount', async () => {
    const { node, script } = await copyEngine(engineCommand(packed()), resources, programs, '1.2.0')
    rmSync(join(folder, 'mount'), { recursive: true })
    assert.deepEqual([node, script], [join(programs, '1.2.0', 'node', 'node'), join(programs, '1.2.0', 'engine', 'porchlight.js')])
    if (process.platform !== 'win32') assert.deepEqual([statSync(node).mode & 0o777, statSync(programs).mode & 0o777], [0o755, 0o700])
    assert.equal(readFileSync(join(script, '..', '..', 'renderer', 'index.html'), 'utf8'), 'the page')
  })

  test('is made once a version', async () => {
    await copyEngine(engineCommand(packed()), resources, programs, '1.2.0')
    writeFileSync(join(resources, 'engine', 'porchlight.js'), 'another')
    const { script } = await copyEngine(engineCommand(packed()), resources, programs, '1.2.0')
    assert.equal(readFileSync(script, 'utf8'), 'the engine')
    const newer = await copyEngine(engineCommand(packed()), resources, programs, '1.3.0')
    assert.equal(readFileSync(newer.script, 'utf8'), 'another')
    await sweepCopies(newer, programs)
    assert.deepEqual([existsSync(script), existsSync(newer.script)], [false, true])
  })

  test('is whole or not there: one that failed leaves nothing that would be taken for it', async () => {
    rmSync(join(resources, 'renderer'), { recursive: true })
    await assert.rejects(copyEngine(engineCommand(packed()), resources, programs, '1.2.0'), { code: 'ENOENT' })
    assert.equal(existsSync(join(programs, '1.2.0')), false)
  })
})
