/** What the engine remembers. */
import type { ProblemWords } from '../problems.ts'

export const historyProblems: ProblemWords<'history-damaged'> = {
  'history-damaged': ({ keptAs }) => ({
    title: 'The history was damaged and begins anew.',
    cause: 'Its file could not be read; a disk that failed, or another program, may have changed it.',
    consequence: `What was noted before is not shown any more. Your services are not touched. The damaged file was kept as ${keptAs}.`,
    remedy: 'Nothing needs to be done. If it happens again, have the disk checked.',
  }),
}
