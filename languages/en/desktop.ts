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
}
