/** Nobody outside can look, or nobody is sure. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { problem } from '../../protocol/problem.ts'
import { lightOf } from '../../protocol/snapshot.ts'
import { UPNP_OFF } from './diagnosis/diagnosis.fixture.ts'
import type { Happening } from './events.ts'
import { FRONT_DOOR, publicationOf } from './exposures.ts'
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
  phaseOf,
  probed,
  RELAY,
  ROUTER,
  seen,
  situation,
  T0,
  TUNNEL,
  TUNNEL6,
} from './situation.fixture.ts'
import type { State } from './state.ts'
import { view } from './view.ts'

const lost = problem('relay-unreachable', { relay: 'relay.test', reason: 'lost' })

describe('without an outside', () => {
  const direct = situation(...DIRECT)

  it('shows nothing as proven, but leaves what is published', () => {
    const state = continued(direct, { type: 'relay-waiting', problem: lost })
    assert.equal(phaseOf(state, MAPPED), 'provisioned')
    assert.equal(phaseOf(state, TUNNEL), 'seeking')
    assert.deepEqual(publicationOf(state).direct, ['ipv4'])
    assert.equal(view(state).services[0]?.state, 'unknown')
    assert.equal(lightOf(view(state)), 'cannot-check')
  })

  it('counts an unsure relay like none: never red', () => {
    const unsure = continued(direct, probed(MAPPED, 'unknown'), probed(TUNNEL, 'unknown'), probed(TUNNEL6, 'unknown'))
    assert.equal(phaseOf(unsure, MAPPED), 'provisioned')
    assert.deepEqual(publicationOf(unsure).direct, ['ipv4'])
    assert.notEqual(view(unsure).services[0]?.state, 'unreachable')
    assert.notEqual(view(unsure).services[0]?.state, 'reachable')
  })

  it('says after three looks in vain who cannot see, and is neither green nor red, whatever was seen before', () => {
    const both = [probed(TUNNEL, 'unknown'), probed(TUNNEL6, 'unknown')]
    const blind = (state: State, looks: number): State => continued(state, ...Array(looks).fill(both).flat())
    const lightAfter = (state: State) => {
      const { services, problems } = view(state)
      return [services[0]?.state, services[0]?.problem?.code, problems.some(({ code }) => code === 'relay-cannot-look')]
    }
    const began = situation(...ADDED, AT_HOME, ...RELAY, CERTIFIED, UPNP_OFF)
    const lost = continued(began, probed(TUNNEL, 'timed-out'), probed(TUNNEL6, 'timed-out'))
    assert.equal(view(lost).services[0]?.state, 'unreachable')
    for (const before of [began, lost, continued(began, probed(TUNNEL, 'reachable'))]) {
      assert.notEqual(view(blind(before, 2)).services[0]?.state, 'unknown')
      assert.deepEqual(lightAfter(blind(before, 3)), ['unknown', 'relay-cannot-look', true])
      assert.deepEqual(lightAfter(continued(blind(before, 3), probed(TUNNEL, 'reachable'))), ['reachable', undefined, false])
    }
    assert.equal(view(continued(lost, ...Array(3).fill(probed(TUNNEL6, 'unknown')))).services[0]?.state, 'unknown', 'by the other family')
  })

  it('does not blame the relay for looks that it was not asked for, nor while another way is only just looked at', () => {
    const state = (looks: Happening) =>
      view(continued(situation(...DIRECT), probed(TUNNEL, 'unknown'), ...Array(4).fill(looks))).services[0]?.state
    assert.equal(state({ type: 'probed', path: MAPPED, verdict: seen('unknown') }), 'checking')
    const unasked = { type: 'probed', verdict: seen('unknown'), unasked: true } as const
    const alone = situation(...ADDED, AT_HOME, ...RELAY, CERTIFIED, UPNP_OFF)
    const looks = [TUNNEL, TUNNEL6].flatMap((path) => Array<Happening>(4).fill({ ...unasked, path }))
    assert.equal(view(continued(alone, ...looks)).services[0]?.state, 'checking')
  })

  it('is green by the one way that is seen, though others cannot be', () => {
    const half = continued(direct, ...Array(4).fill(probed(MAPPED, 'unknown')))
    assert.deepEqual([view(half).services[0]?.state, view(half).problems], ['reachable', []])
  })

  it('looks at once also at our own IPv6 address when the relay is back', () => {
    const heard: Happening = { type: 'listening', exposure: FRONT_DOOR, family: 'ipv6', port: 443 }
    const open = continued(situation(...ADDED, AT_HOME6, ...RELAY, CERTIFIED, ROUTER, heard), probed(DIRECT6, 'reachable'))
    const back = continued(open, { type: 'relay-waiting', problem: lost }, [{ type: 'relay-connected', known: KNOWN }, T0 + 9000])
    const path = back.paths[DIRECT6]
    assert.ok(path?.phase === 'provisioned' && path.standing && path.way.probeAtMs === T0 + 9000)
  })

  it('asks a relay that refused again in another network, and when its owner wants to know', () => {
    const refused = continued(direct, {
      type: 'relay-refused',
      problem: problem('relay-older', { relay: 'relay.test', ours: '2', theirs: '1' }),
    })
    for (const happening of [{ type: 'check-now' }, { type: 'network', facts: null }] satisfies Happening[])
      assert.equal(continued(refused, happening).relay.phase, 'connecting')
  })

  it('calls a relay that is away again when somebody asks for a check', () => {
    const away = continued(direct, { type: 'relay-waiting', problem: lost })
    assert.equal(continued(away, { type: 'check-now' }).generation, away.generation + 1)
    assert.equal(continued(direct, { type: 'check-now' }).generation, direct.generation)
  })

  it('forgets a relay that would not have us, when there was none before', () => {
    const state = continued(situation(...ADDED, AT_HOME), { type: 'relay-chosen', url: KNOWN.url }, { type: 'relay-left', url: KNOWN.url })
    assert.deepEqual(
      view(state).problems.map(({ code }) => code),
      ['no-relay'],
    )
    assert.deepEqual(Object.keys(state.paths), [MAPPED])
  })

  it('looks at once when the relay is back, and withdraws what fails then', () => {
    const back = continued(direct, { type: 'relay-waiting', problem: lost }, [{ type: 'relay-connected', known: KNOWN }, T0 + 9000])
    const path = back.paths[MAPPED]
    assert.ok(path?.phase === 'provisioned' && path.standing && path.way.probeAtMs === T0 + 9000)
    assert.deepEqual(publicationOf(continued(back, probed(MAPPED, 'timed-out', T0 + 9100))).direct, [])
  })
})
