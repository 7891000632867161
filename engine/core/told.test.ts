import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Happening } from './events.ts'
import { publicationOf } from './exposures.ts'
import { plan } from './plan.ts'
import { ADDED, AT_HOME, CERTIFIED, continued, KNOWN, PUBLISHED, probed, situation, T0, TUNNEL, WEB } from './situation.fixture.ts'
import type { State } from './state.ts'
import { view } from './view.ts'

const lightOf = (state: State, name = WEB.name) => view(state).services.find((service) => service.name === name)?.state
const lookedUp = (state: State): string[] =>
  [...plan(state, T0).effects.values()].map(({ kind }) => kind).filter((kind) => kind === 'look-up-names' || kind === 'visit-own-names')
const publishes = (state: State): boolean => [...plan(state, T0).effects.values()].some(({ kind }) => kind === 'publish')

const CONNECTED: Happening[] = [
  { type: 'relay-chosen', url: KNOWN.url },
  { type: 'relay-connected', known: KNOWN },
]
/** Of a home that had nothing to show so far, the relay has been told just that. */
const TOLD_NOTHING: Happening = { ...PUBLISHED, services: [] }
const proven = situation(AT_HOME, ...CONNECTED, TOLD_NOTHING, CERTIFIED, ...ADDED, probed(TUNNEL, 'reachable'))

describe('a service whose name the relay does not know yet', () => {
  it('is not shown as reachable, however well the way to it was proven', () => {
    assert.equal(proven.paths[TUNNEL]?.phase, 'confirmed')
    assert.equal(lightOf(proven), 'checking')
    assert.equal(lightOf(continued(proven, PUBLISHED)), 'reachable')
  })

  it('is one more behind a front door that others are reached by', () => {
    const wiki = { ...WEB, name: 'wiki', links: [] }
    const told = continued(proven, { ...PUBLISHED, services: [WEB.name] })
    const more = continued(told, { type: 'service-added', service: wiki }, { type: 'target-up', name: 'wiki' })
    assert.deepEqual([lightOf(more), lightOf(more, 'wiki')], ['reachable', 'checking'])
  })

  it('is not asked for: who asks too early hears that there is none, and his resolver keeps that', () => {
    assert.deepEqual(lookedUp(proven), [])
    assert.deepEqual(lookedUp(continued(proven, PUBLISHED)), ['visit-own-names', 'look-up-names'])
  })

  it('is told anew after the relay was away', () => {
    const back = continued(proven, PUBLISHED, ...CONNECTED, probed(TUNNEL, 'reachable'))
    assert.equal(lightOf(back), 'checking')
    assert.equal(lightOf(continued(back, PUBLISHED)), 'reachable')
  })

  it('is not known to be there while the relay is told otherwise, and is told again, be it what was told before', () => {
    const telling = (state: State): Happening => ({ type: 'publishing', services: publicationOf(state).services.map(({ name }) => name) })
    const toldAll = (state: State): Happening => ({ ...PUBLISHED, key: JSON.stringify(publicationOf(state)), services: [WEB.name, 'wiki'] })
    const wiki = { ...WEB, name: 'wiki', links: [] }
    const both = continued(proven, { type: 'service-added', service: wiki }, { type: 'target-up', name: 'wiki' })
    const well = continued(both, toldAll(both))
    assert.deepEqual([lightOf(well), lightOf(well, 'wiki'), publishes(well)], ['reachable', 'reachable', false])
    const paused = continued(well, { type: 'service-paused', name: 'wiki' })
    // The relay takes it, and before its answer is here the owner has thought better of it.
    const resumed = continued(paused, telling(paused), { type: 'service-resumed', name: 'wiki' }, { type: 'target-up', name: 'wiki' })
    assert.deepEqual([lightOf(resumed), lightOf(resumed, 'wiki'), publishes(resumed)], ['reachable', 'checking', true])
    const again = continued(resumed, telling(resumed), toldAll(resumed))
    assert.deepEqual([lightOf(again, 'wiki'), publishes(again)], ['reachable', false])
  })

  it('is a problem of the relay’s when it takes the name at no time', () => {
    const codes = (state: State): string[] => view(state).problems.map(({ code }) => code)
    const untaken = (times: number): State => continued(proven, ...Array<Happening>(times).fill({ type: 'publish-failed' }))
    assert.ok(!codes(untaken(2)).includes('relay-names-silent'))
    assert.ok(codes(untaken(3)).includes('relay-names-silent'))
    assert.ok(!codes(continued(untaken(3), PUBLISHED)).includes('relay-names-silent'))
  })
})

describe('a name that nobody finds any more', () => {
  const SILENT = { state: 'silent', addresses: [] } as const
  const seen = (relay: 'silent' | 'found', others: 'silent' | 'found' = 'found'): Happening => {
    const there = relay === 'silent' ? SILENT : ({ state: 'found', addresses: ['203.0.113.10'] } as const)
    return { type: 'names-seen', here: SILENT, relay: there, others, resolver: '192.168.1.1' }
  }
  const well = continued(proven, PUBLISHED)
  const of = (state: State) => view(state).services.map(({ state, problem }) => [state, problem?.code])

  it('makes a service unreachable, however well its ways were proven: its visitors do not find them', () => {
    assert.deepEqual(of(continued(well, seen('silent'))), [['reachable', undefined]])
    const lost = continued(well, seen('silent'), seen('silent'))
    assert.deepEqual(of(lost), [['unreachable', 'relay-names-silent']])
    const found: Happening = { type: 'names-seen', here: { state: 'found', addresses: [] }, relay: null, others: 'found', resolver: '' }
    assert.deepEqual(of(continued(lost, found)), [['reachable', undefined]])
  })

  it('says nothing of others where it is our own resolver alone that does not answer', () => {
    for (const ours of [seen('found'), seen('silent', 'silent')])
      assert.deepEqual(of(continued(well, ours, ours, ours)), [['reachable', undefined]])
  })
})
