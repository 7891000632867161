/** What befell a home, as events, and what its owner is told to mend first. */
import assert from 'node:assert/strict'
import { describe, it, test } from 'node:test'
import { LINKS, type LinkName, type LinkVerdict } from '../../../protocol/diagnosis.ts'
import { PROBLEMS, type ProblemCode, problem } from '../../../protocol/problem.ts'
import type { Happening } from '../events.ts'
import { FRONT_DOOR } from '../exposures.ts'
import { plan } from '../plan.ts'
import { NO_NOTICE } from '../relay-state.ts'
import {
  ADDED,
  AT_HOME,
  AT_HOME6,
  CERTIFIED,
  continued,
  DIRECT,
  DIRECT6,
  KNOWN,
  MAPPED,
  PUBLISHED,
  RELAY,
  ROUTER,
  seen,
  situation,
  T0,
  TUNNEL,
  TUNNEL6,
  WEB,
} from '../situation.fixture.ts'
import type { State } from '../state.ts'
import { view } from '../view.ts'
import { AWAITED_MS } from './awaited.ts'
import { EXPLAINS, linkOf, REMARKS } from './codes.ts'
import { diagnosisView } from './diagnosis.ts'
import { HOLD_MS, ONSET_MS, RETURN_MS } from './ledger.ts'

const LATER: readonly [Happening, number] = [{ type: 'diagnosis-settled' }, T0 + ONSET_MS]
const settled = (...steps: readonly (Happening | readonly [Happening, number])[]): State => situation(...steps, LATER)

const told = (state: State) => {
  const { problems } = diagnosisView(state)
  const codes = (role: string): string[] => problems.filter((one) => one.role === role).map(({ problem }) => problem.code)
  return { causes: codes('cause'), consequences: codes('consequence'), remarks: codes('remark') }
}
const verdicts = (state: State): Partial<Record<LinkName, LinkVerdict>> =>
  Object.fromEntries(diagnosisView(state).chain.map(({ link, verdict }) => [link, verdict]))

const answered = (addresses: readonly string[] = ['203.0.113.10']) => ({ state: 'found', addresses }) as const
const SILENT = { state: 'silent', addresses: [] } as const
const MISSING = { state: 'missing', addresses: [] } as const
const NAMED: Happening = { type: 'names-seen', here: answered(), relay: null, others: 'found', resolver: '192.168.1.1' }
const DEAF: Happening = { type: 'names-seen', here: SILENT, relay: SILENT, others: 'silent', resolver: '192.168.1.1' }
const TUNNEL6_OPEN: Happening = { type: 'probed', path: TUNNEL6, verdict: seen('reachable') }
const WELL: readonly Happening[] = [...DIRECT, TUNNEL6_OPEN, PUBLISHED, NAMED]

const REFUSED: Happening = {
  type: 'target-down',
  name: WEB.name,
  problem: problem('service-refused', { service: WEB.name, target: 'http://192.168.1.20:8080' }),
}
const LOST: Happening = { type: 'relay-waiting', problem: problem('relay-unreachable', { relay: KNOWN.host, reason: 'ETIMEDOUT' }) }
/** Lost, and dialled in vain. */
const AWAY: readonly Happening[] = [LOST, LOST]
const LINE = (router: 'answers' | 'silent', elsewhere: 'answers' | 'silent', routerHasLine: boolean | null = null): Happening => ({
  ...{ type: 'line-seen', router, routerHasLine },
  elsewhere: { state: elsewhere, host: 'acme.test' },
})
const UPNP_OFF: Happening = { type: 'gateway-absent', problem: problem('gateway-silent', { address: '192.168.1.1' }) }
const BY_RELAY: readonly Happening[] = [
  ...ADDED,
  AT_HOME,
  ...RELAY,
  CERTIFIED,
  { type: 'probed', path: TUNNEL, verdict: seen('reachable') },
  TUNNEL6_OPEN,
  PUBLISHED,
  NAMED,
]
const NO_LINE_THERE: Happening = { ...ROUTER, externalIPv4: null } as Happening

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
  [
    'no name resolves',
    settled(...WELL, { type: 'names-seen', here: SILENT, relay: answered(), others: 'silent', resolver: '192.168.1.1' }),
    ['resolver-silent'],
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

describe('the chain', () => {
  it('holds in every link once somebody outside has come in', () => {
    assert.deepEqual(new Set(Object.values(verdicts(settled(...WELL)))), new Set(['ok']))
    assert.deepEqual(
      diagnosisView(settled(...WELL)).chain.map(({ link }) => link),
      LINKS,
    )
  })

  it('says nothing of a link whose foundation is broken', () => {
    const down = verdicts(settled(...WELL, LOST, LINE('answers', 'silent')))
    const { service, lan, internet, relay, outside, visitor } = down
    assert.deepEqual([service, lan, internet], ['ok', 'ok', 'broken'])
    assert.deepEqual([relay, outside, visitor], ['unknown', 'unknown', 'unknown'])
    assert.deepEqual(Object.values(down).filter((verdict) => verdict === 'broken').length, 1)
  })

  it('never blames the line for the relay', () => {
    const { internet, relay, lan } = verdicts(settled(...WELL, LOST, LINE('answers', 'answers')))
    assert.deepEqual([lan, internet, relay], ['ok', 'ok', 'broken'])
  })

  it('tells a remark beside a link that is well', () => {
    const kept = problem('certificate-kept', { service: WEB.name, target: 'https://192.168.1.20', theirs: 'AB' })
    const state = settled(...WELL, { type: 'target-up', name: WEB.name, remark: kept })
    assert.equal(verdicts(state).service, 'ok')
    assert.deepEqual(told(state), { causes: [], consequences: [], remarks: ['certificate-kept'] })
  })

  it('tells a closed IPv6 firewall nobody while visitors come another way', () => {
    const closed = settled(...WELL)
    assert.deepEqual(told(closed).causes, [])
    assert.ok(REMARKS.has('ipv6-closed'))
  })

  it('shows how old each verdict is', () => {
    const state = continued(settled(...WELL), [{ type: 'target-up', name: WEB.name }, T0 + 60_000])
    const { chain } = diagnosisView(state)
    assert.equal(chain.find(({ link }) => link === 'service')?.atMs, T0 + 60_000)
    assert.equal(chain.find(({ link }) => link === 'router')?.atMs, T0)
  })
})

describe('steady words about what comes and goes', () => {
  const back = (atMs: number): readonly [Happening, number] => [{ type: 'target-up', name: WEB.name }, atMs]
  const gone = (atMs: number): readonly [Happening, number] => [REFUSED, atMs]
  const later = (atMs: number): readonly [Happening, number] => [{ type: 'diagnosis-settled' }, atMs]
  const first = continued(situation(...WELL), gone(T0 + 10_000), later(T0 + 10_000 + ONSET_MS))

  it('tells nothing before it has stood for a moment, and wakes for that moment', () => {
    const fresh = continued(situation(...WELL), gone(T0 + 10_000))
    assert.deepEqual(told(fresh).causes, [])
    assert.ok(plan(fresh, T0 + 10_000).wakeAtMs <= T0 + 10_000 + ONSET_MS)
    assert.ok(plan(fresh, T0 + 10_000 + ONSET_MS).effects.has('settle-diagnosis'))
    assert.deepEqual(told(first).causes, ['service-refused'])
    assert.ok(!plan(first, T0 + 10_000 + ONSET_MS).effects.has('settle-diagnosis'))
  })

  it('is quiet about a blip', () => {
    const blip = continued(situation(...WELL), gone(T0 + 10_000), back(T0 + 11_000), later(T0 + 90_000))
    assert.deepEqual([told(blip).causes, diagnosisView(blip).healed], [[], []])
  })

  it('forgets at once what healed, and keeps it in the history with its time', () => {
    const well = continued(first, back(T0 + 20_000))
    assert.deepEqual(told(well).causes, [])
    const [healed] = diagnosisView(well).healed
    assert.deepEqual([healed?.problem.code, healed?.fromMs, healed?.untilMs], ['service-refused', T0 + 10_000, T0 + 20_000])
    assert.equal(diagnosisView(continued(well, later(T0 + 20_000 + RETURN_MS))).healed.length, 1)
  })

  it('does not flap: what has come back is gone only when it stays away', () => {
    const again = continued(first, back(T0 + 20_000), gone(T0 + 23_000), later(T0 + 23_000 + ONSET_MS), back(T0 + 26_000))
    assert.deepEqual(told(again).causes, ['service-refused'])
    assert.equal(diagnosisView(again).problems[0]?.sinceMs, T0 + 23_000)
    const quiet = continued(again, later(T0 + 26_000 + HOLD_MS))
    assert.deepEqual([told(quiet).causes, diagnosisView(quiet).healed.length], [[], 2])
    const flapping = continued(again, gone(T0 + 29_000), back(T0 + 30_000), later(T0 + 30_000 + HOLD_MS))
    assert.deepEqual(told(flapping).causes, ['service-refused'], 'each time it has to stay away for longer')
  })

  it('says nothing of a moment like one before that stood', () => {
    const again = continued(first, back(T0 + 20_000), gone(T0 + 23_000), back(T0 + 24_000))
    assert.deepEqual(told(again).causes, [])
  })

  it('does not blame for a moment what only followed, when its cause is mended first', () => {
    const down = continued(
      situation(...WELL),
      [LOST, T0 + 1000],
      [LOST, T0 + 1500],
      [LINE('answers', 'silent'), T0 + 2000],
      later(T0 + 9000),
    )
    assert.deepEqual(told(down), { causes: ['internet-down'], consequences: ['relay-unreachable'], remarks: [] })
    const back = continued(down, [LINE('answers', 'answers'), T0 + 10_000])
    assert.deepEqual(told(back).causes, [])
    assert.deepEqual(told(continued(back, later(T0 + 10_000 + ONSET_MS))).causes, ['relay-unreachable'])
  })

  it('waits for what may explain it, and no longer than it takes', () => {
    const machine: Happening = { type: 'target-known', name: WEB.name, mac: '00:16:3e:0a:0b:0c' }
    const silent: Happening = {
      ...{ type: 'target-down', name: WEB.name },
      problem: problem('service-silent', { service: WEB.name, target: 'http://192.168.1.20:8080' }),
    }
    const gone = continued(situation(...WELL, machine), [silent, T0 + 1000], later(T0 + 1000 + ONSET_MS))
    assert.deepEqual(told(gone).causes, [], 'it is looked for at other addresses')
    assert.deepEqual(told(continued(gone, [{ type: 'target-stayed', name: WEB.name }, T0 + 5000])).causes, ['service-silent'])
    assert.deepEqual(told(continued(gone, later(T0 + 1000 + AWAITED_MS))).causes, ['service-silent'])
    const failed = (attempt: number): Happening => ({
      ...{ type: 'certificate-failed', domain: 'amber-otter-42.relay.test', retryAfterMs: attempt * 10_000 },
      problem: problem('certificate-failed', { reason: 'directory-unreachable' }),
    })
    const first = continued(situation(...ADDED, AT_HOME, ...RELAY), [failed(1), T0 + 1000], later(T0 + 9000))
    assert.deepEqual(told(first).causes, [], 'an order is made again at once')
    assert.deepEqual(told(continued(first, [failed(2), T0 + 11_000])).causes, ['certificate-failed'])
  })

  it('keeps a bounded history', () => {
    let state: State = situation(...WELL)
    for (let i = 1; i <= 40; i++)
      state = continued(state, gone(T0 + i * 200_000), later(T0 + i * 200_000 + ONSET_MS), back(T0 + i * 200_000 + 5000))
    assert.equal(diagnosisView(state).healed.length, 30)
  })

  it('takes another reason for the same trouble', () => {
    const refused: Happening = {
      type: 'relay-waiting',
      problem: problem('relay-unreachable', { relay: KNOWN.host, reason: 'ECONNREFUSED' }),
    }
    const state = continued(
      situation(...WELL),
      [LOST, T0 + 900],
      [LINE('answers', 'answers'), T0 + 1000],
      [refused, T0 + 2500],
      later(T0 + 1000 + ONSET_MS),
    )
    const [root] = diagnosisView(state).problems
    assert.deepEqual([root?.problem.params.reason, root?.sinceMs], ['ECONNREFUSED', T0 + 900])
  })
})

describe('the table of causes', () => {
  const codes = Object.keys(PROBLEMS) as ProblemCode[]
  const stands = new Set(codes.filter((code) => linkOf(code) !== 'computer'))

  it('explains nothing by itself, nor in a ring', () => {
    const under = (code: ProblemCode, path: readonly ProblemCode[]): void => {
      assert.ok(!path.includes(code), [...path, code].join(' → '))
      for (const next of EXPLAINS[code] ?? []) under(next, [...path, code])
    }
    for (const code of codes) under(code, [])
  })

  it('has a place on the chain for sixty problems and more, and at every link', () => {
    assert.ok(stands.size >= 60, String(stands.size))
    assert.deepEqual(new Set([...codes.map(linkOf), 'visitor', 'computer']), new Set(LINKS))
  })
})

test('what is wrong is asked about again when its owner wants to know, also while the relay is there', () => {
  const asked = continued(settled(...WELL), [{ type: 'check-now' }, T0 + 60_000], [{ type: 'diagnosis-asked' }, T0 + 60_000])
  const kinds = [...plan(asked, T0 + 60_000).effects.values()].map(({ kind }) => kind)
  for (const kind of ['look-at-line', 'look-up-names', 'check-target', 'probe', 'visit-own-names'] as const)
    assert.ok(kinds.includes(kind), kind)
  const looked = continued(asked, [LINE('answers', 'answers'), T0 + 61_000])
  assert.ok(![...plan(looked, T0 + 200_000).effects.keys()].includes('look-at-line'))
  assert.equal(view(looked).diagnosis.chain.find(({ link }) => link === 'internet')?.atMs, T0 + 61_000)
})
