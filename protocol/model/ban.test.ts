import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePlace, placeOf } from './ban.ts'

const PLACES: readonly [address: string, place: string][] = [
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8::/64'],
  ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
  ['::1', '::/64'],
  ['nonsense', 'nonsense'],
]
for (const [address, place] of PLACES) test(`${address} is at home in ${place}`, () => assert.equal(placeOf(address), place))

test('what an owner types is an address, or a network as it is shown to him', () => {
  assert.equal(parsePlace(' 203.0.113.7 '), '203.0.113.7')
  assert.equal(parsePlace('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64')
  for (const [, place] of PLACES.slice(0, -1)) assert.equal(parsePlace(place), place)
  for (const text of ['', 'web', '203.0.113.0/24', '203.0.113', '2001:db8::/32', '1.2.3.4/64']) assert.equal(parsePlace(text), undefined)
})
