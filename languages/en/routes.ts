/** Paths that lead elsewhere at home, and what the places there are told and believed. */
import type { ProblemWords } from '../problems.ts'
import { moment } from './problems-way.ts'

export const routes = {
  heading: (name: string) => `More on ${name}`,
  open: 'More',
  paths: 'Paths that lead elsewhere at home',
  close: 'Close',
  /** For whoever adds one: a browser takes all of them for one website. */
  shared:
    'To a browser, all paths of one address are one website: a page behind one of them can read the others, and act there for whoever is signed in. Give a service an address of its own unless you trust all of them alike.',
  /** In the list: the service's own target. */
  everythingElse: 'everything else',
  stripped: 'without the path',
  refused: 'refused: this path can be read in two ways',
  redirected: (to: string) => `sent on to ${to}`,
  prefix: 'Path',
  prefixHelp: 'Such as /zm. Everything below it goes there.',
  target: 'Where it leads',
  targetHelp: 'Any machine at home, such as http://192.168.1.20:80',
  strip: 'The service does not know of this path',
  submit: 'Add path',
  busy: 'Adding…',
  added: (prefix: string) => `${prefix} was added.`,
  remove: 'Remove',
  removeQuestion: (prefix: string) => `Remove ${prefix}?`,
  removeDetail: 'Its visitors then come to whatever the other paths say. The service itself goes on at home, untouched.',
  removed: (prefix: string) => `${prefix} was removed.`,
  keep: 'Keep it',
  nothing: 'There is nothing more to set for a service of this kind.',
  uploadLimit: 'Largest upload',
  uploadLimitHelp: 'What a visitor may send in one go. Empty: as much as he likes.',
  uploadLimitSave: 'Save',
  uploadLimitSet: 'The limit counts from now on.',
  proxyProtocol: "Tell it its visitors' addresses (PROXY protocol v2)",
  proxyProtocolHelp: 'Only if the program is set to expect it: any other takes it for rubbish.',
  certificate: {
    accept: 'Accept this certificate',
    cancel: 'Cancel',
    question: (target: string) => `Is this really ${target}?`,
    detail:
      'No public authority vouches for it, as for most devices at home. If you accept it, Porchlight will send visitors there only while it shows exactly this certificate.',
    fingerprint: 'Fingerprint (SHA-256)',
    subject: 'Made out to',
    until: 'Valid until',
    accepted: 'The certificate was accepted.',
  },
}

export const routeProblems: ProblemWords<
  | 'route-invalid'
  | 'route-taken'
  | 'route-unknown'
  | 'routes-full'
  | 'route-web-only'
  | 'proxy-protocol-tcp-only'
  | 'upload-limit-web-only'
  | 'fingerprint-invalid'
  | 'certificate-https-only'
  | 'certificate-unaccepted'
  | 'certificate-replaced'
  | 'certificate-kept'
> = {
  'route-invalid': ({ path }) => ({
    title: `"${path}" cannot be a path here.`,
    cause: 'A path begins with a slash and has letters, digits, and . _ ~ - between slashes. The slash alone is the service itself.',
    consequence: 'No path was added.',
    remedy: 'Take one such as /zm or /home/cameras.',
  }),
  'route-taken': ({ path, service }) => ({
    title: `${path} of ${service} already leads somewhere.`,
    cause: 'A path leads to one place only.',
    consequence: 'Nothing was changed.',
    remedy: 'Remove that path first, or choose another one.',
  }),
  'route-unknown': ({ path, service }) => ({
    title: `${service} has no path "${path}".`,
    cause: 'It was removed already, or is written in another way.',
    consequence: 'Nothing was changed.',
    remedy: 'See which paths there are on the page, or with "porchlight route ls".',
  }),
  'routes-full': ({ service, limit }) => ({
    title: `${service} has ${limit} paths already, and cannot have more.`,
    cause: 'Each of them is looked at for every request.',
    consequence: 'No path was added.',
    steps: ['Remove one.', { text: 'Or add another service, which gets an address of its own.', action: 'add-service' }],
  }),
  'route-web-only': ({ service, target }) => ({
    title: 'Only websites have paths.',
    cause: `${target} is neither http:// nor https://, so that nothing can be led by paths there.`,
    consequence: `${service} stays as it was.`,
    remedy: 'Add what is no website as a service of its own.',
  }),
  'upload-limit-web-only': ({ service }) => ({
    title: `What is sent to ${service} cannot be limited.`,
    cause: 'It is no website, so that nobody can see where one request ends and the next begins.',
    consequence: 'Nothing was changed.',
    remedy: 'Set a limit in the program itself, if it has one.',
  }),
  'proxy-protocol-tcp-only': ({ service }) => ({
    title: `${service} cannot be told its visitors by the "PROXY protocol".`,
    cause: 'That is only for services whose address begins with tcp://. Websites are told in another way anyway.',
    consequence: 'Nothing was changed.',
    remedy: 'For a website nothing is needed: set it to trust this computer as its proxy.',
  }),
  'fingerprint-invalid': () => ({
    title: 'This is no fingerprint of a certificate.',
    cause: 'A SHA-256 fingerprint has 64 digits from 0 to 9 and A to F, often with colons between each two.',
    consequence: 'Nothing was changed.',
    remedy: 'Copy all of it once more.',
  }),
  'certificate-https-only': ({ service, target }) => ({
    title: `${service} shows no certificate.`,
    cause: `It is reached at ${target}, which is not https://.`,
    consequence: 'Nothing was changed, and there is nothing to accept.',
    remedy: 'If it speaks https at home, remove it and add it again with https://.',
  }),
  'certificate-unaccepted': ({ service, target, theirs, detail, until }) => ({
    title: `${service} shows a certificate that nobody has accepted yet.`,
    cause: `${target} is vouched for by nobody but itself, as most devices at home are: "${detail}", until ${moment(until)}.`,
    consequence: 'Nothing is sent there, and visitors read that it could not be recognised.',
    steps: [
      `Compare its fingerprint with the one that the device itself tells: ${theirs}.`,
      { text: 'If they are the same, accept it.', action: 'accept-certificate' },
    ],
  }),
  'certificate-replaced': ({ service, target, ours, theirs, detail, until }) => ({
    title: `${service} shows another certificate than the one you accepted.`,
    causes: [
      `It was renewed: the new one is "${detail}", until ${moment(until)}. Before: ${ours}.`,
      `Or something else answers at ${target}.`,
    ],
    consequence: 'Nothing is sent there any more, and visitors read that it could not be recognised.',
    steps: [`See whether you or the device made a new one: ${theirs}.`, { text: 'If so, accept it.', action: 'accept-certificate' }],
  }),
  'certificate-kept': ({ service, target, theirs }) => ({
    title: `The certificate of ${service} is now the only one that is accepted.`,
    cause: `Porchlight used to take any certificate at ${target}. It has noted the one shown now: ${theirs}.`,
    consequence: 'If another one is shown one day, visitors are kept away and you are asked.',
    steps: ['Nothing to do.', { text: 'If you know its fingerprint, compare.', action: 'show-service' }],
  }),
}
