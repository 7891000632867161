/** What can be wrong with alerts. */
import type { ProblemWords } from '../problems.ts'

export const alertProblems: ProblemWords<
  'alert-invalid' | 'alerts-full' | 'alert-unknown' | 'alert-undelivered' | 'alert-refused' | 'alert-no-mail'
> = {
  'alert-invalid': ({ address }) => ({
    title: `Alerts cannot be sent to "${address}".`,
    cause: 'It is neither a mail address nor an address that begins with https://.',
    consequence: 'Nothing was changed.',
    steps: [
      { text: 'Type a mail address.', action: 'show-alerts' },
      'Or an address of ntfy such as https://ntfy.sh/my-topic, or the https:// address of your own program.',
    ],
  }),
  'alerts-full': ({ address }) => ({
    title: `${address} could not be added.`,
    cause: 'At most five addresses can be told when your home is away.',
    consequence: 'The five there are stay as they were.',
    steps: [{ text: 'Remove one of them first.', action: 'show-alerts' }],
  }),
  'alert-unknown': ({ name }) => ({
    title: `There is no alert ${name}.`,
    cause: 'It may have been removed already.',
    consequence: 'Nothing was changed.',
    steps: [{ text: 'Look at the list for the right one.', action: 'show-alerts' }],
  }),
  'alert-undelivered': ({ address, reason }) => ({
    title: `A message to ${address} did not arrive.`,
    cause: `The relay tried several times and failed: ${reason}.`,
    consequence: 'You would not hear from it when your home is away.',
    steps: [
      { text: 'Check the address.', action: 'show-alerts' },
      { text: 'Then send a test.', action: 'test-alerts' },
    ],
  }),
  'alert-refused': ({ address }) => ({
    title: `${address} does not want your alerts.`,
    cause: 'Whoever reads that mailbox has ended them.',
    consequence: 'No message about your home goes there any more.',
    steps: [{ text: 'Remove it, and add another address if you like.', action: 'show-alerts' }],
  }),
  'alert-no-mail': ({ address }) => ({
    title: `Your relay cannot write to ${address}.`,
    cause: 'Whoever runs it has given it no mail server.',
    consequence: 'You get no mail when your home is away.',
    steps: [
      { text: 'Use ntfy or an address of your own program instead.', action: 'show-alerts' },
      'Or ask whoever runs the relay for a mail server.',
    ],
  }),
}
