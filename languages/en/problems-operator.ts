import type { ProblemWords } from '../problems.ts'
import { moment } from './times.ts'

/** Bytes, as gigabytes. */
const gb = (bytes: string): string =>
  /^\d+$/.test(bytes) ? new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 }).format(Number(bytes) / 1e9) : bytes

/** What a relay's operator has decided about this device, and what he is told himself when a command finds nothing. */
export const operatorProblems: ProblemWords<
  | 'relay-quota-near'
  | 'relay-quota-reached'
  | 'service-taken-down'
  | 'link-taken-down'
  | 'not-published'
  | 'not-taken-down'
  | 'no-open-code'
  | 'relay-not-running'
> = {
  'relay-quota-near': ({ relay, used, limit, until }) => ({
    title: `${gb(used)} of your ${gb(limit)} GB for this month are used up.`,
    cause: `Whoever runs ${relay} allows this device ${gb(limit)} GB a month through the relay, both ways together.`,
    consequence: `When they are used up, nobody comes in through the relay until ${moment(until)}. Visitors who come straight to your home are not counted.`,
    steps: [
      { text: 'Switch UPnP on in your router: with it, Porchlight can open the direct way.', action: 'open-guide' },
      'Or ask whoever runs the relay for more.',
    ],
  }),
  'relay-quota-reached': ({ relay, limit, until }) => ({
    title: `This month's ${gb(limit)} GB through the relay are used up.`,
    cause: `Whoever runs ${relay} allows this device ${gb(limit)} GB a month, both ways together.`,
    consequence: `Nobody comes in through the relay until ${moment(until)}. Names, checks and visitors who come straight to your home go on.`,
    steps: [
      'Wait for that day.',
      { text: 'Or switch UPnP on in your router: with it, Porchlight can open the direct way.', action: 'open-guide' },
      'Or ask whoever runs the relay for more.',
    ],
  }),
  'service-taken-down': ({ service, relay, reason }) => ({
    title: `The relay has taken ${service} down.`,
    cause: `Whoever runs ${relay} decided so: ${reason}.`,
    consequence: `The name of ${service} and its links lead nowhere any more, also for visitors who came straight to your home.`,
    steps: [
      'Write to whoever runs the relay.',
      { text: 'Once it is put back, it works again by itself; your other services go on meanwhile.', action: 'show-service' },
    ],
  }),
  'link-taken-down': ({ service, relay, reason }) => ({
    title: `The relay has taken a share link to ${service} down.`,
    cause: `Whoever runs ${relay} decided so: ${reason}.`,
    consequence: `Who opens this link is told that it was taken down. ${service} itself goes on under its name.`,
    steps: [{ text: 'Write to whoever runs the relay. Once the link is put back, it works again by itself.', action: 'show-links' }],
  }),
  'not-published': ({ name }) => ({
    title: `No device of this relay publishes ${name}.`,
    cause: 'It is mistyped, or its owner has withdrawn it.',
    consequence: 'Nothing was changed.',
    remedy: 'Give a share link, its id, or a name such as web.amber-otter-42; "porchlight-relay links LABEL" lists those of a device.',
  }),
  'not-taken-down': ({ name }) => ({
    title: `${name} is not taken down.`,
    cause: 'It was put back already, or it is mistyped.',
    consequence: 'Nothing was changed.',
    remedy: 'Look at what is taken down with "porchlight-relay takedowns".',
  }),
  'no-open-code': ({ name }) => ({
    title: `No unused relay code has the id ${name}.`,
    cause: 'It is mistyped, the code was used, or it was revoked already.',
    consequence: 'Nothing was changed.',
    remedy: 'Look at the codes with "porchlight-relay codes". A device that a used code let in can be suspended.',
  }),
  'relay-not-running': ({ data }) => ({
    title: `No relay runs on ${data} just now.`,
    cause: 'Its process has ended, it runs on another folder, or it was started with --operator-page off.',
    consequence: 'There is nothing to look at.',
    remedy: 'Start it with "porchlight-relay run", or name its folder with --data.',
  }),
}
