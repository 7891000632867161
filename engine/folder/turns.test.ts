import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTurns, MAX_WAITING } from './turns.ts'

test('two read at a time, so many wait, and the rest is sent away; a failure gives its turn on', async () => {
  const turns = createTurns()
  let [running, most] = [0, 0]
  const read = async (number: number): Promise<number> => {
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => setImmediate(resolve))
    running -= 1
    if (number === 1) throw new Error('the disk is gone')
    return number
  }
  const all = Array.from({ length: MAX_WAITING + 4 }, (_, number) => turns.take(() => read(number)).catch(() => 'failed'))
  const told = await Promise.all(all)
  assert.deepEqual(told.slice(0, 3), [0, 'failed', 2])
  assert.deepEqual(told.slice(-3), [MAX_WAITING + 1, undefined, undefined])
  assert.equal(most, 2)
  assert.equal(await turns.take(async () => 'again'), 'again')
})
