import assert from 'node:assert/strict'
import { isIPv4, isIPv6 } from 'node:net'
import { describe, test } from 'node:test'
import { fuzz } from '../../test/fuzz/random.ts'
import {
  familyOf,
  formatEndpoint,
  inRange,
  isCarrierShared,
  isLoopback,
  isPrivateIPv4,
  isPublic,
  parseAddress,
  parsePublicRanges,
  parseRange,
  unmapped,
} from './address.ts'

const hex = (text: string): string | undefined => {
  const bytes = parseAddress(text)
  return bytes && Buffer.from(bytes).toString('hex')
}

describe('parseAddress', () => {
  const good: Record<string, string> = {
    '0.0.0.0': '00000000',
    '192.0.2.1': 'c0000201',
    '255.255.255.255': 'ffffffff',
    '::': '00000000000000000000000000000000',
    '::1': '00000000000000000000000000000001',
    '1::': '00010000000000000000000000000000',
    '2001:db8::1': '20010db8000000000000000000000001',
    '2001:DB8::A': '20010db800000000000000000000000a',
    '1:2:3:4:5:6:7:8': '00010002000300040005000600070008',
    '1:2:3:4:5:6:7::': '00010002000300040005000600070000',
    '::2:3:4:5:6:7:8': '00000002000300040005000600070008',
    '::ffff:192.0.2.1': '00000000000000000000ffffc0000201',
    '1:2:3:4:5:6:1.2.3.4': '00010002000300040005000601020304',
    'ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255': 'ffffffffffffffffffffffffffffffff',
    '0001:0::00ff': '000100000000000000000000000000ff',
  }
  for (const [text, bytes] of Object.entries(good)) test(`reads ${text}`, () => assert.equal(hex(text), bytes))

  const bad = [
    ...['', '1', '127.1', '1.2.3', '1.2.3.4.5', '1.2.3.', '.1.2.3', '1..2.3', '256.1.1.1', '1.2.3.1000', '-1.2.3.4', '+1.2.3.4'],
    ...[
      '01.2.3.4',
      '192.168.010.1',
      '0x7f.0.0.1',
      '2130706433',
      '1e1.1.1.1',
      '1.2.3.4 ',
      ' 1.2.3.4',
      '1.2.3.4\n',
      '１.2.3.4',
      '1.2.3.4/32',
    ],
    ...[':', ':::', '1:', ':1', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7:8::', '1::2:3:4:5:6:7:8', '12345::', 'g::'],
    ...[
      '1.2.3.4::',
      '1.2.3.4::1',
      '::1.2.3.4:5',
      '::1.2.3',
      '::256.1.1.1',
      '1:2:3:4:5:6:7:1.2.3.4',
      'fe80::1%eth0',
      '[::1]',
      '::1/128',
      '::-1',
    ],
    ...[`${'0:'.repeat(30)}1`, '::'.repeat(100), 'localhost', '1.2.3.4:80', '::ffff:0x7f.0.0.1', '::ffff:01.2.3.4'],
  ]
  for (const text of bad) test(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseAddress(text), undefined))

  test('agrees with node about every spelling that has no zone', () => {
    fuzz(1, (random) => {
      const text = random.chance(0.4)
        ? random.text('0123456789abcdefABCDEF:.', random.int(24))
        : random.mutated(Buffer.from(random.pick(Object.keys(good)))).toString('latin1')
      const family = isIPv4(text) ? 'ipv4' : isIPv6(text) && !text.includes('%') ? 'ipv6' : undefined
      assert.equal(familyOf(text), family, JSON.stringify(text))
    })
  })

  test('a very long text is refused', () => assert.equal(parseAddress('1.'.repeat(100_000)), undefined))
})

describe('unmapped', () => {
  const table: [string, string][] = [
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:0201', '192.0.2.1'],
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8::1'],
    ['::192.0.2.1', '::192.0.2.1'],
    ['::fffe:192.0.2.1', '::fffe:192.0.2.1'],
    ['1::ffff:192.0.2.1', '1::ffff:192.0.2.1'],
    ['nonsense', 'nonsense'],
    ['', ''],
  ]
  for (const [text, expected] of table)
    test(`${JSON.stringify(text)} → ${JSON.stringify(expected)}`, () => assert.equal(unmapped(text), expected))
})

describe('ranges', () => {
  for (const text of [
    '0.0.0.0/0',
    '203.0.113.0/24',
    '203.0.113.128/25',
    '192.0.2.1/32',
    '::/0',
    '2001:db8::/32',
    '2001:db8::1/128',
    'fc00::/7',
  ])
    test(`reads ${text}`, () => assert.ok(parseRange(text)))
  const bad = [
    ...['', '/', '/24', '203.0.113.0', '203.0.113.0/', '203.0.113.0/33', '::/129', '203.0.113.0/-1', '203.0.113.0/+4', '203.0.113.0/2.0'],
    ...[
      '203.0.113.0/024',
      '203.0.113.0/24/24',
      '203.0.113.0/ 24',
      '203.0.113.0/1e1',
      '203.0.113.1/24',
      '203.0.113.64/25',
      '2001:db8::1/127',
    ],
    ...['203.0.113.0/255.255.255.0', 'fe80::1%eth0/64', '203.0.113/24', '203.0.113.0/9999'],
  ]
  for (const text of bad) test(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseRange(text), undefined))

  test('the edges of a range lie inside, their neighbours outside', () => {
    const inside = (address: string, range: string) => inRange(parseAddress(address) as Uint8Array, parseRange(range) as never)
    const table: [string, string, boolean][] = [
      ['198.18.0.0', '198.18.0.0/15', true],
      ['198.19.255.255', '198.18.0.0/15', true],
      ['198.17.255.255', '198.18.0.0/15', false],
      ['198.20.0.0', '198.18.0.0/15', false],
      ['100.127.255.255', '100.64.0.0/10', true],
      ['100.128.0.0', '100.64.0.0/10', false],
      ['1.2.3.4', '0.0.0.0/0', true],
      ['::1', '0.0.0.0/0', false],
      ['1.2.3.4', '::/0', false],
      ['192.0.2.1', '192.0.2.1/32', true],
      ['192.0.2.0', '192.0.2.1/32', false],
      ['fdff::1', 'fc00::/7', true],
      ['fe00::1', 'fc00::/7', false],
    ]
    for (const [address, range, expected] of table) assert.equal(inside(address, range), expected, `${address} in ${range}`)
  })
})

describe('PORCHLIGHT_PUBLIC_RANGES', () => {
  test('nothing declared is nothing', () => {
    for (const text of [undefined, '', ' ', ',', ' , ,']) assert.deepEqual(parsePublicRanges(text), [])
  })
  test('takes the documentation, benchmark and shared ranges and what lies inside them', () => {
    const whole = '192.0.2.0/24,198.51.100.0/24,203.0.113.0/24,198.18.0.0/15,2001:db8::/32,100.64.0.0/10'
    assert.equal(parsePublicRanges(whole).length, 6)
    assert.equal(parsePublicRanges(' 198.19.0.0/16 , 2001:db8:1::/48,203.0.113.7/32,100.100.0.0/24 ').length, 4)
  })
  const outside = [
    ...[
      '0.0.0.0/0',
      '::/0',
      '10.0.0.0/8',
      '192.168.0.0/16',
      '127.0.0.0/8',
      '8.8.8.0/24',
      '198.16.0.0/13',
      '198.18.0.0/14',
      '203.0.112.0/23',
    ],
    ...['100.0.0.0/8', '100.128.0.0/10', '2001:db8::/31', '2001:d00::/24', '2000::/3', 'fc00::/7', '192.0.3.0/24', '::ffff:192.0.2.0/120'],
  ]
  for (const text of outside)
    test(`refuses ${text}`, () => assert.throws(() => parsePublicRanges(`203.0.113.0/24,${text}`), /not inside|not a range/))
  for (const text of ['203.0.113.0', '203.0.113.1/24', 'all', '203.0.113.0/24;192.0.2.0/24', '198.18.0.0/14'])
    test(`names ${text} in the error`, () =>
      assert.throws(
        () => parsePublicRanges(text),
        (error: Error) => error.message.includes(`"${text}"`),
      ))
})

describe('isPublic', () => {
  const yes = [
    ...[
      '1.1.1.1',
      '8.8.8.8',
      '9.255.255.255',
      '11.0.0.0',
      '100.63.255.255',
      '100.128.0.0',
      '126.255.255.255',
      '128.0.0.0',
      '169.253.255.255',
    ],
    ...['172.15.255.255', '172.32.0.0', '192.0.1.0', '192.167.255.255', '192.169.0.0', '198.17.255.255', '198.20.0.0', '223.255.255.255'],
    ...['2000::', '2001:4860:4860::8888', '2a00::1', '2001:db7:ffff::1', '2001:db9::', '3ffe::1', '64:ff9b::8.8.8.8'],
  ]
  const no = [
    ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '100.64.0.1', '100.127.255.255', '127.0.0.1', '127.255.255.255', '169.254.169.254', '172.16.0.1'],
    ...[
      '172.31.255.255',
      '192.0.0.8',
      '192.0.2.1',
      '192.88.99.1',
      '192.168.1.1',
      '198.18.0.1',
      '198.19.255.255',
      '198.51.100.1',
      '203.0.113.1',
    ],
    ...['224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255'],
    ...[
      '::',
      '::1',
      '::ffff:8.8.8.8',
      '::8.8.8.8',
      '::127.0.0.1',
      '64:ff9b:1::1',
      '100::1',
      '2001:2::1',
      '2001:db8::1',
      '3fff::1',
      'fc00::1',
    ],
    ...['fd12::1', 'fe80::1', 'febf::1', 'fec0::1', 'ff02::1', '4000::1', '1fff::1', '5f00::1'],
    ...['', 'localhost', '1.1.1', '01.1.1.1', 'fe80::1%eth0', '[2a00::1]'],
  ]
  for (const address of yes) test(`${address} is public`, () => assert.equal(isPublic(address), true))
  for (const address of no) test(`${JSON.stringify(address)} is not`, () => assert.equal(isPublic(address), false))

  test('declared ranges are public, and only they', () => {
    const declared = parsePublicRanges('203.0.113.0/25,2001:db8:1::/48,100.64.0.0/16')
    for (const address of ['203.0.113.1', '203.0.113.127', '2001:db8:1::1', '100.64.255.255', '1.1.1.1'])
      assert.equal(isPublic(address, declared), true, address)
    for (const address of ['203.0.113.128', '2001:db8:2::1', '100.65.0.1', '192.168.1.1', '::ffff:203.0.113.1', 'nonsense'])
      assert.equal(isPublic(address, declared), false, address)
  })
})

test('the small questions', () => {
  const table: [(address: string) => boolean, string[], string[]][] = [
    [isCarrierShared, ['100.64.0.0', '100.127.255.255'], ['100.63.255.255', '100.128.0.0', '::ffff:100.64.0.1', '', 'x']],
    [isPrivateIPv4, ['10.1.2.3', '172.16.0.0', '172.31.255.255', '192.168.0.1'], ['172.32.0.0', '11.0.0.1', 'fd00::1', '', '10.1.2']],
    [
      isLoopback,
      ['127.0.0.1', '127.255.0.1', '::1', '::ffff:127.0.0.1'],
      ['128.0.0.1', '::', '::2', '1::1', '::ffff:1.2.3.4', '', 'localhost'],
    ],
  ]
  for (const [question, yes, no] of table) {
    for (const address of yes) assert.equal(question(address), true, `${question.name} ${address}`)
    for (const address of no) assert.equal(question(address), false, `${question.name} ${address}`)
  }
  assert.equal(formatEndpoint({ address: '2001:db8::1', port: 443 }), '[2001:db8::1]:443')
  assert.equal(formatEndpoint({ address: '192.0.2.1', port: 443 }), '192.0.2.1:443')
})
