/** What can be wrong while a home moves. */
import type { ProblemWords } from '../problems.ts'

export const movingProblems: ProblemWords<
  'never-run' | 'import-not-empty' | 'export-unusable' | 'recovery-code-mistyped' | 'recovery-code-wrong'
> = {
  'never-run': ({ data }) => ({
    title: `Porchlight has never run on ${data}.`,
    cause: 'There is nothing in that folder that could be taken along.',
    consequence: 'No file was written.',
    remedy: 'Name the folder of the home that you want to move with --data.',
  }),
  'import-not-empty': ({ data }) => ({
    title: `Another home already lives in ${data}.`,
    cause: 'Its names and links would be lost to this computer.',
    consequence: 'Nothing was changed.',
    remedy: 'Add --replace to put it aside, or name another folder with --data.',
  }),
  'export-unusable': ({ path, reason }) => ({
    title: `${path} cannot be imported: ${reason}.`,
    cause: 'The file was not made by "porchlight export", or it is not whole.',
    consequence: 'Nothing was changed.',
    remedy: 'Copy the file from the old computer once more, or export again there.',
  }),
  'recovery-code-mistyped': () => ({
    title: 'This recovery code is mistyped.',
    cause: 'It has 24 letters and digits, and the last four prove the others.',
    consequence: 'Nothing was changed.',
    remedy: 'Compare it with your note, one group of four at a time.',
  }),
  'recovery-code-wrong': ({ path }) => ({
    title: `This recovery code does not open ${path}.`,
    cause: 'It belongs to another export, or the file was changed after it was written.',
    consequence: 'Nothing was changed.',
    remedy: 'Use the code that was printed with this very file, or export again on the old computer.',
  }),
}
