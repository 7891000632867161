/** Opens what lies in a folder, and nothing else. What was opened is checked, not the name by which it was found: names can be turned into
 *  symbolic links in between. */
import { type BigIntStats, constants } from 'node:fs'
import { type FileHandle, lstat, open, readlink, realpath, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { isShown } from './path.ts'

/** A disk over the network that has gone away lets calls hang for minutes, and each holds one of Node's four threads. */
const ROOT_TIMEOUT_MS = 5000

export interface Root {
  /** Without symbolic links. */
  readonly path: string
  /** Folders in it that are shown to nobody, without symbolic links: our own data. */
  readonly withheld: readonly string[]
}

export interface Opened {
  readonly handle: FileHandle
  readonly stats: BigIntStats
}

const asked = new Map<string, Promise<string>>()

/** The folder as it is now. One question at a time for each. Rejects with the system's error, or with ETIMEDOUT. */
export async function findRoot(path: string, withheld: readonly string[]): Promise<Root> {
  const running = asked.get(path) ?? look(path).finally(() => asked.delete(path))
  asked.set(path, running)
  const { promise: late, reject } = Promise.withResolvers<never>()
  const limit = setTimeout(() => reject(failure('ETIMEDOUT', path)), ROOT_TIMEOUT_MS)
  try {
    return { path: await Promise.race([running, late]), withheld }
  } finally {
    clearTimeout(limit)
  }
}

async function look(path: string): Promise<string> {
  const real = await realpath(path)
  if (!(await stat(real)).isDirectory()) throw failure('ENOTDIR', path)
  return real
}

const failure = (code: string, path: string): Error => Object.assign(new Error(`${code}: ${path}`), { code })

/** A regular file or a folder that lies in `root`, for reading. Undefined: there is none, or it is not to be shown; what a link leads to
 *  counts as where it really lies. Rejects with the system's other errors (EACCES, EMFILE). */
export async function openInside(root: Root, names: readonly string[]): Promise<Opened | undefined> {
  const path = join(root.path, ...names)
  let handle: FileHandle | undefined
  try {
    // Before it is opened: opening a device may already do something, and a pipe may wait for a writer.
    const found = await stat(path)
    if (!found.isFile() && !found.isDirectory()) return undefined
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0))
    const stats = await handle.stat({ bigint: true })
    const isSeen = (stats.isFile() || stats.isDirectory()) && (await liesInside(root, handle, stats, path))
    if (isSeen) return { handle, stats }
  } catch (error) {
    await handle?.close()
    handle = undefined
    if (ABSENT.has((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
  await handle.close()
  return undefined
}

/** Also: it was deleted a moment ago, a link that leads in circles, a name that is too long. */
const ABSENT: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'ENXIO', 'EINVAL'])

async function liesInside(root: Root, handle: FileHandle, stats: BigIntStats, path: string): Promise<boolean> {
  // The kernel's own word on what is open (proc_pid_fd(5)): nobody can change it between two looks.
  const known = process.platform === 'linux' ? await readlink(`/proc/self/fd/${handle.fd}`).catch(() => undefined) : undefined
  if (known !== undefined) return isInside(root, known)
  const real = await realpath(path)
  const there = await lstat(real, { bigint: true })
  return isInside(root, real) && there.dev === stats.dev && there.ino === stats.ino
}

/** Is this real path in the folder, under names that may be seen? */
export function isInside({ path: root, withheld }: Root, real: string): boolean {
  if (withheld.some((folder) => real === folder || real.startsWith(withSlash(folder)))) return false
  if (real === root) return true
  return (
    real.startsWith(withSlash(root)) &&
    relative(root, real)
      .split(sep)
      .every((name) => isShown(name))
  )
}

const withSlash = (path: string): string => (path.endsWith(sep) ? path : path + sep)
