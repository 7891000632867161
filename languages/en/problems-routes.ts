/** What can be wrong with paths that lead elsewhere. */
import type { ProblemWords } from '../problems.ts'
import { moment } from './times.ts'

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
    steps: [{ text: 'Take one such as /zm or /home/cameras.', action: 'show-service' }],
  }),
  'route-taken': ({ path, service }) => ({
    title: `${path} of ${service} already leads somewhere.`,
    cause: 'A path leads to one place only.',
    consequence: 'Nothing was changed.',
    steps: [{ text: 'Remove that path first, or choose another one.', action: 'show-service' }],
  }),
  'route-unknown': ({ path, service }) => ({
    title: `${service} has no path "${path}".`,
    cause: 'It was removed already, or is written in another way.',
    consequence: 'Nothing was changed.',
    steps: [{ text: 'See which paths there are on the page, or with "porchlight route ls".', action: 'show-service' }],
  }),
  'routes-full': ({ service, limit }) => ({
    title: `${service} has ${limit} paths already, and cannot have more.`,
    cause: 'Each of them is looked at for every page that a visitor opens.',
    consequence: 'No path was added.',
    steps: ['Remove one.', { text: 'Or add another service, which gets an address of its own.', action: 'add-service' }],
  }),
  'route-web-only': ({ service, target }) => ({
    title: 'Only websites have paths.',
    cause: `${target} is neither http:// nor https://, so that nothing can be led by paths there.`,
    consequence: `${service} stays as it was.`,
    steps: [{ text: 'Add what is no website as a service of its own.', action: 'add-service' }],
  }),
  'upload-limit-web-only': ({ service }) => ({
    title: `What is sent to ${service} cannot be limited.`,
    cause: 'It is no website, so that nobody can see where one file ends and the next begins.',
    consequence: 'Nothing was changed.',
    steps: [{ text: 'Set a limit in the program itself, if it has one.', action: 'show-service' }],
  }),
  'proxy-protocol-tcp-only': ({ service }) => ({
    title: `${service} cannot be told its visitors by the "PROXY protocol".`,
    cause: 'That is only for services whose address begins with tcp://. Websites are told in another way anyway.',
    consequence: 'Nothing was changed.',
    steps: [{ text: 'For a website nothing is needed: set it to trust this computer as its proxy.', action: 'show-service' }],
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
    steps: [{ text: 'If it speaks https at home, remove it and add it again with https://.', action: 'show-service' }],
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
