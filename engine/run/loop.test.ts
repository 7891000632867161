import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Happening } from '../core/events.ts'
import type { Effect } from '../core/plan.ts'
import { WEB } from '../core/situation.fixture.ts'
import { EMPTY_STATE, type State } from '../core/state.ts'
import { type Emit, type Loop, startLoop } from './loop.ts'

interface Run {
  readonly effect: Effect
  readonly emit: Emit
  readonly signal: AbortSignal
  finish(): void
  fail(error: Error): void
}

const ADDED: Happening = { type: 'service-added', service: WEB }
const REMOVED: Happening = { type: 'service-removed', name: WEB.name }
const UP: Happening = { type: 'target-up', name: WEB.name }

/** A loop whose effects do nothing until the test says so, on a clock that the test moves. */
function scripted(t: TestContext): { loop: Loop; runs: Run[]; states: State[]; faults: string[]; of(kind: Effect['kind']): Run[] } {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  const runs: Run[] = []
  const states: State[] = []
  const faults: string[] = []
  const loop = startLoop({
    initial: EMPTY_STATE,
    perform(effect, emit, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      runs.push({ effect, emit, signal, finish: resolve, fail: reject })
      return promise
    },
    onState: (state) => states.push(state),
    onFault: (effect, error) => faults.push(`${effect.kind} ${(error as Error).message}`),
  })
  t.after(async () => {
    const stopped = loop.stop(1)
    t.mock.timers.tick(1)
    await stopped
  })
  return { loop, runs, states, faults, of: (kind) => runs.filter(({ effect }) => effect.kind === kind) }
}

/** Every promise that can settle has settled. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** The only one of its kind so far. */
function only(runs: readonly Run[]): Run {
  assert.equal(runs.length, 1)
  return runs[0] as Run
}

test('starts what is planned, keeps what stays planned, aborts what no longer is', async (t) => {
  const { loop, of } = scripted(t)
  await settled()
  const watching = only(of('watch-network'))
  loop.dispatch(ADDED)
  await settled()
  const [listening, checking] = [only(of('listen')), only(of('check-target'))]
  assert.ok(!listening.signal.aborted && !checking.signal.aborted)
  loop.dispatch(REMOVED)
  await settled()
  assert.deepEqual(
    [watching, listening, checking].map(({ signal }) => signal.aborted),
    [false, true, true],
  )
  only(of('watch-network'))
})

test('what an aborted effect still says is dropped', async (t) => {
  const { loop, of, states } = scripted(t)
  loop.dispatch(ADDED)
  await settled()
  const { emit } = only(of('check-target'))
  loop.dispatch(REMOVED)
  await settled()
  const before = states.length
  emit(UP)
  assert.equal(states.length, before)
})

test('many events in one turn make one plan', async (t) => {
  const { loop, of, states } = scripted(t)
  loop.dispatch(ADDED)
  loop.dispatch(REMOVED)
  await settled()
  assert.equal(states.length, 2)
  assert.deepEqual(of('check-target'), [])
})

test('an effect that ended and is still planned is not started again within a second', async (t) => {
  const { of } = scripted(t)
  await settled()
  only(of('watch-network')).finish()
  await settled()
  t.mock.timers.tick(999)
  await settled()
  only(of('watch-network'))
  t.mock.timers.tick(1)
  await settled()
  assert.equal(of('watch-network').length, 2)
})

test('a fault is told, and cools down like an end; after an abort it is nobody’s business', async (t) => {
  const { loop, of, faults } = scripted(t)
  loop.dispatch(ADDED)
  await settled()
  only(of('watch-network')).fail(new Error('no such file'))
  loop.dispatch(REMOVED)
  await settled()
  only(of('check-target')).fail(new Error('aborted'))
  await settled()
  assert.deepEqual(faults, ['watch-network no such file'])
  t.mock.timers.tick(1000)
  await settled()
  assert.equal(of('watch-network').length, 2)
})

test('wakes by itself when something becomes due', async (t) => {
  const { loop, of } = scripted(t)
  loop.dispatch(ADDED)
  await settled()
  const first = only(of('check-target'))
  first.emit(UP)
  first.finish()
  await settled()
  t.mock.timers.tick(9_999)
  await settled()
  only(of('check-target'))
  t.mock.timers.tick(1)
  await settled()
  assert.equal(of('check-target').length, 2)
})

test('quiet: when no effect of these kinds runs, or is about to', async (t) => {
  const { loop, of } = scripted(t)
  loop.dispatch(ADDED)
  await settled()
  const first = only(of('check-target'))
  first.emit(UP)
  first.finish()
  await settled()
  // Asked again a moment after it ended: it cools down first, and is waited for.
  loop.dispatch({ type: 'check-now' })
  let quiet = false
  void loop.quiet(new Set(['check-target']), 60_000).then(() => {
    quiet = true
  })
  await settled()
  assert.equal(quiet, false)
  t.mock.timers.tick(1000)
  await settled()
  assert.equal(quiet, false)
  const second = of('check-target')[1] as Run
  second.emit(UP)
  second.finish()
  await settled()
  assert.equal(quiet, true)
})

test('quiet: not longer than it is told', async (t) => {
  const { loop } = scripted(t)
  loop.dispatch(ADDED)
  const quiet = loop.quiet(new Set(['check-target']), 8000)
  await settled()
  t.mock.timers.tick(8000)
  await quiet
})

test('stop: aborts, waits for the ends, and takes nothing in any more', async (t) => {
  const { loop, runs, states } = scripted(t)
  loop.dispatch(ADDED)
  await settled()
  let stopped = false
  const stopping = loop.stop(1500).then(() => {
    stopped = true
  })
  assert.ok(runs.every(({ signal }) => signal.aborted))
  await settled()
  assert.equal(stopped, false)
  for (const { finish } of runs) finish()
  await stopping
  const before = [states.length, runs.length]
  loop.dispatch(REMOVED)
  await settled()
  assert.deepEqual([states.length, runs.length], before)
})

test('stop: an effect that never ends holds nobody up', async (t) => {
  const { loop } = scripted(t)
  await settled()
  const stopping = loop.stop(1500)
  t.mock.timers.tick(1500)
  await stopping
})

test('looks again at once when the clock was set back', async () => {
  let nowMs = 1_800_000_000_000
  const started: string[] = []
  const loop = startLoop({
    initial: EMPTY_STATE,
    async perform(effect, emit) {
      started.push(effect.kind)
      if (effect.kind === 'check-target') emit(UP)
    },
    onState: () => {},
    onFault: () => {},
    now: () => nowMs,
  })
  loop.dispatch(ADDED)
  await settled()
  const looks = (): number => started.filter((kind) => kind === 'check-target').length
  assert.equal(looks(), 1)
  nowMs -= 3_600_000
  loop.dispatch({ type: 'router-heard' })
  await settled()
  assert.equal(looks(), 2)
  await loop.stop(1)
})
