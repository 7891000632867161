/** May this folder be shown at all, and is it there? */
import { constants } from 'node:fs'
import { access, realpath } from 'node:fs/promises'
import { homedir } from 'node:os'
import { parse, sep } from 'node:path'
import { type Problem, problem } from '../../protocol/problem.ts'
import { findRoot } from './open.ts'

/** `whole-disk`: the root of a file system tree. `own-data`: our own data folder, with this home's key, or a folder in it. `system`: where an
 *  operating system keeps itself, not its people's files. `hidden`: in a folder that begins with a dot, as `.ssh` does. */
export type Unshowable = 'whole-disk' | 'own-data' | 'system' | 'hidden'

const SYSTEM = ['/boot', '/dev', '/etc', '/proc', '/sys', '/System', '/Library']

/** Why nobody is to be shown it, whoever asks; `real` is without symbolic links. Pure. */
export function whyUnshowable(real: string, data: string, platform: NodeJS.Platform = process.platform): Unshowable | undefined {
  const folded = (path: string): string => (platform === 'linux' ? path : path.toLowerCase())
  const lies = (path: string, folder: string): boolean => folded(path) === folded(folder) || folded(path).startsWith(folded(folder + sep))
  if (parse(real).root === real) return 'whole-disk'
  if (lies(real, data)) return 'own-data'
  const system = platform === 'win32' ? [process.env.SystemRoot ?? 'C:\\Windows'] : SYSTEM
  if (system.some((folder) => lies(real, folder))) return 'system'
  return real.split(sep).some((name) => name.startsWith('.')) ? 'hidden' : undefined
}

/** A person's whole home, or a folder of whole homes. Pure. */
export const holdsHome = (real: string, home: string): boolean => real === home || home.startsWith(real.endsWith(sep) ? real : real + sep)

export interface FolderFinding {
  readonly problem: Problem | null
  /** It is shown, and its owner may not have meant all of it. */
  readonly remark: Problem | null
}

/** Of a folder that a service shows. Never rejects. */
export async function checkFolder(service: string, path: string, data: string): Promise<FolderFinding> {
  try {
    const root = await findRoot(path, [])
    const reason = whyUnshowable(root.path, await realpath(data))
    if (reason) return { problem: problem('folder-unshowable', { path, reason }), remark: null }
    await access(root.path, constants.R_OK | constants.X_OK)
    return { problem: null, remark: holdsHome(root.path, homedir()) ? problem('folder-holds-home', { service, path }) : null }
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    const isClosed = code === 'EACCES' || code === 'EPERM'
    return { problem: problem(isClosed ? 'folder-closed' : 'folder-gone', { service, path }), remark: null }
  }
}
