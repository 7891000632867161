import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { ProblemError } from '../protocol/problem.ts'
import { restoreBackup, writeBackup } from './backup.ts'
import { loadIdentity } from './identity.ts'
import { temporaryFolder } from './registry/registry.fixture.ts'
import { openSqliteRegistry } from './registry/sqlite.ts'
import { newKey, newLinkId, publicationOf } from './registry/values.fixture.ts'

const NOW = 1_800_000_000_000
const OWNER_ALONE = process.platform === 'win32' ? 0o666 : 0o600

/** A folder with a relay in it that has one device with one link, and is open for more. */
function house(context: TestContext) {
  const around = temporaryFolder(context)
  const [folder, file, fresh] = ['data', 'relay.backup', 'fresh'].map((name) => join(around, name)) as [string, string, string]
  mkdirSync(folder)
  mkdirSync(fresh)
  const registry = openSqliteRegistry(join(folder, 'registry.db'))
  context.after(() => registry.close())
  const [key, link] = [newKey(), newLinkId()]
  const { label } = registry.registerDevice(key, NOW)
  registry.setPublished(key, publicationOf({ web: [link] }), NOW)
  mkdirSync(join(folder, 'certificates'))
  writeFileSync(join(folder, 'certificates', 'relay.example.json'), '{"v":1}')
  return { folder, file, fresh, registry, key, link, label, identity: loadIdentity(folder).publicKey }
}

const fails = (code: string) => (error: unknown) => error instanceof ProblemError && error.problem.code === code

test('what was acknowledged before the backup is in it; what came after is not; files and their modes too', (context) => {
  const { folder, file, fresh, registry, key, link, label, identity } = house(context)
  // As a relay has them, or had while it wrote.
  writeFileSync(join(folder, 'lock.db'), 'lock')
  writeFileSync(join(folder, 'address.json.new'), 'half')
  if (process.platform !== 'win32') symlinkSync('/etc/passwd', join(folder, 'elsewhere'))
  writeFileSync(join(folder, 'core'), Buffer.alloc(2 << 20))
  assert.deepEqual(writeBackup(folder, file), ['core'])
  assert.equal(statSync(file).mode & 0o777, OWNER_ALONE)
  const late = newKey()
  registry.registerDevice(late, NOW)

  restoreBackup(file, fresh)
  assert.deepEqual(readdirSync(fresh).sort(), ['certificates', 'identity.pem', 'registry.db'])
  assert.equal(loadIdentity(fresh).publicKey, identity)
  assert.equal(readFileSync(join(fresh, 'certificates', 'relay.example.json'), 'utf8'), '{"v":1}')
  for (const name of ['identity.pem', 'registry.db']) assert.equal(statSync(join(fresh, name)).mode & 0o777, OWNER_ALONE, name)
  const restored = openSqliteRegistry(join(fresh, 'registry.db'))
  context.after(() => restored.close())
  assert.equal(restored.device(key)?.label, label)
  assert.deepEqual(restored.linkOwner(link), { deviceKey: key, service: 'web' })
  assert.equal(restored.device(late), undefined)
})

test('a backup replaces the one before it whole, also one that anybody could read', (context) => {
  const { folder, file, fresh, registry } = house(context)
  writeFileSync(file, 'older')
  chmodSync(file, 0o644)
  writeFileSync(`${file}.new`, 'cut short')
  writeBackup(folder, file)
  assert.equal(statSync(file).mode & 0o777, OWNER_ALONE)
  assert.ok(!existsSync(`${file}.new`))
  registry.registerDevice(newKey(), NOW)
  writeBackup(folder, file)
  restoreBackup(file, fresh)
  const restored = openSqliteRegistry(join(fresh, 'registry.db'))
  context.after(() => restored.close())
  assert.equal(restored.devices().length, 2)
})

test('a folder in which a relay has run is never written over', (context) => {
  const { folder, file } = house(context)
  writeBackup(folder, file)
  assert.throws(() => restoreBackup(file, folder), fails('restore-not-empty'))
})

test('where no relay has run there is nothing to write', (context) => {
  const { fresh, file } = house(context)
  assert.throws(() => writeBackup(fresh, file), fails('relay-never-run'))
  assert.ok(!existsSync(file) && !existsSync(`${file}.new`))
})

test('what is no backup, or damaged, or leads elsewhere, is refused and leaves no relay behind', (context) => {
  const { folder, file, fresh } = house(context)
  const refuses = (code: string): void => {
    assert.throws(() => restoreBackup(file, fresh), fails(code))
    assert.ok(!existsSync(join(fresh, 'registry.db')))
  }
  refuses('file-unreadable')
  for (const content of ['', 'not a database', Buffer.alloc(100_000)]) {
    writeFileSync(file, content)
    refuses('backup-unusable')
  }
  writeBackup(folder, join(folder, '..', 'good'))
  // A registry alone has lost who this relay is.
  writeFileSync(file, readFileSync(join(folder, 'registry.db')))
  refuses('backup-unusable')

  for (const damage of [
    () => truncateSync(file, statSync(file).size / 2),
    () => alter(file, `UPDATE backup_files SET name = '../outside' WHERE name = 'identity.pem'`),
    () => alter(file, `INSERT INTO backup_files VALUES ('../../outside', x'00')`),
    () => alter(file, `INSERT INTO backup_files VALUES ('registry.db', x'00')`),
    () => alter(file, `DELETE FROM backup_files WHERE name = 'identity.pem'`),
  ]) {
    writeFileSync(file, readFileSync(join(folder, '..', 'good')))
    damage()
    refuses('backup-unusable')
  }
  assert.ok(!existsSync(join(fresh, '..', 'outside')))
  // And after all that, the good one goes in.
  restoreBackup(join(folder, '..', 'good'), fresh)
})

function alter(file: string, sql: string): void {
  const database = new DatabaseSync(file)
  database.exec(sql)
  database.close()
}
