/** Every public key that was made here for a certificate: how we know our own from one that somebody else has obtained for our names. */
import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { readIfThere, writeAtomic, writeProblem } from '../../system/atomic-file.ts'
import type { Log } from './log.ts'
import type { Unsaved } from './unsaved.ts'

export interface OwnKeys {
  /** `publicKey`: DER. Kept before anybody else sees it, so that a crash between order and answer leaves no stranger in the logs. */
  remember(publicKey: Buffer): void
  has(publicKey: Buffer): boolean
}

const Stored = z.object({ v: z.literal(1), keys: z.array(z.string().regex(/^[0-9a-f]{64}$/)) })
/** Ten years of renewals every two months. */
const MAX_KEYS = 64

/** A file that cannot be read costs a false alarm at worst, so it is never the engine's end. */
export function openOwnKeys(dataFolder: string, unsaved: Unsaved, log: Log): OwnKeys {
  const folder = join(dataFolder, 'certificates')
  const file = join(folder, 'own-keys.json')
  const keys = new Set(read(file, log))
  return {
    has: (publicKey) => keys.has(digest(publicKey)),
    remember(publicKey) {
      const key = digest(publicKey)
      if (keys.has(key)) return
      keys.add(key)
      const [oldest] = keys
      if (keys.size > MAX_KEYS && oldest !== undefined) keys.delete(oldest)
      void unsaved.write('own-keys', () => {
        makeFolder(folder)
        writeAtomic(file, JSON.stringify({ v: 1, keys: [...keys] }))
      })
    },
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw writeProblem(path, error)
  }
}

const digest = (publicKey: Buffer): string => createHash('sha256').update(publicKey).digest('hex')

function read(file: string, log: Log): string[] {
  try {
    const text = readIfThere(file)
    return text === undefined ? [] : Stored.parse(JSON.parse(text)).keys
  } catch (error) {
    log('own-keys-unreadable', { error: String(error) })
    return []
  }
}
