import assert from 'node:assert/strict'
import { test } from 'node:test'
import { median, note, quantile, type Samples } from './medians.ts'

test('quantiles lie between samples, whatever their order', () => {
  assert.equal(median([3, 1, 2]), 2)
  assert.equal(median([4, 1, 2, 3]), 2.5)
  assert.equal(quantile([10, 0], 0.25), 2.5)
  assert.equal(quantile([1, 2, 3], 1), 3)
  assert.ok(Number.isNaN(median([])))
})

test('samples are kept by what they measure', () => {
  const samples: Samples = new Map()
  for (const ms of [1, 2]) note(samples, 'a', ms)
  note(samples, 'b', 3)
  assert.deepEqual(
    [...samples],
    [
      ['a', [1, 2]],
      ['b', [3]],
    ],
  )
})
