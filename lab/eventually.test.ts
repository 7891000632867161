import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from './eventually.ts'

test('what succeeds later is returned', async () => {
  let attempts = 0
  const value = await eventually(
    () => {
      attempts += 1
      if (attempts < 3) throw new Error('not yet')
      return 'there'
    },
    { everyMs: 1 },
  )
  assert.equal(value, 'there')
  assert.equal(attempts, 3)
})

test('false is a failure, any other value is not', async () => {
  let attempts = 0
  assert.equal(await eventually(() => ++attempts === 2, { everyMs: 1 }), true)
  assert.equal(await eventually(() => 0), 0)
})

test('the last failure is told', async () => {
  await assert.rejects(
    eventually(() => Promise.reject(new Error('port 8443 is closed')), { timeoutMs: 20, everyMs: 5 }),
    /still failing after 20 ms: port 8443 is closed/,
  )
})

test('an attempt that hangs does not hang the test', async () => {
  await assert.rejects(
    eventually(() => new Promise<never>(() => {}), { timeoutMs: 20 }),
    /the first attempt did not finish/,
  )
})
