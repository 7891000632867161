import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { isAbsolute, join, relative } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { ProblemError } from '../protocol/problem.ts'
import { folder } from '../test/folder.ts'
import { defaultDataFolder, lockDataFolder, openDataFolder } from './data-folder.ts'

const RUNNING = (error: ProblemError): boolean => error.problem.code === 'engine-running'
const UNWRITABLE = (error: ProblemError): boolean => error.problem.code === 'data-unwritable'

test('the system’s own place is absolute and named after the program', () => {
  assert.ok(isAbsolute(defaultDataFolder('porchlight')))
  assert.match(defaultDataFolder('porchlight'), /porchlight$/i)
})

test('a folder is made, and is its owner’s alone, also when it was there already', (t) => {
  const around = folder(t)
  const path = join(around, 'a', 'b')
  assert.equal(openDataFolder(relative(process.cwd(), path)), path)
  mkdirSync(join(around, 'wide'))
  chmodSync(join(around, 'wide'), 0o755)
  openDataFolder(join(around, 'wide'))
  if (process.platform === 'win32') return
  for (const each of [path, join(around, 'wide')]) assert.equal(statSync(each).mode & 0o777, 0o700)
})

test('what is no folder is refused, and left as it is', (t) => {
  const file = join(folder(t), 'file')
  writeFileSync(file, 'mine')
  assert.throws(() => openDataFolder(file), UNWRITABLE)
  assert.throws(() => openDataFolder(join(file, 'below')), UNWRITABLE)
  assert.throws(() => lockDataFolder(file), UNWRITABLE)
})

test('one holds it at a time; released, it is free', (t) => {
  const data = folder(t)
  const lock = lockDataFolder(data)
  assert.throws(() => lockDataFolder(data), RUNNING)
  lock.release()
  lockDataFolder(data).release()
})

test('the lock lives as long as its process, and dies with it, however that ends', async (t) => {
  const data = folder(t)
  const module = JSON.stringify(pathToFileURL(join(import.meta.dirname, 'data-folder.ts')).href)
  const script = `
    import { lockDataFolder } from ${module}
    lockDataFolder(${JSON.stringify(data)})
    // What nobody refers to is gone after this turn.
    setImmediate(() => {
      gc()
      process.stdout.write('held')
    })
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--expose-gc', '--input-type=module', '-e', script])
  t.after(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  assert.throws(() => lockDataFolder(data), RUNNING)
  child.kill('SIGKILL')
  await once(child, 'close')
  lockDataFolder(data).release()
})

test('a lock file that is no database is a problem with a name, not another engine', (t) => {
  const data = folder(t)
  writeFileSync(join(data, 'lock.db'), 'x'.repeat(4096))
  assert.throws(() => lockDataFolder(data), UNWRITABLE)
})
