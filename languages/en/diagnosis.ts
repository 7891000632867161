import type { ActionId } from '../../protocol/action.ts'
import type { FactName, LinkName, LinkVerdict } from '../../protocol/diagnosis.ts'
import type { ProblemWords } from '../problems.ts'

/** The links of the chain, from the house outwards: what holds when they are well. */
export const links: Readonly<Record<LinkName, string>> = {
  service: 'Your services answer',
  computer: 'This computer is on a network',
  firewall: 'Its firewall lets visitors in',
  lan: 'Your home network works',
  router: 'Your router opens the way',
  'second-router': 'No second router is in the way',
  provider: 'Your provider lets visitors through',
  internet: 'The internet connection works',
  relay: 'The relay is connected',
  outside: 'Somebody outside got through',
  name: 'Your names lead here',
  certificate: 'The certificate is in place',
  visitor: 'Visitors get to your services',
}

/** What `diagnose` means by the mark before a link. */
export const marks: Readonly<Record<LinkVerdict, string>> = {
  ok: 'as it should be',
  broken: 'broken',
  warning: 'works, with a remark',
  unknown: 'cannot be known yet',
}

const LINES: Readonly<Record<string, string>> = {
  single: 'nothing of your provider stands between your router and the internet',
  double: 'two routers, one behind the other',
  carrier: 'your provider shares one IPv4 address among many customers',
  'ds-lite': 'your provider carries IPv4 inside IPv6, and shares its address',
  'shared-ports': 'your provider gives you only some of the ports of your address',
  mobile: 'a mobile network',
  unsure: 'what stands between your router and the internet is not clear',
}

/** What a verdict rests on. */
export const facts: Readonly<Record<FactName, (value: string) => string>> = {
  answers: (value) => `answers: ${value}`,
  silent: (value) => `does not answer: ${value}`,
  'our-address': (value) => `address of this computer: ${value}`,
  interface: (value) => `network card: ${value}`,
  firewall: (value) => `firewall: ${value}`,
  router: (value) => `router: ${value}`,
  'router-speaks': (value) => `lets itself be asked by: ${value.toUpperCase()}`,
  'router-says': (value) => `the router says that its outside address is: ${value}`,
  'no-second-router': (value) => `the router itself has the outside address: ${value}`,
  'second-router-says': (value) => `the second router says that its outside address is: ${value}`,
  'outside-sees': (value) => `outsiders see this home at: ${value}`,
  line: (value) => LINES[value] ?? 'what stands between your router and the internet is not known yet',
  'elsewhere-answers': (value) => `answers, though no relay does: ${value}`,
  'elsewhere-silent': (value) => `does not answer either: ${value}`,
  relay: (value) => `relay: ${value}`,
  'delay-ms': (value) => `there and back in ms: ${value}`,
  proven: (value) => `proven from outside: ${value}`,
  'leads-to': (value) => `your names lead to: ${value}`,
  'certificate-until': (value) => `good until ${value}`,
  'no-website': () => 'none of your services is a website',
  reachable: (value) => `reachable: ${value}`,
  unreachable: (value) => `not reachable: ${value}`,
}

/** On the button of a step. */
export const actions: Readonly<Record<ActionId, string>> = {
  'check-now': 'Look again',
  'join-relay': 'Enter a relay code',
  'copy-command': 'Copy the command',
  'open-router': "Open the router's page",
  'open-guide': 'Show me how',
  'accept-certificate': 'Compare the certificates',
  'agree-terms': 'Read and agree',
  'test-certificate': 'Try a renewal',
  'test-alerts': 'Send a test message',
  'show-service': 'Show the service',
  'show-links': 'Show its links',
  'set-access': 'Choose who may come in',
  'choose-name': 'Choose a name',
  'add-service': 'Add a service',
  'show-names': 'Show the names',
  'test-name': 'Ask the provider again',
  'give-credentials': 'Give it anew',
  'show-alerts': 'Show the alerts',
  'show-bans': 'Show who is shut out',
  'support-bundle': 'Get help',
  restart: 'Restart Porchlight',
}

export const diagnosis = {
  heading: 'From your home to your visitors',
  seen: (ago: string) => `seen ${ago}`,
  never: 'not known yet',
  evidence: 'What this rests on',
  root: 'What to mend first',
  also: 'Also wrong',
  alsoWrong: (count: number) => (count === 1 ? 'Something else is wrong as well' : `${count} other things are wrong as well`),
  tested: 'The test message was sent.',
  nameTested: 'The provider was asked.',
  commandCopied: 'The command is on the clipboard.',
  follows: (count: number) => (count === 1 ? 'One thing that follows from it' : `${count} things that follow from it`),
  remarks: (count: number) => (count === 1 ? 'One remark' : `${count} remarks`),
  healed: 'What healed by itself',
  healedAt: (from: string, until: string) => `${from} to ${until}`,
  well: 'Nothing is wrong.',
}

/** What only a look at the whole way tells. */
export const diagnosisProblems: ProblemWords<
  | 'router-unreachable'
  | 'internet-down'
  | 'resolver-silent'
  | 'provider-shares-ports'
  | 'provider-ds-lite'
  | 'mobile-network'
  | 'name-unresolved'
  | 'relay-names-silent'
> = {
  'router-unreachable': ({ address }) => ({
    title: 'Your router does not answer.',
    causes: [`The router is off or stuck: nothing comes back from ${address}.`, 'A cable is loose.', 'The Wi-Fi is too weak here.'],
    consequence: 'Your services stay set up, but nobody outside can reach them.',
    steps: [
      'Look at the lights of the router, and restart it if it is on.',
      'Look whether the cables are in.',
      { text: 'Porchlight notices and carries on by itself.', action: 'check-now' },
    ],
  }),
  'internet-down': ({ address, host }) => ({
    title: 'Your internet connection is down.',
    causes: [
      `Your provider may have an outage: the router at ${address} is there, but neither the relay nor ${host} answers.`,
      'The router may have lost its line, and need a restart.',
    ],
    consequence: 'Nobody outside can reach your services. At home they go on.',
    steps: [
      { text: 'Restart the router.', action: 'open-router' },
      'If that does not help, ask your provider.',
      { text: 'Porchlight notices and carries on by itself.', action: 'check-now' },
    ],
  }),
  'resolver-silent': ({ address }) => ({
    title: 'This computer cannot look up names.',
    cause: `The name server that this computer asks (DNS), ${address}, gives no usable answer, though the internet itself works.`,
    consequence: 'What runs goes on. But certificates cannot be renewed and new connections fail, here and perhaps on your other devices.',
    steps: [
      'Restart the router, which is mostly the one that is asked.',
      'If it lasts, choose another name server in the settings of the router.',
      { text: 'Porchlight notices by itself.', action: 'check-now' },
    ],
  }),
  'provider-shares-ports': ({ address }) => ({
    title: 'Your provider gives you only some of the ports.',
    cause: `Several customers share the address ${address}, each with a part of its ports. Port 443, where browsers come, is not in yours.`,
    consequence: 'Nobody can come straight to your websites over IPv4, the older kind of internet address. Through the relay it works.',
    steps: [
      'Nothing to do.',
      { text: 'For the direct way, ask your provider for a full IPv4 address; many give it free of charge.', action: 'open-guide' },
    ],
  }),
  'provider-ds-lite': ({ address }) => ({
    title: 'Your connection has no IPv4 address of its own.',
    cause: `Your provider carries the old kind of internet address (IPv4) inside the new one (IPv6), and shares ${address} among many customers.`,
    consequence:
      'Nobody can come straight to your home over IPv4. Through the relay it works, and over IPv6 directly where the router allows it.',
    steps: ['Nothing to do.', { text: 'For the direct way, ask your provider for an IPv4 address of your own.', action: 'open-guide' }],
  }),
  'mobile-network': ({ address }) => ({
    title: 'This computer is on a mobile network.',
    cause: `Its address ${address} is one that telephones and mobile modems give, and mobile networks let no visitors in.`,
    consequence: 'Nobody can come straight to this computer. Through the relay it works, and uses up mobile data.',
    steps: ['Nothing to do.', { text: 'For the direct way, join the network of your home.', action: 'check-now' }],
  }),
  'name-unresolved': ({ host, address, relay }) => ({
    title: 'Your names are not found from here.',
    causes: [
      `An old answer is still kept: the name server of this computer (DNS), ${address}, does not know ${host}, though ${relay} does.`,
      'A filter in the router or at the provider hides such names.',
    ],
    consequence: 'Whoever uses the same name server does not find your services. Others do.',
    steps: [
      { text: 'Wait a minute.', action: 'check-now' },
      'If it lasts, look in the router for a filter or a protection against "DNS rebinding", and make an exception there.',
    ],
  }),
  'relay-names-silent': ({ host, relay }) => ({
    title: 'The relay does not say where your names lead.',
    cause: `Names such as ${host} are looked up at ${relay}, and nobody there answers with an address. Your own network is well.`,
    consequence: 'New visitors do not find your services. Those who are here go on.',
    steps: ['Tell whoever runs the relay.', { text: 'Porchlight notices when it answers again.', action: 'check-now' }],
  }),
}
