import assert from 'node:assert/strict'
import { mock, type TestContext, test } from 'node:test'
import { createTurns, type TurnLimits } from './turns.ts'

const LIMITS: TurnLimits = { perS: 100, atOnce: 2, maxWaitingOfOne: 4, maxWaiting: 6, faultsPerS: 1, faultsAtOnce: 2, slowPerS: 1 }

function paced(context: TestContext, limits: Partial<TurnLimits> = {}) {
  mock.timers.enable({ apis: ['setInterval'] })
  let nowMs = 0
  const turns = createTurns({ ...LIMITS, ...limits }, () => nowMs)
  context.after(() => {
    turns.stop()
    mock.timers.reset()
  })
  const begun: string[] = []
  return {
    begun,
    fault: turns.fault,
    ask: (who: string, isGone = () => false) => turns.take(who.split(' ')[0] ?? '', () => begun.push(who), isGone),
    pass(ms: number) {
      for (let step = 0; step < ms; step += 20) {
        nowMs += 20
        mock.timers.tick(20)
      }
    },
  }
}

test('at once while there is room, then at the pace', (context) => {
  const { ask, begun, pass } = paced(context)
  for (const who of ['198.18.0.1 a', '198.18.0.1 b', '198.18.0.1 c', '198.18.0.1 d', '198.18.0.1 e', '198.18.0.1 f']) assert.ok(ask(who))
  assert.deepEqual(begun, ['198.18.0.1 a', '198.18.0.1 b'])
  pass(20)
  assert.equal(begun.length, 4)
  pass(20)
  assert.deepEqual(begun.at(-1), '198.18.0.1 f')
  pass(1000)
  assert.ok(ask('198.18.0.1 g'))
  assert.equal(begun.length, 7, 'nobody waits: at once')
})

test('addresses take turns, however many one of them sends; an IPv6 line is one', (context) => {
  const { ask, begun, pass } = paced(context, { atOnce: 1 })
  for (const who of ['2001:db8::1 a', '2001:db8::2 b', '2001:db8::3 c', '2001:db8::4 d']) ask(who)
  ask('198.18.0.2 honest')
  pass(40)
  assert.deepEqual(begun, ['2001:db8::1 a', '2001:db8::2 b', '198.18.0.2 honest'])
})

test('too many of one address, and too many of all, are told so at once', (context) => {
  const { ask } = paced(context, { atOnce: 0 })
  assert.deepEqual(
    ['a', 'b', 'c', 'd', 'e'].map((name) => ask(`198.18.0.1 ${name}`)),
    [true, true, true, true, false],
  )
  assert.deepEqual(
    ['a', 'b', 'c'].map((name) => ask(`198.18.0.2 ${name}`)),
    [true, true, false],
  )
})

test('who has gone meanwhile costs nobody a turn', (context) => {
  const { ask, begun, pass } = paced(context, { atOnce: 1 })
  let gone = false
  for (const name of ['a', 'b', 'c', 'd']) ask(`198.18.0.1 ${name}`, () => gone && name !== 'd')
  gone = true
  pass(20)
  assert.deepEqual(begun, ['198.18.0.1 a', '198.18.0.1 d'])
})

test('an address from which much ends badly is served slowly, the others as ever', (context) => {
  const { ask, begun, fault, pass } = paced(context, { atOnce: 100, maxWaiting: 100 })
  fault('198.18.0.1')
  fault('198.18.0.1')
  assert.ok(ask('198.18.0.1 forgiven') && ask('198.18.0.1 twice'))
  assert.equal(begun.length, 2)
  fault('198.18.0.1')
  for (const name of ['a', 'b', 'c', 'd']) assert.ok(ask(`198.18.0.1 ${name}`))
  ask('198.18.0.2 honest')
  pass(20)
  assert.deepEqual(begun.slice(2), ['198.18.0.1 a', '198.18.0.2 honest'])
  pass(1000)
  assert.deepEqual(begun.slice(4), ['198.18.0.1 b'])
  pass(9000)
  assert.deepEqual(begun.slice(5), ['198.18.0.1 c', '198.18.0.1 d'])
  for (const name of ['e', 'f', 'g']) ask(`198.18.0.1 ${name}`)
  assert.equal(begun.length, 10, 'forgiven: at once')
})

test('nothing begins after the end', (context) => {
  mock.timers.enable({ apis: ['setInterval'] })
  context.after(() => mock.timers.reset())
  let nowMs = 0
  const begun: number[] = []
  const turns = createTurns({ ...LIMITS, atOnce: 0 }, () => nowMs)
  turns.take(
    '198.18.0.1',
    () => begun.push(1),
    () => false,
  )
  turns.stop()
  nowMs = 1000
  mock.timers.tick(1000)
  assert.deepEqual(begun, [])
})
