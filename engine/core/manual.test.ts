/** The rung of a rule that the owner makes on his router by hand: said which, looked for, proven like any other, and lost like any other. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { problem } from '../../protocol/problem.ts'
import type { Happening } from './events.ts'
import { FRONT_DOOR, publicationOf } from './exposures.ts'
import { pathKey } from './path-state.ts'
import { plan } from './plan.ts'
import {
  ADDED,
  AT_HOME,
  CERTIFIED,
  continued,
  DIRECT,
  GAME,
  JOURNALLED,
  lookPlanned,
  MAPPED,
  OPENED,
  PUBLISHED,
  phaseOf,
  probed,
  RELAY,
  ROUTER,
  situation,
  T0,
  TUNNEL,
} from './situation.fixture.ts'
import type { State } from './state.ts'
import { view } from './view.ts'

const MANUAL = pathKey({ exposure: FRONT_DOOR, rung: 'manual', family: 'ipv4' })
const SILENT: Happening = { type: 'gateway-absent', problem: problem('gateway-silent', { address: '192.168.1.1' }) }
const BY_HAND = problem('forward-by-hand', {
  address: '192.168.1.1',
  protocol: 'TCP',
  port: '443',
  internal: '192.168.1.10',
  internalPort: '40443',
})

const codes = (state: State): string[] => view(state).problems.map(({ code }) => code)
const refused = (code: 'gateway-refused' | 'gateway-conflict' | 'gateway-no-address'): Happening => ({
  type: 'opening-failed',
  path: MAPPED,
  problem:
    code === 'gateway-refused'
      ? problem(code, { address: '192.168.1.1', reason: '606' })
      : code === 'gateway-conflict'
        ? problem(code, { address: '192.168.1.1', port: '443', internal: '' })
        : problem(code, { address: '192.168.1.1' }),
  silent: null,
})

const relayed: Happening[] = [
  ...ADDED,
  AT_HOME,
  ...RELAY,
  CERTIFIED,
  { type: 'probed', path: TUNNEL, verdict: { outcome: 'reachable', atMs: T0 } },
]
const unasked = situation(...relayed, SILENT)

describe('a rule made by hand', () => {
  it('is not thought of before the router has been asked, nor while it answers', () => {
    for (const state of [situation(...relayed), situation(...relayed, ROUTER), situation(...DIRECT)])
      assert.equal(state.paths[MANUAL], undefined)
  })

  it('is asked for in words, with our own address and port, where the router is silent or says no', () => {
    assert.deepEqual(
      view(unasked).problems.filter(({ code }) => code === 'forward-by-hand'),
      [BY_HAND],
    )
    assert.deepEqual(codes(unasked), ['gateway-silent', 'forward-by-hand'])
    assert.deepEqual(codes(situation(...relayed, ROUTER, refused('gateway-refused'))), ['gateway-refused', 'forward-by-hand'])
  })

  it('is looked for, and not asked for, where another holds the port or the router has no address to forward from', () => {
    const taken = situation(...relayed, ROUTER, refused('gateway-conflict'))
    assert.deepEqual([codes(taken), phaseOf(taken, MANUAL)], [['gateway-conflict'], 'blocked'])
    const noAddress = situation(...relayed, { ...ROUTER, externalIPv4: null } as Happening, refused('gateway-no-address'))
    assert.deepEqual([codes(noAddress), phaseOf(noAddress, MANUAL)], [['gateway-no-address'], 'blocked'])
  })

  it('is looked for at once, when its owner asks, and seldom in the end, while the router goes on being searched for', () => {
    const probe = lookPlanned(unasked, MANUAL)
    assert.ok(probe)
    assert.deepEqual([probe.via, probe.family, probe.transport, probe.port], ['direct', 'ipv4', 'tls', 443])
    let state = unasked
    let nowMs = T0
    for (let look = 0; look < 9; look++) {
      state = continued(state, probed(MANUAL, 'timed-out', nowMs), [SILENT, nowMs])
      const path = state.paths[MANUAL]
      assert.ok(path?.phase === 'blocked' && path.closed)
      nowMs = path.closed.way.probeAtMs
    }
    const seldom = continued(state, probed(MANUAL, 'timed-out', nowMs))
    const looks = (atMs: number, now = seldom): boolean => lookPlanned(now, MANUAL, atMs) !== undefined
    assert.deepEqual([looks(nowMs + 59_999), looks(nowMs + 60_000)], [false, true])
    assert.ok(looks(nowMs, continued(seldom, [{ type: 'check-now' }, nowMs])))
  })

  const open = continued(unasked, probed(MANUAL, 'reachable'))

  it('is direct like any other when somebody outside has come through it, and the router is no trouble any more', () => {
    assert.equal(phaseOf(open, MANUAL), 'confirmed')
    assert.deepEqual(publicationOf(open).direct, ['ipv4'])
    const [service] = view(open).services
    assert.deepEqual([service?.state, service?.best.ipv4], ['reachable', 'manual'])
    assert.deepEqual(service?.paths.find(({ rung }) => rung === 'manual')?.outside, { address: '203.0.113.10', port: 443 })
    assert.deepEqual(codes(open), [])
  })

  it('is never asked of the router, nor inspected there', () => {
    const effects = [...plan(continued(open, ROUTER), T0 + 3_600_000).effects.values()]
    assert.ok(!effects.some((effect) => 'path' in effect && effect.path === MANUAL && effect.kind !== 'probe'))
  })

  it('falls back to the tunnel when nobody comes through any more, says again what to do, and is found again', () => {
    const lost = continued(open, probed(MANUAL, 'timed-out'), probed(MANUAL, 'timed-out'))
    assert.deepEqual([phaseOf(lost, MANUAL), view(lost).services[0]?.best.ipv4], ['blocked', 'tunnel'])
    assert.deepEqual(publicationOf(lost).direct, [])
    assert.deepEqual(codes(lost), ['gateway-silent', 'forward-by-hand'])
    assert.ok(lookPlanned(lost, MANUAL, T0 + 5000))
    assert.equal(phaseOf(continued(lost, probed(MANUAL, 'reachable', T0 + 5000)), MANUAL), 'confirmed')
  })

  it('stays until the router’s own rule is proven, and not longer', () => {
    const asked = continued(open, ROUTER, JOURNALLED, OPENED)
    assert.deepEqual([phaseOf(asked, MANUAL), phaseOf(asked, MAPPED)], ['confirmed', 'provisioned'])
    const proven = continued(asked, probed(MAPPED, 'reachable'))
    assert.deepEqual([phaseOf(proven, MANUAL), phaseOf(proven, MAPPED)], [undefined, 'confirmed'])
    assert.deepEqual(publicationOf(proven).direct, ['ipv4'])
  })

  it('is sought on another network only when that one’s router is silent too', () => {
    const elsewhere: Happening = { type: 'network', facts: { ipv4: { gateway: '10.0.0.1', localAddress: '10.0.0.7' } } }
    const moved = continued(open, elsewhere)
    assert.equal(moved.paths[MANUAL], undefined)
    const again = continued(moved, { type: 'gateway-absent', problem: problem('gateway-silent', { address: '10.0.0.1' }) })
    const path = again.paths[MANUAL]
    assert.ok(path?.phase === 'blocked')
    assert.deepEqual([path.problem.params.address, path.problem.params.internal], ['10.0.0.1', '10.0.0.7'])
  })

  it('is there for a raw service too, on the port that it is given away with', () => {
    const state = situation(
      { type: 'service-added', service: GAME },
      { type: 'listening', exposure: 'game', family: 'ipv4', port: 40001 },
      { type: 'target-up', name: 'game' },
      AT_HOME,
      ...RELAY,
      { ...PUBLISHED, ports: { game: 23871 } },
      SILENT,
    )
    const told = view(state).problems.find(({ code }) => code === 'forward-by-hand')?.params
    assert.deepEqual([told?.protocol, told?.port, told?.internalPort], ['UDP', '23871', '40001'])
    const found = continued(state, probed('game manual ipv4', 'reachable'))
    assert.deepEqual(publicationOf(found).services[0]?.direct, [{ address: '203.0.113.10', port: 23871 }])
  })
})
