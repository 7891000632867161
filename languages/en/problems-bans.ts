/** What can be wrong with shutting out. */
import type { ProblemWords } from '../problems.ts'

export const banProblems: ProblemWords<'ban-address-invalid' | 'ban-exempt' | 'ban-unknown' | 'bans-full' | 'bans-damaged'> = {
  'ban-address-invalid': ({ address }) => ({
    title: `"${address}" is not an address.`,
    cause: 'Only an internet address can be shut out, of the older kind (IPv4) or the newer (IPv6). A name may lead elsewhere tomorrow.',
    consequence: 'Nothing was changed.',
    steps: [{ text: 'Type an address such as 203.0.113.7 or 2001:db8:1:2::7.', action: 'show-bans' }],
  }),
  'ban-exempt': ({ address }) => ({
    title: `${address} cannot be shut out.`,
    cause: 'It belongs to your own home, to your relay, or to somebody whom you have named as welcome.',
    consequence: 'Nothing was changed.',
    steps: [
      'To keep somebody in your home away from a service, ask for a password there.',
      { text: 'Or pause the service.', action: 'show-service' },
    ],
  }),
  'ban-unknown': ({ address }) => ({
    title: `${address} is not shut out.`,
    cause: 'Its time may be over already.',
    consequence: 'Nothing was changed.',
    steps: [{ text: 'Look at the list of addresses that are shut out.', action: 'show-bans' }],
  }),
  'bans-full': ({ limit }) => ({
    title: 'No further address can be shut out.',
    cause: `You have shut out ${limit} addresses for good, and the list holds no more.`,
    consequence: 'Nothing was changed, and nobody new is shut out by himself.',
    steps: [{ text: 'Let some of them in again.', action: 'show-bans' }],
  }),
  'bans-damaged': ({ keptAs }) => ({
    title: 'The list of shut out addresses was damaged.',
    causes: ['The disk is failing, or the computer lost power while saving.', 'Another program has changed the file.'],
    consequence: `What could be read of it holds. The damaged file was kept as ${keptAs}.`,
    steps: [{ text: 'Look at the list, and shut out again whom you miss there.', action: 'show-bans' }],
  }),
}
