import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { problem } from '../../protocol/problem.ts'
import type { Happening } from './events.ts'
import { publicationOf } from './exposures.ts'
import { plan } from './plan.ts'
import {
  ADDED,
  AT_HOME,
  continued,
  DIRECT,
  GAME,
  lookPlanned,
  MAPPED,
  OUTSIDE,
  phaseOf,
  probed,
  RULE,
  situation,
  T0,
  TUNNEL,
} from './situation.fixture.ts'
import type { State } from './state.ts'
import { view } from './view.ts'

describe('how soon a loss is noticed', () => {
  const wayOf = (state: State, path = MAPPED) => {
    const found = state.paths[path]
    assert.ok(found && 'way' in found)
    return found.way
  }
  const silent: Happening = {
    type: 'inspected',
    path: MAPPED,
    found: 'silent',
    router: 'gateway',
    claims: { gateway: null, upstream: null },
  }

  it('looks at a direct way every 5 s and at the tunnel every 30 s, and at no more than two ways a second', () => {
    const few = continued(situation(...DIRECT), probed(TUNNEL, 'reachable'))
    assert.deepEqual([wayOf(few).probeAtMs, wayOf(few, TUNNEL).probeAtMs], [T0 + 5000, T0 + 30_000])
    const games = Array.from({ length: 20 }, (_, index) => `game-${index}`)
    const many = continued(
      few,
      ...games.flatMap((name, index): Happening[] => [
        { type: 'service-added', service: { ...GAME, name, target: { ...GAME.target, port: 22_000 + index } } },
        {
          type: 'opened',
          path: `${name} mapped ipv4`,
          rules: [{ ...RULE, protocol: 'udp', externalPort: 22_000 + index }],
          outside: { ...OUTSIDE, port: 22_000 + index },
          missing: null,
          silent: null,
        },
      ]),
      probed(MAPPED, 'reachable'),
    )
    const open = Object.values(many.paths).filter((path) => 'way' in path)
    assert.equal(wayOf(many).probeAtMs, T0 + open.length * 500)
  })

  it('takes a relay that has looked often enough for what it is: neither good nor bad news', () => {
    const postponed = continued(situation(...DIRECT), { type: 'probe-postponed', path: MAPPED })
    assert.equal(phaseOf(postponed, MAPPED), 'confirmed')
    assert.equal(wayOf(postponed).probeAtMs, T0 + 60_000)
    assert.equal(phaseOf(continued(situation(...ADDED, AT_HOME), { type: 'probe-postponed', path: MAPPED }), MAPPED), 'seeking')
    // One that never looks again would leave a light green for ever.
    const never = continued(postponed, { type: 'probe-postponed', path: MAPPED })
    assert.equal(phaseOf(never, MAPPED), 'provisioned')
    assert.deepEqual(publicationOf(never).direct, ['ipv4'])
    const again = continued(postponed, probed(MAPPED, 'reachable'), { type: 'probe-postponed', path: MAPPED })
    assert.equal(phaseOf(again, MAPPED), 'confirmed')
  })

  it('takes nothing for proven after a sleep until somebody has looked, though the relay seems to be there, and withdraws nothing', () => {
    const lightOf = (state: State): string[] => view(state).services.map((service) => service.state)
    const home = situation(...DIRECT)
    const woken = continued(home, [{ type: 'woke' }, T0 + 28_800_000])
    assert.deepEqual([lightOf(home), lightOf(woken)], [['reachable'], ['checking']])
    assert.deepEqual(publicationOf(woken), publicationOf(home))
    for (const path of [MAPPED, TUNNEL]) assert.ok(lookPlanned(woken, path, T0 + 28_800_000))
    assert.deepEqual(lightOf(continued(woken, probed(TUNNEL, 'reachable', T0 + 28_800_500))), ['reachable'])
  })

  it('lets one failed look decide when the router is silent, and none when the look succeeds', () => {
    const suspected = continued(situation(...DIRECT), silent)
    assert.deepEqual([phaseOf(suspected, MAPPED), wayOf(suspected).probeAtMs], ['confirmed', T0])
    assert.equal(phaseOf(continued(suspected, probed(MAPPED, 'timed-out')), MAPPED), 'seeking')
    const cleared = continued(suspected, probed(MAPPED, 'reachable'), probed(MAPPED, 'timed-out'))
    assert.equal(phaseOf(cleared, MAPPED), 'confirmed')
  })

  it('asks a router that says goodbye about its rules, once it has had the time to be gone', () => {
    const left = continued(situation(...DIRECT), { type: 'router-leaving' })
    const inspects = (atMs: number): boolean => plan(left, atMs).effects.has(`inspect ${MAPPED}`)
    assert.deepEqual([inspects(T0 + 499), inspects(T0 + 500)], [false, true])
  })

  it('searches anew for a router that makes itself heard, whatever search is under way, and leaves one alone that is known', () => {
    const absent: Happening = { type: 'gateway-absent', problem: problem('gateway-silent', { address: '192.168.1.1' }) }
    const heard: Happening = { type: 'router-heard' }
    const search = (state: State): string | undefined => [...plan(state, T0).effects.keys()].find((key) => key.startsWith('keep-router'))
    for (const before of [situation(...ADDED, AT_HOME), situation(...ADDED, AT_HOME, absent)])
      assert.ok(search(continued(before, heard)) && search(continued(before, heard)) !== search(before))
    assert.equal(search(continued(situation(...DIRECT), heard)), search(situation(...DIRECT)))
  })

  it('follows the address at which outsiders see us, and proves it there', () => {
    const moved = continued(situation(...DIRECT), { type: 'relay-observed', family: 'ipv4', address: '203.0.113.11' })
    assert.equal(phaseOf(moved, MAPPED), 'provisioned')
    assert.deepEqual([wayOf(moved).outside.address, wayOf(moved).probeAtMs], ['203.0.113.11', T0])
    assert.deepEqual(wayOf(moved, TUNNEL), wayOf(situation(...DIRECT), TUNNEL))
    const [service] = view(continued(moved, probed(MAPPED, 'reachable'))).services
    assert.equal(service?.paths.find(({ rung }) => rung === 'mapped')?.outside?.address, '203.0.113.11')
    // The other family is no change of this one's address.
    const also = continued(situation(...DIRECT), { type: 'relay-observed', family: 'ipv6', address: '2001:db8:1::10' })
    assert.equal(phaseOf(also, MAPPED), 'confirmed')
  })

  it('relies on having been seen only while nothing speaks against it', () => {
    const afresh = (state: State): boolean | undefined => lookPlanned(state, MAPPED, T0 + 60_000)?.afresh
    assert.equal(afresh(situation(...DIRECT)), false)
    assert.equal(afresh(continued(situation(...DIRECT), probed(MAPPED, 'timed-out'))), true)
    assert.equal(afresh(continued(situation(...DIRECT), probed(MAPPED, 'unknown'))), true)
  })
})
