import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { finding } from '../../protocol/finding.ts'
import type { Happening } from './events.ts'
import { plan } from './plan.ts'
import { reduce } from './reduce.ts'
import { placeOf } from './safety.ts'
import { continued, GAME, RELAY, situation, T0, WEB } from './situation.fixture.ts'
import type { State } from './state.ts'
import { view } from './view.ts'

const looks = (state: State) => [...plan(state, T0).effects.values()].filter(({ kind }) => kind === 'check-safety')
const keys = (state: State) => [...plan(state, T0).effects.keys()].filter((key) => key.startsWith('check-safety'))
const LOGIN = finding('asks-login', {})
const KNOWN = finding('default-login-known', { program: 'Jeedom', user: 'admin', password: 'admin' })
const ACCEPTED = finding('default-login', { program: 'Jeedom', user: 'admin', password: 'admin' })

const checked = (state: State, ...findings: (typeof LOGIN)[]): State => {
  const [effect] = looks(state)
  assert.ok(effect?.kind === 'check-safety')
  return reduce(state, { type: 'safety-checked', name: placeOf(effect), of: effect.of, findings, atMs: T0 })
}
const up: Happening = { type: 'target-up', name: WEB.name }

describe('a service is looked at from inside', () => {
  test('once it answers, and not before', () => {
    assert.deepEqual(keys(situation({ type: 'service-added', service: WEB })), [])
    const state = situation({ type: 'service-added', service: WEB }, up)
    assert.equal(keys(state).length, 1)
    assert.deepEqual(keys(checked(state, LOGIN)), [], 'and not again by itself')
  })
  test('again when it has a public name, or another address', () => {
    const before = checked(situation({ type: 'service-added', service: WEB }, up), LOGIN)
    const named = continued(before, ...RELAY)
    assert.match(keys(named).join(), /amber-otter/)
    const after = checked(named, LOGIN)
    assert.deepEqual(keys(after), [])
    assert.equal(keys(reduce(after, { type: 'target-moved', name: WEB.name, host: '192.168.1.77', atMs: T0 })).length, 1)
  })
  test('not while it is paused', () => {
    const state = situation({ type: 'service-added', service: WEB }, up, { type: 'service-paused', name: WEB.name })
    assert.deepEqual(keys(state), [])
  })
  test('four at a time', () => {
    const many = Array.from({ length: 9 }, (_, index) => ({ ...GAME, name: `game${index}` }))
    const events = many.flatMap((service): Happening[] => [
      { type: 'service-added', service },
      { type: 'target-up', name: service.name },
    ])
    assert.equal(looks(situation(...events)).length, 4)
  })
})

describe('what stands behind a path', () => {
  const CAMERAS = { prefix: '/zm', target: { kind: 'http', host: '192.168.1.40', port: 80 }, strip: false } as const
  const answering: Happening = { type: 'target-up', name: `${WEB.name}/zm` }
  const routed = situation({ type: 'service-added', service: { ...WEB, routes: [CAMERAS] } }, up)
  const told = (state: State) => view(state).services[0]?.safety?.findings.map(({ code, route }) => [code, route])
  const OPEN = finding('no-login-seen', {})
  test('is looked at once it answers, and told apart by its path', () => {
    const own = checked(routed, LOGIN)
    assert.deepEqual([keys(own), told(own)], [[], [['asks-login', undefined]]])
    const both = continued(own, answering)
    assert.match(keys(both).join(), /^check-safety photos\/zm http:\/\/192\.168\.1\.40/)
    const after = checked(both, OPEN)
    assert.deepEqual(keys(after), [])
    assert.deepEqual(told(after), [
      ['no-login-seen', '/zm'],
      ['asks-login', undefined],
    ])
  })
  test('says nothing of the service as long as that has not been looked at itself', () => {
    const state = continued(situation({ type: 'service-added', service: { ...WEB, routes: [CAMERAS] } }), answering)
    assert.equal(told(checked(state, OPEN)), undefined)
  })
  test('is looked at below a folder too, in which there is nothing to find', () => {
    const folder = { kind: 'folder', path: '/srv/photos' } as const
    const state = continued(situation({ type: 'service-added', service: { ...WEB, target: folder, routes: [CAMERAS] } }), up, answering)
    assert.equal(keys(state).length, 1)
    assert.deepEqual(told(checked(state, OPEN)), [['no-login-seen', '/zm']])
  })
  test('is forgotten with its path, and with its service', () => {
    const state = checked(checked(continued(routed, answering), LOGIN), OPEN)
    assert.deepEqual(Object.keys(state.safety), ['photos', 'photos/zm'])
    const removed = reduce(state, { type: 'service-changed', name: WEB.name, change: { routes: [] }, atMs: T0 })
    assert.deepEqual(Object.keys(removed.safety), ['photos'])
    assert.deepEqual(reduce(state, { type: 'service-removed', name: WEB.name, atMs: T0 }).safety, {})
  })
})

describe('what is remembered', () => {
  const state = situation({ type: 'service-added', service: { ...WEB, preset: 'jeedom' } }, up)
  const safetyOf = (now: State) => view(now).services[0]?.safety?.findings.map(({ code }) => code)
  test('is shown with its time, and goes with its service', () => {
    const after = checked(state, LOGIN)
    assert.deepEqual(view(after).services[0]?.safety, { atMs: T0, findings: [LOGIN] })
    assert.deepEqual(reduce(after, { type: 'service-removed', name: WEB.name, atMs: T0 }).safety, {})
    assert.equal(view(state).services[0]?.safety, null)
  })
  test('of a login that was tried stays, because it is not tried again', () => {
    const tried = checked(state, ACCEPTED, LOGIN)
    const named = continued(tried, ...RELAY)
    assert.deepEqual(safetyOf(checked(named, KNOWN, LOGIN)), ['default-login', 'asks-login'])
  })
  test('of a login that was tried is gone when another machine answers, or it was tried again', () => {
    const tried = checked(state, ACCEPTED)
    const moved = reduce(tried, { type: 'target-moved', name: WEB.name, host: '192.168.1.77', atMs: T0 })
    assert.deepEqual(safetyOf(checked(moved, KNOWN)), ['default-login-known'])
    const refused = finding('default-login-refused', { user: 'admin', password: 'admin' })
    const of = tried.safety[WEB.name]?.of ?? ''
    assert.deepEqual(safetyOf(reduce(tried, { type: 'safety-checked', name: WEB.name, of, findings: [refused], atMs: T0 })), [
      'default-login-refused',
    ])
  })
  test('leaves out what matters only where anybody may come', () => {
    const open = checked(state, finding('no-login-seen', {}), LOGIN)
    assert.deepEqual(safetyOf(open), ['no-login-seen', 'asks-login'])
    assert.deepEqual(
      safetyOf(reduce(open, { type: 'access-changed', allowed: [], hasPassword: false, name: WEB.name, access: 'link', atMs: T0 })),
      ['asks-login'],
    )
  })
  test('of a service that is gone meanwhile is forgotten', () => {
    const after = reduce(state, { type: 'safety-checked', name: 'other', of: 'x', findings: [LOGIN], atMs: T0 })
    assert.deepEqual(after.safety, {})
  })
})
