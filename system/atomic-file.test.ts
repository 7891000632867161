import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { ProblemError } from '../protocol/problem.ts'
import { folder } from '../test/folder.ts'
import { random } from '../test/fuzz/random.ts'
import { readIfThere, writeAtomic } from './atomic-file.ts'

const codeOf = (action: () => unknown): string | undefined => {
  try {
    action()
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.code
    throw error
  }
  return undefined
}

test('writes, and writes over, and leaves nothing beside', (t) => {
  const data = folder(t)
  const path = join(data, 'settings.json')
  writeAtomic(path, 'one, and rather long')
  writeAtomic(path, 'é 🙂')
  assert.equal(readIfThere(path), 'é 🙂')
  assert.deepEqual(readdirSync(data), ['settings.json'])
})

test('readable by its owner alone, unless told', (t) => {
  if (process.platform === 'win32') return
  const data = folder(t)
  writeAtomic(join(data, 'a'), '')
  writeAtomic(join(data, 'b'), '', 0o644)
  assert.deepEqual(
    ['a', 'b'].map((name) => statSync(join(data, name)).mode & 0o777),
    [0o600, 0o644],
  )
})

test('no file: undefined. No file that can be read: a problem', (t) => {
  const data = folder(t)
  assert.equal(readIfThere(join(data, 'missing')), undefined)
  assert.equal(
    codeOf(() => readIfThere(data)),
    'data-unwritable',
  )
  assert.equal(
    codeOf(() => writeAtomic(join(data, 'missing', 'file'), '')),
    'data-unwritable',
  )
})

test('no room: the old content stays, and nothing lies beside it', (t) => {
  // Every write to this device fails as a full disk does.
  if (!existsSync('/dev/full')) return
  const data = folder(t)
  const path = join(data, 'settings.json')
  writeFileSync(path, 'old')
  symlinkSync('/dev/full', `${path}.new`)
  assert.equal(
    codeOf(() => writeAtomic(path, 'new')),
    'disk-full',
  )
  assert.equal(readIfThere(path), 'old')
  assert.deepEqual(readdirSync(data), ['settings.json'])
})

test('what cannot be renamed into place leaves everything as it was', (t) => {
  const data = folder(t)
  const path = join(data, 'settings.json')
  mkdirSync(join(path, 'in the way'), { recursive: true })
  assert.equal(
    codeOf(() => writeAtomic(path, 'new')),
    'data-unwritable',
  )
  assert.deepEqual(readdirSync(data), ['settings.json'])
})

test('killed at any point: the old content or the new, whole', async (t) => {
  const path = join(folder(t), 'settings.json')
  const module = JSON.stringify(pathToFileURL(join(import.meta.dirname, 'atomic-file.ts')).href)
  // Every content is one letter, repeated; the letter and the length belong together.
  const script = `
    import { writeAtomic } from ${module}
    for (let turn = 0; ; turn++) {
      const letter = turn % 26
      writeAtomic(${JSON.stringify(path)}, String.fromCharCode(97 + letter).repeat(50_000 + letter))
      if (turn === 0) process.stdout.write('.')
    }`
  const chance = random(1)
  for (let kill = 0; kill < 12; kill++) {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script])
    await once(child.stdout, 'data')
    const ended = once(child, 'close')
    // Any moment will do; which one it was does not matter.
    for (let turn = chance.int(40); turn > 0; turn--) await new Promise((resolve) => setImmediate(resolve))
    child.kill('SIGKILL')
    await ended
    const content = readFileSync(path, 'utf8')
    const letter = content.charAt(0)
    assert.equal(content.length, 50_000 + letter.charCodeAt(0) - 97)
    assert.ok(content === letter.repeat(content.length))
  }
})
