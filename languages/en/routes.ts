/** Paths that lead elsewhere at home, and what the places there are told and believed. */

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
  uploadLimit: 'Largest upload',
  uploadLimitHelp: 'What a visitor may send in one go, in megabytes (MB). Empty: as much as he likes.',
  uploadLimitSave: 'Save',
  uploadLimitSet: 'The limit counts from now on.',
  relayOnly: 'Always through the relay',
  relayOnlyPrivate: 'The address of this service then does not tell where your home is; those of your other services still may.',
  relayOnlyAtHome: 'The same link then also works at home, where many routers let nobody back in. The way through the relay is longer.',
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
