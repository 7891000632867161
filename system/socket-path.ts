/** Where a local socket lies: in the data folder that only its account may enter, or as a named pipe on Windows. */
import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { writeProblem } from './atomic-file.ts'

/** sun_path has 108 bytes on Linux, 104 on macOS, with the final zero. */
const MAX_PATH_BYTES = 100

/** The same for the same folder and name. Throws ProblemError `data-unwritable` where no safe place is found. */
export function socketPath(folder: string, name: string): string {
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 16)
  if (process.platform === 'win32') return `\\\\.\\pipe\\porchlight-${hash}${name === 'control' ? '' : `-${name}`}`
  const path = join(folder, `${name}.sock`)
  if (Buffer.byteLength(path) <= MAX_PATH_BYTES) return path
  const short = join(tmpdir(), `porchlight-${userInfo().uid}`)
  mkdirSync(short, { recursive: true, mode: 0o700 })
  // In a folder that everybody may write to, somebody else may have been there first.
  const found = lstatSync(short)
  if (!found.isDirectory() || found.uid !== userInfo().uid) throw writeProblem(short, new Error('it belongs to somebody else'))
  chmodSync(short, 0o700)
  return join(short, `${hash}${name === 'control' ? '' : `-${name}`}.sock`)
}
