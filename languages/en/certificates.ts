/** The certificates: what the list and the page say of them, and what can be wrong. */
import type { CertificateTrial } from '../../protocol/model/certificate.ts'
import type { CertificateView } from '../../protocol/snapshot.ts'
import type { ProblemWords } from '../problems.ts'
import { moment } from './problems-way.ts'

export const certificates = {
  states: { none: 'none yet', valid: 'valid', failed: 'not there' } satisfies Record<CertificateView['state'], string>,
  issuedBy: (issuer: string) => `from ${issuer}`,
  until: (whenMs: number) => `until ${moment(String(whenMs))}`,
  renewed: (whenMs: number) => `renewed on ${moment(String(whenMs))}`,
  again: (whenMs: number) => `next attempt on ${moment(String(whenMs))}`,
  failed: (whenMs: number, why: string) => `failed on ${moment(String(whenMs))}: ${why}`,
  sooner: (url: string) => `the directory wants it renewed early: ${url}`,
  none: 'No certificate is needed yet: add a web service, and join a relay.',
  authority: (name: string) => `Certificates come from ${name}.`,
  agreed: (url: string, whenMs: number) => `You agreed to its terms of service (${url}) on ${moment(String(whenMs))}.`,
  toAgree: (name: string, url: string) => `To get certificates, agree to the terms of service of ${name}: ${url}`,
  howToAgree: 'Read them, then run: porchlight certificate agree',
  nothingToAgree: 'There are no terms that wait for your agreement.',
  askKey: 'HMAC key:',
  trial: {
    began: (directory: string) => `A trial order at ${directory}. What serves your visitors is not touched.`,
    steps: {
      account: () => 'The directory answers, and knows this home.',
      ordered: () => 'The order is placed.',
      proving: (name: string, by: string) => `The proof for ${name} is there (${by}).`,
      proven: (name: string, by: string) => `The directory has seen it: ${name} is yours (${by}).`,
      issued: () => 'A certificate came of it, and was thrown away.',
    } satisfies Record<CertificateTrial['steps'][number]['step'], (name: string, by: string) => string>,
    good: 'All is well: the next renewal would go like this.',
    bad: (why: string) => `Here it ends: ${why}.`,
  },
  page: {
    heading: 'Certificates',
    text: 'What lets browsers trust your pages. Porchlight orders and renews them by itself.',
    terms: (name: string) => `${name} gives certificates without charge. It asks you to agree to its terms of service, once.`,
    read: 'Read the terms',
    agree: 'I agree',
    agreed: 'You have agreed.',
    test: 'Try a renewal',
    testing: 'Trying…',
    tried: 'The trial is over.',
    more: 'Other authorities, and names of your own',
    sooner: 'Why it is renewed early',
    remove: 'Remove',
    removed: (name: string) => `${name} was removed.`,
    ownName: 'A name of your own that leads to this home',
    ownNameHelp: 'Such as photos.example.org; ipv4 or ipv6 mean the address of this home itself.',
    leadsTo: 'It leads to',
    certFile: 'Certificate file (if you have one)',
    filesHelp: 'PEM files on the computer where Porchlight runs. Without them a certificate is ordered.',
    keyFile: 'Key file',
    addName: 'Add the name',
    added: (name: string) => `${name} was added.`,
    directory: 'Who gives the certificates',
    other: 'Another ACME directory',
    url: 'Address of the directory',
    email: 'Mail address (if it wants one)',
    keyId: 'Key ID (EAB)',
    hmacKey: 'HMAC key (EAB)',
    save: 'Use this one',
    chosen: (name: string) => `Certificates come from ${name} from now on.`,
    incomplete: 'Give both the key ID and the HMAC key, or neither.',
  },
}

export const certificateProblems: ProblemWords<
  | 'certificate-failed'
  | 'authority-invalid'
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
    cause: `A certificate is what lets browsers trust your links. What happened: ${reason}.`,
    consequence: 'Browsers warn visitors, or refuse to open the page.',
    steps: [
      {
        text: "Porchlight tries again by itself. If it lasts for an hour, check this computer's date, then tell whoever runs the relay.",
        action: 'check-now',
      },
    ],
  }),
  'authority-invalid': ({ name }) => ({
    title: `Certificates cannot be had from "${name}".`,
    cause: 'It is neither letsencrypt nor zerossl, nor an address that begins with https://.',
    consequence: 'Nothing was changed.',
    remedy: 'Give one of the two names, or the address of the ACME directory that you want to use.',
  }),
  'certificate-files': ({ host, path, reason }) => ({
    title: `The certificate file for ${host} cannot be used.`,
    cause: `${path}: ${reason}.`,
    consequence: 'One that was good before goes on serving until it ends. Without one, browsers cannot open that name.',
    remedy: 'Put a good one in its place: Porchlight looks every ten seconds. The chain stands in one file, the certificate itself first.',
  }),
  'name-elsewhere': ({ host, address }) => ({
    title: `${host} does not lead to this home.`,
    cause: `It leads to ${address}, of which port 443 does not lead here. Whoever gives certificates looks at every address of a name.`,
    consequence: 'There is no certificate for that name.',
    steps: [
      {
        text: 'Have the name lead to this home alone, and its port 443 to this computer. Porchlight tries again by itself.',
        action: 'check-now',
      },
    ],
  }),
  'own-name-invalid': ({ name }) => ({
    title: `"${name}" cannot be a name of this home.`,
    cause: "It is neither a host name such as photos.example.org, nor ipv4 or ipv6 for the home's own address.",
    consequence: 'Nothing was changed.',
    remedy: 'Give the whole name, without https:// and without a path.',
  }),
  'own-names-full': ({ name }) => ({
    title: `${name} could not be added.`,
    cause: 'At most twenty names of your own can lead to this home.',
    consequence: 'The others stay as they were.',
    remedy: 'Remove one of them first.',
  }),
  'own-name-unknown': ({ name }) => ({
    title: `${name} is no name of this home.`,
    cause: 'It may have been removed already.',
    consequence: 'Nothing was changed.',
    remedy: 'Look at the list: porchlight certificate ls in a terminal shows it.',
  }),
  'certificate-terms': ({ host, address }) => ({
    title: 'You have to agree to terms of service first.',
    cause: `Certificates come from ${host}, which asks everybody to agree to its terms of service (${address}).`,
    consequence: 'Until then there is no certificate, and browsers do not open your links.',
    steps: [
      {
        text: 'Read the terms, then choose "I agree" on this page, or run porchlight certificate agree in a terminal.',
        action: 'agree-terms',
      },
    ],
  }),
  'certificate-account': ({ host }) => ({
    title: `${host} wants to know your account.`,
    cause: `${host} gives certificates to its customers alone. Your account there shows a key ID and an HMAC key.`,
    consequence: 'Until it has them there is no certificate, and browsers do not open your links.',
    steps: [
      {
        text: 'Copy both from your account there, then run: porchlight certificate authority zerossl --eab-key-id ID, which asks for the HMAC key.',
        action: 'test-certificate',
      },
    ],
  }),
  'certificate-untested': ({ reason }) => ({
    title: 'A renewal cannot be tried.',
    cause: `Why not: ${reason}.`,
    consequence: 'Nothing was changed.',
    remedy: 'A trial needs a home that has a name from a relay, and a directory that has a rehearsal, as letsencrypt does.',
  }),
  'certificate-rate-limited': ({ host, reason, until }) => ({
    title: `${host} gives no more certificates until ${moment(until)}.`,
    cause: `It counts what is asked of it, for everybody alike, and its limit is reached: ${reason}.`,
    consequence: 'A certificate that is there goes on serving. Where there is none yet, browsers do not open your links.',
    remedy: 'There is nothing to do: Porchlight waits until then, and goes on by itself.',
  }),
  'certificate-renewal-late': ({ host, reason, until }) => ({
    title: `The certificate of ${host} has not been renewed yet.`,
    cause: `The last attempt failed: ${reason}.`,
    consequence: `Nothing for now: the old one is good until ${moment(until)}.`,
    steps: [{ text: 'Porchlight tries again by itself.', action: 'test-certificate' }],
  }),
  'certificate-renewal-failing': ({ host, reason, until }) => ({
    title: `The certificate of ${host} still cannot be renewed.`,
    cause: `Every attempt has failed so far, the last one so: ${reason}.`,
    consequence: `Visitors notice nothing until ${moment(until)}. Then browsers warn them.`,
    steps: [
      {
        text: 'Porchlight goes on trying. To see where it gets stuck, run: porchlight certificate test. The remedy is mostly at the relay or in the network.',
        action: 'check-now',
      },
    ],
  }),
  'certificate-renewal-ending': ({ host, reason, until }) => ({
    title: `The certificate of ${host} ends on ${moment(until)}.`,
    cause: `No attempt to renew it has succeeded, the last one failed so: ${reason}.`,
    consequence: 'After that browsers warn visitors, or refuse to open the page.',
    steps: [{ text: 'Run now: porchlight certificate test. Its steps show what fails; tell whoever runs the relay.', action: 'check-now' }],
  }),
  'certificate-over': ({ host, until }) => ({
    title: `The certificate of ${host} has ended.`,
    cause: `It was good until ${moment(until)}, and could not be renewed.`,
    consequence: 'Browsers warn visitors, or refuse to open the page.',
    steps: [{ text: "Check this computer's date, then run: porchlight certificate test. Porchlight goes on trying.", action: 'check-now' }],
  }),
}
