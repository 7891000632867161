import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { lightOf } from '../../protocol/snapshot.ts'
import type { Happening } from './events.ts'
import { NO_NOTICE, type RelayNotice } from './relay-state.ts'
import { ADDED, CERTIFIED, continued, DIRECT, KNOWN, probed, RELAY, situation, TUNNEL, WEB } from './situation.fixture.ts'
import type { State } from './state.ts'
import { view } from './view.ts'

const QUOTA = { monthlyBytes: 5e11, usedPercent: 93, renewsAtMs: 1_893_456_000_000 }
const noticed = (change: Partial<RelayNotice>): Happening => ({ type: 'relay-notice', url: KNOWN.url, notice: { ...NO_NOTICE, ...change } })
const told = (state: State): string[] => view(state).problems.map(({ code }) => code)
const stateOf = (state: State): string | undefined => view(state).services[0]?.state

describe('what the relay’s operator has decided', () => {
  it('a service that was taken down is red, however well its ways work, and green again when it is put back', () => {
    const down = continued(situation(...DIRECT), noticed({ takenDown: [{ kind: 'service', name: WEB.name, reason: 'a copied shop' }] }))
    const snapshot = view(down)
    assert.deepEqual([stateOf(down), told(down), lightOf(snapshot)], ['unreachable', ['service-taken-down'], 'needs-you'])
    const params = { service: WEB.name, relay: KNOWN.host, reason: 'a copied shop' }
    assert.deepEqual([snapshot.services[0]?.problem?.params, snapshot.problems[0]?.params], [params, params])
    const back = continued(down, noticed({}))
    assert.deepEqual([stateOf(back), told(back)], ['reachable', []])
  })

  it('a link that was taken down is told, and its service goes on; what is none of ours is passed over', () => {
    const link = (name: string) => ({ kind: 'link', name, reason: null }) as const
    const down = continued(situation(...DIRECT), noticed({ takenDown: [link('abcdefghijklmnop'), link('zzzzzzzzzzzz')] }))
    assert.deepEqual([stateOf(down), told(down)], ['reachable', ['link-taken-down']])
    assert.equal(view(down).problems[0]?.params.reason, 'none-given')
  })

  it('a month that runs short is told with its figures', () => {
    const near = continued(situation(...DIRECT), noticed({ quota: QUOTA }))
    assert.deepEqual([stateOf(near), told(near)], ['reachable', ['relay-quota-near']])
    const { params } = view(near).problems[0] ?? {}
    assert.deepEqual(params, { relay: KNOWN.host, used: String(4.65e11), limit: String(5e11), until: String(QUOTA.renewsAtMs) })
  })

  it('a month that is used up: who is reached directly goes on; who was not is red, and told why', () => {
    const usedUp = noticed({ quota: { ...QUOTA, usedPercent: 100 } })
    const direct = continued(situation(...DIRECT), usedUp)
    assert.deepEqual([stateOf(direct), told(direct)], ['reachable', ['relay-quota-reached']])
    const relayed = continued(situation(...ADDED, ...RELAY, CERTIFIED, probed(TUNNEL, 'reachable')), usedUp)
    assert.deepEqual(view(direct).services[0]?.best, { ipv4: 'mapped', ipv6: null })
    assert.deepEqual([stateOf(relayed), view(relayed).services[0]?.problem?.code], ['unreachable', 'relay-quota-reached'])
  })
})
