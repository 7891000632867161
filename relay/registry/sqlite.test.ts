import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { registryContract } from './registry.contract.ts'
import { registrySequences } from './registry.sequences.ts'
import type { Registry } from './registry.ts'
import type { Policy } from './reserved.ts'
import { openSqliteRegistry } from './sqlite.ts'
import { newKey } from './values.fixture.ts'

const NOW = 1_800_000_000_000

/** Where nothing waits for a disk: what a disk keeps is told by durability.test.ts. */
const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

function openTemporary(under = tmpdir(), policy?: Policy) {
  const folder = mkdtempSync(join(under, 'porchlight-registry-'))
  const path = join(folder, 'relay.db')
  const opened: Registry[] = []
  const reopen = (): Registry => {
    const registry = openSqliteRegistry(path, policy)
    opened.push(registry)
    return registry
  }
  const dispose = (): void => {
    for (const registry of opened) {
      try {
        registry.close()
      } catch {
        // Closed by the test itself.
      }
    }
    rmSync(folder, { recursive: true })
  }
  return { path, registry: reopen(), reopen, dispose }
}

registryContract('sqlite', openTemporary)
registrySequences('sqlite', (policy) => openTemporary(MEMORY, policy))

test('sqlite: the store and its companions are readable by their owner only', () => {
  const { path, registry, dispose } = openTemporary()
  registry.registerDevice(newKey(), NOW)
  for (const file of [path, `${path}-wal`, `${path}-shm`]) assert.equal(statSync(file).mode & 0o777, 0o600, file)
  dispose()
})

test('sqlite: a relay code is stored as its hash', () => {
  const { path, registry, dispose } = openTemporary()
  const code = Buffer.from(registry.createCode(NOW))
  assert.equal(readFileSync(`${path}-wal`).includes(code), false)
  registry.close()
  assert.equal(readFileSync(path).includes(code), false)
  dispose()
})

test('sqlite: another process may write while the relay serves', () => {
  const { registry, reopen, dispose } = openTemporary()
  const code = reopen().createCode(NOW + 1000)
  assert.equal(registry.redeemCode(code, newKey(), NOW), 'ok')
  dispose()
})

test('sqlite: a store of a newer relay is refused and left as it was', () => {
  const { path, registry, reopen, dispose } = openTemporary()
  registry.close()
  const newer = new DatabaseSync(path)
  newer.exec('PRAGMA user_version = 999')
  newer.close()
  const before = readFileSync(path)
  assert.throws(() => reopen(), { code: 'store-newer', message: /store version 999; this relay knows \d+\): update the relay$/ })
  assert.deepEqual(readFileSync(path), before)
  dispose()
})

test('sqlite: what is no store, or another program’s, is refused and left as it was', () => {
  const { path, registry, reopen, dispose } = openTemporary()
  registry.close()
  writeFileSync(path, 'not a database at all, but long enough to be taken for one: '.repeat(100))
  const text = readFileSync(path)
  assert.throws(() => reopen(), { code: 'store-damaged' })
  assert.deepEqual(readFileSync(path), text)
  rmSync(path)
  const other = new DatabaseSync(path)
  other.exec('CREATE TABLE photographs (id INTEGER)')
  other.close()
  const database = readFileSync(path)
  assert.throws(() => reopen(), { code: 'store-damaged', message: /another program/ })
  assert.deepEqual(readFileSync(path), database)
  dispose()
})

test('sqlite: a folder that is not there is said plainly', () => {
  assert.throws(() => openSqliteRegistry('/nowhere/at/all/relay.db'), { code: 'store-unusable', message: /ENOENT/ })
})

test('sqlite: a creation cut off after the journal mode was set is finished', () => {
  const { path, registry, reopen, dispose } = openTemporary()
  registry.close()
  rmSync(path)
  const half = new DatabaseSync(path)
  half.exec('PRAGMA journal_mode = WAL')
  half.close()
  assert.equal(reopen().devices().length, 0)
  dispose()
})

test('sqlite: a publication that this version cannot read counts as none', () => {
  const { path, registry, dispose } = openTemporary()
  const key = newKey()
  registry.registerDevice(key, NOW)
  const side = new DatabaseSync(path)
  side.prepare('INSERT INTO published VALUES (?, ?)').run(key, '{"services":"of another time"}')
  side.close()
  assert.equal(registry.published(key), undefined)
  dispose()
})
