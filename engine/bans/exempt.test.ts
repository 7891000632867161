import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRange, type Range } from '../../protocol/model/address.ts'
import { exemptionsOf } from './exempt.ts'

const isExempt = exemptionsOf({
  lanPrefixes: ['192.0.2.0/24', '2001:db8:aaaa:1::/64'].map((text) => parseRange(text) as Range),
  addresses: ['203.0.113.10', '2001:db8:bbbb::1', null, undefined],
})

for (const [address, why] of [
  ['127.0.0.1', 'loopback'],
  ['::1', 'loopback'],
  ['::ffff:127.0.0.1', 'loopback, as a socket of both families names it'],
  ['192.168.1.30', 'private'],
  ['10.9.8.7', 'private'],
  ['fd00::7', 'private'],
  ['fe80::1', 'link-local'],
  ['192.0.2.9', 'the network of the home'],
  ['2001:db8:aaaa:1::9', 'the network of the home'],
  ['203.0.113.10', 'a relay, or the home’s own address outside'],
  ['2001:db8:bbbb::1', 'a relay'],
  ['2001:db8:bbbb::77', 'a relay’s other address'],
] as const)
  test(`${address} is exempt: ${why}`, () => assert.ok(isExempt(address)))

for (const address of ['203.0.113.11', '192.0.3.9', '2001:db8:aaaa:2::9', '100.64.1.1', '2001:db8:bbbb:1::1', '8.8.8.8', '', 'nonsense'])
  test(`${address || 'nothing'} is not exempt`, () => assert.ok(!isExempt(address)))
