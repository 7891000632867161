/** Houses as the page may meet them, one for every state of the light. */

import { problem } from '../../protocol/problem.ts'
import { plainHome, plainService } from '../../protocol/snapshot.fixture.ts'
import { type Light, type ServiceView, type Snapshot, UNNAMED } from '../../protocol/snapshot.ts'

const MINUTE_MS = 60_000

export const CONNECTED_RELAY: Snapshot['relay'] = {
  url: 'https://relay.example',
  state: 'connected',
  transport: 'direct',
  rttMs: 24,
  observedIPv4: '203.0.113.7',
  observedIPv6: null,
}

export function service(changes: Partial<ServiceView> = {}): ServiceView {
  const name = changes.name ?? 'jeedom'
  return plainService({
    name,
    target: 'http://192.168.1.20:8080',
    state: 'reachable',
    paths: [
      { rung: 'mapped', family: 'ipv4', phase: 'confirmed', outside: { address: '203.0.113.7', port: 443 } },
      { rung: 'tunnel', family: 'ipv4', phase: 'confirmed' },
    ],
    best: { ipv4: 'mapped', ipv6: 'mapped' },
    publicUrl: `https://${name}.maison-dupont.relay.example/`,
    publicAddress: { host: `${name}.maison-dupont.relay.example`, port: 443 },
    shareLink: `https://relay.example/s/${name}#k7dq2vxm4p`,
    provenAtMs: Date.now() - 3 * MINUTE_MS,
    ...changes,
  })
}

const relayed = (changes: Partial<ServiceView> = {}): ServiceView =>
  service({ paths: [{ rung: 'tunnel', family: 'ipv4', phase: 'confirmed' }], best: { ipv4: 'tunnel', ipv6: 'tunnel' }, ...changes })

const none: Partial<ServiceView> = { best: { ipv4: null, ipv6: null }, provenAtMs: null, paths: [] }

/** A service that is no website: it has an address, not a link. */
export const jamulus = service({
  name: 'jamulus',
  target: 'udp://192.168.1.30:22124',
  kind: 'udp',
  publicUrl: null,
  shareLink: null,
  publicAddress: { host: 'jamulus.maison-dupont.relay.example', port: 22124 },
  paths: [
    { rung: 'mapped', family: 'ipv4', phase: 'confirmed', outside: { address: '203.0.113.7', port: 22124 } },
    { rung: 'tunnel', family: 'ipv4', phase: 'confirmed' },
  ],
  best: { ipv4: 'mapped', ipv6: null },
})

export function house(changes: Partial<Snapshot> = {}): Snapshot {
  const { gateway } = plainHome()
  return plainHome({
    gateway: { ...gateway, address: '192.168.1.1', name: 'Livebox 6', protocols: ['upnp'], externalIPv4: '203.0.113.7', nat: 'single' },
    relay: CONNECTED_RELAY,
    domain: 'maison-dupont.relay.example',
    names: { ...UNNAMED, label: 'maison-dupont' },
    services: [service()],
    ...changes,
  })
}

const noRelay = { url: null, state: 'none', transport: null, rttMs: null, observedIPv4: null, observedIPv6: null } as const
const silent = problem('gateway-silent', { address: '192.168.1.1' })
const waiting = {
  url: 'https://relay.example',
  state: 'waiting',
  transport: null,
  rttMs: null,
  observedIPv4: null,
  observedIPv6: null,
} as const
const photos = { name: 'photos', target: 'https://nas.local:5001' }

export const HOUSES: Readonly<Record<Light, Snapshot>> = {
  reachable: house({ services: [service(), service(photos), jamulus] }),
  relayed: house({ services: [relayed(), relayed(photos)], problems: [silent] }),
  checking: house({
    services: [service({ state: 'checking', ...none, paths: [{ rung: 'mapped', family: 'ipv4', phase: 'provisioned' }] })],
  }),
  'cannot-check': house({
    services: [service({ state: 'unknown', ...none })],
    relay: waiting,
    problems: [problem('relay-unreachable', { relay: 'relay.example', reason: 'ETIMEDOUT' })],
  }),
  unreachable: house({
    services: [
      service({
        state: 'unreachable',
        ...none,
        paths: [{ rung: 'mapped', family: 'ipv4', phase: 'blocked' }],
        problem: problem('unreachable-outside', { service: 'jeedom' }),
      }),
    ],
    problems: [problem('mapping-unreachable', { address: '203.0.113.7', port: '443' })],
  }),
  paused: house({ services: [service({ state: 'paused', ...none })] }),
  'at-home': house({ services: [service({ state: 'at-home', access: 'lan', ...none })] }),
  'needs-you': house({
    services: [
      service({
        state: 'unreachable',
        ...none,
        problem: problem('service-refused', { service: 'jeedom', target: 'http://192.168.1.20:8080' }),
      }),
      relayed(photos),
    ],
    problems: [silent, problem('provider-shares-address', { address: '100.64.12.7' })],
  }),
  empty: house({ services: [], relay: noRelay, domain: null, problems: [problem('no-relay', {})] }),
}

export const rehearsal = house({
  rehearsal: true,
  services: [relayed({ publicUrl: 'https://jeedom.maison-dupont.localhost:8443/' })],
})

/** The longest things that the model allows. */
export const longNames = house({
  services: [
    service({
      name: 'l-horloge-astronomique-du-grenier-numero-2',
      target: 'http://serveur-de-la-famille-dans-le-placard-de-l-entree.maison-de-vacances.example.internal:8080',
      publicUrl:
        'https://l-horloge-astronomique-du-grenier-numero-2.la-maison-de-vacances-de-la-famille-dupont.un-relais-au-nom-vraiment-tres-long.example:8443/',
      best: { ipv4: 'tunnel', ipv6: 'direct' },
      state: 'unreachable',
      problem: problem('service-not-found', {
        service: 'l-horloge-astronomique-du-grenier-numero-2',
        host: 'serveur-de-la-famille-dans-le-placard-de-l-entree.maison-de-vacances.example.internal',
      }),
    }),
    service({ state: 'unknown', ...none, name: 'musique' }),
    jamulus,
  ],
  problems: [
    silent,
    problem('settings-damaged', { keptAs: '/home/famille/.local/share/porchlight/reglages-abimes-2026-01-01T00-00-00.000Z.json' }),
  ],
})
