/** What an action throws, for tests of actions that fail with a problem. */
import { ProblemError } from '../../protocol/problem.ts'

/** The problem's code; `none` when nothing is thrown. What is no ProblemError goes on. */
export function codeThrown(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.code
    throw error
  }
  return 'none'
}
