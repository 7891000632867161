/** Everything that makes a relay this relay, in one file: an SQLite database that is the registry as it stood at one moment, and a table with
 *  the small files beside it (identity, certificates, account of the directory). */
import {
  chmodSync,
  closeSync,
  copyFileSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ProblemError, problem } from '../protocol/problem.ts'
import { flushFolder, writeAtomic, writeProblem } from '../system/atomic-file.ts'
import { APPLICATION_ID } from './registry/store.ts'

const REGISTRY = 'registry.db'
/** The database itself, what SQLite keeps beside one, the lock, and what was not finished. */
const LEFT_OUT = /^(registry|lock)\.db(-wal|-shm|-journal)?$|\.new$/
/** Everything else that a relay keeps is some kilobytes; a log or a core dump in its folder is not part of it. */
const MAX_FILE_BYTES = 1 << 20
const MAX_FILES = 1000
/** Nothing that leads out of the folder, whoever made the file. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*(\/[A-Za-z0-9_][A-Za-z0-9_.-]*){0,3}$/

const TABLE = 'CREATE TABLE backup_files (name TEXT PRIMARY KEY, content BLOB NOT NULL) STRICT'

/** Beside a running relay, which goes on writing. `path` is replaced whole or not at all, mode 0600. Gives the files that were too large to be
 *  taken along. Throws ProblemError `relay-never-run`, `disk-full`, `data-unwritable`. */
export function writeBackup(folder: string, path: string): string[] {
  const beside = `${path}.new`
  try {
    rmSync(beside, { force: true })
    // Made here and not by SQLite, so that it never has a wider mode.
    closeSync(openSync(beside, 'wx', 0o600))
    copyRegistry(folder, beside)
    const { taken, large } = filesIn(folder)
    const copy = new DatabaseSync(beside)
    try {
      copy.exec(`BEGIN; ${TABLE}`)
      const insert = copy.prepare('INSERT INTO backup_files (name, content) VALUES (?, ?)')
      for (const name of taken) insert.run(name, readFileSync(join(folder, name)))
      copy.exec('COMMIT')
    } finally {
      copy.close()
    }
    flush(beside)
    renameSync(beside, path)
    flushFolder(dirname(path))
    return large
  } catch (error) {
    rmSync(beside, { force: true })
    throw sqliteProblem(path, error)
  }
}

/** VACUUM INTO reads within one transaction: what is acknowledged before it begins is in the copy, whole. */
function copyRegistry(folder: string, to: string): void {
  const from = join(folder, REGISTRY)
  if (lstatSync(from, { throwIfNoEntry: false }) === undefined) throw new ProblemError(problem('relay-never-run', { data: folder }))
  const registry = new DatabaseSync(from, { readOnly: true, timeout: 5000 })
  try {
    registry.prepare('VACUUM INTO ?').run(to)
  } finally {
    registry.close()
  }
}

function filesIn(folder: string): { taken: string[]; large: string[] } {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => !LEFT_OUT.test(name) && NAME.test(name))
  const files = names.flatMap((name) => {
    const found = lstatSync(join(folder, name), { throwIfNoEntry: false })
    return found?.isFile() ? [{ name, bytes: found.size }] : []
  })
  const fits = ({ bytes }: { bytes: number }, index: number): boolean => bytes <= MAX_FILE_BYTES && index < MAX_FILES
  return { taken: files.filter(fits).map(({ name }) => name), large: files.filter((file, i) => !fits(file, i)).map(({ name }) => name) }
}

/** Into a folder that is locked and in which no relay has run. The registry comes last: a restore that was cut short can be done again.
 *  Throws ProblemError `restore-not-empty`, `backup-unusable`, `file-unreadable`, `disk-full`, `data-unwritable`. */
export function restoreBackup(path: string, folder: string): void {
  if (lstatSync(join(folder, REGISTRY), { throwIfNoEntry: false })) throw new ProblemError(problem('restore-not-empty', { data: folder }))
  const beside = join(folder, `${REGISTRY}.new`)
  try {
    rmSync(beside, { force: true })
    copyIn(path, beside)
    for (const { name, content } of unpack(path, beside)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true, mode: 0o700 })
      writeAtomic(join(folder, name), content)
    }
    flush(beside)
    renameSync(beside, join(folder, REGISTRY))
    flushFolder(folder)
  } catch (error) {
    rmSync(beside, { force: true })
    throw sqliteProblem(folder, error)
  }
}

function copyIn(path: string, to: string): void {
  try {
    closeSync(openSync(path, 'r'))
  } catch (error) {
    throw new ProblemError(problem('file-unreadable', { path, reason: (error as NodeJS.ErrnoException).code ?? String(error) }), {
      cause: error,
    })
  }
  copyFileSync(path, to)
  chmodSync(to, 0o600)
}

/** Takes the files out of the copy of a backup, which is then a registry and nothing else. */
function unpack(path: string, copy: string): { name: string; content: Uint8Array }[] {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(copy)
    if (database.prepare('PRAGMA application_id').get()?.application_id !== APPLICATION_ID) throw unusable(path, 'not-a-backup')
    if (database.prepare('PRAGMA integrity_check(1)').get()?.integrity_check !== 'ok') throw unusable(path, 'backup-damaged')
    const rows = database.prepare('SELECT name, content FROM backup_files LIMIT ?').all(MAX_FILES)
    const files = rows.map(({ name, content }) => ({ name: String(name), content: content as Uint8Array }))
    if (files.some(({ name }) => !NAME.test(name) || LEFT_OUT.test(name))) throw unusable(path, 'backup-damaged')
    if (!files.some(({ name }) => name === 'identity.pem')) throw unusable(path, 'not-a-backup')
    database.exec('DROP TABLE backup_files; VACUUM')
    return files
  } catch (error) {
    if (error instanceof ProblemError || isFull(error)) throw error
    throw unusable(path, 'backup-damaged', error)
  } finally {
    database?.close()
  }
}

function flush(path: string): void {
  // Windows flushes only what may be written.
  const file = openSync(path, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

const unusable = (path: string, reason: string, cause?: unknown): ProblemError =>
  new ProblemError(problem('backup-unusable', { path, reason }), { cause })

/** SQLite's result code 13 (sqlite.org/rescode.html). */
const isFull = (error: unknown): boolean => (error as { errcode?: number }).errcode === 13

function sqliteProblem(path: string, error: unknown): ProblemError {
  if (error instanceof ProblemError) return error
  if (isFull(error)) return new ProblemError(problem('disk-full', { path }), { cause: error })
  return writeProblem(path, error)
}
