import type { Access } from '../../protocol/model/access.ts'

/** Who may come in, as its owner reads it. */
export const access = {
  legend: 'Who may come in',
  is: {
    public: 'Everybody who has the address',
    link: 'Only who has a link',
    password: 'Only who knows the password',
    addresses: 'Only visitors from certain addresses',
    lan: 'Only your own network at home',
  } satisfies Record<Access, string>,
  /** Behind the choice, where it needs a word more. */
  about: {
    password: 'Visitors are asked for it on a page of your home, and then stay for thirty days.',
    addresses: 'Visitors who are turned away see their own address and can send it to you.',
    lan: 'Visitors from elsewhere are turned away, also those who come through the relay. Nobody outside can check it.',
  },
  /** Only the home's own network, and always through the relay. */
  nobody:
    'Only your own home may come in, and nobody comes from there through the relay: as it is, nobody gets in. Let others in, or let visitors come the best way.',
  rawLink: 'Opening the link lets in the address of whoever opens it, for twelve hours.',
  more: 'More ways',
  changed: {
    public: (name: string) => `Everybody may open ${name}.`,
    link: (name: string) => `${name} opens by link alone.`,
    password: (name: string) => `${name} opens with the password.`,
    addresses: (name: string) => `${name} opens for the listed addresses.`,
    lan: (name: string) => `${name} opens in your own network alone.`,
  } satisfies Record<Access, (name: string) => string>,
  password: 'Password',
  newPassword: 'New password',
  passwordHelp: '8 letters at least. A new one ends the visits of everybody who came in with the old one.',
  passwordShort: 'At least 8 letters.',
  list: 'Addresses, one a line',
  listHelp: '203.0.113.7, 203.0.113.0/24, or a name such as marie.dyndns.example. An IPv6 address stands for its whole network.',
  listEmpty: 'Enter one address at least.',
  leadsTo: (name: string, addresses: string) => `${name}: ${addresses}`,
  leadsNowhere: (name: string) => `${name}: not found just now, so nobody comes in by it`,
  /** While a choice still lacks its password or list. */
  pending: (current: string) => `Not applied yet. Until then: ${current.toLowerCase()}.`,
  apply: 'Apply',
  applying: 'Applying…',
  passwordKept: 'A password is set.',
  admitted: 'Let in by link just now',
  admittedUntil: (place: string, link: string, when: string) => `${place}, by "${link}", until ${when}`,
  expel: 'Turn out',
  expelled: (place: string) => `${place} was turned out.`,
  pin: 'PIN',
  pinHelp: '4 to 8 digits, asked for besides the link. Send it by another way. Empty: none.',
  pinWrong: '4 to 8 digits, or nothing.',
  hasPin: 'with a PIN',
  programs: 'For programs',
  programsHelp: 'A program shows the link like this:',
  ask: 'Password:',
  askAgain: 'Once more:',
}
