/** Snapshots of which a test says only what matters to it. */
import { UNDIAGNOSED } from './diagnosis.ts'
import { NO_BANS } from './model/ban.ts'
import { NO_CHOICE } from './model/guide-choice.ts'
import { NO_PREFERENCES } from './model/preferences.ts'
import { NO_ROUTER_ACCESS } from './model/router-api.ts'
import { NO_AUTHORITY, type ServiceView, type Snapshot, UNGUARDED, UNNAMED } from './snapshot.ts'

/** A website that nobody has looked at yet. */
export const plainService = (facts: Partial<ServiceView> = {}): ServiceView => ({
  name: 'web',
  target: 'http://192.168.1.20:80',
  kind: 'http',
  state: 'unknown',
  paths: [],
  best: { ipv4: null, ipv6: null },
  publicUrl: null,
  publicAddress: null,
  shareLink: null,
  preset: null,
  safety: null,
  access: 'public',
  hasPassword: false,
  allowed: [],
  admitted: [],
  routes: [],
  proxyProtocol: false,
  uploadLimitMb: null,
  relayOnly: false,
  pin: null,
  links: [],
  provenAtMs: null,
  reachableSinceMs: null,
  visitors: 0,
  problem: null,
  ...facts,
})

/** A home without services and without a relay. */
export const plainHome = (facts: Partial<Snapshot> = {}): Snapshot => ({
  v: 1,
  rehearsal: false,
  internet: { state: 'online' },
  gateway: {
    address: null,
    name: null,
    protocols: [],
    externalIPv4: null,
    nat: 'unknown',
    natEvidence: [],
    guide: NO_CHOICE,
    access: NO_ROUTER_ACCESS,
  },
  relay: { url: null, state: 'none', transport: null, rttMs: null, observedIPv4: null, observedIPv6: null },
  relays: [],
  domain: null,
  ownNames: [],
  names: UNNAMED,
  guard: UNGUARDED,
  alerts: [],
  bans: NO_BANS,
  authority: NO_AUTHORITY,
  certificates: [],
  preferences: NO_PREFERENCES,
  services: [],
  problems: [],
  diagnosis: UNDIAGNOSED,
  ...facts,
})
