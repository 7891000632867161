/** Keys on the disk, in clear or sealed with a key that the desktop app keeps in the keychain of its owner's account and hands over at each start.
 *
 *  A file is one or the other, whole, under the same name, so that a kill on the way from one to the other leaves a mixture that the next start
 *  reads and finishes. Without the key nothing that is sealed is read, written over or made anew. */
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ProblemError, problem } from '../../protocol/problem.ts'
import type { Wrapping } from '../../protocol/wrapping.ts'
import { readIfThere, writeAtomic, writeProblem } from '../../system/atomic-file.ts'
import { isSealed, seal, unseal } from '../../system/sealed-text.ts'

export interface Vault {
  /** The file's text in clear; undefined when there is none; empty when it was sealed and is damaged. */
  read(path: string): string | undefined
  write(path: string, text: string): void
  /** As it lies on the disk, and back; for who writes his files himself. */
  wrap(text: string, path: string): string
  unwrap(text: string, path: string): string
}

/** What of a data folder holds keys. What the app keeps there for itself (keychain.json) is sealed by the keychain; the list of our own public keys
 *  (own-keys.json) is no secret. */
const KEPT: Readonly<Record<string, RegExp>> = {
  secrets: /^(?!keychain\.json$)[\w-]+\.(pem|json)$/,
  certificates: /^(?!own-keys\.json$)[\w.-]+\.json$/,
}

/** Brings every key into the state that is wished for. Throws ProblemError `secrets-locked` where something is sealed with another key than this, or
 *  without one, before anything is written; and what writing throws. */
export function openVault(dataFolder: string, wrapping: Wrapping | undefined): Vault {
  const key = wrapping && Buffer.from(wrapping.key, 'base64')
  const wrap = (text: string, path: string): string => (key && wrapping.wish === 'lock' ? seal(text, basename(path), key) : text)
  const unwrap = (text: string, path: string): string => {
    if (!isSealed(text)) return text
    const opened = unseal(text, basename(path), key)
    if (opened.ok) return opened.text
    if (opened.why === 'other-key') throw new ProblemError(problem('secrets-locked', { path }))
    return ''
  }
  const files = keptFiles(dataFolder).map((path) => ({ path, text: readIfThere(path) ?? '' }))
  const opened = files.map(({ path, text }) => ({ path, text, clear: unwrap(text, path) }))
  for (const { path, text, clear } of opened) {
    const isAsWished = isSealed(text) === (wrapping?.wish === 'lock')
    // What is damaged stays as it is, for its owner to look at.
    if (wrapping && !isAsWished && !(isSealed(text) && clear === '')) writeAtomic(path, wrap(clear, path))
  }
  return {
    read(path) {
      const text = readIfThere(path)
      return text === undefined ? undefined : unwrap(text, path)
    },
    write: (path, text) => writeAtomic(path, wrap(text, path)),
    wrap,
    unwrap,
  }
}

/** Is anything here sealed? Then only the desktop app can start an engine on it. */
export const isLocked = (dataFolder: string): boolean => keptFiles(dataFolder).some((path) => isSealed(readIfThere(path) ?? ''))

function keptFiles(dataFolder: string): string[] {
  return Object.entries(KEPT).flatMap(([name, pattern]) => {
    const folder = join(dataFolder, name)
    try {
      return readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isFile() && pattern.test(entry.name))
        .map((entry) => join(folder, entry.name))
    } catch (error) {
      // Where no folder is, nothing is sealed; who wants to write there is told.
      if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
      throw writeProblem(folder, error)
    }
  })
}
