import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { problem } from '../../protocol/problem.ts'
import type { Happening } from './events.ts'
import { FRONT_DOOR, publicationOf } from './exposures.ts'
import { plan } from './plan.ts'
import { AT_HOME, continued, DIRECT, KNOWN, MAPPED, PUBLISHED, phaseOf, probed, situation, T0, TUNNEL } from './situation.fixture.ts'
import type { State } from './state.ts'
import { view } from './view.ts'

const SECOND = { ...KNOWN, url: 'https://two.test', host: 'two.test', addresses: { ipv4: '198.51.100.21' } }
const chosen: Happening = { type: 'relay-chosen', url: SECOND.url }
const connected: Happening = { type: 'relay-connected', known: SECOND }
const lost = (url: string): Happening => ({
  type: 'relay-waiting',
  url,
  problem: problem('relay-unreachable', { relay: url, reason: 'ECONNRESET' }),
})
const refused = (url: string): Happening => ({ type: 'relay-refused', url, problem: problem('relay-closed', { relay: url }) })
const BOTH = situation(...DIRECT, chosen, connected, { ...PUBLISHED, url: SECOND.url })

const serving = ({ relay }: State): string | null => (relay.phase === 'none' ? null : `${relay.url} ${relay.phase}`)
const standing = ({ standby }: State): string[] => standby.map(({ url, phase }) => `${url} ${phase}`)
const planned = (state: State, kind: string, atMs = T0): string[] =>
  [...plan(state, atMs).effects.values()].flatMap((effect) => (effect.kind === kind && 'url' in effect ? [effect.url] : []))

describe('a second relay', () => {
  it('is kept and published to beside the first, which goes on serving', () => {
    assert.equal(serving(BOTH), `${KNOWN.url} connected`)
    assert.deepEqual(standing(BOTH), [`${SECOND.url} connected`])
    assert.deepEqual(planned(BOTH, 'keep-tunnel'), [KNOWN.url, SECOND.url])
    assert.ok(planned(BOTH, 'publish').includes(SECOND.url))
    assert.deepEqual([phaseOf(BOTH, MAPPED), phaseOf(BOTH, TUNNEL)], ['confirmed', 'confirmed'])
    const told = continued(BOTH, { ...PUBLISHED, url: SECOND.url, key: JSON.stringify('x'), ports: {} })
    assert.equal(told.relay.phase === 'connected' && told.relay.published, BOTH.relay.phase === 'connected' && BOTH.relay.published)
  })

  it('serves as soon as the first is lost: what is proven stays, the tunnel stands at the other address and is proven anew', () => {
    const over = continued(BOTH, lost(KNOWN.url))
    assert.equal(serving(over), `${SECOND.url} connected`)
    assert.deepEqual(standing(over), [`${KNOWN.url} waiting`])
    assert.equal(phaseOf(over, MAPPED), 'confirmed')
    const tunnel = over.paths[TUNNEL]
    assert.ok(tunnel?.phase === 'provisioned')
    assert.equal(tunnel.way.outside.address, '198.51.100.21')
    assert.deepEqual(planned(over, 'keep-tunnel').sort(), [KNOWN.url, SECOND.url].sort())
    assert.ok(view(over).services.every(({ state }) => state === 'reachable'))
    assert.ok(!view(over).problems.some(({ code }) => code === 'relay-unreachable'))
    assert.deepEqual(
      view(over).relays.map(({ url, state, serves }) => [url, state, serves]),
      [
        [KNOWN.url, 'waiting', false],
        [SECOND.url, 'connected', true],
      ],
    )
  })

  it('makes way for the first once that has stood for a minute, and not before', () => {
    const back = continued(BOTH, [lost(KNOWN.url), T0 + 600_000], [{ type: 'relay-connected', known: KNOWN }, T0 + 700_000])
    assert.equal(serving(back), `${SECOND.url} connected`)
    assert.equal(serving(continued(back, [AT_HOME, T0 + 759_999])), `${SECOND.url} connected`)
    assert.equal(serving(continued(back, [AT_HOME, T0 + 760_000])), `${KNOWN.url} connected`)
  })

  it('that serves from now on is asked itself, though the first was asked the same and has not answered yet', () => {
    const looksOf = (state: State): string[] =>
      [...plan(state, T0 + 600_000).effects].flatMap(([key, { kind }]) => (kind === 'probe' ? [key] : []))
    const before = looksOf(continued(BOTH, [{ type: 'check-now' }, T0 + 600_000]))
    const after = looksOf(continued(BOTH, [lost(KNOWN.url), T0 + 600_000]))
    assert.ok(before.length >= 2 && after.length >= 2)
    assert.ok(!after.some((key) => before.includes(key)), `${after}`)
  })

  it('that answers first at the start makes way for the first that answers a moment later', () => {
    const asking = situation(AT_HOME, { type: 'relay-chosen', url: KNOWN.url }, chosen)
    const early = continued(asking, [connected, T0 + 100])
    assert.equal(serving(early), `${SECOND.url} connected`)
    assert.equal(serving(continued(early, [{ type: 'relay-connected', known: KNOWN }, T0 + 200])), `${KNOWN.url} connected`)
  })

  it('that is lost or refuses costs nothing', () => {
    for (const [event, phase] of [
      [lost(SECOND.url), 'waiting'],
      [refused(SECOND.url), 'refused'],
    ] as const) {
      const alone = continued(BOTH, event)
      assert.equal(serving(alone), `${KNOWN.url} connected`)
      assert.deepEqual(standing(alone), [`${SECOND.url} ${phase}`])
      assert.equal(phaseOf(alone, TUNNEL), 'confirmed')
      const told = view(alone).problems.some(({ code }) => code.startsWith('relay-'))
      assert.equal(told, phase === 'refused', 'what passes by itself is not worth a word')
      assert.deepEqual(planned(alone, 'keep-tunnel'), phase === 'waiting' ? [KNOWN.url, SECOND.url] : [KNOWN.url])
    }
  })

  describe('sees for itself that the home is reached directly, before it has to serve', () => {
    const proves = (state: State, atMs = T0): string[] =>
      [...plan(state, atMs).effects.values()].flatMap((effect) =>
        effect.kind === 'prove-standby' ? [`${effect.url} ${effect.path} ${effect.address}`] : [],
      )
    const wish = (state: State): string => JSON.stringify(publicationOf(state))
    const told = (state: State, url: string): State => continued(state, { ...PUBLISHED, url, key: wish(state), ports: {} })
    const looked = (reachable: boolean, path = MAPPED): Happening => ({
      type: 'standby-proven',
      url: SECOND.url,
      path,
      address: '203.0.113.10',
      reachable,
    })
    const ASKED = told(BOTH, SECOND.url)

    it('once it knows what is wished of it, and once only', () => {
      assert.deepEqual(proves(BOTH), [])
      assert.deepEqual(proves(ASKED), [`${SECOND.url} ${MAPPED} 203.0.113.10`])
      assert.deepEqual(proves(continued(ASKED, looked(true))), [])
    })

    it('again a minute later when it did not see us; and nothing is thought of the way for that', () => {
      const blind = continued(ASKED, looked(false))
      assert.equal(phaseOf(blind, MAPPED), 'confirmed')
      assert.deepEqual([proves(blind).length, proves(blind, T0 + 59_999).length, proves(blind, T0 + 60_000).length], [0, 0, 1])
    })

    it('anew when the way was withdrawn in between, or when its lanes were lost', () => {
      const seenOnce = continued(ASKED, looked(true))
      const shut = told(continued(seenOnce, probed(MAPPED, 'refused', T0 + 1000), probed(MAPPED, 'refused', T0 + 2000)), SECOND.url)
      assert.notEqual(phaseOf(shut, MAPPED), 'confirmed')
      assert.deepEqual(proves(shut, T0 + 2000), [])
      const open = told({ ...shut, paths: BOTH.paths }, SECOND.url)
      assert.equal(proves(open, T0 + 3000).length, 1)
      assert.equal(proves(told(continued(seenOnce, lost(SECOND.url), connected), SECOND.url)).length, 1)
    })

    it('is told of a raw service again once it has seen it, since it grants only then what is wished', () => {
      const raw = continued(ASKED, looked(true, MAPPED.replace(FRONT_DOOR, 'game')))
      assert.ok(planned(raw, 'publish').includes(SECOND.url))
    })

    it('and one that knows us under another name is not asked', () => {
      const other = situation(...DIRECT, chosen, { type: 'relay-connected', known: { ...SECOND, label: 'blue-heron-7' } })
      assert.deepEqual(proves(told(other, SECOND.url)), [])
    })
  })

  describe('by how far they are', () => {
    const took = (url: string, rttMs: number, atMs: number) => [{ type: 'relay-measured', url, rttMs }, atMs] as const
    /** Both stand for long; the first one is so far and the second so far, and then it is that much later. */
    const apart = (firstMs: number, secondMs: number, laterMs: number, state = BOTH): string | null => {
      const measured = continued(state, took(KNOWN.url, firstMs, T0 + 600_000), took(SECOND.url, secondMs, T0 + 600_000))
      return serving(continued(measured, [AT_HOME, T0 + 600_000 + laterMs]))
    }
    const [byFirst, bySecond] = [`${KNOWN.url} connected`, `${SECOND.url} connected`]

    for (const [firstMs, secondMs, laterMs, expected] of [
      [30, 10, 120_000, byFirst],
      [180, 100, 120_000, byFirst],
      [90, 41, 120_000, byFirst],
      [160, 20, 59_999, byFirst],
      [160, 20, 60_000, bySecond],
      [20, 160, 120_000, byFirst],
    ] as const)
      it(`${firstMs} ms and ${secondMs} ms, ${laterMs / 1000} s later`, () => assert.equal(apart(firstMs, secondMs, laterMs), expected))

    it('what lasts less than a minute counts for nothing', () => {
      const twice = continued(
        BOTH,
        took(SECOND.url, 20, T0 + 600_000),
        took(KNOWN.url, 160, T0 + 600_000),
        took(KNOWN.url, 25, T0 + 640_000),
      )
      assert.equal(serving(continued(twice, took(KNOWN.url, 160, T0 + 641_000), [AT_HOME, T0 + 700_000])), byFirst)
    })

    it('the first serves again when it is clearly near for a minute, and goes neither back nor forth in between', () => {
      const over = continued(BOTH, took(SECOND.url, 20, T0), took(KNOWN.url, 160, T0), [AT_HOME, T0 + 60_000])
      assert.equal(serving(over), bySecond)
      for (const rttMs of [65, 55])
        assert.equal(serving(continued(over, took(KNOWN.url, rttMs, T0 + 100_000), [AT_HOME, T0 + 300_000])), bySecond)
      const nearer = continued(over, took(KNOWN.url, 40, T0 + 100_000))
      assert.equal(serving(continued(nearer, [AT_HOME, T0 + 159_999])), bySecond)
      assert.equal(serving(continued(nearer, [AT_HOME, T0 + 160_000])), byFirst)
    })

    it('a near one that is lost makes way for the far one, whatever its distance', () => {
      const over = continued(BOTH, took(SECOND.url, 20, T0), took(KNOWN.url, 160, T0), [AT_HOME, T0 + 60_000])
      assert.equal(serving(continued(over, [lost(SECOND.url), T0 + 70_000])), byFirst)
    })

    it('one that knows us under another name never comes in: every link would change', () => {
      const elsewhere = { ...SECOND, label: 'blue-heron-7' }
      const both = situation(...DIRECT, chosen, { type: 'relay-connected', known: elsewhere })
      assert.equal(apart(300, 10, 120_000, both), byFirst)
    })

    it('each one is shown with its own delay', () => {
      const shown = view(continued(BOTH, took(KNOWN.url, 30.4, T0), took(SECOND.url, 12, T0))).relays
      assert.deepEqual(
        shown.map(({ url, rttMs, serves }) => [url, rttMs, serves]),
        [
          [KNOWN.url, 30, true],
          [SECOND.url, 12, false],
        ],
      )
    })
  })

  it('without any that stands it is as with one: nothing is proven, and both are called', () => {
    const dark = continued(BOTH, lost(SECOND.url), lost(KNOWN.url))
    assert.equal(serving(dark), `${KNOWN.url} waiting`)
    assert.equal(phaseOf(dark, MAPPED), 'provisioned')
    assert.deepEqual(planned(dark, 'keep-tunnel'), [KNOWN.url, SECOND.url])
    assert.equal(serving(continued(dark, connected)), `${SECOND.url} connected`)
  })

  it('is left: the other one serves, and what is still heard of it counts for nothing', () => {
    const left = continued(BOTH, { type: 'relay-left', url: KNOWN.url })
    assert.equal(serving(left), `${SECOND.url} connected`)
    assert.deepEqual(standing(left), [])
    assert.deepEqual(continued(left, lost(KNOWN.url)), left)
    assert.equal(serving(continued(left, { type: 'relay-left', url: SECOND.url })), null)
    const only = continued(BOTH, { type: 'relay-left', url: SECOND.url })
    assert.deepEqual([serving(only), standing(only)], [`${KNOWN.url} connected`, []])
  })

  it('is called anew on another network, as the first is', () => {
    const moved = continued(BOTH, { type: 'network', facts: { ipv4: { gateway: '10.0.0.1', localAddress: '10.0.0.7' } } })
    assert.deepEqual([serving(moved), standing(moved)], [`${KNOWN.url} connecting`, [`${SECOND.url} connecting`]])
  })
})
