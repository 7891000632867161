import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Alias, aliasFrom, formatAlias, LinkId, linkIdFrom, readAlias } from './link.ts'

test('random bytes become ids and aliases, every bit of them', () => {
  assert.equal(linkIdFrom(new Uint8Array(10)), 'a'.repeat(16))
  assert.equal(linkIdFrom(new Uint8Array(10).fill(255)), '7'.repeat(16))
  assert.ok(LinkId.safeParse(linkIdFrom(Uint8Array.from({ length: 10 }, (_, index) => 37 * index))).success)
  assert.equal(aliasFrom(new Uint8Array(5)), '00000000')
  assert.equal(aliasFrom(new Uint8Array(5).fill(255)), 'zzzzzzzz')
  assert.equal(aliasFrom(Uint8Array.of(0, 0, 0, 0, 1)), '00000001')
})

test('an alias survives being said, written down and typed', () => {
  assert.equal(formatAlias('k7dq2vxm'), 'K7DQ-2VXM')
  for (const typed of ['K7DQ-2VXM', 'k7dq2vxm', ' k7dq 2vxm ', 'K7-DQ-2V-XM']) assert.equal(readAlias(typed), 'k7dq2vxm')
  assert.equal(readAlias('OILO-oilo'), '01100110')
  for (const wrong of ['', 'k7dq2vx', 'k7dq2vxmm', 'k7dq2vxu', 'k7dq/2vxm', '../../..', 'é7dq2vxm'])
    assert.equal(readAlias(wrong), undefined)
})

test('what an id is made of', () => {
  for (const id of ['abcdefghijkl', '234567234567', 'a'.repeat(32)]) assert.ok(LinkId.safeParse(id).success)
  for (const id of ['', 'a'.repeat(11), 'a'.repeat(33), 'abcdefghijk1', 'abcdefghijk/', 'ABCDEFGHIJKL', 'abcdefghijkl\n'])
    assert.equal(LinkId.safeParse(id).success, false)
})

test('no alias is a link’s id, nor the other way round', () => {
  assert.ok(!LinkId.safeParse('k7dq2vxm').success)
  assert.ok(!Alias.safeParse('abcdefghijkl').success)
})
