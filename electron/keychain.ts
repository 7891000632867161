/** Locks the keys of this home with the keychain of its owner's account: a key of our own, which the keychain alone can open (safeStorage), and which
 *  each engine that we start is handed. The engine does the sealing, at its start; nothing is sealed before the key is safely kept. */
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { safeStorage } from 'electron'
import { z } from 'zod'
import { parseJson } from '../protocol/json.ts'
import { Wrapping } from '../protocol/wrapping.ts'
import { readIfThere, writeAtomic } from '../system/atomic-file.ts'
import { KEY_BYTES } from '../system/sealed-text.ts'

const Kept = z.object({ v: z.literal(1), wrapped: z.base64().min(1).max(10_000), wish: Wrapping.shape.wish })
type Kept = z.infer<typeof Kept>

/** `missing`: there is none that protects anything. `closed`: it would not give or take our key, which may be another day. */
export class KeychainError extends Error {
  readonly why: 'missing' | 'closed'
  constructor(why: 'missing' | 'closed', options?: ErrorOptions) {
    super(`the keychain is ${why}`, options)
    this.name = 'KeychainError'
    this.why = why
  }
}

export interface Keychain {
  isOn(): boolean
  /** From the next start of the engine on. Throws {@link KeychainError}, and ProblemError where nothing can be written. */
  lock(): Promise<void>
  unlock(): void
  /** What an engine that starts now is handed; undefined: nothing. Throws {@link KeychainError}. */
  wrapping(): Promise<Wrapping | undefined>
  /** An engine runs that was handed `unlock`: nothing is sealed any more. */
  unlocked(): void
}

/** The file lies among the keys that it opens, so that whoever puts these aside takes it along. */
export function openKeychain(dataDir: string, platform: NodeJS.Platform = process.platform): Keychain {
  const path = join(dataDir, 'secrets', 'keychain.json')
  const read = (): Kept | undefined => {
    const text = readIfThere(path)
    if (text === undefined) return undefined
    const kept = Kept.safeParse(parseJson(text)).data
    // To go on without it would be to start without a key that something may be sealed with; to make a new one, to forget it for good.
    if (!kept) throw new KeychainError('closed')
    return kept
  }
  const write = (kept: Kept): void => writeAtomic(path, JSON.stringify(kept))

  return {
    isOn() {
      try {
        return read()?.wish === 'lock'
      } catch {
        return true
      }
    },
    async lock() {
      const kept = read()
      // One that is still on its way out goes on being the one.
      if (kept) await unwrap(kept.wrapped)
      write({ v: 1, wrapped: kept?.wrapped ?? (await newKey(platform)), wish: 'lock' })
    },
    unlock() {
      const kept = read()
      if (kept) write({ ...kept, wish: 'unlock' })
    },
    async wrapping() {
      const kept = read()
      if (!kept) return undefined
      const { key, isStale } = await unwrap(kept.wrapped)
      if (isStale) write({ ...kept, wrapped: await wrap(key) })
      return { v: 1, key, wish: kept.wish }
    },
    unlocked() {
      if (read()?.wish === 'unlock') rmSync(path, { force: true })
    },
  }
}

/** Kept by the keychain, and seen to come back from it. */
async function newKey(platform: NodeJS.Platform): Promise<string> {
  if (!(await safeStorage.isAsyncEncryptionAvailable())) throw new KeychainError('missing')
  // A Linux desktop without one: Chromium then seals with a word that everybody knows.
  if (platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text') throw new KeychainError('missing')
  const key = randomBytes(KEY_BYTES).toString('base64')
  const wrapped = await wrap(key)
  if ((await unwrap(wrapped)).key !== key) throw new KeychainError('closed')
  return wrapped
}

async function wrap(key: string): Promise<string> {
  try {
    return (await safeStorage.encryptStringAsync(key)).toString('base64')
  } catch (cause) {
    throw new KeychainError('closed', { cause })
  }
}

/** `isStale`: the keychain has another key by now, or a better way, and wants it kept anew. */
async function unwrap(wrapped: string): Promise<{ key: string; isStale: boolean }> {
  try {
    const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(Buffer.from(wrapped, 'base64'))
    return { key: Wrapping.shape.key.parse(result), isStale: shouldReEncrypt }
  } catch (cause) {
    throw new KeychainError('closed', { cause })
  }
}
