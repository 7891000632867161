import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzz, random } from './random.ts'

test('the same seed gives the same inputs, another seed others', () => {
  const draw = (seed: number) => {
    const source = random(seed)
    return JSON.stringify([source.int(1000), source.bytes(9).toString('hex'), source.text('abc', 20), source.json(), source.chance(0.5)])
  }
  assert.equal(draw(7), draw(7))
  assert.notEqual(draw(7), draw(8))
})

test('numbers stay below their bound and reach every value', () => {
  const source = random(1)
  const seen = new Set(Array.from({ length: 1000 }, () => source.int(10)))
  assert.deepEqual([...seen].sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  assert.ok(source.int(2 ** 32) < 2 ** 32)
})

test('pieces put together are the whole', () => {
  const source = random(2)
  const bytes = source.bytes(1000)
  const pieces = source.pieces(bytes, 7)
  assert.ok(pieces.every((piece) => piece.length >= 1 && piece.length <= 7))
  assert.deepEqual(Buffer.concat(pieces), bytes)
})

test('mutating leaves the original alone', () => {
  const original = Buffer.from('porchlight')
  fuzz(3, (source) => source.mutated(original), 1000)
  assert.equal(original.toString(), 'porchlight')
})

test('a failing run is named by a seed that makes it happen again', () => {
  let failed = 0
  const failing = () =>
    fuzz(4, (source) => {
      const drawn = source.int(2 ** 32)
      if (drawn % 100 === 0) {
        failed = drawn
        throw new Error('found')
      }
    })
  assert.throws(failing, (error: Error) => {
    const seed = Number(/random\((\d+)\)/.exec(error.message)?.[1])
    assert.equal(random(seed).int(2 ** 32), failed)
    return true
  })
})
