/** The question at quit: what shall go on? Asked where a person says "quit"; a logout or a shutdown is never held up, and lets the engine go on. */
import { dialog } from 'electron'
import type { AllWords } from '../languages/index.ts'
import type { PreferencesStore } from './preferences.ts'

export type QuitAnswer = 'keep' | 'stop' | 'cancel'

/** The remembered answer, else the person's. Closing the dialog is a cancel. */
export async function askWhatGoesOn(words: AllWords, preferences: PreferencesStore): Promise<QuitAnswer> {
  const { atQuit } = preferences.read()
  if (atQuit !== 'ask') return atQuit
  const { response, checkboxChecked } = await dialog.showMessageBox({
    type: 'question',
    message: words.tray.quitQuestion,
    detail: words.tray.quitDetail,
    buttons: [words.tray.keepServing, words.tray.stopEverything, words.tray.cancel],
    defaultId: 0,
    cancelId: 2,
    noLink: true,
    checkboxLabel: words.tray.dontAskAgain,
  })
  const answer = (['keep', 'stop', 'cancel'] as const)[response] ?? 'cancel'
  if (checkboxChecked && answer !== 'cancel') preferences.write({ atQuit: answer })
  return answer
}
