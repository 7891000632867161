import type { Rung } from '../../protocol/model/path.ts'
import type { Light, ServiceState } from '../../protocol/snapshot.ts'

export const light: Record<Light, { headline: string; sentence: string }> = {
  reachable: {
    headline: 'Reachable from the internet',
    sentence: 'Visitors come straight to your home. It was checked from outside.',
  },
  relayed: {
    headline: 'Reachable through the relay',
    sentence: 'Your links work. Visitors take the relay instead of coming straight to your home.',
  },
  checking: {
    headline: 'Checking from outside',
    sentence: 'Your links are being tried from outside. This takes a few seconds.',
  },
  'cannot-check': {
    headline: "Can't check right now",
    sentence: 'Nobody outside can try your links at the moment. This is neither good news nor bad news.',
  },
  unreachable: {
    headline: 'Not reachable from the internet',
    sentence: 'Your links were tried from outside, and nothing came through.',
  },
  paused: {
    headline: 'Paused',
    sentence: 'Your services are resting. Nobody outside can reach them until you resume.',
  },
  'at-home': {
    headline: 'For your home alone',
    sentence: 'Your services open in your own network only. Whoever comes from elsewhere is turned away.',
  },
  'needs-you': {
    headline: 'One thing needs you',
    sentence: 'Porchlight cannot mend this by itself, but you can. The next step is written below.',
  },
  empty: {
    headline: 'Nothing to reach yet',
    sentence: 'Add your first service, and its link appears here.',
  },
}

export const rehearsal = {
  title: 'This is a rehearsal on this computer: nothing is on the internet.',
  text: 'Every link below works on this computer only. To reach your services from outside, join a relay.',
  light: {
    headline: 'The rehearsal works',
    sentence: 'Everything answers on this computer. Join a relay to put it on the internet.',
  },
}

export const serviceState: Record<ServiceState, string> = {
  reachable: 'Reachable',
  checking: 'Checking',
  unreachable: 'Not reachable',
  unknown: "Can't check right now",
  paused: 'Paused',
  'at-home': 'Only at home',
}

/** One service, as its light: what `serviceState` says, and also the way and whose turn it is. */
export const serviceLight: Record<Exclude<Light, 'empty'>, string> = {
  reachable: 'Reachable',
  relayed: 'Through the relay',
  checking: 'Checking',
  'cannot-check': "Can't check right now",
  unreachable: 'Not reachable',
  paused: 'Paused',
  'at-home': 'Only at home',
  'needs-you': 'Needs you',
}

/** How visitors come in. Each rung completes "Visitors come …". */
export const path = {
  rung: {
    direct: 'straight to this computer',
    mapped: 'directly, through a rule Porchlight set on your router',
    manual: 'directly, through a rule you set on your router',
    tunnel: 'through the relay',
  } satisfies Record<Rung, string>,
  /** The two address families by different ways. */
  families: (ipv4: string, ipv6: string) => `IPv4: ${ipv4}. IPv6: ${ipv6}.`,
  none: 'No way in yet',
}
