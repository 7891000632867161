/** Files that survive a kill at any point: the old content or the new one, never half of either. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { ProblemError, problem } from '../protocol/problem.ts'

/** Write beside, flush, rename over, flush the folder. Mode 0600 unless told. Throws ProblemError `disk-full` or `data-unwritable`. */
export function writeAtomic(path: string, content: string | Uint8Array, mode = 0o600): void {
  const beside = `${path}.new`
  try {
    const file = openSync(beside, 'w', mode)
    try {
      // Not writeSync: on a disk that fills up write(2) takes a part and reports no error.
      writeFileSync(file, content)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(beside, path)
    flushFolder(dirname(path))
  } catch (error) {
    rmSync(beside, { force: true })
    throw writeProblem(path, error)
  }
}

/** Without this a power cut may forget the rename (ext4, XFS). Windows cannot open folders, and journals renames itself. */
export function flushFolder(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

/** The text, or undefined when there is no such file. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw writeProblem(path, error)
  }
}

/** `settings.json` → `settings.damaged-2026-01-05T18-00-00-000Z.json` */
export const asideName = (path: string, nowMs: number): string =>
  path.replace(/(\.\w+)?$/, (type) => `.damaged-${new Date(nowMs).toISOString().replace(/[:.]/g, '-')}${type}`)

/** A damaged file is kept under a name that says when, for its owner to look at: that name. */
export function putAside(path: string): string {
  const keptAs = asideName(path, Date.now())
  try {
    renameSync(path, keptAs)
  } catch (error) {
    throw writeProblem(keptAs, error)
  }
  return keptAs
}

export function writeProblem(path: string, error: unknown): ProblemError {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') return new ProblemError(problem('disk-full', { path }), { cause: error })
  return new ProblemError(problem('data-unwritable', { path, reason: code ?? message }), { cause: error })
}
