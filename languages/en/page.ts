export const page = {
  title: 'Porchlight',
  tagline: 'Your services at home, reachable from outside',
  languageLabel: 'Language',
  starting: 'Looking for Porchlight on this computer…',

  lost: {
    title: 'The connection to Porchlight is lost.',
    text: 'This page reconnects by itself as soon as Porchlight answers.',
    stale: 'This page does not know the present state. Below is the last one it saw.',
    retry: 'Try now',
  },
  refused: {
    title: 'This page is no longer signed in.',
    text: 'Open Porchlight again from its icon, or run "porchlight status" for a new address of this page.',
  },

  light: {
    label: 'State of your services',
    count: (good: number, all: number) => (all === 1 ? `${good} of 1 service reachable` : `${good} of ${all} services reachable`),
    checkNow: 'Check now',
    checking: 'Checking…',
    checked: 'The check is done.',
  },

  chain: {
    label: 'The way from your home to your visitors',
    home: 'Your home',
    router: 'Your router',
    relay: 'The relay',
    visitors: 'Your visitors',
    routerIs: { open: 'lets visitors in', closed: 'outgoing only', unknown: 'not known yet' },
    /** Behind what the relay does: the round trip. */
    delay: (ms: number) => `, ${ms} ms there and back`,
    relayIs: { carrying: 'carries your visitors', ready: 'connected', connecting: 'connecting', closed: 'no connection', none: 'none yet' },
    relayServes: 'serves now',
    relayBy: { websocket: ', by WebSocket', proxy: ', through a proxy' },
  },

  services: {
    heading: 'Your services',
    home: 'At home',
    publicAddress: 'Public address',
    noAddress: 'Given once a relay is joined',
    way: 'Visitors come',
    onTheWay: 'On the way',
    encrypted: 'Encrypted up to this computer',
    /** Behind {@link encrypted}: does somebody else hold a key with which it could read along? */
    watched: {
      own: '; no foreign certificate for this name was found',
      foreign: '; but a foreign certificate for this name was found',
      unchecked: '; not checked whether there is a foreign certificate for this name',
      off: '; the public logs of certificates are not looked at',
    },
    readable: 'Readable for whoever passes it on, unless the program itself encrypts, as SSH does',
    proven: 'Last proven from outside',
    neverProven: 'Not yet',
    copyLink: 'Copy share link',
    copyAddress: 'Copy address',
    copied: 'Copied',
    linkCopied: (name: string) => `The share link of ${name} is on the clipboard.`,
    addressCopied: (name: string) => `The address of ${name} is on the clipboard.`,
    copyFailed: 'The browser did not allow copying. Select the link and copy it by hand:',
    open: 'Open',
    pause: 'Pause',
    resume: 'Resume',
    remove: 'Remove',
    /** After a button's word, for those who hear the page instead of seeing the card around the button. */
    of: (name: string) => `(${name})`,
    paused: (name: string) => `${name} is paused.`,
    resumed: (name: string) => `${name} is online again.`,
    removed: (name: string) => `${name} was removed.`,
    added: (name: string) => `${name} was added.`,
    removeQuestion: (name: string) => `Remove ${name}?`,
    removeDetail: 'Its link stops working for everybody who has it. The service itself goes on at home, untouched.',
    keep: 'Keep it',
  },

  problems: {
    cause: 'Why',
    consequence: 'What it means',
    remedy: 'What to do',
    severity: { critical: 'Important', warning: 'Warning', info: 'Note' },
    more: (count: number) => (count === 1 ? 'One more remark' : `${count} more remarks`),
  },

  add: {
    heading: 'Add a service',
    name: 'Name',
    nameHelp: 'Small letters, digits and hyphens. It becomes part of the address.',
    nameMissing: 'Give it a name, such as jeedom.',
    target: 'Address at home',
    targetHelp: 'As you open it at home, for example http://192.168.1.20:8080',
    targetMissing: 'Enter the address, such as http://192.168.1.20:8080.',
    submit: 'Add service',
    busy: 'Adding…',
  },

  join: {
    heading: 'Do you have a relay code?',
    text: 'A relay gives your services their links and checks them from outside. Its code is one long word, or a link that contains it.',
    label: 'Relay code',
    missing: 'Paste the relay code first.',
    submit: 'Join relay',
    busy: 'Joining…',
    joined: 'The relay has let this device in.',
  },

  relays: {
    heading: 'Your relays',
    leave: 'Leave',
    left: (relay: string) => `You have left ${relay}.`,
    leaveQuestion: (relay: string) => `Leave ${relay}, your only relay?`,
    leaveDetail: 'Every link to your services stops working until a relay is joined again, which may need a new relay code.',
    stay: 'Stay',
  },

  /** An action that got no answer, which is not a problem the engine knows. */
  noAnswer: {
    title: 'Porchlight did not answer in time.',
    remedy: 'It may have done it all the same: look at the page, then try again.',
  },
}
