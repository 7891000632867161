/** What can be wrong with names of the owner's own, and with who keeps them. */
import type { ProblemWords } from '../problems.ts'
import { moment } from './times.ts'

const kept = 'The name goes on leading to where it led before.'
const stopped = 'Nothing more is sent until you act, so that the provider does not shut this home out.'

export const nameKeepingProblems: ProblemWords<
  | 'name-credentials-refused'
  | 'name-not-there'
  | 'name-account-unfit'
  | 'name-shut-out'
  | 'name-agent-refused'
  | 'name-limited'
  | 'name-not-updated'
  | 'name-unchanged'
  | 'name-stands-dead'
  | 'name-without-way'
  | 'name-watched-elsewhere'
  | 'provider-unknown'
  | 'name-credentials-missing'
  | 'ipv6-suffix-invalid'
> = {
  'name-credentials-refused': ({ host, name, reason }) => ({
    title: `${name} does not accept what opens ${host}.`,
    causes: ['The user name, password or token is mistyped.', 'It was changed, or has ended.', `${name} said: ${reason}.`],
    consequence: stopped,
    steps: [`Look it up at ${name}.`, { text: `Then give it anew, under ${host}.`, action: 'give-credentials' }],
  }),
  'name-not-there': ({ host, name, reason }) => ({
    title: `${name} has no name ${host} in this account.`,
    causes: [
      `It was never made there, or is spelt otherwise. ${name} said: ${reason}.`,
      'It was given up.',
      'It belongs to another account.',
    ],
    consequence: stopped,
    steps: [`Make the name at ${name}.`, { text: 'Then have it tried again.', action: 'test-name' }],
  }),
  'name-account-unfit': ({ host, name, reason }) => ({
    title: `Your account at ${name} may not change ${host}.`,
    cause: `It has to be paid for, confirmed or renewed first. ${name} said: ${reason}.`,
    consequence: stopped,
    steps: [`Sign in at ${name} and look for what it wants.`, { text: 'Then have it tried again.', action: 'test-name' }],
  }),
  'name-shut-out': ({ host, name, reason }) => ({
    title: `${name} has shut ${host} out.`,
    causes: ['Another program updates the same name too often.', `It takes what it was asked for abuse. ${name} said: ${reason}.`],
    consequence: stopped,
    steps: [
      'Stop other programs that update the name, such as the router.',
      `Have ${name} open it again.`,
      { text: 'Then have it tried again.', action: 'test-name' },
    ],
  }),
  'name-agent-refused': ({ host, name, reason }) => ({
    title: `${name} does not talk to this program about ${host}.`,
    causes: [`It no longer speaks as it did. ${name} said: ${reason}.`, 'It refuses programs that it does not know.'],
    consequence: stopped,
    steps: [
      'Look for an update of Porchlight.',
      { text: 'After an update, have it tried again.', action: 'test-name' },
      `Or keep the name at another provider: run "porchlight name add ${host} --provider ID" in a terminal.`,
    ],
  }),
  'name-limited': ({ host, name, until }) => ({
    title: `${name} wants to be left alone until ${moment(until)}.`,
    cause: `It counts how often it is asked, and its limit for ${host} is reached.`,
    consequence: kept,
    steps: [{ text: 'There is nothing to do: Porchlight waits until then, and goes on by itself.', action: 'show-names' }],
  }),
  'name-not-updated': ({ host, name, reason, until }) => ({
    title: `${host} could not be brought up to date.`,
    cause: `${name} cannot be reached, or has trouble of its own: ${reason}.`,
    consequence: kept,
    steps: [
      { text: `Porchlight tries again on ${moment(until)}.`, action: 'test-name' },
      `If it lasts for a day, look at the status page of ${name}.`,
    ],
  }),
  'name-unchanged': ({ host, name }) => ({
    title: `${name} took the new address of ${host}, but does not show it.`,
    causes: [
      'The name has a second entry there, which still holds the old address.',
      'The provider takes a while to show what it has taken.',
      'The name is kept at another provider by now.',
    ],
    consequence: kept,
    steps: [
      `Look at the entries of ${host} at ${name}, and delete those that do not belong there.`,
      { text: 'Porchlight looks again by itself.', action: 'show-names' },
    ],
  }),
  'name-stands-dead': ({ host, name, address }) => ({
    title: `${host} still leads to ${address}, where nobody answers any more.`,
    cause: `${name} has no way of taking an address back, only of putting another one in its place.`,
    consequence: 'Visitors who come by that address wait in vain.',
    steps: [
      { text: 'Until a direct way is open again, use the name that your relay gives you.', action: 'show-names' },
      'As soon as one is open, the name follows by itself.',
    ],
  }),
  'name-without-way': ({ host }) => ({
    title: `${host} leads nowhere just now.`,
    cause: 'No direct way into this home is open, and no relay takes visitors of this name.',
    consequence: 'Who uses this name finds nobody. The names of your relay go on working.',
    steps: [
      { text: 'Open a direct way: the look at the whole way says what it lacks.', action: 'check-now' },
      { text: `Or prove to your relay that ${host} is yours, so that it takes over.`, action: 'show-names' },
    ],
  }),
  'name-watched-elsewhere': ({ host, address }) => ({
    title: `${host} does not lead to this home.`,
    cause: `It leads to ${address}. Porchlight does not keep this name: a router, a network disk (NAS) or your internet provider does.`,
    consequence: 'Who uses this name comes to another place, or to nobody.',
    steps: ['Look at whoever keeps the name.', { text: 'Porchlight looks again every minute.', action: 'show-names' }],
  }),
  'provider-unknown': ({ name }) => ({
    title: `No provider is called "${name}" here.`,
    cause: 'A provider is named by its short name.',
    consequence: 'Nothing was changed.',
    steps: [
      { text: 'Look at the list: porchlight name providers.', action: 'show-names' },
      'For one that is not in it there are dyndns2 and custom.',
    ],
  }),
  'name-credentials-missing': ({ name, detail }) => ({
    title: `${name} needs more than was given.`,
    cause: `Still missing: ${detail}.`,
    consequence: 'Nothing was changed.',
    steps: [{ text: 'Give all that is asked for. Where it is found is written beside the provider.', action: 'show-names' }],
  }),
  'ipv6-suffix-invalid': ({ address }) => ({
    title: `"${address}" cannot be the end of an address of the newer kind (IPv6).`,
    cause: 'The first half of such an address comes from your internet provider, and changes; only the second half belongs to a machine.',
    consequence: 'Nothing was changed.',
    remedy: 'Give its last four groups after two colons, as the help of the command shows.',
  }),
}
