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
      {
        text: 'Paste a relay code. You get one from somebody who runs a relay, or from a relay of your own on a rented server.',
        action: 'join-relay',
      },
    ],
  }),
  'relay-unreachable': ({ relay, reason }) => ({
    title: 'The relay does not answer.',
    cause: `Porchlight cannot connect to ${relay}: ${reason}.`,
    consequence: 'Nothing can be checked from outside right now. Visitors who come straight to your home still get in.',
    steps: [
      {
        text: 'Porchlight keeps trying by itself. If other websites fail too, look at your internet connection; if not, ask whoever runs the relay.',
        action: 'check-now',
      },
    ],
  }),
  'relay-blocked': ({ relay, port }) => ({
    title: 'This network does not let Porchlight out.',
    cause: `${relay} is up, but something between it and this computer blocks connections to port ${port}: a firewall, a filter or a guest network.`,
    consequence: 'Your links do not work from here, and nothing can be checked from outside.',
    steps: [
      {
        text: `Ask whoever runs this network to allow outgoing TCP connections to ${relay}, port ${port}. If it has a web proxy, enter it in the system settings; Porchlight uses it by itself.`,
        action: 'check-now',
      },
    ],
  }),
  'proxy-refused': ({ relay, address, reason }) => ({
    title: 'The web proxy does not let Porchlight through.',
    cause: `Nothing else leads out of this network, and the proxy ${address} refuses the way to ${relay}: ${reason}.`,
    consequence: 'Your links do not work from here, and nothing can be checked from outside.',
    steps: [
      {
        text: `Ask whoever runs this network to allow CONNECT to ${relay} through the proxy. If it wants a name and a password, put them into the address in HTTPS_PROXY and restart Porchlight.`,
        action: 'check-now',
      },
    ],
  }),
  'relay-untrusted': ({ relay, reason }) => ({
    title: 'The relay could not prove who it is.',
    cause: `The connection to ${relay} is not safe: ${reason}.`,
    consequence: 'Porchlight stays away from it, so that nobody can listen in.',
    steps: [
      { text: "Check this computer's date and the relay's address. If both are right, tell whoever runs the relay.", action: 'check-now' },
    ],
  }),
  'relay-changed': ({ relay }) => ({
    title: 'This is not the relay you joined.',
    cause: `${relay} answers with another identity. It was set up anew, or somebody stands in its place.`,
    consequence: 'Porchlight stays away from it, so that nobody can take over your links.',
    steps: [{ text: 'Ask whoever runs the relay. If it was set up anew, join it again with a new relay code.', action: 'join-relay' }],
  }),
  'tls-inspected': ({ relay }) => ({
    title: 'Something on the way opens your encrypted connections.',
    cause: `Between this computer and ${relay}, an antivirus program, a parental filter or a company network reads encrypted traffic.`,
    consequence: 'Porchlight does not use such a connection, because your links could be read on the way.',
    steps: [
      {
        text: 'Make an exception for the relay in the antivirus program or filter ("HTTPS scanning"), or use another network.',
        action: 'check-now',
      },
    ],
  }),
  'relay-older': ({ relay, ours, theirs }) => ({
    title: 'The relay needs an update.',
    cause: `${relay} speaks version ${theirs}, and this Porchlight speaks version ${ours}.`,
    consequence: 'They do not understand each other, so the relay cannot be used.',
    remedy: 'Ask whoever runs the relay to update it. Porchlight then connects by itself.',
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
    steps: [{ text: 'Ask whoever runs the relay for a new code. If you did not use this one yourself, tell them.', action: 'join-relay' }],
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
    remedy: 'Leave one that you do not need any more, then join this one.',
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
    steps: [{ text: 'Nothing to do: Porchlight tries again by itself. If it lasts, tell whoever runs the relay.', action: 'check-now' }],
  }),
  'relay-suspended': ({ relay }) => ({
    title: 'The relay has suspended this device.',
    cause: `Whoever runs ${relay} switched its access off.`,
    consequence: 'Your links do not work, and nothing is checked from outside.',
    steps: [
      {
        text: 'Ask whoever runs the relay for the reason, or join another relay. Once it is lifted, Porchlight connects by itself.',
        action: 'join-relay',
      },
    ],
  }),
  'relay-suspends': ({ relay, until }) => ({
    title: `The relay will suspend this device on ${moment(until)}.`,
    cause: `Whoever runs ${relay} has set this date.`,
    consequence: 'From then on your links do not work, and nothing is checked from outside. Until then everything goes on.',
    steps: [{ text: 'Ask whoever runs the relay for the reason before that date, or join another relay in time.', action: 'join-relay' }],
  }),
  'relay-no-port': ({ service, relay }) => ({
    title: `${service} can only be reached directly.`,
    cause: `A service that is no website needs a port of its own at the relay, and ${relay} has none to give: its ports or your share of them are used up, or it runs an older version.`,
    consequence: `${service} needs an open way through your router; without one, visitors cannot reach it.`,
    remedy:
      'Remove a service of this kind that you no longer need, or ask whoever runs the relay for more ports. The direct way needs neither: switch UPnP on in your router.',
  }),
  'relay-far-for-music': ({ service, relay, delayMs }) => ({
    title: `${service} goes a long way round for music.`,
    cause: `It goes through ${relay}, and the way there and back takes ${delayMs} ms.`,
    consequence: 'Playing together gets hard when everybody hears the others late. Above some 50 ms most bands fall apart.',
    remedy: 'Open the direct way: switch UPnP on in your router. Where that cannot be done, a relay closer to you helps.',
  }),
}

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
    cause: `The router at ${address} does not answer the request to let visitors in (UPnP). It is probably switched off there.`,
    consequence: 'Visitors take the relay: it works, only a little slower.',
    steps: [
      {
        text: `For the direct way, open http://${address} in a browser, switch UPnP on, or add a port forwarding rule by hand. Porchlight notices by itself.`,
        action: 'open-router',
      },
    ],
  }),
  'gateway-refused': ({ address, reason }) => ({
    title: 'Your router refused to open the way.',
    cause: `The router at ${address} said no: ${reason}.`,
    consequence: 'Visitors take the relay: it works, only a little slower.',
    steps: [
      {
        text: `For the direct way, open http://${address} in a browser and allow UPnP for this computer, or add a port forwarding rule by hand.`,
        action: 'open-router',
      },
    ],
  }),
  'gateway-conflict': ({ address, port, internal }) => ({
    title: `Port ${port} of your router already leads elsewhere.`,
    cause: `A rule on the router at ${address} sends it to ${internal}. Porchlight does not touch rules it did not make.`,
    consequence: 'That service goes on as before. Visitors of yours take the relay.',
    steps: [
      {
        text: `If you no longer need that rule, delete it at http://${address}. Porchlight then takes the port by itself.`,
        action: 'open-router',
      },
    ],
  }),
  'old-rule-stands': ({ address, port, internal, until }) => ({
    title: `Port ${port} of your router still leads to this computer's old address.`,
    cause: `This computer was ${internal} before. The router at ${address} keeps the rule that Porchlight made then, and lets no other address delete it.`,
    consequence: 'Visitors take the relay for that long.',
    steps: [
      {
        text: `Nothing to do: the rule ends by itself at ${clock(until)} at the latest. A fixed address for this computer, set at http://${address}, keeps it from happening again.`,
        action: 'open-router',
      },
    ],
  }),
  'forward-by-hand': ({ address, protocol, port, internal, internalPort }) => ({
    title: 'You can open the direct way by hand.',
    cause: `The router at ${address} does not let Porchlight set a rule there, but you may.`,
    consequence: 'Until then visitors take the relay: it works, only a little slower.',
    steps: [
      {
        text: `Open http://${address} in a browser and forward ${protocol} port ${port} to ${internal}, port ${internalPort}; give this computer a fixed address there too. Porchlight notices within a minute, and at once when you choose "Check now".`,
        action: 'open-router',
      },
    ],
  }),
  'gateway-no-internet': ({ address }) => ({
    title: 'Your router has no internet connection.',
    cause: `The router at ${address} says that its line is down, or does not know its own address.`,
    consequence: 'Visitors cannot come straight to your home at the moment.',
    steps: [
      {
        text: 'Look at the lights of the router. If the line is down, restart it; if it stays down, call your provider.',
        action: 'open-router',
      },
    ],
  }),
  'gateway-no-address': ({ address }) => ({
    title: 'Your router has no internet address of its own.',
    cause: `The router at ${address} tells none. Mostly that is because the provider shares one address among many customers.`,
    consequence: 'Nobody can come straight to your home over IPv4. Through the relay it works.',
    remedy: 'Nothing to do. For the direct way, ask your provider for an IPv4 address of your own; many give it free of charge.',
  }),
  'provider-shares-address': ({ address }) => ({
    title: 'Your provider shares your IPv4 address.',
    cause: `Your router got ${address}, which many of its customers use together, so a visitor who knocks there cannot be led to your home.`,
    consequence: 'Nobody can come straight to your home over IPv4. Through the relay it works.',
    remedy: 'Nothing to do. For the direct way, ask your provider for an IPv4 address of your own; many give it free of charge.',
  }),
  'second-router': ({ address }) => ({
    title: 'There are two routers, one behind the other.',
    cause: `The outer side of your router has ${address}, which is a home address too: another router stands in front of it, and it does not answer the request to let visitors in (UPnP).`,
    consequence: 'A rule on the inner router alone does not let visitors in. Through the relay it works.',
    remedy: `For the direct way, switch UPnP on in the outer router (mostly your provider's box), or name ${address} there as DMZ or exposed host, or put it in bridge mode. Porchlight notices by itself.`,
  }),
  'second-router-refused': ({ address, internal, reason }) => ({
    title: 'The second router refused to open the way.',
    cause: `There are two routers, one behind the other. Yours agreed; the one in front of it, at ${address}, said no: ${reason}.`,
    consequence: 'Visitors take the relay: it works, only a little slower.',
    steps: [
      {
        text: `For the direct way, open http://${address} in a browser and allow UPnP for ${internal}, or name ${internal} there as DMZ or exposed host, or put that router in bridge mode.`,
        action: 'open-router',
      },
    ],
  }),
  'second-router-conflict': ({ address, internal, port }) => ({
    title: `Port ${port} of the second router already leads elsewhere.`,
    cause: `There are two routers, one behind the other, and a rule on the one in front, at ${address}, sends that port to another device. Porchlight does not touch rules it did not make.`,
    consequence: 'That service goes on as before. Visitors of yours take the relay.',
    steps: [
      {
        text: `If you no longer need that rule, delete it at http://${address}. If it is meant for Porchlight, let it lead to port ${port} of ${internal}. Porchlight notices by itself.`,
        action: 'open-router',
      },
    ],
  }),
  'direct-port-differs': ({ service, port, address }) => ({
    title: `${service} has another port on the direct way.`,
    cause: `Its public address has port ${port}, and your router has given another one, because ${port} is taken there or not yours to use.`,
    consequence: `Visitors with the public address take the relay. Directly, ${service} is at ${address}.`,
    remedy: `Nothing needs to be done. If every millisecond counts, give away ${address} instead; it may change.`,
  }),
  'firewall-here': ({ name, protocol, port, command }) => ({
    title: 'The firewall of this computer keeps visitors out.',
    cause: `What comes from the internet to ${protocol} port ${port} is thrown away here by ${name}, before Porchlight sees it.`,
    consequence: 'Visitors take the relay until the direct way works.',
    steps: [
      {
        text: `To let in exactly this port, run this as an administrator. Porchlight notices by itself: ${command}.`,
        action: 'copy-command',
      },
    ],
  }),
  'firewall-perhaps': ({ name, protocol, port, command }) => ({
    title: 'The firewall of this computer may keep visitors out.',
    cause: `${name} is on, and Porchlight may not read its rules. From outside nobody got through to ${protocol} port ${port}.`,
    consequence: 'Visitors take the relay until the direct way works.',
    steps: [{ text: `If nothing else explains it, let in exactly this port, as an administrator: ${command}.`, action: 'copy-command' }],
  }),
  'ipv6-closed': ({ port }) => ({
    title: 'Over IPv6 visitors take the relay.',
    cause: `Your router's IPv6 firewall does not let visitors in on port ${port}, and does not let itself be asked for that port.`,
    consequence: 'Nothing is lost: those who come over IPv6 are carried by the relay.',
    remedy: `If you want them to come straight to you, allow TCP port ${port} to this computer in the router's IPv6 firewall. Porchlight notices by itself.`,
  }),
  'ipv6-port-forbidden': ({ port, command }) => ({
    title: 'Over IPv6 visitors take the relay.',
    cause: `Browsers come to port ${port}, and this computer's system keeps that port for its administrator.`,
    consequence: 'Nothing is lost: those who come over IPv6 are carried by the relay.',
    steps: [
      { text: `If you want them to come straight to you, run this once, then start Porchlight again: ${command}.`, action: 'copy-command' },
    ],
  }),
  'ipv6-port-taken': ({ port }) => ({
    title: 'Over IPv6 visitors take the relay.',
    cause: `Another program on this computer already answers on port ${port}.`,
    consequence: 'Nothing is lost: those who come over IPv6 are carried by the relay. The other program is left alone.',
    remedy: 'Nothing needs to be done. If you no longer need the other program, stop it, and Porchlight takes its place by itself.',
  }),
  'mapping-unreachable': ({ address, port }) => ({
    title: 'The rule on the router is there, but nothing comes through.',
    cause: `Port ${port} at ${address} was tried from outside without success. Some routers accept a rule and do not follow it; some providers block ports.`,
    consequence: 'Visitors take the relay until the direct way works.',
    steps: [
      {
        text: "Restart the router. If that does not help, look for the provider's firewall setting, or add the rule by hand.",
        action: 'open-router',
      },
    ],
  }),
  'unreachable-outside': ({ service }) => ({
    title: `${service} cannot be reached from outside.`,
    cause: 'At home it answers, but no way from the internet leads to it at the moment.',
    consequence: 'Visitors see an error.',
    steps: [{ text: 'Porchlight keeps looking for a way. If it lasts, restart the router and choose "Check now".', action: 'check-now' }],
  }),
  'certificate-wrong': ({ reason }) => ({
    title: 'Browsers do not trust your pages.',
    cause: `Somebody outside looked at the certificate that visitors are shown: ${reason}.`,
    consequence: 'Visitors see a warning instead of the page.',
    steps: [
      {
        text: "Check this computer's date and time, then restart Porchlight: it renews what has run out. If it lasts, tell whoever runs the relay.",
        action: 'check-now',
      },
    ],
  }),
  'foreign-certificate': ({ host, address }) => ({
    title: 'Somebody else answers under your address.',
    cause: `Whoever opens a page of ${host} at ${address} is shown a certificate whose key is not this computer's. Somebody on the way can read and change what goes through.`,
    consequence: 'Passwords and pages that take this way are not private.',
    remedy:
      'Do not sign in over this address until it is settled. If a company network or an antivirus program opens encrypted connections, it may be that; else ask whoever runs the relay, or take another relay.',
  }),
  'unknown-certificate': ({ host, detail }) => ({
    title: 'Somebody else has a certificate for your names.',
    cause: `The public logs show a certificate for names below ${host} that this computer did not order: ${detail}.`,
    consequence: 'Whoever has it can pose as your home, and read and change what visitors send, without a warning in their browser.',
    remedy:
      'If you have set up this home on another computer, it may be that one. Else ask whoever runs the relay, the only one who can prove your names; until it is settled, do not sign in over these links.',
  }),
}
