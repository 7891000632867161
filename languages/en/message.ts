/** A ready text for somebody else: plain, polite, with every number that is needed. */
export const message = {
  heading: 'Ask somebody else',
  lead: 'Somebody else runs the router, or only your provider can help? This text says what is needed and what was seen. It holds no password and no link.',
  to: { network: 'To whoever runs your network', provider: "To your provider's support" },
  copy: 'Copy the text',
  copied: 'The text is on the clipboard.',
  mail: 'Write a mail',
  subject: { network: 'May I have a port opened on the router?', provider: 'Please let my line be reached from the internet' },
  hello: 'Hello,',
  why: {
    network: (services: string) =>
      `I make ${services} reachable from the internet, with a program called Porchlight on a computer in this network.`,
    provider: (services: string) => `I make ${services} at my home reachable from the internet. My contract allows it as far as I know.`,
  },
  nothing: 'a program',
  asks: 'What I ask for:',
  rule: (protocol: string, port: string, internal: string, internalPort: string) =>
    `a rule on the router: ${protocol} port ${port} from the internet leads to ${internal}, port ${internalPort}`,
  fixed: (address: string) => `a fixed address for that computer: ${address}`,
  allow: (address: string) =>
    `or UPnP, NAT-PMP or PCP allowed for ${address}, so that Porchlight makes that rule and takes it back by itself`,
  ownAddress: 'an IPv4 address that I do not share with other customers, free of charge where you offer that',
  openPorts: (ports: string) => `nothing on your side that keeps incoming connections away from ${ports}`,
  seen: (time: string) => `What was tried and seen (${time}):`,
  routerSpeaks: (router: string, protocols: string) => `the router ${router} lets itself be asked by ${protocols}`,
  routerSilent: (router: string) => `the router ${router} was asked by UPnP, NAT-PMP and PCP, and did not answer`,
  routerSays: (address: string) => `the router says that its outside address is ${address}`,
  outsideSees: (address: string) => `from outside this network is seen as ${address}`,
  line: (verdict: string) => `the line: ${verdict}`,
  found: (title: string) => `"${title}"`,
  end: {
    network: 'Only that port of that computer is opened, nothing else, and the rule can be deleted at any time.',
    provider: 'Could you tell me whether and how that is possible?',
  },
  thanks: 'Thank you!',
}
