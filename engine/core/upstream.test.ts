import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { problem } from '../../protocol/problem.ts'
import type { Happening } from './events.ts'
import { FRONT_DOOR } from './exposures.ts'
import type { Path } from './path-state.ts'
import { type Effect, plan } from './plan.ts'
import type { Rule } from './router-state.ts'
import {
  ADDED,
  AT_HOME,
  AT_HOME6,
  CERTIFIED,
  continued,
  DIRECT6,
  JOURNALLED,
  KNOWN,
  MAPPED,
  OUTSIDE,
  RELAY,
  ROUTER,
  RULE,
  seen,
  situation,
  T0,
  WEB,
} from './situation.fixture.ts'
import type { State } from './state.ts'
import { view } from './view.ts'

const INNER = '192.168.0.2'
const BEHIND = { ...ROUTER, externalIPv4: INNER } as Happening
const FOUND: Happening = {
  type: 'upstream-found',
  address: '192.168.0.1',
  routerAddress: INNER,
  pinholes: 0,
  externalIPv4: '203.0.113.10',
}
const absent = (claimed: string | null = null): Happening => ({ type: 'upstream-absent', routerAddress: INNER, claimed })
/** The rule on the second router, which leads to the first. */
const OUTER: Rule = { ...RULE, router: 'upstream', internalAddress: INNER, internalPort: 443 }
const REFUSED = problem('second-router-refused', { address: '192.168.0.1', internal: INNER, reason: '606' })

const opened = (rules: readonly Rule[], more: Partial<Extract<Happening, { type: 'opened' }>> = {}): Happening => ({
  type: 'opened',
  path: MAPPED,
  rules,
  outside: OUTSIDE,
  missing: null,
  silent: null,
  ...more,
})
const probed = (outcome: 'reachable' | 'timed-out', path = MAPPED): Happening => ({ type: 'probed', path, verdict: seen(outcome) })

const HOME = situation(...ADDED, AT_HOME, ...RELAY, CERTIFIED, BEHIND)
const CHAINED = continued(HOME, FOUND, { type: 'rule-journalled', rule: OUTER }, JOURNALLED, opened([RULE, OUTER]))
const PROVEN = continued(CHAINED, probed('reachable'))

const pathOf = (state: State, key = MAPPED): Path => state.paths[key] as Path
const effects = <K extends Effect['kind']>(state: State, kind: K, atMs = T0): Extract<Effect, { kind: K }>[] =>
  [...plan(state, atMs).effects.values()].filter((effect): effect is Extract<Effect, { kind: K }> => effect.kind === kind)
const hops = (state: State, atMs = T0): string[] =>
  effects(state, 'open', atMs).flatMap((effect) => effect.hops.map((hop) => `${hop.router} ${hop.externalPort}→${hop.internalAddress}`))
const problems = (state: State): string[] => view(state).problems.map(({ code }) => code)
const wayOf = (state: State) => {
  const path = pathOf(state)
  assert.ok('way' in path)
  return path.way
}

describe('the second router: when it is looked for', () => {
  const looks = (state: State, atMs = T0): boolean => effects(state, 'keep-upstream', atMs).length > 0

  it('when ours has a private address outside, and somebody outside sees us', () => {
    assert.ok(looks(HOME))
    assert.ok(!looks(situation(...ADDED, AT_HOME, ...RELAY, CERTIFIED, ROUTER)))
    assert.ok(!looks(situation(...ADDED, AT_HOME, ...RELAY, CERTIFIED, { ...ROUTER, externalIPv4: '100.64.0.10' } as Happening)))
    assert.ok(!looks(situation(...ADDED, AT_HOME, BEHIND)))
  })

  it('on the way to the relay, and believed by the address that outsiders see', () => {
    const [effect] = effects(HOME, 'keep-upstream')
    assert.deepEqual(effect?.sought, { routerAddress: INNER, observedAddress: '203.0.113.10' })
    assert.deepEqual(effect?.towards, KNOWN.addresses)
  })

  it('before our own is asked for anything, and before anybody looks', () => {
    assert.deepEqual(hops(HOME), [])
    const early = situation(...ADDED, AT_HOME, ...RELAY, CERTIFIED, ROUTER, opened([RULE]), BEHIND)
    assert.deepEqual(
      effects(early, 'probe').filter(({ via }) => via === 'direct'),
      [],
    )
  })

  it('again after a while when none lets itself be asked, ever more seldom, and at once when its owner wants to know', () => {
    const once = continued(HOME, absent())
    assert.deepEqual([looks(once, T0 + 4999), looks(once, T0 + 5000)], [false, true])
    const twice = continued(once, absent())
    assert.deepEqual([looks(twice, T0 + 14_999), looks(twice, T0 + 15_000)], [false, true])
    assert.ok(looks(continued(twice, { type: 'check-now' })))
  })

  it('anew behind another router, or when ours has another address there', () => {
    const moved = continued(PROVEN, {
      type: 'inspected',
      path: MAPPED,
      found: 'present',
      router: 'gateway',
      claims: { gateway: '192.168.0.3', upstream: null },
    })
    assert.equal(moved.upstream.phase, 'unknown')
    assert.equal(pathOf(moved).phase, 'seeking')
    assert.equal(continued(PROVEN, { ...BEHIND, externalIPv4: '10.0.0.2' } as Happening).upstream.phase, 'unknown')
    const elsewhere: Happening = { type: 'network', facts: { ipv4: { gateway: '10.0.0.1', localAddress: '10.0.0.7' } } }
    assert.equal(continued(PROVEN, elsewhere).upstream.phase, 'unknown')
    // A protocol that has no address to tell, or a line that is down for a moment, is no news.
    assert.equal(continued(PROVEN, { ...BEHIND, externalIPv4: null } as Happening).upstream.phase, 'found')
  })
})

describe('the second router: a chain of two rules', () => {
  it('is asked for from us outwards: the outer rule leads to our router', () => {
    assert.deepEqual(hops(continued(HOME, FOUND)), ['gateway 443→192.168.1.10', `upstream 443→${INNER}`])
  })

  it('aborts what was asked of our own router alone', () => {
    const keys = (state: State): string[] => [...plan(state, T0).effects.keys()].filter((key) => key.startsWith('open'))
    assert.notDeepEqual(keys(continued(HOME, absent())), keys(continued(HOME, FOUND)))
  })

  it('is proven like any other, and then nothing is wrong', () => {
    assert.equal(pathOf(CHAINED).phase, 'provisioned')
    assert.equal(pathOf(PROVEN).phase, 'confirmed')
    assert.deepEqual(problems(PROVEN), [])
    const { nat, natEvidence } = view(PROVEN).gateway
    assert.deepEqual([nat, natEvidence.length], ['double', 3])
  })

  it('is inspected and renewed as one, each rule at the port that it was granted', () => {
    assert.deepEqual(effects(PROVEN, 'inspect', T0 + 5000)[0]?.rules, [RULE, OUTER])
    const other = continued(
      HOME,
      FOUND,
      opened([
        { ...RULE, externalPort: 50_443 },
        { ...OUTER, internalPort: 50_443, lifetimeS: 600 },
      ]),
    )
    assert.deepEqual(hops(other, T0 + 299_999), [])
    assert.deepEqual(hops(other, T0 + 300_000), ['gateway 50443→192.168.1.10', `upstream 443→${INNER}`])
  })

  it('keeps both rules claimed, and takes both back when nobody needs them', () => {
    assert.deepEqual(effects(PROVEN, 'remove-rule'), [])
    const removed = continued(PROVEN, { type: 'service-removed', name: WEB.name })
    assert.deepEqual(
      effects(removed, 'remove-rule').map(({ rule }) => rule.router),
      ['upstream', 'gateway'],
    )
  })

  it('seeks again when either rule is gone, and says whose port was taken', () => {
    const inspected = (found: 'absent' | 'foreign'): Path =>
      pathOf(continued(PROVEN, { type: 'inspected', path: MAPPED, found, router: 'upstream', claims: { gateway: null, upstream: null } }))
    assert.equal(inspected('absent').phase, 'seeking')
    const taken = inspected('foreign')
    assert.deepEqual(
      taken.phase === 'blocked' && taken.problem,
      problem('second-router-conflict', { address: '192.168.0.1', internal: INNER, port: '443' }),
    )
  })

  it('follows the outer router to another address', () => {
    const moved = continued(PROVEN, {
      type: 'inspected',
      path: MAPPED,
      found: 'present',
      router: 'gateway',
      claims: { gateway: INNER, upstream: '203.0.113.11' },
    })
    assert.deepEqual([pathOf(moved).phase, moved.relay.phase, moved.upstream.phase], ['seeking', 'connecting', 'found'])
  })

  it('makes both anew, once, when nobody outside sees them; then it is the outer router that lies', () => {
    const lost = pathOf(continued(CHAINED, probed('timed-out')))
    assert.deepEqual(lost.phase === 'seeking' && lost.replace, [RULE, OUTER])
    const blocked = pathOf(continued(CHAINED, probed('timed-out'), opened([RULE, OUTER]), probed('timed-out')))
    assert.deepEqual(
      blocked.phase === 'blocked' && blocked.problem,
      problem('mapping-unreachable', { address: '192.168.0.1', port: '443' }),
    )
  })
})

describe('the second router: when it lets nothing through', () => {
  const alone = (...before: Happening[]): State => continued(HOME, ...before, opened([RULE]))
  const unseen = (state: State): State => continued(state, probed('timed-out'), opened([RULE], missingOf(state)), probed('timed-out'))
  const missingOf = (state: State) => ({ missing: wayOf(state).missing })

  it('our own router is asked all the same, for its owner may have made a rule by hand', () => {
    const state = alone(absent())
    assert.deepEqual(hops(continued(HOME, absent())), ['gateway 443→192.168.1.10'])
    assert.equal(pathOf(continued(state, probed('reachable'))).phase, 'confirmed')
    assert.deepEqual(problems(continued(state, probed('reachable'))), [])
  })

  it('says that there is one, and nothing more', () => {
    const state = unseen(alone(absent()))
    assert.deepEqual(view(state).problems, [problem('second-router', { address: INNER })])
    assert.equal(view(state).gateway.nat, 'double')
  })

  it('says that the provider shares the address when the second router tells so', () => {
    const state = unseen(alone(absent('100.64.0.10')))
    assert.deepEqual(view(state).problems, [problem('provider-shares-address', { address: '100.64.0.10' })])
    assert.equal(view(state).gateway.nat, 'carrier')
  })

  it('says which one refused', () => {
    const state = unseen(continued(HOME, FOUND, opened([RULE], { missing: REFUSED })))
    assert.deepEqual(view(state).problems, [REFUSED])
  })

  it('waits ever longer between two tries', () => {
    let state = unseen(continued(HOME, FOUND, opened([RULE], { missing: REFUSED })))
    const waits: number[] = []
    for (let round = 0; round < 3; round++) {
      const path = pathOf(state)
      assert.ok(path.phase === 'blocked')
      waits.push(path.retryAtMs - T0)
      state = continued(state, opened([RULE], { missing: REFUSED }), probed('timed-out'))
    }
    assert.deepEqual(waits, [60_000, 120_000, 300_000])
  })

  it('asks both as soon as it can be asked, without giving up what is open', () => {
    assert.deepEqual(hops(continued(unseen(alone(absent())), FOUND)).length, 2)
    const byHand = continued(alone(absent()), probed('reachable'), FOUND)
    assert.deepEqual([pathOf(byHand).phase, hops(byHand).length], ['confirmed', 2])
    const grown = continued(byHand, [opened([RULE, OUTER]), T0 + 7])
    assert.deepEqual([pathOf(grown).phase, wayOf(grown).rules.length, wayOf(grown).probeAtMs], ['confirmed', 2, T0 + 7])
  })

  it('keeps a rule that could not be renewed, and looks at it from both sides', () => {
    const state = continued(PROVEN, [opened([RULE], { missing: problem('second-router', { address: INNER }), silent: 'upstream' }), T0 + 9])
    const { rules, inspectAtMs, probeAtMs, missing } = wayOf(state)
    assert.deepEqual([pathOf(state).phase, rules, inspectAtMs, probeAtMs, missing], ['confirmed', [RULE, OUTER], T0 + 9, T0 + 9, null])
    // It has to be found again first, and cannot be asked about its rules meanwhile.
    assert.equal(state.upstream.phase, 'absent')
    assert.deepEqual(effects(state, 'inspect', T0 + 9)[0]?.rules, [RULE])
    assert.deepEqual(effects(continued(state, { type: 'service-removed', name: WEB.name }), 'remove-rule').length, 1)
    // Found again, it is asked for what it may still have: the rule is adopted, not taken for a leftover.
    assert.deepEqual([hops(continued(state, FOUND)).length, effects(continued(state, FOUND), 'remove-rule').length], [2, 0])
  })
})

describe('a rule that a router would not take back', () => {
  it('is asked for again as soon as that router speaks another language, and else after a minute', () => {
    const left = situation({ type: 'rule-journalled', rule: OUTER }, AT_HOME, ...RELAY, BEHIND, FOUND)
    const stuck = continued(left, { type: 'rule-stuck', rule: OUTER })
    const removes = (state: State, atMs = T0) => effects(state, 'remove-rule', atMs).length
    assert.deepEqual([removes(left), removes(stuck), removes(stuck, T0 + 60_000)], [1, 0, 1])
    assert.deepEqual([removes(continued(stuck, BEHIND)), removes(continued(stuck, FOUND))], [0, 1])
  })
})

describe('the second router: in IPv6, where each firewall lets visitors through to ourselves', () => {
  const heard: Happening = { type: 'listening', exposure: FRONT_DOOR, family: 'ipv6', port: 443 }
  const own = (...more: Happening[]): State =>
    situation(
      ...ADDED,
      AT_HOME6,
      ...RELAY,
      CERTIFIED,
      { ...BEHIND, pinholes: 1 } as Happening,
      heard,
      ...more,
      probed('timed-out', DIRECT6),
    )
  const asked = (state: State): string[] =>
    effects(state, 'open')
      .filter(({ path }) => path === DIRECT6)
      .flatMap(({ hops }) => hops.map(({ router, internalAddress }) => `${router} ${internalAddress}`))
  const both = { ...FOUND, pinholes: 1 } as Happening

  it('asks both, and the second one only where it can be asked', () => {
    assert.deepEqual(asked(own(both)), ['gateway 2001:db8:1::10', 'upstream 2001:db8:1::10'])
    assert.deepEqual(asked(own(FOUND)), ['gateway 2001:db8:1::10'])
  })

  it('asks again when the second firewall can be asked later than the first', () => {
    const pinhole = { ...RULE, internalAddress: '2001:db8:1::10', internalPort: 443, via: 'pcp' as const }
    const half = opened([pinhole], { path: DIRECT6, outside: { address: '2001:db8:1::10', port: 443 } })
    assert.equal(asked(continued(own(FOUND), half, both)).length, 2)
    const closed = continued(own(FOUND), half, probed('timed-out', DIRECT6))
    assert.equal(pathOf(closed, DIRECT6).phase, 'blocked')
    assert.equal(asked(continued(closed, both)).length, 2)
  })
})
