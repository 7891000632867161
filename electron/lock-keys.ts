/** Asks the owner whether the keychain shall hold this home's keys, or no longer, and has the engine begin anew with what he says. */
import { dialog } from 'electron'
import type { AllWords } from '../languages/index.ts'
import type { EngineLink } from './engine-link.ts'
import { readEngineFile } from './engine-process.ts'
import type { Keychain } from './keychain.ts'
import { beginAnew } from './renew-engine.ts'

export interface Surroundings {
  readonly dataDir: string
  /** Of the engine that we would start. */
  readonly script: string
  readonly keychain: Keychain
  readonly engine: EngineLink
  readonly words: AllWords
}

/** Throws KeychainError, with everything as it was; an Error with a sentence, where the engine is not ours to start anew. */
export async function lockKeys(
  on: boolean,
  { dataDir, script, keychain, engine, words }: Surroundings,
  signal: AbortSignal,
): Promise<void> {
  const say = words.desktop.keychain
  const running = await readEngineFile(dataDir)
  // A service of the system starts while nobody is logged in, who could open a keychain.
  if (running && running.program !== script) throw new Error(say.notOurs)
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: on ? say.lockQuestion : say.unlockQuestion,
    detail: on ? say.lockDetail : say.unlockDetail,
    buttons: [on ? say.lockYes : say.unlockYes, say.no],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  })
  if (response !== 0) return
  if (on) await keychain.lock()
  else keychain.unlock()
  await beginAnew(engine, signal)
}
