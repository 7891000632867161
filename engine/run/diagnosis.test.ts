import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DiagnosisRun } from '../../protocol/diagnosis.ts'
import { problem } from '../../protocol/problem.ts'
import { ONSET_MS } from '../core/diagnosis/ledger.ts'
import type { Event, Happening } from '../core/events.ts'
import { reduce } from '../core/reduce.ts'
import { ADDED, AT_HOME, RELAY, situation, T0 } from '../core/situation.fixture.ts'
import { startDiagnosis } from './diagnosis.ts'

const REFUSED = problem('service-refused', { service: 'photos', target: 'http://192.168.1.20:8080' })

/** A loop whose looks end, and whose time passes, when the test says so. */
function scripted() {
  let state = situation(...ADDED, AT_HOME, ...RELAY)
  let atMs = T0 + 10_000
  const dispatched: string[] = []
  const listeners = new Set<() => void>()
  const quiet = Promise.withResolvers<void>()
  const dispatch = (happening: Happening): void => {
    dispatched.push(happening.type)
    state = reduce(state, { ...happening, atMs } as Event)
    for (const listener of [...listeners]) listener()
  }
  return {
    dispatched,
    listeners,
    quiet,
    later(ms: number) {
      atMs += ms
    },
    loop: {
      state: () => state,
      dispatch,
      quiet: () => quiet.promise,
      watch(listener: () => void) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
  }
}

test('tells what is known as it comes, then that it is done', async () => {
  const { loop, dispatched, listeners, quiet } = scripted()
  const told: DiagnosisRun[] = []
  startDiagnosis(loop, (now) => told.push(now))
  assert.deepEqual(dispatched, ['check-now', 'diagnosis-asked'])
  const ageOf = (run: DiagnosisRun | undefined) => run?.diagnosis.chain.find(({ link }) => link === 'service')?.atMs
  assert.deepEqual([told.at(-1)?.done, ageOf(told.at(-1))], [false, T0])
  loop.dispatch({ type: 'target-up', name: 'photos' })
  assert.deepEqual([told.at(-1)?.done, ageOf(told.at(-1))], [false, T0 + 10_000])
  quiet.resolve()
  await quiet.promise
  assert.equal(told.at(-1)?.done, true)
  assert.equal(listeners.size, 0)
})

test('is not done while something it found is still too new to be believed', async () => {
  const { loop, quiet, later } = scripted()
  const told: DiagnosisRun[] = []
  startDiagnosis(loop, (now) => told.push(now))
  loop.dispatch({ type: 'target-down', name: 'photos', problem: REFUSED })
  quiet.resolve()
  await quiet.promise
  assert.equal(told.at(-1)?.done, false)
  later(ONSET_MS)
  loop.dispatch({ type: 'diagnosis-settled' })
  assert.equal(told.at(-1)?.done, true)
  assert.ok(told.at(-1)?.diagnosis.problems.some(({ problem }) => problem.code === REFUSED.code))
})

test('says nothing more to who has had enough of it', async () => {
  const { loop, listeners, quiet } = scripted()
  const told: DiagnosisRun[] = []
  const end = startDiagnosis(loop, (now) => told.push(now))
  end()
  const count = told.length
  loop.dispatch({ type: 'target-up', name: 'photos' })
  quiet.resolve()
  await quiet.promise
  assert.deepEqual([told.length, listeners.size], [count, 0])
})
