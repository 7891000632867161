/** A relay code, and what one types for it. */
import type { ProblemWords } from '../problems.ts'

export const joinProblems: ProblemWords<
  | 'relay-code-invalid'
  | 'relay-code-unknown'
  | 'relay-code-used'
  | 'relay-code-expired'
  | 'relay-closed'
  | 'relays-full'
  | 'relay-not-joined'
  | 'relay-address-invalid'
> = {
  'relay-code-invalid': () => ({
    title: 'This relay code has a mistake in it.',
    cause: 'A letter is wrong or missing; every code carries a checksum that shows it.',
    consequence: 'No relay was joined. The code itself is still unused.',
    steps: [{ text: 'Copy the code again in full, from "plr1" to its last letter, and paste it here.', action: 'join-relay' }],
  }),
  'relay-code-unknown': ({ relay }) => ({
    title: 'The relay does not know this code.',
    cause: `${relay} never gave it out, or withdrew it.`,
    consequence: 'No relay was joined.',
    steps: [{ text: 'Ask whoever runs the relay for a new relay code.', action: 'join-relay' }],
  }),
  'relay-code-used': ({ relay }) => ({
    title: 'This relay code was already used.',
    cause: `${relay} lets one device in with each code, and another one came first.`,
    consequence: 'No relay was joined.',
    steps: [
      { text: 'Ask whoever runs the relay for a new relay code.', action: 'join-relay' },
      'If you did not use the old one yourself, tell them.',
    ],
  }),
  'relay-code-expired': ({ relay }) => ({
    title: 'This relay code has expired.',
    cause: `The codes of ${relay} are good for a limited time.`,
    consequence: 'No relay was joined.',
    steps: [{ text: 'Ask whoever runs the relay for a new relay code.', action: 'join-relay' }],
  }),
  'relay-closed': ({ relay }) => ({
    title: 'This relay asks for a relay code.',
    cause: `${relay} lets new devices in only with a code from whoever runs it.`,
    consequence: 'No relay was joined.',
    steps: [{ text: 'Ask whoever runs the relay for a relay code and paste it here, instead of the address.', action: 'join-relay' }],
  }),
  'relays-full': ({ relay }) => ({
    title: 'There are as many relays as Porchlight uses.',
    cause: `Four relays have been joined; ${relay} would be the fifth.`,
    consequence: 'It was not joined. The others go on.',
    steps: [{ text: 'Leave one that you do not need any more, then join this one.', action: 'join-relay' }],
  }),
  'relay-not-joined': ({ relay }) => ({
    title: 'This relay has not been joined.',
    cause: `${relay} is none of the relays that this Porchlight uses.`,
    consequence: 'Nothing was changed.',
    remedy: 'See with "porchlight status" which relays there are, and give the address as it stands there.',
  }),
  'relay-address-invalid': ({ relay }) => ({
    title: `"${relay}" is neither a relay code nor the address of a relay.`,
    cause: 'A relay code is one long word that starts with plr1. An address starts with https://.',
    consequence: 'No relay was joined.',
    steps: [{ text: 'Copy the relay code again from the message you received, in full, and paste it here.', action: 'join-relay' }],
  }),
}
