import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWaiters } from './waiters.ts'

const never = new AbortController().signal
const late = (): Error => new Error('late')

test('who waits is told with the turn that took him; who came later, with the next one', async () => {
  const { wait, take } = createWaiters()
  const told: string[] = []
  void wait('photos', never, late).then(() => told.push('first'))
  const turn = take('photos')
  void wait('photos', never, late).then(() => told.push('second'))
  for (const { done } of turn) done()
  await Promise.resolve()
  assert.deepEqual(told, ['first'])
  for (const { done } of take('photos')) done()
  await Promise.resolve()
  assert.deepEqual(told, ['first', 'second'])
})

test('who was taken in vain waits on, before those who have come since', () => {
  const { wait, take, putBack } = createWaiters()
  void wait('photos', never, late)
  const [first] = take('photos')
  void wait('photos', never, late)
  putBack('photos', first ? [first] : [])
  assert.equal(take('photos')[0], first)
})

test('whose time is over is told why, and waits no more', async () => {
  const { wait, take } = createWaiters()
  const aborter = new AbortController()
  const waited = wait('photos', aborter.signal, late)
  void wait('photos', never, late)
  aborter.abort()
  await assert.rejects(waited, /late/)
  assert.equal(take('photos').length, 1)
})

test('at the end everybody is told', async () => {
  const { wait, failAll, take } = createWaiters()
  const all = ['photos', 'web'].map((owner) => wait(owner, never, late))
  failAll(new Error('stopped'))
  for (const waited of all) await assert.rejects(waited, /stopped/)
  assert.deepEqual([take('photos'), take('web')], [[], []])
})
