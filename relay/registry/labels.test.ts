import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLabel } from '../../protocol/model/label.ts'
import { randomLabel } from './labels.ts'
import { labelPolicy } from './reserved.ts'

/** Every pair of words once, by answering each pick in turn. */
function everyLabel(digits: number): string[] {
  const labels: string[] = []
  let [firsts, seconds] = [1, 1]
  for (let first = 0; first < firsts; first++)
    for (let second = 0; second < seconds; second++) {
      const sizes: number[] = []
      const picks = [0, first, second]
      labels.push(randomLabel((count) => picks[sizes.push(count) - 1] ?? 0, digits))
      firsts = sizes[1] ?? 0
      seconds = sizes[2] ?? 0
    }
  return labels
}

test('any two words make a label, short enough to dictate, and no two pairs the same', () => {
  const labels = everyLabel(6)
  assert.ok(labels.length > 5000)
  assert.equal(new Set(labels).size, labels.length)
  const policy = labelPolicy()
  for (const label of labels) assert.ok(isLabel(label) && !policy(label) && /^[a-z]{3,8}-[a-z]{3,8}-100000$/.test(label), label)
})

test('the number has as many digits as asked', () => {
  assert.match(
    randomLabel(() => 0, 2),
    /-10$/,
  )
  assert.match(
    randomLabel((count) => count - 1, 2),
    /-99$/,
  )
  assert.match(
    randomLabel((count) => count - 1, 4),
    /-9999$/,
  )
})
