import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { problem } from '../../protocol/problem.ts'
import type { Happening } from './events.ts'
import { FRONT_DOOR, publicationOf } from './exposures.ts'
import type { BlockedPath } from './path-state.ts'
import { plan } from './plan.ts'
import {
  ADDED,
  AT_HOME6,
  CERTIFIED,
  continued,
  DIRECT,
  DIRECT6,
  lookPlanned,
  MAPPED,
  OPENED,
  phaseOf,
  probed,
  RELAY,
  ROUTER,
  RULE,
  situation,
  T0,
} from './situation.fixture.ts'
import type { State } from './state.ts'

function blocked(state: State, path: string): BlockedPath {
  const found = state.paths[path]
  assert.ok(found?.phase === 'blocked')
  return found
}

const looksAt = (state: State, path: string, atMs: number): boolean => lookPlanned(state, path, atMs) !== undefined
/** The rules that would be deleted before the path is asked for again; undefined when it is not asked for. */
function asksFor(state: State, path: string, atMs: number) {
  const effect = [...plan(state, atMs).effects.values()].find((each) => each.kind === 'open' && each.path === path)
  return effect?.kind === 'open' ? effect.replace : undefined
}

describe('a rule that forwards nothing', () => {
  const lost = continued(
    situation(...DIRECT),
    probed(MAPPED, 'timed-out'),
    probed(MAPPED, 'timed-out'),
    OPENED,
    probed(MAPPED, 'timed-out'),
  )

  it('is blocked, and stays on the router', () => {
    assert.equal(blocked(lost, MAPPED).problem.code, 'mapping-unreachable')
    assert.deepEqual(lost.journal, [RULE])
    assert.ok(![...plan(lost, T0).effects.values()].some(({ kind }) => kind === 'remove-rule'))
    assert.deepEqual(publicationOf(lost).direct, [])
  })

  it('is looked at again, often at first and once a minute in the end', () => {
    const waits: number[] = []
    let state = lost
    let nowMs = T0
    for (let look = 0; look < 10; look++) {
      const { closed } = blocked(state, MAPPED)
      assert.ok(closed)
      const atMs = closed.way.probeAtMs
      assert.deepEqual([looksAt(state, MAPPED, atMs - 1), looksAt(state, MAPPED, atMs)], [false, true])
      waits.push((atMs - nowMs) / 1000)
      nowMs = atMs
      state = continued(state, probed(MAPPED, 'timed-out', nowMs))
    }
    assert.deepEqual(waits, [5, 5, 5, 5, 5, 10, 10, 10, 30, 60])
    assert.ok(looksAt(continued(state, [{ type: 'check-now' }, nowMs]), MAPPED, nowMs))
  })

  it('is open again the moment somebody comes through', () => {
    const again = continued(lost, probed(MAPPED, 'reachable', T0 + 5000))
    const path = again.paths[MAPPED]
    assert.ok(path?.phase === 'confirmed')
    assert.deepEqual([path.way.rules, path.way.probeAtMs], [[RULE], T0 + 10_000])
    assert.deepEqual(publicationOf(again).direct, ['ipv4'])
  })

  it('is deleted and made anew after a minute', () => {
    assert.equal(asksFor(lost, MAPPED, T0 + 59_999), undefined)
    assert.deepEqual(asksFor(lost, MAPPED, T0 + 60_000), [RULE])
  })

  it('waits while nobody can look, or the relay has looked often enough', () => {
    const { closed } = blocked(continued(lost, probed(MAPPED, 'unknown')), MAPPED)
    assert.deepEqual([closed?.way.probeAtMs, closed?.looks], [T0 + 5000, 0])
    assert.equal(blocked(continued(lost, { type: 'probe-postponed', path: MAPPED }), MAPPED).closed?.way.probeAtMs, T0 + 60_000)
  })

  it('is looked at as soon as the relay is back', () => {
    const away: Happening = { type: 'relay-waiting', problem: problem('relay-unreachable', { relay: 'relay.test', reason: 'lost' }) }
    const [, connected] = RELAY
    assert.ok(connected && looksAt(continued(lost, away, connected), MAPPED, T0))
  })
})

describe('a closed IPv6 firewall', () => {
  const heard: Happening = { type: 'listening', exposure: FRONT_DOOR, family: 'ipv6', port: 443 }
  const absent: Happening = { type: 'gateway-absent', problem: problem('gateway-silent', { address: '192.168.1.1' }) }
  const beforeSearch = situation(...ADDED, AT_HOME6, ...RELAY, CERTIFIED, heard)
  const unaskable = continued(beforeSearch, ROUTER)
  const askable = continued(beforeSearch, { ...ROUTER, pinholes: 1 } as Happening)
  const refused: Happening = { type: 'opening-failed', path: DIRECT6, problem: problem('ipv6-closed', { port: '443' }), silent: null }

  const rows: readonly (readonly [string, State])[] = [
    ['that nobody can ask', continued(unaskable, probed(DIRECT6, 'timed-out'))],
    ['whose router falls silent', continued(beforeSearch, probed(DIRECT6, 'timed-out'), absent)],
    ['whose router is silent', continued(beforeSearch, absent, probed(DIRECT6, 'timed-out'))],
    ['that refuses a pinhole', continued(askable, probed(DIRECT6, 'timed-out'), refused)],
  ]
  for (const [name, closed] of rows)
    it(`${name}: is looked at again, for its owner may open it`, () => {
      const path = blocked(closed, DIRECT6)
      assert.equal(path.problem.code, 'ipv6-closed')
      const atMs = path.closed?.way.probeAtMs ?? 0
      assert.deepEqual([looksAt(closed, DIRECT6, atMs - 1), looksAt(closed, DIRECT6, atMs)], [false, true])
      const later = blocked(continued(closed, probed(DIRECT6, 'timed-out', atMs)), DIRECT6)
      assert.ok(later.closed && later.closed.way.probeAtMs > atMs)
      const opened = continued(closed, probed(DIRECT6, 'reachable', atMs))
      assert.equal(phaseOf(opened, DIRECT6), 'confirmed')
      assert.deepEqual(publicationOf(opened).direct, ['ipv6'])
    })

  it('is asked again only where it can be asked', () => {
    const [, closed] = rows[0] ?? []
    const [, refusal] = rows[3] ?? []
    assert.ok(closed && refusal)
    assert.equal(asksFor(closed, DIRECT6, T0 + 3_600_000), undefined)
    assert.deepEqual(asksFor(refusal, DIRECT6, blocked(refusal, DIRECT6).retryAtMs), [])
  })
})
