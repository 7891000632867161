/** What can be wrong with a folder. */
import type { ProblemWords } from '../problems.ts'

export const folderProblems: ProblemWords<'folder-unshowable' | 'folder-gone' | 'folder-closed' | 'folder-holds-home'> = {
  'folder-unshowable': ({ path, reason }) => ({
    title: `The folder ${path} cannot be shared.`,
    cause: `This folder is not allowed: ${reason}.`,
    consequence: 'Nobody can open it, to keep you safe.',
    steps: [{ text: 'Choose the folder that holds just what you want to show, such as /home/anna/Photos.', action: 'add-service' }],
  }),
  'folder-gone': ({ service, path }) => ({
    title: `The folder of ${service} is not there. Your connection is fine.`,
    causes: [`Its disk is not connected, or does not answer: there is no folder at ${path}.`, 'It was moved or renamed.'],
    consequence: 'Visitors read that the service is not running.',
    steps: ['Connect the disk, or put the folder back in its place.', { text: 'Porchlight notices by itself.', action: 'check-now' }],
  }),
  'folder-closed': ({ service, path }) => ({
    title: `Porchlight may not read the folder of ${service}.`,
    cause: `The account that Porchlight runs as has no right to open ${path}.`,
    consequence: 'Visitors read that the service is not running.',
    steps: [{ text: 'Give that account the right to read the folder. Porchlight notices by itself.', action: 'check-now' }],
  }),
  'folder-holds-home': ({ service, path }) => ({
    title: `${service} shows a whole home folder.`,
    cause: `${path} holds all the files of a person, and not only what is meant for others. Only what begins with a dot is left out.`,
    consequence: 'Whoever may open it can read every document in it.',
    steps: [
      { text: `Unless you mean that, remove ${service}.`, action: 'show-service' },
      { text: 'Then share a single folder, such as Photos.', action: 'add-service' },
    ],
  }),
}
