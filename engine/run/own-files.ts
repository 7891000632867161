/** Watches over a certificate that somebody else keeps in files: what they hold is served from the moment it is good, and what is not leaves
 *  the one before in its place. */
import { readFile, stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { type FilesReason, MAX_PEM_BYTES, readPemFiles } from '../../certificates/own-files.ts'
import type { Certificate } from '../../certificates/store.ts'

/** Whoever renews them need not tell us. */
const LOOK_EVERY_MS = 10_000

export interface FilesWatch {
  readonly cert: string
  readonly key: string
  readonly name: string
  /** A good one, for the first time or anew. */
  onCertificate(certificate: Certificate): void
  /** Said once for each change of the files. `path`: the file that is to blame. */
  onFailure(path: string, reason: FilesReason | string): void
  /** After each look. */
  onLook(): void
}

/** Until the signal aborts; never rejects for what the files hold. `wait`: between two looks. */
export async function watchFiles(
  { cert, key, name, onCertificate, onFailure, onLook }: FilesWatch,
  signal: AbortSignal,
  wait: () => Promise<void> = () => sleep(LOOK_EVERY_MS, undefined, { signal }),
): Promise<void> {
  let seen = ''
  while (!signal.aborted) {
    const [mark, one, other] = await look(cert, key)
    if (mark !== seen) {
      seen = mark
      if (typeof one === 'object') onFailure(cert, one.reason)
      else if (typeof other === 'object') onFailure(key, other.reason)
      else {
        const found = readPemFiles(one, other, name, Date.now())
        // Time alone makes it good.
        if (found === 'not-yet-valid') seen = ''
        if (typeof found === 'string') onFailure(found === 'key-mismatch' ? key : cert, found)
        else onCertificate(found)
      }
    }
    onLook()
    await wait().catch(() => {})
  }
}

type Content = string | { readonly reason: string }

/** Both, and what changes whenever one of them does. Looked at before they are read: what changes in between is read again. */
async function look(cert: string, key: string): Promise<[mark: string, Content, Content]> {
  const marks = await Promise.all([cert, key].map(markOf))
  return [marks.join(), await contentOf(cert), await contentOf(key)]
}

const markOf = async (path: string): Promise<string> =>
  await stat(path).then(
    ({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`,
    (error: NodeJS.ErrnoException) => error.code ?? 'unreadable',
  )

async function contentOf(path: string): Promise<Content> {
  try {
    if ((await stat(path)).size > MAX_PEM_BYTES) return { reason: 'malformed' }
    return await readFile(path, 'utf8')
  } catch (error) {
    return { reason: (error as NodeJS.ErrnoException).code ?? 'unreadable' }
  }
}
