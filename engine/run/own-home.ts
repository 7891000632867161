/** This home as one sealed file for a new computer, and another one's out of such a file, for a face that asks. */
import { dirname } from 'node:path'
import { ProblemError, problem } from '../../protocol/problem.ts'
import type { Controlled } from '../control/controlled.ts'
import { openHome, sealHome, takeIn } from '../moving/moving.ts'

/** `isLocked`: a keychain opens the keys here, and knows nothing of those that would come. */
export function ownHome(folder: string, isLocked: boolean): Pick<Controlled, 'exportHome' | 'takeHomeIn'> {
  return {
    exportHome() {
      const { sealed, code, leftOut } = sealHome(folder)
      return {
        fileName: `${new Date().toISOString().slice(0, 10)}.porchlight`,
        sealed: sealed.toString('base64'),
        code,
        leftOut: [...leftOut],
      }
    },
    takeHomeIn(fileName, sealed, code) {
      if (isLocked) throw new ProblemError(problem('secrets-locked', { path: dirname(folder) }))
      takeIn(folder, openHome(Buffer.from(sealed, 'base64'), code, fileName))
    },
  }
}
