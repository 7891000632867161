/** The file under the registry: opened, recognised, brought up to date, and written in whole steps. */
import { chmodSync, closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { MIGRATIONS } from './migrations.ts'
import { RegistryError } from './registry.ts'

/** "PoRe": a database that does not say so is another program's, and stays untouched. */
export const APPLICATION_ID = 0x506f5265
/** How long a write waits for the other process; theirs take milliseconds. */
const BUSY_MS = 5000
/** sqlite.org/rescode.html: SQLITE_CORRUPT, SQLITE_NOTADB. */
const DAMAGED = new Set([11, 26])

/** Opens or creates the file (mode 0600), also after a crash. Throws RegistryError `store-newer`, `store-damaged`, `store-unusable`. */
export function openStore(path: string): DatabaseSync {
  let db: DatabaseSync | undefined
  try {
    // Made here and not by SQLite, so that it never has a wider mode; its two companion files take the mode over.
    closeSync(openSync(path, 'a', 0o600))
    chmodSync(path, 0o600)
    db = new DatabaseSync(path, { timeout: BUSY_MS })
    recognise(db, path)
    // Write-ahead log: a reader never waits. FULL: a commit returns when it is on the disk, not on its way there.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    migrate(db, path)
    return db
  } catch (error) {
    db?.close()
    throw described(error, path)
  }
}

const watchers = new WeakMap<DatabaseSync, (seconds: number) => void>()

/** How long each write took, until it was on the disk. */
export function watchWrites(db: DatabaseSync, onWrite: (seconds: number) => void): void {
  watchers.set(db, onWrite)
}

/** Runs `work` as one step: all of it is on disk when this returns, nothing when it throws. A step may stand inside another. */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  if (db.isTransaction) return work()
  const startedAtMs = performance.now()
  try {
    // IMMEDIATE: what `work` reads, no other process changes before it writes.
    db.exec('BEGIN IMMEDIATE')
    const result = work()
    db.exec('COMMIT')
    watchers.get(db)?.((performance.now() - startedAtMs) / 1000)
    return result
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw described(error, 'the registry')
  }
}

function recognise(db: DatabaseSync, path: string): void {
  const isEmpty = db.prepare('SELECT 1 FROM sqlite_schema').get() === undefined
  if (!isEmpty && pragma(db, 'application_id') !== APPLICATION_ID)
    throw new RegistryError('store-damaged', `${path} is another program's database`)
}

function migrate(db: DatabaseSync, path: string): void {
  if (pragma(db, 'user_version') === MIGRATIONS.length) return
  inTransaction(db, () => {
    const version = pragma(db, 'user_version')
    if (version > MIGRATIONS.length)
      throw new RegistryError(
        'store-newer',
        `${path} was written by a newer relay (store version ${version}; this relay knows ${MIGRATIONS.length}): update the relay`,
      )
    for (const step of MIGRATIONS.slice(version)) db.exec(step)
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${MIGRATIONS.length}`)
  })
}

function pragma(db: DatabaseSync, name: 'user_version' | 'application_id'): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name])
}

function described(error: unknown, path: string): unknown {
  if (error instanceof RegistryError || !(error instanceof Error)) return error
  const { errcode, code } = error as { errcode?: number; code?: string }
  if (errcode === undefined && code === undefined) return error
  if (errcode !== undefined && DAMAGED.has(errcode & 255))
    return new RegistryError('store-damaged', `${path} is damaged: ${error.message}`, { cause: error })
  return new RegistryError('store-unusable', `${path} cannot be used: ${error.message}`, { cause: error })
}
