import assert from 'node:assert/strict'
import { test } from 'node:test'
import { problem } from '../../protocol/problem.ts'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { house, service } from '../../test/fakes/snapshots.ts'
import { Recorder } from './recorder.ts'

const NOBODY = { ipv4: null, ipv6: null }
const web = (changes: Partial<ServiceView> = {}): ServiceView => service({ name: 'web', provenAtMs: 1, ...changes })
const RELAYED: Partial<ServiceView> = { best: { ipv4: 'tunnel', ipv6: 'tunnel' } }
const told = (rows: readonly { kind: string; service: string | null; what: string }[]): string[] =>
  rows.map(({ kind, service: of, what }) => `${kind} ${of ?? '-'} ${what}`)

test('a service’s state is noted when it changes, and only then', () => {
  const recorder = new Recorder([], NOBODY, 0)
  recorder.see(house({ services: [web({ state: 'checking', best: { ipv4: null, ipv6: null } })] }), 10)
  assert.deepEqual(told(recorder.see(house({ services: [web(RELAYED)] }), 20).rows), ['state web relayed'])
  assert.deepEqual(recorder.see(house({ services: [web(RELAYED)] }), 30).rows, [])
  assert.equal(recorder.reachableSinceMs('web'), 20)
  assert.deepEqual(told(recorder.see(house({ services: [web()] }), 40).rows), [
    'state web direct',
    'path web {"family":"ipv4","before":"tunnel","after":"mapped"}',
    'path web {"family":"ipv6","before":"tunnel","after":"mapped"}',
  ])
  assert.equal(recorder.reachableSinceMs('web'), 20, 'it was never out of reach')
  recorder.see(house({ services: [web({ state: 'unreachable' })] }), 50)
  assert.equal(recorder.reachableSinceMs('web'), null)
  recorder.see(house({ services: [web()] }), 60)
  assert.equal(recorder.reachableSinceMs('web'), 60)
})

test('a way that is lost and comes back is no other way; a service that is removed ends', () => {
  const recorder = new Recorder([], NOBODY, 0)
  recorder.see(house({ services: [web()] }), 10)
  recorder.see(house({ services: [web({ state: 'unknown', best: { ipv4: null, ipv6: null } })] }), 20)
  assert.deepEqual(told(recorder.see(house({ services: [web()] }), 30).rows), ['state web direct'])
  assert.deepEqual(told(recorder.see(house({ services: [] }), 40).rows), ['state web gone'])
  assert.equal(recorder.reachableSinceMs('web'), null)
})

test('what was removed while the engine was off ends when it is back; the rest goes on from being off', () => {
  const recorder = new Recorder(['old', 'web'], NOBODY, 5)
  assert.deepEqual(told(recorder.see(house({ services: [web()] }), 10).rows).sort(), [
    'address - {"family":"ipv4","before":null,"after":"203.0.113.7"}',
    'state old gone',
    'state web direct',
  ])
})

test('what was proven before a sleep is no proof after it', () => {
  const recorder = new Recorder([], NOBODY, 0)
  recorder.see(house({ services: [web({ provenAtMs: 100 })] }), 110)
  assert.deepEqual(told(recorder.slept(200, 9000)), [
    'engine - {"what":"asleep"}',
    'engine - {"what":"awake"}',
    'state web asleep',
    'state web unknown',
  ])
  assert.deepEqual(recorder.see(house({ services: [web({ provenAtMs: 100 })] }), 9010).rows, [])
  assert.equal(recorder.reachableSinceMs('web'), null)
  assert.deepEqual(told(recorder.see(house({ services: [web({ provenAtMs: 9020 })] }), 9030).rows), ['state web direct'])
  assert.equal(recorder.reachableSinceMs('web'), 9030)
})

test('another address of the home, and another relay, are noted; silence about either address is not', () => {
  const recorder = new Recorder([], { ipv4: '203.0.113.7', ipv6: null }, 0)
  const { relay } = house()
  assert.deepEqual(recorder.see(house({ services: [] }), 10).rows, [])
  const away = { ...relay, state: 'waiting' as const, observedIPv4: null }
  assert.deepEqual(told(recorder.see(house({ services: [], relay: away, gateway: { ...house().gateway, externalIPv4: null } }), 20).rows), [
    `relay - {"before":"${relay.url}","after":null}`,
  ])
  assert.deepEqual(told(recorder.see(house({ services: [], relay: { ...relay, observedIPv4: '203.0.113.9' } }), 30).rows), [
    'address - {"family":"ipv4","before":"203.0.113.7","after":"203.0.113.9"}',
    `relay - {"before":null,"after":"${relay.url}"}`,
  ])
})

test('a problem stands from when it is seen to when it is not, though its figures change meanwhile', () => {
  const recorder = new Recorder([], NOBODY, 0)
  const far = (delayMs: string) => problem('relay-far-for-music', { service: 'jam', relay: 'relay.example', delayMs })
  const [row] = recorder.see(house({ problems: [far('60')] }), 10).rows.filter(({ kind }) => kind === 'problem')
  assert.deepEqual([row?.service, row?.what], ['jam', JSON.stringify(far('60'))])
  assert.deepEqual(recorder.see(house({ problems: [far('90')] }), 20), { rows: [], over: [] })
  assert.deepEqual(recorder.see(house({ problems: [] }), 30).over, [JSON.stringify(far('60'))])
})
