/** What went wrong, in words, and in a dialog of its own. */
import { app, dialog } from 'electron'
import { type AllWords, describeProblem } from '../languages/index.ts'
import { ProblemError } from '../protocol/problem.ts'
import { KeychainError } from './keychain.ts'

export interface Troubles {
  tell(error: unknown): void
  /** Of what is no problem that the table knows. */
  sentenceOf(error: unknown): string
}

export function troublesIn(words: () => AllWords): Troubles {
  const sentenceOf = (error: unknown): string => {
    if (error instanceof KeychainError) return words().desktop.keychain[error.why]
    return error instanceof Error ? error.message : String(error)
  }
  return {
    sentenceOf,
    tell(error) {
      if (error instanceof ProblemError) {
        const { title, consequence, remedy } = describeProblem(error.problem, words())
        dialog.showErrorBox(title, `${consequence}\n\n${remedy}`)
      } else dialog.showErrorBox(app.getName(), sentenceOf(error))
    },
  }
}
