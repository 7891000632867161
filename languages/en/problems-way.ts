import type { ProblemWords } from '../problems.ts'

/** Milliseconds since 1970, as the time of day. */
const clock = (until: string): string =>
  /^\d+$/.test(until) ? new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' }).format(Number(until)) : until

/** Milliseconds since 1970, as a day and a time. */
export const moment = (until: string): string =>
  /^\d+$/.test(until) ? new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short' }).format(Number(until)) : until

/** The relay. */
export const relayProblems: ProblemWords<
  | 'no-relay'
  | 'relay-unreachable'
  | 'relay-blocked'
  | 'proxy-refused'
  | 'relay-untrusted'
  | 'relay-changed'
  | 'tls-inspected'
  | 'relay-older'
  | 'relay-newer'
  | 'relay-code-invalid'
  | 'relay-code-unknown'
  | 'relay-code-used'
  | 'relay-code-expired'
  | 'relay-closed'
  | 'relay-busy'
  | 'relays-full'
  | 'relay-not-joined'
  | 'relay-never-run'
  | 'device-unknown'
  | 'relay-suspended'
  | 'relay-suspends'
  | 'relay-no-port'
  | 'relay-far-for-music'
> = {
  'no-relay': () => ({
    title: 'No relay has been joined yet.',
    cause: 'A relay is a server on the internet that gives your services their names and checks them from outside.',
    consequence: 'Your services have no links yet, and nobody can check whether they are reachable.',
    steps: [
      'Get a relay code from somebody who runs a relay, or from a relay of your own on a rented server.',
      { text: 'Paste it here.', action: 'join-relay' },
    ],
  }),
  'relay-unreachable': ({ relay, reason }) => ({
    title: 'The relay does not answer.',
    causes: [
      `The relay may be down or be restarting: Porchlight cannot connect to ${relay}, because ${reason}.`,
      'Your internet connection may be disturbed.',
    ],
    consequence: 'Nothing can be checked from outside right now. Visitors who come straight to your home still get in.',
    steps: [
      { text: 'Wait a little: Porchlight keeps trying by itself.', action: 'check-now' },
      'If other websites fail too, look at your internet connection.',
      'If they work, ask whoever runs the relay.',
    ],
  }),
  'relay-blocked': ({ relay, port }) => ({
    title: 'This network does not let Porchlight out.',
    causes: [
      `A firewall or a filter of this network blocks port ${port}: ${relay} is up, but cannot be reached from here.`,
      'It is a guest network that wants you to sign in first.',
    ],
    consequence: 'Your links do not work from here, and nothing can be checked from outside.',
    steps: [
      'If this network has a page to sign in, open any website and sign in there.',
      `Ask whoever runs this network to allow outgoing TCP connections to ${relay}, port ${port}.`,
      { text: 'If it has a web proxy, enter it in the system settings. Porchlight uses it by itself.', action: 'check-now' },
    ],
  }),
  'proxy-refused': ({ relay, address, reason }) => ({
    title: 'The web proxy does not let Porchlight through.',
    cause: `Nothing else leads out of this network, and the proxy ${address} refuses the way to ${relay}: ${reason}.`,
    consequence: 'Your links do not work from here, and nothing can be checked from outside.',
    steps: [
      `Ask whoever runs this network to let connections to ${relay} through the proxy (they call it "CONNECT").`,
      { text: 'If it wants a name and a password, put them into the address in HTTPS_PROXY and restart Porchlight.', action: 'restart' },
    ],
  }),
  'relay-untrusted': ({ relay, reason }) => ({
    title: 'The relay could not prove who it is.',
    causes: [
      `The connection to ${relay} is not safe: ${reason}.`,
      "This computer's date may be wrong: then every proof seems to be out of date.",
    ],
    consequence: 'Porchlight stays away from it, so that nobody can listen in.',
    steps: [
      "Check this computer's date and time.",
      { text: "Check the relay's address.", action: 'join-relay' },
      { text: 'If both are right, tell whoever runs the relay.', action: 'check-now' },
    ],
  }),
  'relay-changed': ({ relay }) => ({
    title: 'This is not the relay you joined.',
    causes: [`It was set up anew: ${relay} answers with another identity.`, 'Or somebody stands in its place.'],
    consequence: 'Porchlight stays away from it, so that nobody can take over your links.',
    steps: [
      'Ask whoever runs the relay whether it was set up anew.',
      { text: 'If so, join it again with a new relay code.', action: 'join-relay' },
      'If not, use another network or another relay.',
    ],
  }),
  'tls-inspected': ({ relay }) => ({
    title: 'Something on the way opens your encrypted connections.',
    causes: [
      `An antivirus program on this computer reads what goes to ${relay}.`,
      'A parental filter in the router does.',
      'A company network does.',
    ],
    consequence: 'Porchlight does not use such a connection, because your links could be read on the way.',
    steps: [
      'Make an exception for the relay in the antivirus program or filter (look for "HTTPS scanning").',
      { text: 'Or use another network.', action: 'check-now' },
    ],
  }),
  'relay-older': ({ relay, ours, theirs }) => ({
    title: 'The relay needs an update.',
    cause: `${relay} speaks version ${theirs}, and this Porchlight speaks version ${ours}.`,
    consequence: 'They do not understand each other, so the relay cannot be used.',
    steps: ['Ask whoever runs the relay to update it.', { text: 'Porchlight then connects by itself.', action: 'check-now' }],
  }),
  'relay-newer': ({ relay, ours, theirs }) => ({
    title: 'Porchlight needs an update.',
    cause: `${relay} speaks version ${theirs}, and this Porchlight speaks only version ${ours}.`,
    consequence: 'They do not understand each other, so the relay cannot be used.',
    remedy: 'Install the latest Porchlight. Your services and links are kept.',
  }),
  'relay-code-invalid': () => ({
    title: 'This relay code has a mistake in it.',
    cause: 'A letter is wrong or missing; every code carries a checksum that shows it.',
    consequence: 'No relay was joined. The code itself is still unused.',
    steps: [{ text: 'Copy the code again in full, from "plr1" to its last letter, and paste it here.', action: 'join-relay' }],
  }),
  'relay-code-unknown': ({ relay }) => ({
    title: 'The relay does not know this code.',
    cause: `${relay} never gave it out, or withdrew it.`,
    consequence: 'No relay was joined.',
    steps: [{ text: 'Ask whoever runs the relay for a new relay code.', action: 'join-relay' }],
  }),
  'relay-code-used': ({ relay }) => ({
    title: 'This relay code was already used.',
    cause: `${relay} lets one device in with each code, and another one came first.`,
    consequence: 'No relay was joined.',
    steps: [
      { text: 'Ask whoever runs the relay for a new relay code.', action: 'join-relay' },
      'If you did not use the old one yourself, tell them.',
    ],
  }),
  'relay-code-expired': ({ relay }) => ({
    title: 'This relay code has expired.',
    cause: `The codes of ${relay} are good for a limited time.`,
    consequence: 'No relay was joined.',
    steps: [{ text: 'Ask whoever runs the relay for a new relay code.', action: 'join-relay' }],
  }),
  'relay-closed': ({ relay }) => ({
    title: 'This relay asks for a relay code.',
    cause: `${relay} lets new devices in only with a code from whoever runs it.`,
    consequence: 'No relay was joined.',
    steps: [{ text: 'Ask whoever runs the relay for a relay code and paste it here, instead of the address.', action: 'join-relay' }],
  }),
  'relay-never-run': ({ data }) => ({
    title: `No relay has run in ${data} yet.`,
    cause: 'A relay code tells where the relay is, and that is known only once it has run.',
    consequence: 'No code was made.',
    remedy: 'Start the relay with "porchlight-relay run", then ask for a code with the same --data.',
  }),
  'device-unknown': ({ name }) => ({
    title: `No device is called ${name} here.`,
    cause: 'The label is mistyped, or the device has left this relay.',
    consequence: 'Nothing was changed.',
    remedy: 'Look the label up with "porchlight-relay devices" and try again.',
  }),
  'relays-full': ({ relay }) => ({
    title: 'There are as many relays as Porchlight uses.',
    cause: `Four relays have been joined; ${relay} would be the fifth.`,
    consequence: 'It was not joined. The others go on.',
    steps: [{ text: 'Leave one that you do not need any more, then join this one.', action: 'join-relay' }],
  }),
  'relay-not-joined': ({ relay }) => ({
    title: 'This relay has not been joined.',
    cause: `${relay} is none of the relays that this Porchlight uses.`,
    consequence: 'Nothing was changed.',
    remedy: 'See with "porchlight status" which relays there are, and give the address as it stands there.',
  }),
  'relay-busy': ({ relay }) => ({
    title: 'The relay is busy.',
    cause: `${relay} has as much to do as it can take at the moment.`,
    consequence: 'Your links may be slow or wait for a moment. Visitors who come straight to your home notice nothing.',
    steps: [{ text: 'Nothing to do: Porchlight tries again by itself.', action: 'check-now' }, 'If it lasts, tell whoever runs the relay.'],
  }),
  'relay-suspended': ({ relay }) => ({
    title: 'The relay has suspended this device.',
    cause: `Whoever runs ${relay} switched its access off.`,
    consequence: 'Your links do not work, and nothing is checked from outside.',
    steps: [
      'Ask whoever runs the relay for the reason.',
      { text: 'Once it is lifted, Porchlight connects by itself.', action: 'check-now' },
      { text: 'Or join another relay.', action: 'join-relay' },
    ],
  }),
  'relay-suspends': ({ relay, until }) => ({
    title: `The relay will suspend this device on ${moment(until)}.`,
    cause: `Whoever runs ${relay} has set this date.`,
    consequence: 'From then on your links do not work, and nothing is checked from outside. Until then everything goes on.',
    steps: [
      'Ask whoever runs the relay for the reason before that date.',
      { text: 'Or join another relay in time.', action: 'join-relay' },
    ],
  }),
  'relay-no-port': ({ service, relay }) => ({
    title: `${service} can only be reached directly.`,
    causes: [
      `The ports of ${relay}, or your share of them, are used up. What is no website needs one of its own there.`,
      'It runs an older version that gives none.',
    ],
    consequence: `${service} needs an open way through your router; without one, visitors cannot reach it.`,
    steps: [
      {
        text: 'Switch UPnP on in your router: with it, Porchlight can open the direct way, which needs no port of the relay.',
        action: 'open-guide',
      },
      'Or remove a service of this kind that you no longer need.',
      'Or ask whoever runs the relay for more ports.',
    ],
  }),
  'relay-far-for-music': ({ service, relay, delayMs }) => ({
    title: `${service} goes a long way round for music.`,
    cause: `It goes through ${relay}, and the way there and back takes ${delayMs} ms (thousandths of a second).`,
    consequence: 'Playing together gets hard when everybody hears the others late. Above some 50 ms most bands fall apart.',
    steps: [
      { text: 'Switch UPnP on in your router: with it, Porchlight can open the direct way.', action: 'open-guide' },
      { text: 'Where that cannot be done, a relay closer to you helps.', action: 'join-relay' },
    ],
  }),
}

/** Of trouble with IPv6. */
const OTHER_WAY =
  'While a relay carries them, or another way is open, they notice nothing and you can leave it so. Without either, nobody gets in.'

/** The router, the provider, the certificate: the way in. */
export const routerProblems: ProblemWords<
  | 'gateway-silent'
  | 'gateway-refused'
  | 'gateway-conflict'
  | 'old-rule-stands'
  | 'forward-by-hand'
  | 'gateway-no-internet'
  | 'provider-shares-address'
  | 'gateway-no-address'
  | 'second-router'
  | 'second-router-refused'
  | 'second-router-conflict'
  | 'mapping-unreachable'
  | 'direct-port-differs'
  | 'firewall-here'
  | 'firewall-perhaps'
  | 'ipv6-closed'
  | 'ipv6-port-forbidden'
  | 'ipv6-port-taken'
  | 'unreachable-outside'
  | 'certificate-wrong'
  | 'foreign-certificate'
  | 'unknown-certificate'
> = {
  'gateway-silent': ({ address }) => ({
    title: 'Your router does not open the way by itself.',
    causes: [
      `UPnP is probably switched off: the router at ${address} does not answer the request to let visitors in.`,
      'It may be too old for that, or a firewall keeps the request from it.',
    ],
    consequence: 'Visitors take the relay: it works, only a little slower.',
    steps: [
      { text: `For the direct way, open http://${address} in a browser.`, action: 'open-router' },
      { text: 'Switch UPnP on there, or add a port forwarding rule by hand.', action: 'open-guide' },
      { text: 'Porchlight notices by itself.', action: 'check-now' },
    ],
  }),
  'gateway-refused': ({ address, reason }) => ({
    title: 'Your router refused to open the way.',
    cause: `The router at ${address} said no: ${reason}.`,
    consequence: 'Visitors take the relay: it works, only a little slower.',
    steps: [
      { text: `For the direct way, open http://${address} in a browser.`, action: 'open-router' },
      { text: 'Allow this computer to open the way there (UPnP), or add a port forwarding rule by hand.', action: 'open-guide' },
      { text: 'Porchlight notices by itself.', action: 'check-now' },
    ],
  }),
  'gateway-conflict': ({ address, port, internal }) => ({
    title: `Port ${port} of your router already leads elsewhere.`,
    cause: `A rule on the router at ${address} sends it to ${internal}. Porchlight does not touch rules it did not make.`,
    consequence: 'That service goes on as before. Visitors of yours take the relay.',
    steps: [
      'Leave it so if you need that rule: nothing has to be done.',
      { text: `If you no longer need it, delete it at http://${address}.`, action: 'open-router' },
      { text: 'Porchlight then takes the port by itself.', action: 'check-now' },
    ],
  }),
  'old-rule-stands': ({ address, port, internal, until }) => ({
    title: `Port ${port} of your router still leads to this computer's old address.`,
    cause: `This computer was ${internal} before. The router at ${address} keeps the rule that Porchlight made then, and lets no other address delete it.`,
    consequence: 'Visitors take the relay for that long.',
    steps: [
      `Nothing to do: the rule ends by itself at ${clock(until)} at the latest.`,
      { text: `A fixed address for this computer, set at http://${address}, keeps it from happening again.`, action: 'open-router' },
    ],
  }),
  'forward-by-hand': ({ address, protocol, port, internal, internalPort }) => ({
    title: 'You can open the direct way by hand.',
    cause: `The router at ${address} does not let Porchlight set a rule there, but you may.`,
    consequence: 'Until then visitors take the relay: it works, only a little slower.',
    steps: [
      { text: `Open http://${address} in a browser.`, action: 'open-router' },
      { text: `Forward ${protocol} port ${port} to ${internal}, port ${internalPort}.`, action: 'open-guide' },
      'Give this computer a fixed address there too.',
      { text: 'Porchlight notices within a minute, and at once when you have it look again.', action: 'check-now' },
    ],
  }),
  'gateway-no-internet': ({ address }) => ({
    title: 'Your router has no internet connection.',
    causes: [`Its line is down, as the router at ${address} says.`, 'It has just started, and does not know its own address yet.'],
    consequence: 'Nobody outside can reach your services until the line is back. At home they go on.',
    steps: [
      { text: 'Look at the lights of the router, or at its page.', action: 'open-router' },
      'If the line is down, restart the router.',
      'If it stays down, call your provider.',
      { text: 'Porchlight notices, and goes on by itself.', action: 'check-now' },
    ],
  }),
  'gateway-no-address': ({ address }) => ({
    title: 'Your router has no internet address of its own.',
    causes: [
      `Your provider shares one address among many customers, mostly: the router at ${address} tells none.`,
      'The router keeps its address to itself.',
    ],
    consequence: 'Nobody can come straight to your home over IPv4, the older kind of internet address. Through the relay it works.',
    steps: [
      'Nothing to do.',
      { text: 'For the direct way, ask your provider for an IPv4 address of your own; many give it free of charge.', action: 'open-guide' },
    ],
  }),
  'provider-shares-address': ({ address }) => ({
    title: 'Your provider shares your IPv4 address.',
    cause: `Your router got ${address}, which many customers use together. A visitor who knocks there cannot be led to your home.`,
    consequence: 'Nobody can come straight to your home over IPv4, the older kind of internet address. Through the relay it works.',
    steps: [
      'Nothing to do.',
      { text: 'For the direct way, ask your provider for an IPv4 address of your own; many give it free of charge.', action: 'open-guide' },
    ],
  }),
  'second-router': ({ address }) => ({
    title: 'There are two routers, one behind the other.',
    cause: `Another router stands in front of yours: yours has the home address ${address} on its outer side. The outer one does not answer the request to let visitors in.`,
    consequence: 'A rule on the inner router alone does not let visitors in. Through the relay it works.',
    steps: [
      { text: "For the direct way, switch UPnP on in the outer router, mostly your provider's box.", action: 'open-guide' },
      `Or name ${address} there as the device that gets all visitors (DMZ or exposed host).`,
      'Or put the outer router in bridge mode.',
      { text: 'Porchlight notices by itself.', action: 'check-now' },
    ],
  }),
  'second-router-refused': ({ address, internal, reason }) => ({
    title: 'The second router refused to open the way.',
    cause: `There are two routers, one behind the other. Yours agreed; the one in front of it, at ${address}, said no: ${reason}.`,
    consequence: 'Visitors take the relay: it works, only a little slower.',
    steps: [
      { text: `For the direct way, open http://${address} in a browser.`, action: 'open-router' },
      { text: `Allow ${internal} to open the way there (UPnP).`, action: 'open-guide' },
      `Or name ${internal} there as the device that gets all visitors (DMZ or exposed host).`,
      'Or put that router in bridge mode.',
    ],
  }),
  'second-router-conflict': ({ address, internal, port }) => ({
    title: `Port ${port} of the second router already leads elsewhere.`,
    cause: `There are two routers, one behind the other. A rule on the one in front, at ${address}, sends that port to another device. Porchlight does not touch rules it did not make.`,
    consequence: 'That service goes on as before. Visitors of yours take the relay.',
    steps: [
      { text: `If you no longer need that rule, delete it at http://${address}.`, action: 'open-router' },
      `If it is meant for Porchlight, let it lead to port ${port} of ${internal}.`,
      { text: 'Porchlight notices by itself.', action: 'check-now' },
    ],
  }),
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
