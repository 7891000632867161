/** Situations for tests: a state is told by the events that led to it, at times that the test names. */

import { plainLink } from '../../protocol/model/link.ts'
import type { Target } from '../../protocol/model/service.ts'
import type { Event, Happening } from './events.ts'
import { FRONT_DOOR } from './exposures.ts'
import { pathKey } from './path-state.ts'
import { type EffectOf, plan } from './plan.ts'
import { reduce } from './reduce.ts'
import type { Welcomed } from './relay-state.ts'
import type { Rule } from './router-state.ts'
import type { Service } from './service-state.ts'
import { EMPTY_STATE, type State } from './state.ts'

export const T0 = 1_800_000_000_000

export const WEB: Service = {
  name: 'photos',
  target: { kind: 'http', host: '192.168.1.20', port: 8080 },
  paused: false,
  access: 'public',
  links: [plainLink('abcdefghijklmnop', T0)],
}
export const GAME: Service & { readonly target: Target } = {
  name: 'game',
  target: { kind: 'udp', host: '192.168.1.30', port: 22124 },
  paused: false,
  access: 'public',
  links: [plainLink('ponmlkjihgfedcba', T0)],
}

export const KNOWN: Welcomed = {
  url: 'https://relay.test',
  host: 'relay.test',
  domain: 'relay.test',
  label: 'amber-otter-42',
  former: [],
  httpsPort: 443,
  relayOnly: true,
  transport: 'direct',
  relayKey: 'k'.repeat(43),
  voucher: null,
  addresses: { ipv4: '198.51.100.20', ipv6: '2001:db8:200::20' },
  family: 'ipv4',
  observed: { ipv4: '203.0.113.10' },
}

export const RULE: Rule = {
  router: 'gateway',
  protocol: 'tcp',
  internalAddress: '192.168.1.10',
  internalPort: 40443,
  externalPort: 443,
  lifetimeS: 7200,
  via: 'upnp',
  description: 'Porchlight',
}

export const ruleAt = (change: Partial<Rule>): Rule => ({ ...RULE, ...change })

export const OUTSIDE = { address: '203.0.113.10', port: 443 }
export const MAPPED = pathKey({ exposure: FRONT_DOOR, rung: 'mapped', family: 'ipv4' })
export const DIRECT6 = pathKey({ exposure: FRONT_DOOR, rung: 'direct', family: 'ipv6' })
export const TUNNEL = pathKey({ exposure: FRONT_DOOR, rung: 'tunnel', family: 'ipv4' })
export const TUNNEL6 = pathKey({ exposure: FRONT_DOOR, rung: 'tunnel', family: 'ipv6' })

export const seen = (outcome: 'reachable' | 'timed-out' | 'refused' | 'unknown', atMs = T0) => ({ outcome, atMs })

/** The look at this path that is planned now. */
export function lookPlanned(state: State, path: string, atMs = T0): EffectOf<'probe'> | undefined {
  const looks = [...plan(state, atMs).effects.values()].filter((effect) => effect.kind === 'probe')
  return looks.find((look) => look.path === path)
}
export const phaseOf = (state: State, path: string): string | undefined => state.paths[path]?.phase
/** One look from outside, at that time. */
export const probed = (path: string, outcome: Parameters<typeof seen>[0], atMs = T0): readonly [Happening, number] => [
  { type: 'probed', path, verdict: seen(outcome, atMs) },
  atMs,
]

/** Each step is an event, or `[event, atMs]`; without a time it happens at T0. */
export function situation(...steps: readonly (Happening | readonly [Happening, number])[]): State {
  return continued(EMPTY_STATE, ...steps)
}

export function continued(state: State, ...steps: readonly (Happening | readonly [Happening, number])[]): State {
  return steps.reduce((now, step) => {
    const [happening, atMs] = Array.isArray(step) ? (step as [Happening, number]) : [step as Happening, T0]
    return reduce(now, { ...happening, atMs } as Event)
  }, state)
}

/** Frequent beginnings. */
export const ADDED: Happening[] = [
  { type: 'service-added', service: WEB },
  { type: 'listening', exposure: FRONT_DOOR, family: 'ipv4', port: 40443 },
  { type: 'target-up', name: WEB.name },
]
export const AT_HOME: Happening = { type: 'network', facts: { ipv4: { gateway: '192.168.1.1', localAddress: '192.168.1.10' } } }
export const AT_HOME6: Happening = {
  type: 'network',
  facts: {
    ipv4: { gateway: '192.168.1.1', localAddress: '192.168.1.10' },
    ipv6: { gateway: 'fe80::1', localAddress: '2001:db8:1::10', interfaceName: 'eth0' },
  },
}
export const ROUTER: Happening = {
  type: 'gateway-found',
  address: '192.168.1.1',
  name: 'Box',
  protocols: ['upnp'],
  pinholes: 0,
  externalIPv4: '203.0.113.10',
}
/** The relay knows of the services that tests have. */
export const PUBLISHED = {
  type: 'published',
  key: '',
  services: ['photos', 'game', 'shell', 'band', 'wiki'],
  ports: {},
} as const satisfies Happening
export const RELAY: Happening[] = [
  { type: 'relay-chosen', url: KNOWN.url },
  { type: 'relay-connected', known: KNOWN },
  PUBLISHED,
  { type: 'udp-observed', from: { address: '203.0.113.10', port: 50_000 } },
]
export const CERTIFIED: Happening = {
  type: 'certificate-valid',
  domain: 'amber-otter-42.relay.test',
  notAfterMs: T0 + 90 * 86_400_000,
  renewAtMs: T0 + 60 * 86_400_000,
}
export const OPENED: Happening = { type: 'opened', path: MAPPED, rules: [RULE], outside: OUTSIDE, missing: null, silent: null }
export const JOURNALLED: Happening = { type: 'rule-journalled', rule: RULE }
/** Everything up to a path that somebody outside has proven. */
export const DIRECT: Happening[] = [
  ...ADDED,
  AT_HOME,
  ...RELAY,
  CERTIFIED,
  ROUTER,
  JOURNALLED,
  OPENED,
  { type: 'probed', path: TUNNEL, verdict: seen('reachable') },
  { type: 'probed', path: MAPPED, verdict: seen('reachable') },
]
