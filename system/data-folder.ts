/** The folder that holds everything of one instance, and the lock that keeps a second one out. */
import { chmodSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ProblemError, problem } from '../protocol/problem.ts'
import { writeProblem } from './atomic-file.ts'

/** The operating system's own place for a program's data. `name` is lower case. */
export function defaultDataFolder(name: string): string {
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', name.charAt(0).toUpperCase() + name.slice(1))
  if (process.platform === 'win32') return join(process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), name)
  return join(process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), name)
}

/** Makes the folder if need be, readable by nobody else. Returns its absolute path. Throws ProblemError `data-unwritable`. */
export function openDataFolder(path: string): string {
  const folder = resolve(path)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (process.platform !== 'win32') chmodSync(folder, 0o700)
  } catch (error) {
    throw writeProblem(folder, error)
  }
  return folder
}

/** Node closes a database that nothing refers to any more, and its lock would be gone with it. */
const held = new Set<DatabaseSync>()

/** Holds the folder until `release` or the process's end, however it ends: the lock is the operating system's, taken through SQLite
 *  because Node has no file locks of its own. Throws ProblemError `engine-running` when another process holds it. */
export function lockDataFolder(folder: string): { release(): void } {
  const path = join(folder, 'lock.db')
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path)
    database.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE IF NOT EXISTS held (by INTEGER)')
  } catch (error) {
    database?.close()
    throw lockProblem(folder, path, error)
  }
  const lock = database
  held.add(lock)
  return {
    release() {
      held.delete(lock)
      lock.close()
    },
  }
}

/** SQLite's result codes (sqlite.org/rescode.html): 5 BUSY, 13 FULL; 10 is any other trouble with the disk. */
function lockProblem(folder: string, path: string, error: unknown): ProblemError {
  const { errcode, errstr } = error as { errcode?: number; errstr?: string }
  if (errcode === 5) return new ProblemError(problem('engine-running', { data: folder }), { cause: error })
  if (errcode === 13) return new ProblemError(problem('disk-full', { path }), { cause: error })
  return new ProblemError(problem('data-unwritable', { path, reason: errstr ?? String(error) }), { cause: error })
}
