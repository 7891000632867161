export const page = {
  title: 'Porchlight',
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
    since: (when: string) => `since ${when}`,
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
    removeQuestion: (name: string) => `Remove ${name}?`,
    removeDetail: 'Its link stops working for everybody who has it. The service itself goes on at home, untouched.',
    keep: 'Keep it',
  },

  share: {
    heading: (name: string) => `Share ${name}`,
    open: 'Share',
    close: 'Close',
    links: 'Links',
    none: 'There is no link yet.',
    unnamed: 'Unnamed link',
    made: (when: string) => `made ${when}`,
    until: (when: string) => `until ${when}`,
    over: { ended: 'has expired', 'used-up': 'used up', locked: 'locked: too many wrong PINs' },
    uses: (uses: number, most: number | null) =>
      most === null ? (uses === 1 ? 'opened once' : `opened ${uses} times`) : `opened ${uses} of ${most} times`,
    lastUsed: (when: string) => `last opened ${when}`,
    viaHome: 'names your home, not the relay',
    notRegistered: 'Not registered yet: it works as soon as the relay can be reached.',
    noUrl: 'Its address is given as soon as the relay can be reached.',
    dictate: 'To dictate:',
    copy: 'Copy link',
    revoke: 'Revoke',
    revokeQuestion: (label: string) => `Revoke the link "${label}"?`,
    revokeDetail: 'It stops working at once for everybody who has it, and for who came in by it.',
    revoked: 'The link was revoked.',
    keep: 'Keep it',
    add: 'New link',
    label: 'For whom',
    labelHelp: 'For you to recognise it: "for Aunt Marie". Nobody else sees it.',
    ends: 'Works for',
    endsAfter: { never: 'as long as you like', day: 'one day', week: 'one week', month: 'one month' },
    most: 'Number of openings',
    mostHelp: 'Empty: as many as you like.',
    mostWrong: (most: number) => `A number from 1 to ${most}, or nothing.`,
    alias: 'Also as eight letters that can be dictated',
    home: 'Name your home directly, not the relay',
    submit: 'Make link',
    busy: 'Making…',
    madeAndCopied: 'The link was made and is on the clipboard.',
    madeOnly: 'The link was made.',
    copied: 'The link is on the clipboard.',
  },

  problems: {
    cause: 'Why',
    consequence: 'What it means',
    remedy: 'What to do',
    severity: { critical: 'Important', warning: 'Warning', info: 'Note' },
    more: (count: number) => (count === 1 ? 'One more remark' : `${count} more remarks`),
  },

  add: {
    targetMissing: 'Enter the address, such as http://192.168.1.20:8080.',
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
    leaveDetail:
      'Every link to your services stops working. Join this relay again within 90 days, and you have your name and your links back; later others may have the name.',
    stay: 'Stay',
  },

  /** An action that got no answer, which is not a problem the engine knows. */
  noAnswer: {
    title: 'Porchlight did not answer in time.',
    remedy: 'It may have done it all the same: look at the page, then try again.',
  },
}
