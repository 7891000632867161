/** What visitors meet on the way in: firewalls, IPv6, a look from outside, the certificate that they are shown. */
import type { ProblemWords } from '../problems.ts'

/** Of trouble with IPv6. */
const OTHER_WAY =
  'While a relay carries them, or another way is open, they notice nothing and you can leave it so. Without either, nobody gets in.'

export const wayProblems: ProblemWords<
  | 'direct-port-differs'
  | 'firewall-here'
  | 'firewall-perhaps'
  | 'ipv6-closed'
  | 'ipv6-port-forbidden'
  | 'ipv6-port-taken'
  | 'mapping-unreachable'
  | 'unreachable-outside'
  | 'certificate-wrong'
  | 'foreign-certificate'
  | 'unknown-certificate'
> = {
  'direct-port-differs': ({ service, port, address }) => ({
    title: `${service} has another port on the direct way.`,
    causes: [`Port ${port}, which its public address has, is taken on your router.`, 'Or your provider has not given you that port.'],
    consequence: `Visitors with the public address take the relay. Directly, ${service} is at ${address}.`,
    steps: [
      'Nothing needs to be done.',
      { text: `If every millisecond counts, give away ${address} instead; it may change.`, action: 'show-service' },
    ],
  }),
  'firewall-here': ({ name, protocol, port, command }) => ({
    title: 'The firewall of this computer keeps visitors out.',
    cause: `What comes from the internet to ${protocol} port ${port} is thrown away here by ${name}, before Porchlight sees it.`,
    consequence: 'Visitors take the relay until the direct way works.',
    steps: [
      { text: `To let in exactly this port, run this as an administrator: ${command}.`, action: 'copy-command' },
      { text: 'Porchlight notices by itself.', action: 'check-now' },
    ],
  }),
  'firewall-perhaps': ({ name, protocol, port, command }) => ({
    title: 'The firewall of this computer may keep visitors out.',
    causes: [
      `${name} may do so: it is on, and from outside nobody got through to ${protocol} port ${port}.`,
      'Or the router or the provider does. Porchlight may not read the rules of the firewall, so it cannot tell.',
    ],
    consequence: 'Visitors take the relay until the direct way works.',
    steps: [
      { text: `If nothing else explains it, let in exactly this port, as an administrator: ${command}.`, action: 'copy-command' },
      { text: 'Porchlight notices by itself.', action: 'check-now' },
    ],
  }),
  'ipv6-closed': ({ port }) => ({
    title: 'Your router keeps visitors out over IPv6.',
    cause: `It lets nobody in on port ${port} who comes by the newer kind of internet address (IPv6), and does not let itself be asked for it.`,
    consequence: OTHER_WAY,
    steps: [
      { text: `Allow TCP port ${port} to this computer in the router's IPv6 firewall.`, action: 'open-guide' },
      { text: 'Porchlight notices by itself.', action: 'check-now' },
    ],
  }),
  'ipv6-port-forbidden': ({ port, command }) => ({
    title: 'Visitors cannot come straight to this computer over IPv6.',
    cause: `Its system keeps port ${port}, where browsers come, for its administrator. With the newer kind of internet address (IPv6) no other port will do.`,
    consequence: OTHER_WAY,
    steps: [
      { text: `Run this once: ${command}.`, action: 'copy-command' },
      { text: 'Then restart Porchlight.', action: 'restart' },
    ],
  }),
  'ipv6-port-taken': ({ port }) => ({
    title: 'Visitors cannot come straight to this computer over IPv6.',
    cause: `Another program on it already answers on port ${port}. With the newer kind of internet address (IPv6) no other port will do.`,
    consequence: OTHER_WAY,
    steps: [{ text: 'If you no longer need the other program, stop it, and Porchlight takes its place by itself.', action: 'check-now' }],
  }),
  'mapping-unreachable': ({ address, port }) => ({
    title: 'The rule on the router is there, but nothing comes through.',
    causes: [
      `The router may have accepted the rule without following it: port ${port} at ${address} was tried from outside without success.`,
      "The provider's own firewall may block the port.",
    ],
    consequence: 'Visitors take the relay until the direct way works.',
    steps: [
      'Restart the router.',
      { text: 'If that does not help, add the rule by hand.', action: 'open-guide' },
      'Look for a firewall setting in your customer account at the provider.',
      { text: 'Porchlight notices by itself.', action: 'check-now' },
    ],
  }),
  'unreachable-outside': ({ service }) => ({
    title: `${service} cannot be reached from outside.`,
    cause: 'At home it answers, but no way from the internet leads to it at the moment.',
    consequence: 'Visitors see an error.',
    steps: [
      { text: 'Porchlight keeps looking for a way.', action: 'check-now' },
      'If it lasts, restart the router, then have it look again.',
    ],
  }),
  'certificate-wrong': ({ reason }) => ({
    title: 'Browsers do not trust your pages.',
    causes: [
      `Somebody outside looked at the certificate that visitors are shown: ${reason}.`,
      "This computer's date may be wrong, so that nothing was renewed in time.",
    ],
    consequence: 'Visitors see a warning instead of the page.',
    steps: [
      "Check this computer's date and time.",
      { text: 'Restart Porchlight: it renews what has run out.', action: 'restart' },
      { text: 'If it lasts, tell whoever runs the relay.', action: 'check-now' },
    ],
  }),
  'foreign-certificate': ({ host, address }) => ({
    title: 'Somebody else answers under your address.',
    causes: [
      `A company network or an antivirus program on the way opens encrypted connections to ${host} at ${address}.`,
      "Or somebody on the way reads and changes what goes through: the certificate shown there has a key that is not this computer's.",
    ],
    consequence: 'Passwords and pages that take this way are not private.',
    steps: [
      'Do not sign in over this address until it is settled.',
      'See whether a company network or an antivirus program opens encrypted connections.',
      { text: 'If not, ask whoever runs the relay, or take another relay.', action: 'join-relay' },
    ],
  }),
  'unknown-certificate': ({ host, detail }) => ({
    title: 'Somebody else has a certificate for your names.',
    causes: [
      `You have set up this home on another computer too. The public logs show a certificate for names below ${host}: ${detail}.`,
      'Or somebody who can prove your names has ordered it. Only whoever runs the relay can.',
    ],
    consequence: 'Whoever has it can pose as your home, and read and change what visitors send, without a warning in their browser.',
    steps: [
      'Until it is settled, do not sign in over these links.',
      'If you have another computer for this home, see whether the certificate is its own.',
      { text: 'If not, ask whoever runs the relay, or take another relay.', action: 'join-relay' },
    ],
  }),
}
