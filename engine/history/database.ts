/** The file behind the history: made and opened, put aside where it is damaged, written in whole steps. */
import { chmodSync, closeSync, openSync, renameSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { ProblemError, problem } from '../../protocol/problem.ts'
import { asideName } from '../../system/atomic-file.ts'

/** "PoHi": a file that does not say so is none of ours. */
const APPLICATION_ID = 0x506f4869
const VERSION = 1
const TABLES = `
CREATE TABLE happened (id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, kind TEXT NOT NULL, service TEXT, what TEXT NOT NULL, until_ms INTEGER);
CREATE INDEX happened_at ON happened (at_ms);
CREATE INDEX happened_states ON happened (service, id) WHERE kind = 'state';
CREATE TABLE carried (step_ms INTEGER NOT NULL, at_ms INTEGER NOT NULL, service TEXT NOT NULL, bytes_in INTEGER NOT NULL,
  bytes_out INTEGER NOT NULL, visits INTEGER NOT NULL, visitors INTEGER NOT NULL, fine INTEGER NOT NULL, refused INTEGER NOT NULL,
  failed INTEGER NOT NULL, latencies TEXT NOT NULL, PRIMARY KEY (step_ms, at_ms, service)) WITHOUT ROWID;
CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${VERSION}`

/** Throws whatever is wrong with it. */
export function openDatabase(path: string): DatabaseSync {
  // Made here and not by SQLite, so that it never has a wider mode; its companion files take the mode over.
  closeSync(openSync(path, 'a', 0o600))
  if (process.platform !== 'win32') chmodSync(path, 0o600)
  const db = new DatabaseSync(path, { timeout: 0 })
  try {
    // Write-ahead log, NORMAL: no write waits for the disk, a kill loses nothing, a power cut at most the last seconds.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
    if (db.prepare('PRAGMA quick_check(1)').get()?.quick_check !== 'ok') throw new Error('the file is damaged')
    return initialised(db)
  } catch (error) {
    db.close()
    throw error
  }
}

/** Where no file can be had at all. */
export const openInMemory = (): DatabaseSync => initialised(new DatabaseSync(':memory:'))

/** Gives its new name. */
export function putDatabaseAside(path: string, nowMs: number): string {
  const keptAs = asideName(path, nowMs)
  renameSync(path, keptAs)
  for (const companion of ['-wal', '-shm']) rmSync(`${path}${companion}`, { force: true })
  return keptAs
}

function initialised(db: DatabaseSync): DatabaseSync {
  const isEmpty = db.prepare('SELECT 1 FROM sqlite_schema').get() === undefined
  if (isEmpty) db.exec(`BEGIN; ${TABLES}; COMMIT`)
  const pragma = (name: string): unknown => db.prepare(`PRAGMA ${name}`).get()?.[name]
  if (pragma('application_id') !== APPLICATION_ID || pragma('user_version') !== VERSION) throw new Error('another file')
  return db
}

/** All of it, or nothing. Throws ProblemError `disk-full` or `data-unwritable`. */
export function inOneStep(db: DatabaseSync, path: string, work: () => void): void {
  try {
    db.exec('BEGIN IMMEDIATE')
    work()
    db.exec('COMMIT')
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw sqliteProblem(path, error)
  }
}

/** SQLite's result codes (sqlite.org/rescode.html): 13 FULL; all others are trouble with the disk, or worse. */
function sqliteProblem(path: string, error: unknown): unknown {
  const { errcode, errstr } = error as { errcode?: number; errstr?: string }
  if (errcode === undefined) return error
  if ((errcode & 255) === 13) return new ProblemError(problem('disk-full', { path }), { cause: error })
  return new ProblemError(problem('data-unwritable', { path, reason: errstr ?? String(error) }), { cause: error })
}
