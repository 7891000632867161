/** What can be wrong with certificates. */
import type { ProblemWords } from '../problems.ts'
import { moment } from './times.ts'

export const certificateProblems: ProblemWords<
  | 'certificate-failed'
  | 'authority-invalid'
  | 'authority-file'
  | 'certificate-files'
  | 'name-elsewhere'
  | 'own-name-invalid'
  | 'own-names-full'
  | 'own-name-unknown'
  | 'certificate-terms'
  | 'certificate-account'
  | 'certificate-untested'
  | 'certificate-rate-limited'
  | 'certificate-renewal-late'
  | 'certificate-renewal-failing'
  | 'certificate-renewal-ending'
  | 'certificate-over'
> = {
  'certificate-failed': ({ reason }) => ({
    title: 'The certificate for your links could not be obtained.',
    causes: [`A certificate is what lets browsers trust your links. It was refused: ${reason}.`, "This computer's date may be wrong."],
    consequence: 'Browsers warn visitors, or refuse to open the page.',
    steps: [
      { text: 'Wait: Porchlight tries again by itself.', action: 'test-certificate' },
      "If it lasts for an hour, check this computer's date.",
      'If that is right, tell whoever runs the relay.',
    ],
  }),
  'authority-invalid': ({ name }) => ({
    title: `Certificates cannot be had from "${name}".`,
    cause: 'It is neither letsencrypt nor zerossl, nor an address that begins with https://.',
    consequence: 'Nothing was changed.',
    steps: [{ text: 'Give one of the two names.', action: 'show-names' }, 'Or the address of another directory that gives certificates.'],
  }),
  'authority-file': ({ path, reason }) => ({
    title: `${path} cannot vouch for whoever gives certificates.`,
    cause: `Porchlight looked into that file: ${reason}.`,
    consequence: 'Nothing was changed.',
    steps: ['Give the whole path of a certificate file on the computer where Porchlight runs.', 'Check that this account may read it.'],
  }),
  'certificate-files': ({ host, path, reason }) => ({
    title: `The certificate file for ${host} cannot be used.`,
    cause: `${path}: ${reason}.`,
    consequence: 'One that was good before goes on serving until it ends. Without one, browsers cannot open that name.',
    steps: [
      'Put a good one in its place, with the certificate itself first and those of its issuers behind it.',
      { text: 'Porchlight looks every ten seconds.', action: 'show-names' },
    ],
  }),
  'name-elsewhere': ({ host, address }) => ({
    title: `${host} does not lead to this home.`,
    cause: `It leads to ${address}, of which port 443 does not lead here. Whoever gives certificates looks at every address of a name.`,
    consequence: 'There is no certificate for that name.',
    steps: [
      'Where you keep the name, have it lead to this home alone.',
      'On the router, have port 443 lead to this computer.',
      { text: 'Porchlight tries again by itself.', action: 'test-certificate' },
    ],
  }),
  'own-name-invalid': ({ name }) => ({
    title: `"${name}" cannot be a name of this home.`,
    cause: "It is neither a host name such as photos.example.org, nor ipv4 or ipv6 for the home's own address.",
    consequence: 'Nothing was changed.',
    steps: [{ text: 'Give the whole name, without https:// and without a path.', action: 'show-names' }],
  }),
  'own-names-full': ({ name }) => ({
    title: `${name} could not be added.`,
    cause: 'At most twenty names of your own can lead to this home.',
    consequence: 'The others stay as they were.',
    steps: [{ text: 'Remove one of them first.', action: 'show-names' }],
  }),
  'own-name-unknown': ({ name }) => ({
    title: `${name} is no name of this home.`,
    cause: 'It may have been removed already.',
    consequence: 'Nothing was changed.',
    steps: [{ text: 'Look at the list: porchlight name ls, or porchlight certificate ls.', action: 'show-names' }],
  }),
  'certificate-terms': ({ host, address }) => ({
    title: 'You have to agree to terms of service first.',
    cause: `Certificates come from ${host}, which asks everybody to agree to its terms of service (${address}).`,
    consequence: 'Until then there is no certificate, and browsers do not open your links.',
    steps: [{ text: 'Read the terms, then choose "I agree".', action: 'agree-terms' }],
  }),
  'certificate-account': ({ host }) => ({
    title: `${host} wants to know your account.`,
    cause: `${host} gives certificates to its customers alone. Your account there shows two texts for this, a "key ID" and an "HMAC key".`,
    consequence: 'Until it has them there is no certificate, and browsers do not open your links.',
    steps: [
      'Copy both from your account there.',
      'Run "porchlight certificate authority zerossl --eab-key-id ID" in a terminal. It asks for the other one.',
      { text: 'Then see whether it works.', action: 'test-certificate' },
    ],
  }),
  'certificate-untested': ({ reason }) => ({
    title: 'A renewal cannot be tried.',
    cause: `Why not: ${reason}.`,
    consequence: 'Nothing was changed.',
    steps: [
      { text: 'A trial needs a home that has a name from a relay.', action: 'join-relay' },
      'It also needs a directory that has a rehearsal, as letsencrypt does.',
    ],
  }),
  'certificate-rate-limited': ({ host, reason, until }) => ({
    title: `${host} gives no more certificates until ${moment(until)}.`,
    cause: `It counts what is asked of it, for everybody alike, and its limit is reached: ${reason}.`,
    consequence: 'A certificate that is there goes on serving. Where there is none yet, browsers do not open your links.',
    steps: [{ text: 'There is nothing to do: Porchlight waits until then, and goes on by itself.', action: 'show-names' }],
  }),
  'certificate-renewal-late': ({ host, reason, until }) => ({
    title: `The certificate of ${host} has not been renewed yet.`,
    cause: `The last attempt failed: ${reason}.`,
    consequence: `Nothing for now: the old one is good until ${moment(until)}.`,
    steps: [{ text: 'Nothing to do: Porchlight tries again by itself.', action: 'test-certificate' }],
  }),
  'certificate-renewal-failing': ({ host, reason, until }) => ({
    title: `The certificate of ${host} still cannot be renewed.`,
    cause: `Every attempt has failed so far, the last one so: ${reason}.`,
    consequence: `Visitors notice nothing until ${moment(until)}. Then browsers warn them.`,
    steps: [
      { text: 'Try a renewal, and see where it gets stuck. Porchlight goes on trying too.', action: 'test-certificate' },
      "Check this computer's date.",
      'Tell whoever runs the relay what the trial shows.',
    ],
  }),
  'certificate-renewal-ending': ({ host, reason, until }) => ({
    title: `The certificate of ${host} ends on ${moment(until)}.`,
    cause: `No attempt to renew it has succeeded, the last one failed so: ${reason}.`,
    consequence: 'After that browsers warn visitors, or refuse to open the page.',
    steps: [
      { text: 'Try a renewal now: its steps show what fails.', action: 'test-certificate' },
      'Tell whoever runs the relay what the trial shows.',
    ],
  }),
  'certificate-over': ({ host, until }) => ({
    title: `The certificate of ${host} has ended.`,
    causes: [`It was good until ${moment(until)}, and could not be renewed.`, "Or this computer's date is wrong."],
    consequence: 'Browsers warn visitors, or refuse to open the page.',
    steps: [
      "Check this computer's date.",
      { text: 'Try a renewal: its steps show what fails. Porchlight goes on trying too.', action: 'test-certificate' },
    ],
  }),
}
