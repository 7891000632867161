import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { plainLink } from '../../protocol/model/link.ts'
import { problem } from '../../protocol/problem.ts'
import { lightOf } from '../../protocol/snapshot.ts'
import type { Happening } from './events.ts'
import { exposuresOf, FRONT_DOOR, publicationOf } from './exposures.ts'
import { pathKey } from './path-state.ts'
import { plan } from './plan.ts'
import type { Service } from './service-state.ts'
import { AT_HOME6, CERTIFIED, continued, DIRECT, GAME, PUBLISHED, RELAY, situation, T0, WEB } from './situation.fixture.ts'
import type { State } from './state.ts'
import { view } from './view.ts'

type Mode = Service['access']
const changed = (name: string, access: Mode, hasPassword = false): Happening => ({
  type: 'access-changed',
  name,
  access,
  allowed: [],
  hasPassword,
})
const GAME_ADDED: Happening = { type: 'service-added', service: GAME }
const serviceOf = (state: State) => view(state).services[0]
const exposed = (state: State): string[] => exposuresOf(state).map(({ id }) => id)

describe('a website that not everybody may open', () => {
  for (const access of ['link', 'password', 'addresses', 'lan'] as const)
    it(`stays behind the same front door: ${access}`, () => {
      const state = continued(situation(...DIRECT), changed(WEB.name, access))
      assert.deepEqual(exposed(state), [FRONT_DOOR])
      assert.equal(publicationOf(state).services[0]?.gated, access === 'link' ? true : undefined)
    })

  it('is green when somebody outside got to its door, which asks for more', () => {
    const state = continued(situation(...DIRECT), changed(WEB.name, 'password', true))
    assert.deepEqual([serviceOf(state)?.state, serviceOf(state)?.hasPassword], ['reachable', true])
  })

  it('is never called reachable when it is for the home alone, whatever somebody outside found', () => {
    const state = continued(situation(...DIRECT), changed(WEB.name, 'lan'))
    const shown = serviceOf(state)
    assert.deepEqual([shown?.state, shown?.paths, shown?.best, shown?.provenAtMs], ['at-home', [], { ipv4: null, ipv6: null }, null])
    assert.equal(lightOf(view(state)), 'at-home')
    const down = continued(state, {
      type: 'target-down',
      name: WEB.name,
      problem: problem('service-refused', { service: WEB.name, target: '' }),
    })
    assert.equal(serviceOf(down)?.state, 'unreachable', 'its owner is told that it does not run')
  })

  it('tells its owner when a link of it was locked', () => {
    const locked = { ...plainLink('aaaaaaaaaaaaaaaa', T0), label: 'the band', pinMac: 'x'.repeat(22) }
    const state = situation(...DIRECT, changed(WEB.name, 'link'), { type: 'link-added', name: WEB.name, link: locked, grant: 'g' })
    const missed = (count: number) => continued(state, { type: 'pin-missed', id: locked.id, count })
    const found = (at: State) => view(at).problems.filter(({ code }) => code === 'link-locked')
    assert.deepEqual([found(missed(9)), serviceOf(missed(9))?.links[1]?.locked], [[], false])
    assert.deepEqual(found(missed(10)), [problem('link-locked', { service: WEB.name, name: 'the band' })])
    assert.equal(serviceOf(missed(10))?.links[1]?.locked, true)
    const revoked = continued(missed(10), { type: 'link-revoked', name: WEB.name, id: locked.id })
    assert.deepEqual([found(revoked), revoked.wrongPins], [[], {}])
  })
})

describe('a service that is no website', () => {
  it('opens nothing to the outside, and is told to nobody, when it is for the home alone', () => {
    const state = situation(AT_HOME6, ...RELAY, GAME_ADDED, changed(GAME.name, 'lan'), { type: 'target-up', name: GAME.name })
    assert.deepEqual([exposed(state), publicationOf(state).services, Object.keys(state.paths)], [[], [], []])
    assert.equal(serviceOf(state)?.state, 'at-home')
    assert.ok(![...plan(state, T0).effects.values()].some(({ kind }) => kind === 'listen'))
  })

  it('has a page of its own behind the front door, and a certificate for it, when it opens by link', () => {
    const gated = situation(AT_HOME6, ...RELAY, GAME_ADDED, changed(GAME.name, 'link'))
    assert.deepEqual(exposed(gated), [FRONT_DOOR, GAME.name])
    assert.equal(publicationOf(gated).services[0]?.gated, true)
    assert.ok([...plan(gated, T0).effects.keys()].some((key) => key.startsWith('obtain-certificate')))
    const links = GAME.links.map(({ id }) => id)
    const told = continued(gated, { ...PUBLISHED, ports: { [GAME.name]: 22124 }, links })
    assert.equal(serviceOf(told)?.links[0]?.registered, false, 'nobody can be shown that page yet')
    const ready = continued(told, CERTIFIED)
    assert.equal(serviceOf(ready)?.links[0]?.registered, true)
    assert.deepEqual(exposed(continued(ready, changed(GAME.name, 'addresses'))), [GAME.name])
  })

  it('shows whom its link has let in', () => {
    const admitted = [{ service: GAME.name, link: 'ponmlkjihgfedcba', place: '203.0.113.7', untilMs: T0 + 1 }]
    const state = situation(GAME_ADDED, changed(GAME.name, 'link'), { type: 'admitted', admitted })
    assert.deepEqual(serviceOf(state)?.admitted, [{ link: 'ponmlkjihgfedcba', place: '203.0.113.7', untilMs: T0 + 1 }])
    assert.deepEqual(continued(state, { type: 'service-removed', name: GAME.name }).admitted, [])
  })

  it('is not left to itself on its own IPv6 port, where nobody would keep anybody out', () => {
    const band: Service = { ...GAME, preset: 'jamulus', target: { kind: 'udp', host: '127.0.0.1', port: 22124 } }
    const taken: Happening = {
      type: 'listening-refused',
      exposure: GAME.name,
      family: 'ipv6',
      problem: problem('ipv6-port-taken', { port: '22124' }),
    }
    const path = pathKey({ exposure: GAME.name, rung: 'direct', family: 'ipv6' })
    const published: Happening = { ...PUBLISHED, ports: { [GAME.name]: 22124 } }
    const open = situation(AT_HOME6, ...RELAY, { type: 'service-added', service: band }, published, taken)
    assert.deepEqual([open.ownListeners, open.paths[path]?.phase], [[GAME.name], 'provisioned'])
    const closed = continued(open, changed(GAME.name, 'addresses'))
    assert.deepEqual([closed.ownListeners, closed.paths[path]?.phase], [[], 'blocked'])
    assert.deepEqual(continued(closed, taken).ownListeners, [])
    assert.deepEqual(continued(closed, changed(GAME.name, 'public'), taken).ownListeners, [GAME.name])
  })
})
