import type { ProblemWords } from '../problems.ts'

/** Running a relay: what its operator is told. */
export const runningProblems: ProblemWords<
  'root-needs-account' | 'account-unusable' | 'restore-not-empty' | 'backup-unusable' | 'check-failed'
> = {
  'root-needs-account': ({ command }) => ({
    title: `The relay does not run as root: make an account for it with "${command}" and start it again.`,
    cause: 'It was started as root, and nobody has said as whom it is to go on.',
    consequence: 'The relay did not start. A mistake in it would otherwise hand over the whole server.',
    remedy: 'Make that account, or name another one with --user. In a container that is there for the relay alone, --user root will do.',
  }),
  'account-unusable': ({ name, reason }) => ({
    title: `The relay cannot run as ${name}: ${reason}.`,
    cause: 'The account, the data folder or the place where the program lies does not fit.',
    consequence: 'The relay did not start.',
    remedy: 'Check that the account exists, that the data folder is its own, and that it may read the program, for instance below /opt.',
  }),
  'restore-not-empty': ({ data }) => ({
    title: `A relay has already run in ${data}.`,
    cause: 'A restored relay needs a folder of its own, or the devices of one of the two would be lost.',
    consequence: 'Nothing was changed.',
    remedy: 'Name another folder with --data, or move the old one away first.',
  }),
  'backup-unusable': ({ path, reason }) => ({
    title: `${path} cannot be restored: ${reason}.`,
    cause: 'The file was not written by "porchlight-relay backup", or has been changed or cut short since.',
    consequence: 'Nothing was restored.',
    remedy: 'Take another backup file.',
  }),
  'check-failed': ({ detail }) => ({
    title: `Something is wrong: ${detail}.`,
    cause: 'The relay or the outside world is not as it has to be.',
    consequence: 'Homes or visitors do not reach this relay, or soon will not.',
    remedy: 'What to do stands with each point above. Then check again.',
  }),
}
