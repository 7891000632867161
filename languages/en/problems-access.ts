/** Who may come in, by which link or password. */
import type { ProblemWords } from '../problems.ts'

export const accessProblems: ProblemWords<
  | 'link-unknown'
  | 'links-full'
  | 'link-end-past'
  | 'link-needs-gate'
  | 'alias-needs-public'
  | 'gate-web-only'
  | 'password-unfit'
  | 'password-missing'
  | 'passwords-differ'
  | 'allowed-invalid'
  | 'allowed-missing'
  | 'not-admitted'
  | 'link-locked'
> = {
  'link-unknown': ({ service }) => ({
    title: `${service} has no such link.`,
    cause: 'It may have been revoked meanwhile, or its id is spelt differently.',
    consequence: 'Nothing was changed.',
    steps: [{ text: 'Look at the list of its links and try again with one from it.', action: 'show-links' }],
  }),
  'links-full': ({ service }) => ({
    title: `There is no room for another link to ${service}.`,
    cause: 'A service has at most 20 links, and all services together 400, because the relay is told all of them in one message.',
    consequence: 'No link was made; the others go on as before.',
    steps: [{ text: 'Revoke a link that nobody needs any more, then make the new one.', action: 'show-links' }],
  }),
  'link-end-past': ({ service }) => ({
    title: 'A link cannot end before it begins.',
    cause: 'The end that was given is already past.',
    consequence: `No link to ${service} was made.`,
    steps: [{ text: 'Choose a time that is still to come.', action: 'show-links' }],
  }),
  'link-needs-gate': ({ service }) => ({
    title: `${service} is open to everybody, so its visitors cannot be counted.`,
    cause: 'Only a service that opens by link alone asks its visitors for one. Otherwise who has its address needs no link.',
    consequence: 'No link was made.',
    steps: [
      { text: `Let ${service} open by link alone first.`, action: 'set-access' },
      'Or make a link without a limit of uses that goes by the relay.',
    ],
  }),
  'alias-needs-public': ({ service }) => ({
    title: `A link that can be dictated cannot open ${service}.`,
    cause: 'Eight letters are easy to say and not hard enough to guess, so they never let anybody in who would else stay out.',
    consequence: 'No link was made.',
    steps: ['Make a link that is copied instead.', { text: `Or let everybody into ${service}.`, action: 'set-access' }],
  }),
  'gate-web-only': ({ service }) => ({
    title: `${service} cannot ask its visitors for a password of Porchlight.`,
    cause: 'Porchlight can only put a page of its own in front of a website. Other programs speak a language of their own.',
    consequence: 'Nothing was changed: who could come in still can.',
    steps: [
      { text: 'Let in who has opened a link, or certain addresses.', action: 'set-access' },
      'Or set a password in the program itself, if it has one.',
    ],
  }),
  'password-unfit': ({ service }) => ({
    title: `This password is too short for ${service}.`,
    cause: 'A password has 8 letters at least and 200 at most, because the whole internet may try to guess it.',
    consequence: 'Nothing was changed.',
    steps: [
      {
        text: 'Choose a longer one. Three or four words that have nothing to do with each other are good, and easy to say.',
        action: 'set-access',
      },
    ],
  }),
  'password-missing': ({ service }) => ({
    title: `${service} has no password yet.`,
    cause: 'It cannot ask for a password before you have chosen one.',
    consequence: 'Nothing was changed.',
    steps: [{ text: 'Choose the password together with the way in.', action: 'set-access' }],
  }),
  'passwords-differ': ({ service }) => ({
    title: 'The two passwords are not the same.',
    cause: 'What is typed without being seen is asked for twice.',
    consequence: `Nothing was changed: ${service} opens as before.`,
    steps: [{ text: 'Try again.', action: 'set-access' }],
  }),
  'allowed-invalid': ({ name, service }) => ({
    title: `"${name}" cannot stand on the list of ${service}.`,
    cause:
      'The list takes addresses such as 203.0.113.7, ranges such as 203.0.113.0/24, and full names such as marie.dyndns.example. It has room for 50.',
    consequence: 'Nothing was changed.',
    steps: [
      {
        text: 'Correct it and try again. Visitors who are turned away see their own address and can send it to you.',
        action: 'set-access',
      },
    ],
  }),
  'allowed-missing': ({ service }) => ({
    title: `Nobody is on the list of ${service} yet.`,
    cause: 'It cannot let certain addresses in before you have named one.',
    consequence: 'Nothing was changed.',
    steps: [{ text: 'Name an address, a range or a name together with the way in.', action: 'set-access' }],
  }),
  'not-admitted': ({ service, address }) => ({
    title: `${address} has not come in to ${service} by a link.`,
    cause: 'Its time may be over, or its link was revoked.',
    consequence: 'Nothing was changed.',
    steps: [{ text: 'Look at the list of those who came in and try again with one from it.', action: 'set-access' }],
  }),
  'link-locked': ({ service, name }) => ({
    title: `The link "${name}" to ${service} is locked.`,
    causes: [
      'Ten wrong PINs were given to it. Somebody has the link, does not know its PIN, and may have been guessing.',
      'Or whoever it is meant for has forgotten the PIN.',
    ],
    consequence: 'Nobody new comes in by it. Those who are in stay in.',
    steps: [
      { text: 'Revoke it, and make a new one for whom it was meant.', action: 'show-links' },
      'Send the new PIN by another way than the link.',
    ],
  }),
}
