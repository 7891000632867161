import type { FindingCode, FindingFacts, Weight } from '../../protocol/finding.ts'
import type { Setting } from '../../protocol/model/preset.ts'
import { presets } from './presets.ts'

interface Told {
  readonly what: string
  readonly next: string
}

type FindingWords = { readonly [C in FindingCode]: (facts: FindingFacts<C>) => Told }

const NOTHING = 'There is nothing to do.'

/** In the words of the preset; a need that a later version knows is told by its place alone. */
const told = (need: string, where: string): string =>
  Object.hasOwn(presets.need, need) ? presets.need[need as Setting['need']](where) : `${where}.`

const findings: FindingWords = {
  'default-login': ({ program, user, password }) => ({
    what: `${program} still accepts ${user}/${password}. Anybody who finds the address would be its administrator.`,
    next: `Change that password in ${program} before sharing, then check again.`,
  }),
  'no-login': ({ program }) => ({
    what: `${program} opens pages that are for its users only, and asks nobody for a login.`,
    next: `Switch its login on in ${program}, or let in only who has a link, then check again.`,
  }),
  unclaimed: ({ program }) => ({
    what: `${program} has no owner yet: whoever opens it first can set it up as theirs.`,
    next: `Open ${program} at home, finish setting it up, then check again.`,
  }),
  'login-form-in-clear': ({ address }) => ({
    what: `Its login page sends the password to ${address}, unencrypted: anybody on the way could read it.`,
    next: 'Set its public address in the program so that it begins with https://, then check again.',
  }),
  'better-at-home': ({ program }) => ({
    what: `${program} controls everything behind it. Its makers, or common sense, advise to keep it at home.`,
    next: 'If you need it on the road, let in only who has a link, and give the link to nobody.',
  }),
  'default-login-known': ({ program, user, password }) => ({
    what: `New installations of ${program} accept ${user}/${password}. Whether yours still does has not been tried.`,
    next: 'Have it tried once, or log in with it yourself; if it works, change it.',
  }),
  'lists-files': () => ({
    what: 'It shows a list of its files: visitors can open every one, also those that nothing links to.',
    next: 'If that is not meant, switch listings off there, or let in only who has a link.',
  }),
  'no-login-seen': () => ({
    what: 'We saw no login. Whoever has the address sees what you see at home.',
    next: 'If it is not for everybody, let in only who has a link.',
  }),
  'better-by-link': ({ program }) => ({
    what: `${program} is safer when not everybody can try to get in.`,
    next: 'Let in only who has a link.',
  }),
  'login-in-clear-at-home': () => ({
    what: 'Through Porchlight the password travels encrypted. Inside your home it does not: devices on your network could read it.',
    next: 'At home too, use the address that Porchlight gives, or switch on https in the program.',
  }),
  'default-login-unclear': ({ user, password }) => ({
    what: `${user}/${password} was tried once, and the answer said neither yes nor no.`,
    next: 'Log in with it yourself; if it works, change it.',
  }),
  'default-login-refused': ({ user, password }) => ({ what: `It does not accept ${user}/${password}.`, next: NOTHING }),
  'asks-login': () => ({ what: 'It asks for a login.', next: NOTHING }),

  'no-answer': ({ target }) => ({
    what: `Nobody answers at ${target}.`,
    next: 'Start the program, and check the address and the port by opening them at home.',
  }),
  'odd-answer': ({ target }) => ({
    what: `What answers at ${target} is no website.`,
    next: 'Check the port. For a program that is no website, remove the service and add it with tcp://.',
  }),
  'certificate-unaccepted': ({ target }) => ({
    what: `${target} shows a certificate that no authority vouches for, and you have not accepted it.`,
    next: 'If it is your own machine, accept its certificate; then it is looked at again.',
  }),
  'speaks-https': ({ target }) => ({
    what: 'It speaks https there, and was asked by http.',
    next: `Remove the service and add it as ${target}.`,
  }),
  'not-as-expected': ({ program, target }) => ({
    what: `Something answers at ${target}, but it does not look like ${program}.`,
    next: 'Check the address and the port; perhaps another program has them.',
  }),
  'not-well': ({ program, status }) => ({
    what: `${program} answers, but says that it is not well (${status}).`,
    next: 'Open it at home and see whether it works there; it may be starting or under maintenance.',
  }),
  'setting-missing': ({ program, need, where, name, ours }) => ({
    what: `${program} does not accept visitors who come through Porchlight yet (as ${name}, from ${ours}).`,
    next: `${told(need, where)} The name is ${name}, and Porchlight comes from ${ours}. Restart ${program}, then check again.`,
  }),
  'refuses-proxy': ({ status, ours }) => ({
    what: `It works at home, but refuses what a proxy passes on (${status}).`,
    next: `Look in its settings for "trusted proxies" and enter ${ours}, then check again.`,
  }),
  'refuses-name': ({ status, name }) => ({
    what: `It works at home, but refuses its public name (${status}).`,
    next: `Look in its settings for allowed host names and enter ${name}, then check again.`,
  }),
  'redirects-home': ({ address }) => ({
    what: `It sends visitors on to ${address}, which exists only in your home.`,
    next: 'Set its public address in the program, or leave that setting empty, then check again.',
  }),
  'redirects-to-http': () => ({
    what: 'It sends visitors to http:// although they have come by https://, and so round in circles.',
    next: 'Set its public address in the program so that it begins with https://, or have it trust the proxy, then check again.',
  }),
  'redirects-in-circles': () => ({
    what: 'It sends visitors round in circles.',
    next: 'Set its public address in the program so that it begins with https://, or have it trust the proxy, then check again.',
  }),
  'path-unknown': ({ path, status }) => ({
    what: `It answers, but has no page under ${path} (${status}).`,
    next: `Set ${path} as its base path in the program. Or remove the path and add it again as one that the service does not know of.`,
  }),
  'leaves-path': ({ path, address }) => ({
    what: `It sends visitors on to ${address}, where they come to another service.`,
    next: `Set ${path} as its base path in the program. Or remove the path and add it again as one that the service does not know of.`,
  }),
  'redirects-elsewhere': ({ address }) => ({
    what: `It sends visitors on to ${address}.`,
    next: 'If that is where they are to go, all is well; else set its public address in the program.',
  }),
  'setting-unseen': ({ program, need, where, name, ours }) => ({
    what: `What ${program} has been told of Porchlight cannot be seen from here.`,
    next: `${told(need, where)} The name is ${name}, and Porchlight comes from ${ours}.`,
  }),
  'unseen-from-outside': () => ({
    what: 'It has no public name yet, so it was only looked at as from home.',
    next: 'It is looked at again once a relay has given it a name.',
  }),
  'as-expected': ({ program }) => ({ what: `${program} answers.`, next: NOTHING }),
  answers: () => ({ what: 'It answers.', next: NOTHING }),
}

export const safety = {
  of: (service: string) => `${service}: before you share it`,
  /** `path`: one that leads elsewhere at home. */
  behind: (path: string, what: string) => `${path}: ${what}`,
  weight: { danger: 'Danger', warning: 'Careful', note: 'Note', fine: 'Fine' } satisfies Record<Weight, string>,
  summary: {
    danger: 'Read this before you share it.',
    warning: 'There is something to look after.',
    note: 'All is well, with a remark.',
    fine: 'All is well.',
  } satisfies Record<Weight, string>,
  checkedAt: (when: string) => `Checked ${when}`,
  next: 'What to do',
  check: 'Check again',
  checking: 'Checking…',
  checked: (service: string) => `${service} has been checked.`,
  open: 'What was found',
  close: 'Close',
  tryLogin: 'Try the default login once',
  tryQuestion: (program: string) => `Try the default login of ${program}?`,
  tryDetail: 'Porchlight logs in once as a stranger would, and writes into its log that it did. It never does so by itself.',
  keep: 'No',
  copyQuestion: (service: string) => `Share ${service} all the same?`,
  copyAnyway: 'I have read it, copy',
  copyNot: 'Not yet',
  findings,
}
