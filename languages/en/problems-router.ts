/** The router and the provider behind it: who opens the way, and who does not. */
import type { ProblemWords } from '../problems.ts'
import { clock } from './times.ts'

export const routerProblems: ProblemWords<
  | 'gateway-silent'
  | 'gateway-refused'
  | 'gateway-conflict'
  | 'old-rule-stands'
  | 'forward-by-hand'
  | 'gateway-no-internet'
  | 'gateway-no-address'
  | 'provider-shares-address'
  | 'second-router'
  | 'second-router-refused'
  | 'second-router-conflict'
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
}
