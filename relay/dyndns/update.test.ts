import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Addresses, addressesAfter, faultOf, type RouterRequest, readHosts, shown } from './update.ts'

const HERE = '203.0.113.7'
const HERE6 = '2001:db8:1::7'
const SOMEBODY = '192.0.2.66'
const SOMEBODY6 = '2001:db8:bad::1'
const none: Addresses = { ipv4: null, ipv6: null }

const ROWS: [title: string, before: Addresses, source: string, claims: string[], seen: Partial<Addresses>, after: Addresses][] = [
  ['nothing claimed: where it comes from', none, HERE, [''], {}, { ipv4: HERE, ipv6: null }],
  ['the same claimed', none, HERE, [HERE], {}, { ipv4: HERE, ipv6: null }],
  ['another machine claimed: where it comes from', none, HERE, [SOMEBODY], {}, { ipv4: HERE, ipv6: null }],
  ['what a router behind a provider’s NAT believes: where it comes from', none, HERE, ['100.64.1.2'], {}, { ipv4: HERE, ipv6: null }],
  ['no address at all claimed', none, HERE, ['<ipaddr>', 'home'], {}, { ipv4: HERE, ipv6: null }],
  ['by IPv6', none, HERE6, [''], {}, { ipv4: null, ipv6: HERE6 }],
  ['the other family unproven: not taken', none, HERE, [HERE, SOMEBODY6], {}, { ipv4: HERE, ipv6: null }],
  ['the other family where the home itself was seen', none, HERE6, [HERE, HERE6], { ipv4: HERE }, { ipv4: HERE, ipv6: HERE6 }],
  ['the other family, elsewhere than the home', none, HERE6, [SOMEBODY], { ipv4: HERE }, { ipv4: null, ipv6: HERE6 }],
  ['the other family not mentioned: stays', { ipv4: HERE, ipv6: null }, HERE6, [HERE6], {}, { ipv4: HERE, ipv6: HERE6 }],
  [
    'the other family as it stands, written in full',
    { ipv4: null, ipv6: HERE6 },
    HERE,
    ['2001:DB8:1:0:0:0:0:7'],
    {},
    { ipv4: HERE, ipv6: HERE6 },
  ],
  ['the other family is another now: what stood is over', { ipv4: HERE, ipv6: HERE6 }, HERE, [SOMEBODY6], {}, { ipv4: HERE, ipv6: null }],
]

test('a name stands only where its router comes from, or its home was seen', () => {
  for (const [title, before, source, claims, seen, after] of ROWS)
    assert.deepEqual(addressesAfter(before, source, claims, seen), after, title)
})

test('host names as routers write them', () => {
  assert.deepEqual(readHosts('Router.Otter.Relay.Example.'), ['router.otter.relay.example'])
  assert.deepEqual(readHosts('a.example, b.example,'), ['a.example', 'b.example'])
  assert.deepEqual(readHosts(''), [])
})

test('what needs no look at who asks', () => {
  const good: RouterRequest = { hosts: ['a.example.org'], password: 'x', userAgent: 'box/1', claims: [], source: HERE }
  const rows: [Partial<RouterRequest>, string | undefined][] = [
    [{}, undefined],
    [{ hosts: [] }, 'notfqdn'],
    [{ hosts: ['router'] }, 'notfqdn'],
    [{ hosts: ['203.0.113.7'] }, 'notfqdn'],
    [{ hosts: ['a.example.org', 'a b.example.org'] }, 'notfqdn'],
    [{ hosts: [`${'a.'.repeat(127)}example`] }, 'notfqdn'],
    [{ hosts: Array.from({ length: 21 }, (_, at) => `a${at}.example.org`) }, 'numhost'],
    [{ userAgent: undefined }, 'badagent'],
    [{ userAgent: ' ' }, 'badagent'],
  ]
  for (const [change, fault] of rows) assert.equal(faultOf({ ...good, ...change }), fault, JSON.stringify(change))
})

test('the answer names what stands', () => {
  assert.equal(shown({ ipv4: HERE, ipv6: null }), HERE)
  assert.equal(shown({ ipv4: HERE, ipv6: HERE6 }), `${HERE},${HERE6}`)
})
