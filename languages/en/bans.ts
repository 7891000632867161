/** Visitors who are shut out. */
import type { BanReason } from '../../protocol/model/ban.ts'

export const bans = {
  reasons: {
    scan: 'looked for weak spots',
    credentials: 'tried one password after the other',
    'sign-in': 'failed to sign in again and again',
    access: 'tried one password or link after the other',
    connections: 'came and left again and again',
    flood: 'asked far too much',
    owner: 'shut out by you',
  } satisfies Record<BanReason, string>,
  at: (service: string) => `at ${service}`,
  times: (count: number) => `${count} ${count === 1 ? 'time' : 'times'}`,
  since: (time: string) => `since ${time}`,
  until: (time: string) => `until ${time}`,
  forGood: 'until you let it in again',
  none: 'Nobody is shut out.',
  more: (count: number) => `and ${count} more`,
  page: {
    heading: 'Shut out',
    text: 'Addresses that guess passwords or look for weak spots are shut out for a while: ten minutes at first, longer each time. Your own network never is.',
    letIn: 'Let in again',
    wasLetIn: (address: string) => `${address} may come in again.`,
    label: 'Address to shut out',
    help: 'Such as 203.0.113.7. It stays out until you let it in again.',
    button: 'Shut out',
    wasShutOut: (address: string) => `${address} is shut out.`,
  },
}
