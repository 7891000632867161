import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Bag, type Member } from './bag.ts'

const members = (count: number): Member[] => Array.from({ length: count }, () => ({ bagIndex: -1 }))

test('a bag holds what was put in and not yet taken out, however often either is said', () => {
  const [a, b, c, d] = members(4) as [Member, Member, Member, Member]
  const bag = new Bag<Member>()
  for (const member of [a, b, c, b, d]) bag.add(member)
  assert.deepEqual(new Set(bag.all()), new Set([a, b, c, d]))
  for (const member of [b, d, b]) bag.delete(member)
  assert.deepEqual(new Set(bag.all()), new Set([a, c]))
  bag.add(b)
  for (const member of [a, c]) bag.delete(member)
  assert.deepEqual([bag.size, bag.all()], [1, [b]])
})

test('members may go while they are gone through', () => {
  const all = members(5)
  const bag = new Bag<Member>()
  for (const member of all) bag.add(member)
  for (const member of bag.all()) bag.delete(member)
  assert.equal(bag.size, 0)
  assert.ok(all.every(({ bagIndex }) => bagIndex === -1))
})
