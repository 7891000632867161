import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRange, type Range } from '../../protocol/model/address.ts'
import { isAllowed } from './allowed.ts'
import { isAtHome } from './at-home.ts'

const range = (text: string): Range => parseRange(text) as Range
const FRIENDS: Readonly<Record<string, readonly string[]>> = {
  'marie.example': ['203.0.113.7', '2001:db8:7:1::99'],
  'gone.example': [],
  'inside.example': ['192.168.1.1', '127.0.0.1', '::1'],
}
const LAB = [range('203.0.113.0/24'), range('2001:db8::/32')]

const LISTED: readonly (readonly [entry: string, address: string, isIn: boolean])[] = [
  ['198.51.100.7', '198.51.100.7', true],
  ['198.51.100.7', '::ffff:198.51.100.7', true],
  ['198.51.100.7', '198.51.100.8', false],
  ['198.51.100.0/24', '198.51.100.200', true],
  ['198.51.100.0/24', '198.51.101.1', false],
  ['2001:db8:1:2::a', '2001:db8:1:2:ffff::b', true],
  ['2001:db8:1:2::a', '2001:db8:1:3::a', false],
  ['2001:db8:1:2::a/128', '2001:db8:1:2::b', false],
  ['2001:db8::/32', '2001:db8:ffff::1', true],
  ['0.0.0.0/0', '2001:db8::1', false],
  ['marie.example', '203.0.113.7', true],
  ['marie.example', '203.0.113.8', false],
  ['marie.example', '2001:db8:7:1:abcd::1', true],
  ['gone.example', '203.0.113.7', false],
  ['never-asked.example', '203.0.113.7', false],
  ['inside.example', '192.168.1.1', false],
  ['inside.example', '127.0.0.1', false],
  ['marie.example', 'marie.example', false],
]
for (const [entry, address, isIn] of LISTED)
  test(`${address} ${isIn ? 'is' : 'is not'} on the list ${entry}`, () =>
    assert.equal(isAllowed(address, { allowed: [entry], addressesOf: (name) => FRIENDS[name] ?? [], declaredPublic: LAB }), isIn))

test('an empty list lets nobody in', () =>
  assert.ok(!isAllowed('203.0.113.7', { allowed: [], addressesOf: () => [], declaredPublic: LAB })))

const HOME = {
  prefixes: ['192.168.1.0/24', '100.64.0.0/10', '203.0.113.0/24', '2001:db8:1:2::/64', '169.254.0.0/16', 'fe80::/64'].map(range),
  gateways: ['192.168.1.1'],
  outside: '198.51.100.10',
}
const AT_HOME: readonly (readonly [address: string, isIn: boolean, why: string])[] = [
  ['192.168.1.30', true, 'its own network'],
  ['::ffff:192.168.1.30', true, 'its own network'],
  ['127.0.0.1', true, 'this computer'],
  ['::1', true, 'this computer'],
  ['2001:db8:1:2::30', true, 'its own IPv6 network'],
  ['fe80::30', true, 'its own wire'],
  ['169.254.7.7', true, 'its own wire'],
  ['198.51.100.10', true, 'turned back by its router'],
  ['192.168.1.1', false, 'a router that may stand for everybody'],
  ['192.168.2.30', false, 'another network'],
  ['10.0.0.1', false, 'another network'],
  ['100.64.3.3', false, 'a neighbour behind the provider’s NAT'],
  ['203.0.113.9', false, 'a neighbour in a public network'],
  ['2001:db8:1:3::30', false, 'another IPv6 network'],
  ['198.51.100.11', false, 'elsewhere'],
  ['nonsense', false, 'nowhere'],
]
for (const [address, isIn, why] of AT_HOME)
  test(`${address} ${isIn ? 'is' : 'is not'} at home: ${why}`, () => {
    assert.equal(isAtHome(address, true, HOME), isIn)
    assert.equal(isAtHome(address, false, HOME), false, 'whatever a relay says')
  })

test('an outside address that strangers share is nobody’s', () => assert.ok(!isAtHome('198.51.100.10', true, { ...HOME, outside: null })))
