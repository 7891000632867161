import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PathView } from '../../protocol/model/path.ts'
import { problem } from '../../protocol/problem.ts'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { house, service } from '../../test/fakes/snapshots.ts'
import { judge, testService } from './test-service.ts'

const seen = (atMs: number, outcome: 'reachable' | 'refused' | 'unknown' = 'reachable'): PathView => ({
  ...{ rung: 'mapped', family: 'ipv4', phase: outcome === 'reachable' ? 'confirmed' : 'provisioned' },
  verdict: { outcome, atMs, rttMs: 20 },
})
const web = (path: PathView, changes: Partial<ServiceView> = {}): ServiceView => service({ name: 'web', paths: [path], ...changes })

test('only what was found since counts: an old word that still shines is no answer', () => {
  const before = web(seen(100))
  assert.equal(judge(before, web(seen(100)), 900).outcome, 'unknown')
  const fresh = judge(before, web(seen(800)), 900)
  assert.deepEqual([fresh.outcome, fresh.atMs, fresh.looks.length], ['reachable', 800, 1])
  // The outsider's clock may be behind ours, or have been set back.
  assert.equal(judge(before, web(seen(50)), 900).outcome, 'reachable')
})

test('no is said only by who has looked, or by the service itself', () => {
  const before = web(seen(100))
  assert.equal(judge(before, web(seen(800, 'refused'), { state: 'checking' }), 900).outcome, 'unreachable')
  assert.equal(judge(before, web(seen(800, 'unknown'), { state: 'checking' }), 900).outcome, 'unknown')
  const down = problem('service-refused', { service: 'web', target: 'http://192.168.1.20:8080' })
  const silent = judge(before, web(seen(100), { state: 'unreachable', problem: down }), 900)
  assert.deepEqual([silent.outcome, silent.problem?.code, silent.looks], ['unreachable', 'service-refused', []])
  for (const state of ['paused', 'at-home'] as const) assert.equal(judge(before, web(seen(800), { state }), 900).outcome, 'not-asked')
})

test('everything is looked at again first; a service that nobody knows is not', async () => {
  let now = house({ services: [web(seen(100))] })
  const found = await testService(
    'web',
    () => now,
    async () => {
      now = house({ services: [web(seen(700))] })
    },
  )
  assert.equal(found.outcome, 'reachable')
  const unknown = testService(
    'nas',
    () => now,
    () => assert.fail('nobody looks'),
  )
  await assert.rejects(unknown, ({ problem: found }) => found.code === 'service-unknown')
})
