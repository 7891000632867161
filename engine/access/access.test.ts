/** Who comes in, by each way to each kind of service. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Access as AccessMode } from '../../protocol/model/access.ts'
import type { Comer } from '../../protocol/model/comer.ts'
import { plainLink } from '../../protocol/model/link.ts'
import { AUNT, cookieOf, house, NOW, PASSWORD, PLACE } from './access.fixture.ts'

test('who comes in, by each way to each kind of service: what is not named here stays out', async () => {
  const { access, mode, judge, open, grants } = house({})
  const linkCookie = cookieOf(open())
  mode.web = 'password'
  const stay = await access.signIn('web', PASSWORD, PLACE, true)
  const passwordCookie = 'cookie' in stay ? stay.cookie : ''
  const foreign = house({})
  const ways: Readonly<Record<string, Partial<Comer>>> = {
    nothing: {},
    'link cookie': { cookies: [linkCookie] },
    'link cookie of another home': { cookies: [cookieOf(foreign.open())] },
    'link cookie at another service': { service: 'photos', cookies: [linkCookie] },
    'password cookie': { cookies: [passwordCookie] },
    'password cookie at another service': { service: 'photos', cookies: [passwordCookie] },
    'link cookie, sent by a page of another home': { cookies: [linkCookie], isForeign: true },
    'password cookie, sent by a page of another home': { cookies: [passwordCookie], isForeign: true },
    'grant of a program': { grant: grants.grantOf(AUNT) },
    'grant at another service': { service: 'photos', grant: grants.grantOf(AUNT) },
    'listed address': { address: '198.51.100.9' },
    'listed address, through the tunnel': { address: '198.51.100.9', isDirect: false },
    'listed address, sent by a page of another home': { address: '198.51.100.9', isForeign: true },
    'at home': { address: '192.168.1.30' },
    'at home, says the relay': { address: '192.168.1.30', isDirect: false },
    'at home, sent by a page of another home': { address: '192.168.1.30', isForeign: true },
    'unknown service': { service: 'nobody', cookies: [linkCookie, passwordCookie], address: '192.168.1.30' },
  }
  const comesIn: Readonly<Record<AccessMode, readonly string[]>> = {
    public: Object.keys(ways).filter((way) => way !== 'unknown service'),
    link: ['link cookie', 'grant of a program'],
    password: ['password cookie'],
    addresses: ['listed address', 'listed address, through the tunnel', 'at home'],
    lan: ['at home'],
  }
  for (const [each, expected] of Object.entries(comesIn)) {
    mode.web = each as AccessMode
    const entering = Object.keys(ways).filter((way) => judge(ways[way]).isIn)
    assert.deepEqual(entering, expected, each)
  }
})

test('the opened link of a raw service lets its visitor’s place in for twelve hours, and no longer than the link', () => {
  const { access, mode, admitted, grants, links, now, uses } = house({})
  const opened = access.open('game', grants.grantOf(AUNT), '', '2001:db8:1:2::a')
  assert.ok('untilMs' in opened && opened.untilMs === NOW + 12 * 3_600_000)
  assert.equal(uses.get(AUNT)?.uses, 1)
  const enters = (address: string, isDirect = true) => access.admits('game', address, isDirect)
  for (const [address, isDirect, isIn] of [
    ['2001:db8:1:2:ffff::b', true, true],
    ['2001:db8:1:2:ffff::b', false, true],
    ['2001:db8:1:3::a', true, false],
    [PLACE, true, false],
    ['192.168.1.30', true, true],
    ['192.168.1.30', false, false],
  ] as const)
    assert.equal(enters(address, isDirect), isIn, `${address} ${isDirect}`)
  now.ms += 12 * 3_600_000
  assert.ok(!enters('2001:db8:1:2::a'))
  now.ms = NOW
  links.all = []
  assert.ok(!enters('2001:db8:1:2::a'), 'its link was revoked')
  mode.web = 'addresses'
  assert.deepEqual([enters('198.51.100.9'), enters('198.51.100.9', false), enters(PLACE)], [true, true, false])
  mode.web = 'public'
  assert.ok(enters(PLACE, false))
  assert.ok(!access.admits('nobody', '192.168.1.30', true))
  assert.ok(access.admits('diary', PLACE, false))
  for (const address of [PLACE, '192.168.1.30']) assert.ok(!access.admits('diary', address, true), 'it is kept to the relay')
  assert.equal(admitted.length, 1)
})

test('what was given while the clock ran a year ahead does not last for that year once it is set back; hours put nobody out', async () => {
  for (const [aheadMs, isIn] of [
    [400 * 86_400_000, false],
    [3 * 3_600_000, true],
  ] as const) {
    const { access, mode, now, open, admits, grants } = house({})
    now.ms += aheadMs
    const linkCookie = cookieOf(open())
    const opened = access.open('game', grants.grantOf(AUNT), '', PLACE)
    const ticket = 'ticket' in opened ? opened.ticket : ''
    mode.web = 'password'
    const stay = await access.signIn('web', PASSWORD, PLACE, true)
    const passwordCookie = 'cookie' in stay ? stay.cookie : ''
    assert.ok(admits('web', passwordCookie))
    now.ms = NOW
    assert.equal(admits('web', passwordCookie), isIn)
    mode.web = 'link'
    assert.equal(admits('web', linkCookie), isIn)
    assert.equal(access.admits('game', PLACE, true), isIn)
    assert.equal(access.admitBeside('game', ticket, '203.0.113.99'), isIn)
  }
})

test('who opened the link of a raw service shows his other address by a ticket, within two minutes', () => {
  const { access, admitted, grants, links, now, mode } = house({})
  const opened = access.open('game', grants.grantOf(AUNT), '', '2001:db8:1:2::a')
  const ticket = 'ticket' in opened ? opened.ticket : ''
  assert.ok(access.admitBeside('game', ticket, PLACE))
  assert.deepEqual(
    admitted.map(({ place }) => place),
    ['2001:db8:1:2::/64', PLACE],
  )
  for (const wrong of ['', `${ticket}A`, ticket.replace(AUNT, 'ponmlkjihgfedcba'), grants.sign(AUNT, NOW / 1000 + 60)])
    assert.ok(!access.admitBeside('game', wrong, '198.51.100.1'), wrong)
  assert.ok(!access.admitBeside('web', ticket, '198.51.100.1'), 'another service')
  assert.equal(grants.read(ticket), undefined, 'it is no cookie')
  mode.web = 'addresses'
  assert.ok(!access.admitBeside('game', ticket, '198.51.100.1'))
  mode.web = 'link'
  links.all = []
  assert.ok(!access.admitBeside('game', ticket, '198.51.100.1'), 'revoked')
  now.ms += 120_000
  links.all = [plainLink(AUNT, NOW)]
  assert.ok(!access.admitBeside('game', ticket, '198.51.100.1'), 'too late')
})
