import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepEqual } from './keep-equal.ts'

const house = () => ({
  services: [
    { name: 'a', paths: ['x'] },
    { name: 'b', paths: [] as string[] },
  ],
  relay: null as string | null,
  count: 1,
})

test('what is equal stays the same object, whole or in part', () => {
  const before = house()
  assert.equal(keepEqual(before, house()), before)
  const after = keepEqual(before, { ...house(), count: 2 })
  assert.deepEqual(after, { ...house(), count: 2 })
  assert.equal(after.services, before.services)
})

test('what differs is new on the way down to it, and nowhere else', () => {
  const before = house()
  const changed = house()
  changed.services[1]?.paths.push('y')
  const after = keepEqual(before, changed)
  assert.deepEqual(after, changed)
  assert.equal(after.services[0], before.services[0])
  assert.notEqual(after.services[1], before.services[1])
})

test('what is missing, more, or of another kind is not taken for equal', () => {
  const cases: [before: unknown, after: unknown][] = [
    [null, {}],
    [{ a: undefined }, {}],
    [{ a: undefined }, { b: undefined }],
    [{ a: 1 }, { a: 1, b: 2 }],
    [[1, 2], [1]],
    [[], {}],
    [{ 0: 'x' }, ['x']],
    ['x', null],
  ]
  for (const [before, after] of cases) {
    assert.deepEqual(keepEqual(before, after), after)
    assert.notEqual(keepEqual(before, after), before)
  }
})
