import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePublicRanges, parseRange, type Range } from '../../protocol/model/address.ts'
import { forbiddenTarget } from './forbidden.ts'

const options = {
  isOwnListener: (address: string, port: number) => port === 8443 && ['127.0.0.1', '192.168.1.10', '::1'].includes(address),
  lanPrefixes: () => [parseRange('2a00:1:2:3::/64') as Range],
}

test('where a target may lead and where not', () => {
  const rows: [address: string, port: number, expected: string | undefined][] = [
    ['192.168.1.20', 8080, undefined],
    ['10.0.0.1', 80, undefined],
    ['169.254.7.7', 80, undefined],
    ['127.0.0.1', 8080, undefined],
    ['::1', 8080, undefined],
    ['fd12::1', 80, undefined],
    ['fe80::1', 80, undefined],
    ['2a00:1:2:3::99', 80, undefined],
    ['2a00:1:2:4::99', 80, 'public'],
    ['8.8.8.8', 53, 'public'],
    ['::ffff:8.8.8.8', 53, 'public'],
    ['64:ff9b::a9fe:a9fe', 80, 'public'],
    ['127.0.0.1', 8443, 'own-listener'],
    ['::ffff:127.0.0.1', 8443, 'own-listener'],
    ['192.168.1.10', 8443, 'own-listener'],
    ['192.168.1.10', 8444, undefined],
    ['169.254.169.254', 80, 'metadata'],
    ['::ffff:169.254.169.254', 80, 'metadata'],
    ['::ffff:a9fe:a9fe', 80, 'metadata'],
    ['169.254.170.2', 80, 'metadata'],
    ['100.100.100.200', 80, 'metadata'],
    ['fd00:ec2::254', 80, 'metadata'],
    ['0.0.0.0', 80, 'not-a-host'],
    ['0.1.2.3', 80, 'not-a-host'],
    ['::', 80, 'not-a-host'],
    ['::7f00:1', 80, 'not-a-host'],
    ['255.255.255.255', 80, 'not-a-host'],
    ['224.0.0.251', 5353, 'not-a-host'],
    ['ff02::fb', 5353, 'not-a-host'],
    ['0x7f000001', 80, 'not-a-host'],
    ['nas.local', 80, 'not-a-host'],
  ]
  for (const [address, port, expected] of rows) assert.equal(forbiddenTarget(address, port, options), expected, `${address}:${port}`)
})

test('a laboratory counts its documentation ranges as public, and its own prefix as the home', () => {
  const lab = {
    ...options,
    lanPrefixes: () => [parseRange('2001:db8:1::/64') as Range],
    declaredPublic: parsePublicRanges('203.0.113.0/24,2001:db8::/32'),
  }
  assert.equal(forbiddenTarget('203.0.113.9', 80, lab), 'public')
  assert.equal(forbiddenTarget('203.0.113.9', 80, options), undefined)
  assert.equal(forbiddenTarget('2001:db8:1::20', 80, lab), undefined)
  assert.equal(forbiddenTarget('2001:db8:2::20', 80, lab), 'public')
})
