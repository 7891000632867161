/** What can be wrong with `porchlight service`. */
import type { ProblemWords } from '../problems.ts'

export const backgroundProblems: ProblemWords<'background-by-hand' | 'background-refused'> = {
  'background-by-hand': () => ({
    title: 'This system is set up by hand.',
    cause: 'Only systemd and the agents of macOS can be told by a command.',
    consequence: 'Nothing was changed.',
    remedy: 'Follow the recipe for this system in docs/headless.md.',
  }),
  'background-refused': ({ command, detail }) => ({
    title: `The service could not be started: ${detail}.`,
    cause: `"${command}" failed.`,
    consequence: 'Porchlight does not run in the background. What was written stays.',
    remedy: 'Mend what the message names and install again, or take it back with: porchlight service uninstall.',
  }),
}
