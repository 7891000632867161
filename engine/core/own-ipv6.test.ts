/** Our own IPv6 address, and the firewall in front of it. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { problem } from '../../protocol/problem.ts'
import type { Happening } from './events.ts'
import { FRONT_DOOR, publicationOf } from './exposures.ts'
import { plan } from './plan.ts'
import {
  ADDED,
  AT_HOME6,
  CERTIFIED,
  continued,
  DIRECT6,
  lookPlanned,
  phaseOf,
  probed,
  RELAY,
  ROUTER,
  RULE,
  situation,
  T0,
} from './situation.fixture.ts'
import type { State } from './state.ts'
import { view } from './view.ts'

describe('IPv6, where nothing is translated', () => {
  const heard: Happening = { type: 'listening', exposure: FRONT_DOOR, family: 'ipv6', port: 443 }
  const own = situation(...ADDED, AT_HOME6, ...RELAY, CERTIFIED, { ...ROUTER, pinholes: 1 } as Happening, heard)
  const alone = situation(...ADDED, AT_HOME6, ...RELAY, CERTIFIED, ROUTER, heard)
  const pinhole = { ...RULE, internalAddress: '2001:db8:1::10', internalPort: 443, via: 'pcp' as const }
  const punched: Happening = {
    type: 'opened',
    path: DIRECT6,
    rules: [pinhole],
    outside: { address: '2001:db8:1::10', port: 443 },
    missing: null,
    silent: null,
  }

  it('stands on its own address as soon as it listens there, and counts once it is proven', () => {
    assert.equal(phaseOf(situation(...ADDED, AT_HOME6), DIRECT6), 'seeking')
    assert.equal(phaseOf(own, DIRECT6), 'provisioned')
    const open = continued(own, probed(DIRECT6, 'reachable'))
    assert.equal(phaseOf(open, DIRECT6), 'confirmed')
    assert.deepEqual(publicationOf(open).direct, ['ipv6'])
  })

  it('asks for a pinhole only when the firewall is closed, and leaves it be when that does not help', () => {
    const closed = continued(own, probed(DIRECT6, 'timed-out'))
    assert.equal(phaseOf(closed, DIRECT6), 'seeking')
    const opened = continued(closed, punched)
    assert.equal(phaseOf(opened, DIRECT6), 'provisioned')
    assert.equal(phaseOf(continued(opened, probed(DIRECT6, 'reachable')), DIRECT6), 'confirmed')
    const still = continued(opened, probed(DIRECT6, 'timed-out')).paths[DIRECT6]
    assert.ok(still?.phase === 'blocked' && still.problem.code === 'ipv6-closed')
  })

  it('asks again for a pinhole that is written down, and is never seen through one that it does not keep', () => {
    const open = continued(
      own,
      probed(DIRECT6, 'timed-out'),
      { type: 'rule-journalled', rule: pinhole },
      punched,
      probed(DIRECT6, 'reachable'),
    )
    const asksAgain = (state: State): boolean => {
      const effects = [...plan(state, T0).effects.values()]
      assert.ok(!effects.some(({ kind }) => kind === 'remove-rule'))
      return effects.some((effect) => effect.kind === 'open' && effect.path === DIRECT6)
    }
    assert.ok(!asksAgain(open))
    assert.ok(asksAgain(continued(open, { type: 'router-restarted' })))
    const gone: Happening = {
      type: 'inspected',
      path: DIRECT6,
      found: 'absent',
      router: 'gateway',
      claims: { gateway: null, upstream: null },
    }
    assert.ok(asksAgain(continued(open, gone)))
    // What leads to our own address cannot be somebody else's.
    assert.ok(asksAgain(continued(open, { ...gone, found: 'foreign' })))
    // After a crash, or with a router whose IPv6 side answers a moment later than its other one.
    const start = situation({ type: 'rule-journalled', rule: pinhole }, ...ADDED, AT_HOME6, ...RELAY, CERTIFIED, heard)
    const late = continued(start, ROUTER, probed(DIRECT6, 'reachable'))
    const found = { ...ROUTER, pinholes: 1 } as Happening
    assert.ok(asksAgain(continued(start, found)))
    assert.ok(asksAgain(continued(late, found)))
    // Nobody to ask: it is looked at as it is.
    const absent: Happening = { type: 'gateway-absent', problem: problem('gateway-silent', { address: '192.168.1.1' }) }
    assert.ok(lookPlanned(continued(start, absent), DIRECT6, T0 + 2000))
  })

  it('asks as soon as the firewall can be asked', () => {
    const blocked = continued(alone, probed(DIRECT6, 'timed-out'))
    assert.equal(phaseOf(continued(blocked, ROUTER), DIRECT6), 'blocked')
    const path = continued(blocked, { ...ROUTER, pinholes: 1 } as Happening).paths[DIRECT6]
    assert.ok(path?.phase === 'seeking' && path.attempt === 1)
  })

  it('troubles nobody with a closed firewall while the relay carries IPv6', () => {
    const refused: Happening = { type: 'opening-failed', path: DIRECT6, problem: problem('ipv6-closed', { port: '443' }), silent: null }
    const state = continued(own, probed(DIRECT6, 'timed-out'), refused)
    assert.deepEqual(view(state).problems, [])
    assert.equal(view(state).services[0]?.paths.find(({ rung }) => rung === 'direct')?.problem, 'ipv6-closed')
  })

  it('says what to do when the system keeps the port, and goes on by itself when it no longer does', () => {
    const kept: Happening = {
      type: 'listening-refused',
      exposure: FRONT_DOOR,
      family: 'ipv6',
      problem: problem('ipv6-port-forbidden', { port: '443', command: 'x' }),
    }
    const state = situation(...ADDED, AT_HOME6, ...RELAY, kept)
    assert.deepEqual(
      view(state).problems.map(({ code }) => code),
      ['ipv6-port-forbidden'],
    )
    assert.equal(phaseOf(continued(state, heard), DIRECT6), 'provisioned')
  })

  it('goes on listening under another router, for its address is still its own', () => {
    const open = continued(own, probed(DIRECT6, 'reachable'))
    const rebooting: Happening = {
      type: 'network',
      facts: {
        ipv4: { gateway: '192.168.1.1', localAddress: '192.168.1.10' },
        ipv6: { gateway: null, localAddress: '2001:db8:1::10', interfaceName: 'eth0' },
      },
    }
    assert.equal(phaseOf(continued(open, rebooting, AT_HOME6), DIRECT6), 'provisioned')
  })

  it('starts again at another address', () => {
    const open = continued(own, probed(DIRECT6, 'reachable'))
    const elsewhere: Happening = {
      type: 'network',
      facts: { ipv6: { gateway: 'fe80::1', localAddress: '2001:db8:9::10', interfaceName: 'eth0' } },
    }
    assert.equal(phaseOf(continued(open, elsewhere), DIRECT6), 'seeking')
    assert.deepEqual(publicationOf(continued(open, elsewhere)).direct, [])
  })
})
