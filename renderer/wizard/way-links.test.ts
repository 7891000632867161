import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LANGUAGES } from '../../languages/index.ts'
import { problem } from '../../protocol/problem.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'
import { HOUSES, house, service } from '../../test/fakes/snapshots.ts'
import { drawnLinks } from './way-links.ts'

const { en } = LANGUAGES
const FRESH = service({ state: 'unknown', safety: null, paths: [] })
const drawn = (snapshot: Snapshot, of = FRESH) => Object.fromEntries(drawnLinks(snapshot, of, en).map(({ link, ...rest }) => [link, rest]))

test('without a relay, what only a relay can see comes later, and is no fault', () => {
  const { internet, relay, outside, router } = drawn(house({ relay: HOUSES.empty.relay, problems: [problem('no-relay', {})] }))
  for (const one of [internet, relay, outside]) assert.deepEqual(one, { state: 'later', fact: '', problem: null })
  assert.equal(router?.fact, 'Livebox 6, at 192.168.1.1')
})

test('the program is well once somebody has looked, and broken when it does not answer, whatever other services do', () => {
  assert.equal(drawn(house()).service?.state, 'looking')
  assert.deepEqual(drawn(house(), { ...FRESH, safety: { atMs: 1, findings: [] } }).service, {
    state: 'good',
    fact: 'answers at http://192.168.1.20:8080',
    problem: null,
  })
  const refused = problem('service-refused', { service: 'jeedom', target: 'x' })
  assert.equal(drawn(house(), { ...FRESH, problem: refused }).service?.state, 'bad')
})

test('what was found stands beside its link', () => {
  const { internet, relay, outside } = drawn(house(), service())
  assert.equal(internet?.fact, 'you are seen as 203.0.113.7')
  assert.equal(relay?.fact, 'relay.example, 24 ms there and back')
  assert.equal(outside?.fact, 'your program was reached from outside')
})
