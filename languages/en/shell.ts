/** The frame around every view of the page. */
export const shell = {
  skip: 'Skip to the content',
  nav: 'Main menu',
  places: { home: 'Home', visitors: 'Visitors', names: 'Names', history: 'History', settings: 'Settings' },
  /** Between a name and what is said of it. */
  colon: ': ',
  add: 'Add a service',
  guide: 'Your router',
  loading: 'One moment…',
  noService: (name: string) => `There is no service called ${name} here.`,
  service: {
    label: (name: string) => `Parts of ${name}`,
    tabs: { overview: 'Overview', share: 'Share', access: 'Access', expert: 'Expert' },
  },
  visitors: {
    none: 'Here stand the links you give away, with whom each is for. There is none yet.',
    more: 'Who is shut out',
  },
  names: {
    none: 'A name comes with a relay. Join one first, then your services have an address for everybody.',
  },
  history: {
    none: 'Here stands what was: when your services could be reached, and what changed.',
  },
  settings: {
    relay: 'Join another relay',
  },
}
