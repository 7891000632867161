/** The port outside that somebody else has, and the one that a rule of our own old address has. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { problem } from '../../protocol/problem.ts'
import type { Happening } from './events.ts'
import { plan } from './plan.ts'
import { AT_HOME, continued, DIRECT, MAPPED, ROUTER, RULE, ruleAt, situation, T0 } from './situation.fixture.ts'
import type { State } from './state.ts'
import { view } from './view.ts'

const taken = (watched: boolean): Happening => ({
  type: 'opening-failed',
  path: MAPPED,
  problem: problem('gateway-conflict', { address: '192.168.1.1', port: '443', internal: '' }),
  silent: null,
  watched,
})
const FOREIGN: Happening = {
  type: 'inspected',
  path: MAPPED,
  found: 'foreign',
  router: 'gateway',
  claims: { gateway: null, upstream: null },
}

function retryInMs(state: State, nowMs: number): number {
  const path = state.paths[MAPPED]
  assert.ok(path?.phase === 'blocked')
  return path.retryAtMs - nowMs
}

describe('a port that somebody else has', () => {
  const stolen = continued(situation(...DIRECT), FOREIGN)

  it('is asked for again after 5 s, and every 5 s while the router’s table tells who has it', () => {
    assert.equal(retryInMs(stolen, T0), 5000)
    const effect = [...plan(stolen, T0 + 5000).effects.values()].find(({ kind }) => kind === 'open')
    assert.ok(effect?.kind === 'open' && effect.wasTaken)
    let state = stolen
    for (let round = 0; round < 5; round++) state = continued(state, taken(true))
    assert.equal(retryInMs(state, T0), 5000)
  })

  it('is asked for ever more seldom where only asking tells', () => {
    const once = continued(stolen, taken(false))
    const twice = continued(once, taken(false))
    assert.deepEqual([retryInMs(once, T0), retryInMs(twice, T0)], [30_000, 60_000])
  })
})

describe('a port that leads to our own old address', () => {
  const MOVED: Happening = { type: 'network', facts: { ipv4: { gateway: '192.168.1.1', localAddress: '192.168.1.110' } } }
  const pinhole = ruleAt({ internalAddress: '2001:db8:1::10', internalPort: 443 })
  const moved = continued(
    situation(...DIRECT),
    { type: 'rule-journalled', rule: pinhole },
    { type: 'rule-journalled', rule: RULE },
    [MOVED, T0 + 1000],
    ROUTER,
    taken(false),
  )
  const told = (state: State) => view(state).problems.map(({ code, params }) => [code, params.internal, params.until])
  const untilMs = T0 + 1000 + RULE.lifetimeS * 1000

  it('is told as such, with the time when the rule ends at the latest', () => {
    assert.deepEqual(told(moved), [['old-rule-stands', '192.168.1.10', String(untilMs)]])
  })

  it('is told as somebody else’s where no lease ends it, or no rule of ours is known', () => {
    const forEver = ruleAt({ lifetimeS: 0 })
    const state = continued(situation(...DIRECT), { type: 'rule-journalled', rule: forEver }, MOVED, ROUTER, taken(false))
    assert.deepEqual(told(state), [['gateway-conflict', '', undefined]])
    assert.deepEqual(told(continued(moved, { type: 'rule-gone', rule: RULE })), [['gateway-conflict', '', undefined]])
  })

  it('is tried to be freed at once, again after a minute, and given up when the rule has ended', () => {
    const removes = (state: State, atMs: number): boolean =>
      [...plan(state, atMs).effects.values()].some(
        (effect) => effect.kind === 'remove-rule' && effect.rule.internalAddress === RULE.internalAddress,
      )
    assert.ok(removes(moved, T0))
    const stuck = continued(moved, { type: 'rule-stuck', rule: RULE }, [taken(true), T0 + 59_000])
    assert.deepEqual([removes(stuck, T0 + 59_999), removes(stuck, T0 + 60_000)], [false, true])
    const late = continued(moved, [{ type: 'rule-stuck', rule: RULE }, untilMs - 1000], [taken(true), untilMs - 1000])
    assert.deepEqual([removes(late, untilMs - 1), removes(late, untilMs)], [false, true])
  })

  it('is ours again when the address is', () => {
    const back = continued(moved, AT_HOME, ROUTER, { type: 'rule-journalled', rule: RULE })
    assert.deepEqual(back.journal, [pinhole, RULE])
    assert.deepEqual(told(back), [])
  })
})
