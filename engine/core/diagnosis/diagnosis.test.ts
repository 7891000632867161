/** What befell a home, as events, and what its owner is told to mend first. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type ProblemCode, problem } from '../../../protocol/problem.ts'
import type { Happening } from '../events.ts'
import { FRONT_DOOR } from '../exposures.ts'
import { NO_NOTICE } from '../relay-state.ts'
import {
  ADDED,
  AT_HOME,
  AT_HOME6,
  CERTIFIED,
  DIRECT6,
  KNOWN,
  MAPPED,
  RELAY,
  ROUTER,
  seen,
  T0,
  TUNNEL,
  TUNNEL6,
  WEB,
} from '../situation.fixture.ts'
import type { State } from '../state.ts'
import {
  AWAY,
  answered,
  BY_RELAY,
  DEAF,
  LINE,
  LOST,
  MISSING,
  NO_LINE_THERE,
  REFUSED,
  SILENT,
  settled,
  told,
  UPNP_OFF,
  verdicts,
  WELL,
} from './diagnosis.fixture.ts'

const BLIND = [TUNNEL, TUNNEL6].map((path) => ({ type: 'probed', path, verdict: seen('unknown') }) as const)

const FAULTS: readonly (readonly [what: string, state: State, causes: readonly ProblemCode[], consequences?: readonly ProblemCode[]])[] = [
  ['nothing at all', settled(...WELL), []],
  ['a home that has just begun', settled(AT_HOME), ['no-relay']],
  ['the program is stopped', settled(...WELL, REFUSED), ['service-refused']],
  [
    'the cable is pulled: the service on another machine is not known to be silent for a reason of its own',
    settled(...WELL, { type: 'network', facts: null }, LOST, {
      type: 'target-down',
      name: WEB.name,
      problem: problem('service-silent', { service: WEB.name, target: 'http://192.168.1.20:8080' }),
    }),
    ['no-network'],
    ['service-silent', 'relay-unreachable'],
  ],
  [
    'the router is off',
    settled(...ADDED, AT_HOME, ...RELAY, LOST, LINE('silent', 'silent')),
    ['router-unreachable'],
    ['relay-unreachable'],
  ],
  ['the provider is gone', settled(...WELL, LOST, LINE('answers', 'silent')), ['internet-down'], ['relay-unreachable']],
  [
    'the router still has its address of before, and says now that its line has none',
    settled(...WELL, LOST, LINE('answers', 'silent', false)),
    ['gateway-no-internet'],
    ['internet-down', 'relay-unreachable'],
  ],
  [
    'the router says itself that it has no line',
    settled(...ADDED, AT_HOME, ...RELAY, NO_LINE_THERE, LOST, LINE('answers', 'silent')),
    ['gateway-no-internet'],
    ['internet-down', 'relay-unreachable'],
  ],
  ['the relay is away, and the line is well', settled(...WELL, ...AWAY, LINE('answers', 'answers')), ['relay-unreachable']],
  ['the relay is away, and nobody has looked at the line yet', settled(...WELL, ...AWAY), []],
  ['the lane was lost, and nobody has dialled anew: port 443 may be shut', settled(...WELL, LOST, LINE('answers', 'answers')), []],
  ['and dialled once in vain, as happens on a bad line', settled(...WELL, LOST, LOST, LINE('answers', 'answers')), []],
  [
    'no name resolves',
    settled(...WELL, ...Array(2).fill({ type: 'names-seen', here: SILENT, relay: answered(), others: 'silent', resolver: '192.168.1.1' })),
    ['resolver-silent'],
  ],
  [
    'a question was lost on a bad line',
    settled(...WELL, { type: 'names-seen', here: SILENT, relay: answered(), others: 'found', resolver: '192.168.1.1' }),
    [],
  ],
  [
    'the resolver does not find ours, and others',
    settled(...WELL, ...Array(2).fill({ type: 'names-seen', here: SILENT, relay: answered(), others: 'found', resolver: '192.168.1.1' })),
    ['name-unresolved'],
  ],
  ['no name resolves, the relay’s neither: the line may have gone a moment ago', settled(...WELL, DEAF), []],
  ['and still, while the tunnel holds', settled(...WELL, DEAF, DEAF), ['resolver-silent']],
  [
    'the relay does not answer for its names, and others resolve',
    settled(...WELL, ...Array(2).fill({ type: 'names-seen', here: SILENT, relay: SILENT, others: 'found', resolver: '192.168.1.1' })),
    ['relay-names-silent'],
  ],
  [
    'a resolver that has not heard of a new name yet',
    settled(...WELL, { type: 'names-seen', here: MISSING, relay: answered(), others: 'found', resolver: '192.168.1.1' }),
    [],
  ],
  [
    'the relay does not see itself, and so nobody can look',
    settled(...BY_RELAY, UPNP_OFF, ...Array(3).fill(BLIND).flat()),
    ['relay-cannot-look', 'gateway-silent'],
    ['forward-by-hand'],
  ],
  ['UPnP is off', settled(...BY_RELAY, UPNP_OFF), ['gateway-silent'], ['forward-by-hand']],
  [
    'the router says that it is behind the provider’s NAT',
    settled(...BY_RELAY, { ...ROUTER, externalIPv4: '100.64.0.10' } as Happening, {
      type: 'opening-failed',
      path: MAPPED,
      problem: problem('gateway-refused', { address: '192.168.1.1', reason: '501' }),
      silent: null,
    }),
    ['provider-shares-address'],
    ['gateway-refused'],
  ],
  [
    'the relay is away, and UPnP was switched off meanwhile',
    settled(...WELL, ...AWAY, LINE('answers', 'answers'), UPNP_OFF),
    ['relay-unreachable', 'gateway-silent'],
  ],
  [
    'a service that is stopped, and a router that does not map',
    settled(...BY_RELAY, UPNP_OFF, REFUSED),
    ['service-refused', 'gateway-silent'],
    ['forward-by-hand'],
  ],
  [
    'a service that is stopped, and a provider that is gone: neither hides the other',
    settled(...WELL, REFUSED, LOST, LINE('answers', 'silent')),
    ['service-refused', 'internet-down'],
    ['relay-unreachable'],
  ],
  [
    'the certificate is over, and the relay away',
    settled(
      ...WELL,
      {
        type: 'certificate-failed',
        domain: 'amber-otter-42.relay.test',
        problem: problem('certificate-failed', { reason: 'dns' }),
        retryAfterMs: 1,
      },
      ...AWAY,
      LINE('answers', 'answers'),
    ),
    ['relay-unreachable'],
  ],
]

describe('what is to be mended first', () => {
  for (const [what, state, causes, consequences = []] of FAULTS)
    it(`${what}: ${causes.join(', ') || 'nothing'}`, () => {
      const { causes: found, consequences: followed } = told(state)
      assert.deepEqual({ causes: found, consequences: followed }, { causes, consequences })
    })
})

const OTHER = { ...WEB, name: 'wiki', links: [] }
const LOST_BY = (path: string): readonly Happening[] => Array(3).fill({ type: 'probed', path, verdict: seen('timed-out') })

describe('several services', () => {
  const second: readonly Happening[] = [{ type: 'service-added', service: OTHER }, { type: 'target-up', name: OTHER.name }, REFUSED]

  it('one that is down itself says nothing of the way to the others', () => {
    const state = settled(...WELL, ...second)
    assert.deepEqual(told(state).causes, ['service-refused'])
    const { service, outside, visitor } = verdicts(state)
    assert.deepEqual([service, outside, visitor], ['broken', 'ok', 'ok'])
  })

  it('nor does it hide that nobody gets to the others', () => {
    const shut = settled(...BY_RELAY, UPNP_OFF, ...second, ...[TUNNEL, TUNNEL6].flatMap(LOST_BY))
    assert.deepEqual(told(shut).causes.slice(0, 2), ['service-refused', 'unreachable-outside'])
    assert.equal(verdicts(shut).outside, 'broken')
  })
})

describe('trouble with IPv6', () => {
  const FORBIDDEN: Happening = {
    ...{ type: 'listening-refused', exposure: FRONT_DOOR, family: 'ipv6' },
    problem: problem('ipv6-port-forbidden', { port: '443', command: 'sudo setcap' }),
  }
  const ipv6 = { gateway: 'fe80::1', localAddress: '2001:db8:1::10', interfaceName: 'eth0' }

  it('is a mere remark while visitors come another way', () => {
    const { causes, remarks } = told(settled(...WELL, AT_HOME6, FORBIDDEN))
    assert.deepEqual([causes, remarks], [[], ['ipv6-port-forbidden']])
  })

  it('is what to mend where there is no other way', () => {
    const alone = settled(...ADDED, { type: 'network', facts: { ipv6 } }, FORBIDDEN)
    assert.deepEqual(told(alone), { causes: ['ipv6-port-forbidden', 'no-relay'], consequences: [], remarks: [] })
    assert.equal(verdicts(alone).computer, 'warning')
  })

  it('also where a router lets nobody in over IPv4, and no relay carries visitors', () => {
    const shut = settled(...ADDED, AT_HOME6, UPNP_OFF, FORBIDDEN)
    assert.deepEqual(told(shut).causes, ['ipv6-port-forbidden', 'gateway-silent', 'no-relay'])
  })

  it('of a closed firewall is told as soon as the relay carries no more', () => {
    const closed: readonly Happening[] = [
      ...[...ADDED, AT_HOME6, ...RELAY, CERTIFIED, UPNP_OFF],
      { type: 'listening', exposure: FRONT_DOOR, family: 'ipv6', port: 443 },
      ...Array(3).fill({ type: 'probed', path: DIRECT6, verdict: seen('timed-out') }),
    ]
    assert.ok(!told(settled(...closed)).causes.includes('ipv6-closed'))
    const usedUp: Happening = {
      ...{ type: 'relay-notice', url: KNOWN.url },
      notice: { ...NO_NOTICE, quota: { monthlyBytes: 1e9, usedPercent: 100, renewsAtMs: T0 + 86_400_000 } },
    }
    assert.ok(told(settled(...closed, usedUp)).causes.includes('ipv6-closed'))
  })
})
