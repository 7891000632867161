import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Buckets } from './buckets.ts'

test('each has its own, and finds it again as it was', () => {
  const buckets = new Buckets(1, 2, 10)
  assert.deepEqual(
    ['a', 'a', 'a', 'b'].map((key) => buckets.take(key, 0)),
    [true, true, false, true],
  )
  assert.equal(buckets.take('a', 1000), true)
  assert.equal(buckets.take('a', 1000), false)
})

test('of too many, those unheard of for longest are forgotten', () => {
  const buckets = new Buckets(1, 1, 2)
  assert.equal(buckets.take('a', 0), true)
  assert.equal(buckets.take('b', 0), true)
  assert.equal(buckets.take('a', 0), false)
  assert.equal(buckets.take('c', 0), true, 'in the place of b')
  assert.equal(buckets.take('a', 0), false)
  assert.equal(buckets.take('b', 0), true, 'as if never seen')
})
