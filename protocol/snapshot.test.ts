import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Problem, problem } from './problem.ts'
import { plainHome, plainService } from './snapshot.fixture.ts'
import { curlOf, Light, lightOf, lightOfService, ServiceState, ServiceView, Snapshot } from './snapshot.ts'

const service = (state: ServiceState, facts: Partial<ServiceView> = {}): ServiceView => plainService({ state, ...facts })
const house = (...services: ServiceView[]): Snapshot => plainHome({ services })
const refused = problem('service-refused', { service: 'web', target: 'http://192.168.1.20:80' })
const outside = problem('unreachable-outside', { service: 'web' })

describe('the light of one service', () => {
  const best = (ipv4: ServiceView['best']['ipv4'], ipv6: ServiceView['best']['ipv6']) => service('reachable', { best: { ipv4, ipv6 } })
  const table: [string, ServiceView, Light][] = [
    ['direct on IPv4', best('direct', 'tunnel'), 'reachable'],
    ['mapped on IPv4 only', best('mapped', null), 'reachable'],
    ['manual on IPv6, tunnel on IPv4', best('tunnel', 'manual'), 'reachable'],
    ['direct on both', best('direct', 'direct'), 'reachable'],
    ['tunnel on both', best('tunnel', 'tunnel'), 'relayed'],
    ['tunnel on IPv4 only', best('tunnel', null), 'relayed'],
    ['tunnel on IPv6 only', best(null, 'tunnel'), 'relayed'],
    ['checking', service('checking'), 'checking'],
    ['nobody can look', service('unknown'), 'cannot-check'],
    ['paused', service('paused'), 'paused'],
    ['unreachable without a reason', service('unreachable'), 'unreachable'],
    ['unreachable from outside', service('unreachable', { problem: outside }), 'unreachable'],
    ['the service itself is down', service('unreachable', { problem: refused }), 'needs-you'],
    [
      'a problem does not darken what is reachable',
      service('reachable', { best: { ipv4: 'direct', ipv6: null }, problem: refused }),
      'reachable',
    ],
    ['a problem does not disturb a pause', service('paused', { problem: refused }), 'paused'],
    ['no verdict is never red, whatever else is wrong', service('unknown', { problem: outside }), 'cannot-check'],
  ]
  for (const [situation, view, light] of table) test(situation, () => assert.equal(lightOfService(view), light))

  test('every state has a light', () => {
    for (const state of ServiceState.options) assert.ok(Light.options.includes(lightOfService(service(state))), state)
  })
})

describe('the light over the house', () => {
  const one: Record<Exclude<Light, 'empty'>, ServiceView> = {
    'needs-you': service('unreachable', { problem: refused }),
    unreachable: service('unreachable'),
    'cannot-check': service('unknown'),
    checking: service('checking'),
    relayed: service('reachable', { best: { ipv4: 'tunnel', ipv6: null } }),
    reachable: service('reachable', { best: { ipv4: 'direct', ipv6: null } }),
    'at-home': service('at-home'),
    paused: service('paused'),
  }
  const worstFirst = Object.keys(one) as (keyof typeof one)[]

  test('no service, no light', () => assert.equal(lightOf(house()), 'empty'))
  test('the worse of any two, in either order', () => {
    for (const [index, worse] of worstFirst.entries())
      for (const better of worstFirst.slice(index)) {
        assert.equal(lightOf(house(one[worse], one[better])), worse)
        assert.equal(lightOf(house(one[better], one[worse])), worse)
      }
  })
  test('paused ones count only when all are paused', () => {
    assert.equal(lightOf(house(one.paused, one.reachable, one.paused)), 'reachable')
    assert.equal(lightOf(house(one.paused, one.paused)), 'paused')
  })
  test('every light but the empty one has its place', () => assert.deepEqual(new Set([...worstFirst, 'empty']), new Set(Light.options)))
})

test('a program is told how to show a link’s secret, where the link opens without a page', () => {
  const link = {
    id: 'a',
    label: '',
    url: 'https://relay.example/s/a#GRANT',
    alias: null,
    via: 'relay',
    createdAtMs: null,
    endsAtMs: null,
    maxUses: null,
    uses: 0,
    lastUsedAtMs: null,
    registered: true,
    pin: false,
    locked: false,
  } as const
  const url = 'https://web.home.relay.example/'
  assert.equal(curlOf(link, url), `curl -H 'Authorization: Bearer GRANT' ${url}`)
  for (const other of [{ pin: true }, { maxUses: 3 }, { url: 'https://relay.example/s/a' }, { url: null }])
    assert.equal(curlOf({ ...link, ...other }, url), null)
  assert.equal(curlOf(link, null), null, 'a service that is no website')
})

test('a snapshot survives its own schema and JSON', () => {
  const whole = house(service('reachable', { problem: outside as Problem, provenAtMs: 5, publicAddress: { host: 'a.example', port: 443 } }))
  assert.deepEqual(Snapshot.parse(JSON.parse(JSON.stringify(whole))), whole)
  assert.equal(Snapshot.safeParse({ ...whole, v: 2 }).success, false)
})

test('an engine that is older than the look from inside says neither what a service is nor what it shows', () => {
  const { preset: _preset, safety: _safety, ...older } = service('reachable')
  const { preset, safety } = ServiceView.parse(older)
  assert.deepEqual([preset, safety], [null, null])
})
