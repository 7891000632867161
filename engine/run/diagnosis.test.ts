import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DiagnosisRun } from '../../protocol/diagnosis.ts'
import type { Event, Happening } from '../core/events.ts'
import { reduce } from '../core/reduce.ts'
import { ADDED, AT_HOME, RELAY, situation, T0 } from '../core/situation.fixture.ts'
import { startDiagnosis } from './diagnosis.ts'

/** A loop whose looks end when the test says so. */
function scripted() {
  let state = situation(...ADDED, AT_HOME, ...RELAY)
  const dispatched: string[] = []
  const listeners = new Set<() => void>()
  const quiet = Promise.withResolvers<void>()
  const dispatch = (happening: Happening): void => {
    dispatched.push(happening.type)
    state = reduce(state, { ...happening, atMs: T0 + 10_000 } as Event)
    for (const listener of [...listeners]) listener()
  }
  return {
    dispatched,
    listeners,
    quiet,
    loop: { state: () => state, dispatch, quiet: () => quiet.promise },
    onState(listener: () => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

test('tells what is known as it comes, then that it is done', async () => {
  const { loop, onState, dispatched, listeners, quiet } = scripted()
  const told: DiagnosisRun[] = []
  startDiagnosis(loop, onState, (now) => told.push(now))
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

test('says nothing more to who has had enough of it', async () => {
  const { loop, onState, listeners, quiet } = scripted()
  const told: DiagnosisRun[] = []
  const end = startDiagnosis(loop, onState, (now) => told.push(now))
  end()
  const count = told.length
  loop.dispatch({ type: 'target-up', name: 'photos' })
  quiet.resolve()
  await quiet.promise
  assert.deepEqual([told.length, listeners.size], [count, 0])
})
