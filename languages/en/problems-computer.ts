/** This computer and the engine on it. */
import type { ProblemWords } from '../problems.ts'

export const computerProblems: ProblemWords<
  | 'no-network'
  | 'settings-damaged'
  | 'journal-damaged'
  | 'data-unwritable'
  | 'disk-full'
  | 'port-forbidden'
  | 'port-taken'
  | 'engine-running'
  | 'engine-absent'
  | 'engine-newer'
  | 'settings-newer'
  | 'file-unreadable'
  | 'identity-damaged'
  | 'secrets-locked'
  | 'internal'
> = {
  'no-network': () => ({
    title: 'This computer has no network.',
    causes: ['No cable is plugged in and no Wi-Fi is joined.', 'The router is off, or gives this computer no address.'],
    consequence: 'Your services stay set up, but nobody can reach them.',
    steps: [
      'Plug in the cable or join your Wi-Fi.',
      'If that is done already, restart the router.',
      { text: 'Porchlight notices and carries on by itself.', action: 'check-now' },
    ],
  }),
  'settings-damaged': ({ keptAs }) => ({
    title: 'The settings file could not be read.',
    causes: ['It was damaged, perhaps when the computer lost power while saving.', 'Somebody or another program has changed it.'],
    consequence: `Porchlight started with its standard settings. The damaged file is kept as ${keptAs}.`,
    steps: [
      { text: 'If you have a backup of the file, put it back and restart Porchlight.', action: 'restart' },
      { text: 'If not, look at your services and add what is missing.', action: 'add-service' },
    ],
  }),
  'journal-damaged': ({ keptAs }) => ({
    title: 'The list of rules on your router could not be read.',
    cause: 'The file was damaged, perhaps when the computer lost power while saving.',
    consequence: `A rule that Porchlight made earlier may stay on the router. The damaged file is kept as ${keptAs}.`,
    steps: [
      'Wait: such rules end by themselves, mostly within half an hour.',
      { text: 'If one named Porchlight stays longer, delete it on the router.', action: 'open-guide' },
    ],
  }),
  'data-unwritable': ({ path, reason }) => ({
    title: 'Porchlight cannot save its settings.',
    cause: `Writing to ${path} failed: ${reason}.`,
    consequence: 'Porchlight does not start without a place for its settings, so that nothing gets lost.',
    steps: ['Give your account the right to write to that folder.', 'Or choose another one with --data.'],
  }),
  'disk-full': ({ path }) => ({
    title: 'The disk is full.',
    cause: `There is no room left for ${path}.`,
    consequence: 'Porchlight cannot save changes. What already runs goes on.',
    steps: [
      'Free some space on that disk: delete or move away what you no longer need.',
      { text: 'Then do again what could not be saved.', action: 'check-now' },
    ],
  }),
  'port-forbidden': ({ address }) => ({
    title: `This account may not listen at ${address}.`,
    cause: 'Ports below 1024 are kept for the administrator of a computer.',
    consequence: 'Porchlight did not start.',
    steps: ['Choose a port above 1023.', 'Or start Porchlight as administrator, or let your system hand the port over.'],
  }),
  'port-taken': ({ address }) => ({
    title: `Another program already uses ${address}.`,
    cause: 'Only one program at a time can listen there.',
    consequence: 'Porchlight cannot start at that address.',
    steps: ['Stop the other program.', 'Or choose another address and start Porchlight again.'],
  }),
  'engine-running': ({ data }) => ({
    title: 'Porchlight is already running.',
    cause: `Another Porchlight uses the folder ${data}.`,
    consequence: 'A second one would disturb the first, so it did not start. The first goes on.',
    steps: ['Use the one that runs.', 'For a second, separate one, choose another folder with --data.'],
  }),
  'engine-absent': ({ data }) => ({
    title: 'Porchlight is not running.',
    causes: [`It was not started: nothing answers for the folder ${data}.`, 'It runs with another folder.'],
    consequence: 'Your services are not reachable, and nothing can be changed.',
    steps: ['Open Porchlight, or start it with: porchlight run.', 'If it runs with another folder, name that folder with --data.'],
  }),
  'engine-newer': ({ ours, theirs }) => ({
    title: 'Porchlight was updated while this part stayed open.',
    cause: `The running Porchlight speaks version ${theirs}, and this part speaks version ${ours}.`,
    consequence: 'They do not understand each other. Your services go on as before.',
    remedy: 'Close this part and open it again.',
  }),
  'settings-newer': ({ ours, theirs }) => ({
    title: 'The settings were written by a newer Porchlight.',
    cause: `They are in version ${theirs}, and this Porchlight reads version ${ours}.`,
    consequence: 'Porchlight did not start, and the settings are untouched.',
    steps: ['Start the newer Porchlight.', 'Or name another folder with --data.'],
  }),
  'file-unreadable': ({ path, reason }) => ({
    title: `The file ${path} cannot be read.`,
    cause: `The system says: ${reason}.`,
    consequence: 'Porchlight did not start.',
    steps: ['Check that the path is right.', 'Check that this account may read the file, then start again.'],
  }),
  'identity-damaged': ({ path }) => ({
    title: "This computer's key is damaged.",
    cause: `The file ${path} does not hold a key any more.`,
    consequence: 'Porchlight did not start: with a new key your names and links would belong to nobody.',
    steps: ['Put the file back from a backup.', 'If there is none, move the file away. Porchlight then begins anew, with new links.'],
  }),
  'secrets-locked': ({ path }) => ({
    title: "This home's keys are locked.",
    cause: `The keychain of an account opens ${path}, and only the Porchlight app can ask it.`,
    consequence: 'Nothing was started or written, and nothing is lost.',
    steps: [
      'Log in to the account that locked them, and open the Porchlight app.',
      'To do without the keychain, switch the lock off in its settings.',
      'If the keychain is gone for good, import the sealed file of this home.',
    ],
  }),
  internal: ({ detail }) => ({
    title: 'Something went wrong inside Porchlight.',
    cause: `This is a fault of ours, not of yours. Detail: ${detail}.`,
    consequence: 'The last action may not have been carried out. Your other services go on.',
    steps: [
      'Try once more.',
      { text: 'If it happens again, restart Porchlight.', action: 'restart' },
      { text: 'If that does not help, send us what it says of itself.', action: 'support-bundle' },
    ],
  }),
}
