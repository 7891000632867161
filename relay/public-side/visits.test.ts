import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createVisits } from './visits.ts'

/** So many of them may come, one right after the other. */
const begun = (count: number, begin: () => unknown): number =>
  Array.from({ length: count }, begin).filter((visit) => visit !== undefined).length

test('one visitor has a share of a home, and others still come', () => {
  const visits = createVisits(() => 0)
  assert.equal(
    begun(200, () => visits.begin('amber-otter-42', '198.18.0.1')),
    128,
  )
  assert.equal(
    begun(9, () => visits.begin('amber-otter-42', '198.18.1.1')),
    9,
  )
  assert.equal(
    begun(9, () => visits.begin('ruby-hollow-96', '198.18.0.1')),
    9,
    'his share of another home is another one',
  )
})

test('who leaves makes room', () => {
  const visits = createVisits(() => 0)
  const first = visits.begin('amber-otter-42', '2001:db8::1')
  assert.equal(
    begun(200, () => visits.begin('amber-otter-42', '2001:db8::2')),
    127,
  )
  first?.end()
  assert.ok(visits.begin('amber-otter-42', '2001:db8::3'))
})

test('who comes and goes without end must wait; the next neighbourhood need not', () => {
  let nowMs = 0
  const visits = createVisits(() => nowMs)
  const visit = (address: string) => () => {
    const come = visits.begin('amber-otter-42', address)
    come?.end()
    return come
  }
  assert.equal(begun(1000, visit('198.18.0.1')), 400)
  assert.equal(begun(10, visit('198.18.1.1')), 10)
  nowMs = 1000
  assert.equal(begun(1000, visit('198.18.0.1')), 100)
})
