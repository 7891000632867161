import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { keepLastSeen } from './last-seen.ts'

test('all of a second in one write; one that fails is told and costs nothing else; the rest is written at the end', (t) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.after(() => mock.timers.reset())
  const writes: string[][] = []
  const logged: string[] = []
  const touchDevices = (keys: readonly string[]): void => {
    writes.push([...keys])
    if (keys.includes('full')) throw new Error('the disk is full')
  }
  const seen = keepLastSeen({ touchDevices }, (event) => logged.push(event))
  for (const key of ['otter', 'heron', 'otter']) seen.note(key)
  mock.timers.tick(999)
  assert.deepEqual(writes, [])
  mock.timers.tick(1)
  seen.note('full')
  mock.timers.tick(1000)
  seen.note('badger')
  seen.stop()
  seen.stop()
  assert.deepEqual(writes, [['otter', 'heron'], ['full'], ['badger']])
  assert.deepEqual(logged, ['devices-not-noted'])
})
