import assert from 'node:assert/strict'
import { test } from 'node:test'
import { random } from '../fuzz/random.ts'
import { minimised, type Step, type Subject } from './sequences.ts'

/** Wrong only when more than 41 is put in after a lock, with any number of other things around and between. */
const faulty: Subject<Step> = {
  step: (chance) => ({ op: chance.pick(['lock', 'put', 'look']), amount: chance.int(1000) }),
  run(steps) {
    const lock = steps.findIndex(({ op }) => op === 'lock')
    assert.ok(lock < 0 || !steps.slice(lock).some(({ op, amount }) => op === 'put' && Number(amount) > 41))
  },
}

test('of a failing sequence only what makes it fail is left, with the smallest numbers', () => {
  const chance = random(7)
  const steps = Array.from({ length: 40 }, () => faulty.step(chance))
  assert.throws(() => faulty.run(steps))
  assert.deepEqual(minimised(faulty, steps), [
    { op: 'lock', amount: 0 },
    { op: 'put', amount: 42 },
  ])
})
