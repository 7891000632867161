import type { ProblemWords } from '../problems.ts'

/** A folder as its visitors see it. */
export const folder = {
  home: 'All files',
  way: 'Where you are',
  name: 'Name',
  size: 'Size',
  changed: 'Changed',
  /** In front of a folder's name, for who hears it. */
  folder: 'Folder',
  empty: 'This folder is empty.',
  pages: 'Pages of this folder',
  page: (page: number, all: number) => `Page ${page} of ${all}`,
  previous: 'Previous page',
  next: 'Next page',
  tooMany: (most: string) => `This folder holds more than can be shown: these are ${most} of its entries.`,
  absent: { title: 'There is nothing here', text: 'The file was moved or deleted, or the address was cut.' },
  closed: { title: 'This cannot be opened', text: 'The computer at home may not read it. Tell the person who shared it with you.' },
  back: 'Back to all files',
  /** To its owner, once it was added. */
  byLink: (service: string) => `Only who opens its share link may come in. "porchlight link ${service}" prints it.`,
}

export const folderProblems: ProblemWords<'folder-unshowable' | 'folder-gone' | 'folder-closed' | 'folder-holds-home'> = {
  'folder-unshowable': ({ path, reason }) => ({
    title: `The folder ${path} cannot be shared.`,
    cause: `This folder is not allowed: ${reason}.`,
    consequence: 'Nobody can open it, to keep you safe.',
    remedy: 'Choose the folder that holds just what you want to show, such as /home/anna/Photos.',
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
