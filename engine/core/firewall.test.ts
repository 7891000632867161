import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Happening } from './events.ts'
import { FRONT_DOOR } from './exposures.ts'
import type { FoundFirewall } from './firewall.ts'
import { portKey } from './path-state.ts'
import { plan } from './plan.ts'
import { continued, DIRECT, MAPPED, OPENED, probed, situation, T0 } from './situation.fixture.ts'
import type { State } from './state.ts'
import { view } from './view.ts'

const KEY = portKey(FRONT_DOOR, 'ipv4')
const DROPS: FoundFirewall = { name: 'ufw', passage: 'drops', command: 'sudo ufw …', protocol: 'tcp', port: 24443 }
const found = (finding: FoundFirewall | null): Happening => ({ type: 'firewall-seen', key: KEY, finding })
const looksFor = (state: State, atMs: number) => [...plan(state, atMs).effects.values()].find(({ kind }) => kind === 'look-at-firewall')
const problems = (state: State) => view(state).problems.map(({ code }) => code)

const open = situation(...DIRECT)
const closed = continued(open, probed(MAPPED, 'timed-out'), probed(MAPPED, 'timed-out'), OPENED, probed(MAPPED, 'timed-out'))

describe('the firewall of this computer', () => {
  it('is looked at where the router made a rule and nobody came through, and not before', () => {
    assert.equal(looksFor(open, T0), undefined)
    const effect = looksFor(closed, T0)
    assert.deepEqual(effect, { kind: 'look-at-firewall', key: KEY, protocol: 'tcp', family: 'ipv4', port: closed.ports[KEY] })
  })

  it('is looked at again, not all the time, and no more once visitors come through', () => {
    const state = continued(closed, found(DROPS))
    assert.deepEqual([looksFor(state, T0 + 9_999), looksFor(state, T0 + 10_000)?.kind], [undefined, 'look-at-firewall'])
    const through = continued(state, probed(MAPPED, 'reachable'))
    assert.equal(looksFor(through, T0 + 60_000), undefined)
    assert.deepEqual(problems(through), [])
  })

  it('is blamed instead of the router where its rules say so', () => {
    const state = continued(closed, found(DROPS))
    assert.deepEqual(problems(closed), ['mapping-unreachable'])
    assert.deepEqual(problems(state), ['firewall-here'])
    assert.deepEqual(view(state).problems[0]?.params, { name: 'ufw', protocol: 'TCP', port: '24443', command: 'sudo ufw …' })
  })

  it('is suspected beside the router where nobody may read its rules', () => {
    assert.deepEqual(problems(continued(closed, found({ ...DROPS, passage: 'unknown' }))), ['mapping-unreachable', 'firewall-perhaps'])
  })

  it('is not spoken of where none is on', () => {
    assert.deepEqual(problems(continued(closed, found(null))), ['mapping-unreachable'])
  })
})
