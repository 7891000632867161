/** What the desktop app says outside its window: notifications and questions. */
export const desktop = {
  notice: {
    unreachable: (service: string) => `${service} can't be reached from outside`,
    unreachableText: 'For more than a minute now. Open Porchlight to see what is wrong.',
    manyUnreachable: (count: number) => (count === 1 ? '1 service is out of reach' : `${count} services are out of reach`),
    needsYou: (service: string) => `${service} needs you`,
    reachable: (service: string) => `${service} can be reached again`,
    manyReachable: (count: number) => (count === 1 ? '1 service is back' : `${count} services are back`),
    reachableText: 'It was checked from outside.',
  },
  join: {
    question: (relay: string) => `Use the relay ${relay}?`,
    detail: (fingerprint: string) =>
      `A link brought its relay code. Visitors will be able to reach your services through it, and your other relays stay as they are.\n\nFingerprint: ${fingerprint}\n\nGo on only if you asked for this code, or know who sent it.`,
    yes: 'Use this relay',
    no: 'Not now',
  },
  keychain: {
    lockQuestion: 'Lock the keys of this home?',
    lockDetail:
      'The keychain of your account will open them, and a stolen disk or backup will not. From then on your services come up only after you have logged in and this app has started.\n\nIf the keychain is ever lost, so are the names and links of this home: export it first (porchlight export).\n\nVisitors are interrupted for some seconds.',
    lockYes: 'Lock them',
    unlockQuestion: 'Take the lock off?',
    unlockDetail: 'The keys will lie in files that only your account may read.\n\nVisitors are interrupted for some seconds.',
    unlockYes: 'Take it off',
    no: 'Not now',
    notOurs:
      'The Porchlight that runs was started by something else, perhaps as a service that starts before anybody has logged in. Stop it there first, then try again.',
    missing:
      'This desktop has no keychain that protects anything. Set one up, such as GNOME Keyring or KWallet, log in anew, and try again.',
    closed: 'The keychain did not open. Nothing is lost: unlock it, then choose Open Porchlight.',
  },
}
