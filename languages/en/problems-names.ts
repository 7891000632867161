/** What can be wrong with what the device is called. */
import type { ProblemWords } from '../problems.ts'
import { moment } from './times.ts'

/** In one sentence, beside the field while somebody types. */
export const standing = {
  free: (name: string) => `${name} is free.`,
  own: (name: string) => `${name} is yours.`,
  malformed: () => 'A name has 3 to 30 small letters, digits and single hyphens, and begins with a letter.',
  taken: (name: string) => `${name} is already taken.`,
  quarantined: (name: string) =>
    `${name} was given up not long ago and stays empty for 90 days, so that nobody lands in a stranger's house.`,
  reserved: (name: string) => `${name} is reserved.`,
  imitates: (name: string, brand: string) => `${name} could be mistaken for ${brand}.`,
  tooSoon: (until: string) =>
    `You have changed your name often of late. A new one is possible from ${until} on; back to an old one you can go at any time.`,
}

const unchanged = 'Nothing was changed: your address is what it was.'

export const nameProblems: ProblemWords<
  'label-malformed' | 'label-taken' | 'label-resting' | 'label-reserved' | 'label-imitates' | 'label-too-soon' | 'label-unsupported'
> = {
  'label-malformed': ({ name }) => ({
    title: `"${name}" cannot be part of an address.`,
    cause: standing.malformed(),
    consequence: unchanged,
    steps: [{ text: 'Choose another one, such as our-house.', action: 'choose-name' }],
  }),
  'label-taken': ({ name }) => ({
    title: standing.taken(name),
    cause: 'Another device of this relay is called so.',
    consequence: unchanged,
    steps: [{ text: 'Choose another name, for example with a word or a number more.', action: 'choose-name' }],
  }),
  'label-resting': ({ name }) => ({
    title: `${name} is not free yet.`,
    cause: standing.quarantined(name),
    consequence: unchanged,
    steps: [{ text: 'Choose another name. If it was yours, only the computer that had it can have it back now.', action: 'choose-name' }],
  }),
  'label-reserved': ({ name }) => ({
    title: standing.reserved(name),
    cause: 'The relay keeps some words for itself, such as www, mail and admin, and those that its operator has set aside.',
    consequence: unchanged,
    steps: [{ text: 'Choose another name.', action: 'choose-name' }],
  }),
  'label-imitates': ({ name, detail }) => ({
    title: standing.imitates(name, detail),
    cause: 'Names that look like those of banks, offices and well-known services are refused: deceivers use them.',
    consequence: unchanged,
    steps: [
      { text: 'Choose another name. If yours is an honest one, whoever runs the relay would like to hear of it.', action: 'choose-name' },
    ],
  }),
  'label-too-soon': ({ name, until }) => ({
    title: `You cannot be called ${name} just yet.`,
    cause: 'At most three old names lead to you at one time.',
    consequence: unchanged,
    steps: [
      { text: `Wait until ${moment(until)}, or go back to one of your old names, which is possible at any time.`, action: 'choose-name' },
    ],
  }),
  'label-unsupported': ({ relay }) => ({
    title: `${relay} cannot change names.`,
    cause: 'It runs an older version of Porchlight.',
    consequence: unchanged,
    remedy: 'Ask whoever runs the relay to update it.',
  }),
}
