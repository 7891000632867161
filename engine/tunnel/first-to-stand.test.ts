import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { firstToStand } from './first-to-stand.ts'

const never = new AbortController().signal

interface Attempt {
  readonly signal: AbortSignal
  hold(): void
  stand(value: string): void
  fall(reason: string): void
}

/** Attempts that end when a test says so. */
function attempts(count: number) {
  const started: Attempt[] = []
  const discarded: string[] = []
  const list = Array.from({ length: count }, () => (signal: AbortSignal, hold: () => void) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    started.push({ signal, hold, stand: resolve, fall: (reason) => reject(new Error(reason)) })
    return promise
  })
  const race = firstToStand(list, { headStartMs: 1000, holdMs: 5000, signal: never, discard: (late) => discarded.push(late) })
  return { race, started, discarded }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('the second waits until the first has failed', async () => {
  const { race, started } = attempts(2)
  assert.equal(started.length, 1)
  started[0]?.fall('shut')
  await turn()
  assert.equal(started.length, 2)
  started[1]?.stand('second')
  assert.equal(await race, 'second')
})

test('or until the first has had its time; then whoever stands first wins, and the other is called off and discarded', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.after(() => mock.timers.reset())
  const { race, started, discarded } = attempts(3)
  mock.timers.tick(999)
  assert.equal(started.length, 1)
  mock.timers.tick(1)
  assert.equal(started.length, 2)
  started[0]?.stand('first')
  assert.equal(await race, 'first')
  assert.equal(started[1]?.signal.aborted, true)
  started[1]?.stand('late')
  await turn()
  assert.deepEqual(discarded, ['late'])
  mock.timers.tick(10_000)
  assert.equal(started.length, 2)
})

test('who has got somewhere has more time, once; a failure ends it', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.after(() => mock.timers.reset())
  const { race, started } = attempts(3)
  started[0]?.hold()
  mock.timers.tick(4999)
  assert.equal(started.length, 1)
  mock.timers.tick(1)
  assert.equal(started.length, 2)
  // Not its turn any more.
  started[0]?.hold()
  started[1]?.fall('shut')
  await turn()
  assert.equal(started.length, 3)
  started[2]?.stand('third')
  assert.equal(await race, 'third')
})

test('when none stands, every failure is told in the order of the attempts', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.after(() => mock.timers.reset())
  const { race, started } = attempts(3)
  mock.timers.tick(1000)
  mock.timers.tick(1000)
  started[2]?.fall('third')
  started[0]?.fall('first')
  started[1]?.fall('second')
  await assert.rejects(
    race,
    (error) => error instanceof AggregateError && error.errors.map(({ message }) => message).join() === 'first,second,third',
  )
})
