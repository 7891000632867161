/** Whom the relay tells when the house is dark. */
import type { AlertState } from '../../protocol/model/alerts.ts'

export const alerts = {
  states: {
    ready: 'ready',
    unconfirmed: 'waits for a yes to the mail that was sent there',
    refused: 'does not want these messages',
    unsupported: 'this relay sends no mail',
    failing: 'the last message did not arrive',
    untold: 'the relay does not know of it yet',
  } satisfies Record<AlertState, string>,
  page: {
    heading: 'When your home is away',
    text: 'Your relay can tell you when this home cannot be reached for five minutes, and when it is back.',
    label: 'Whom to tell',
    help: 'A mail address, or an https:// address of ntfy or of your own program.',
    add: 'Add',
    added: (to: string) => `${to} was added.`,
    remove: 'Remove',
    removed: (to: string) => `${to} was removed.`,
    test: 'Send a test',
    testing: 'Sending…',
    tested: 'The test was sent.',
  },
}
