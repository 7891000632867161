/** What can be wrong with what the engine remembers. */
import type { ProblemWords } from '../problems.ts'

export const historyProblems: ProblemWords<'history-damaged'> = {
  'history-damaged': ({ keptAs }) => ({
    title: 'The history was damaged and begins anew.',
    causes: ['The disk is failing, or the computer lost power while saving.', 'Another program has changed the file.'],
    consequence: `What was noted before is not shown any more. Your services are not touched. The damaged file was kept as ${keptAs}.`,
    steps: ['Nothing needs to be done.', 'If it happens again, have the disk checked.'],
  }),
}
