import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Access as AccessMode, Admission } from '../../protocol/model/access.ts'
import type { Comer, Opened } from '../../protocol/model/comer.ts'
import { type LinkUse, plainLink, type ShareLink } from '../../protocol/model/link.ts'
import { newIdentity } from '../../wire/identity.ts'
import { createAccess, type Refused } from './access.ts'
import { grantsOf } from './grants.ts'

const NOW = 1_800_000_000_000
const MINUTE_MS = 60_000
const AUNT = 'abcdefghijklmnop'
const PLACE = '203.0.113.7'
const PASSWORD = 'correct horse battery'

function house(...changes: Partial<ShareLink>[]) {
  const links: { all: ShareLink[] } = { all: changes.map((change) => ({ ...plainLink(AUNT, NOW), ...change })) }
  const mode: { web: AccessMode; version: string | undefined } = { web: 'link', version: 'first' }
  const uses = new Map<string, LinkUse>()
  const wrongPins = new Map<string, number>()
  const refused: Refused[] = []
  const admitted: Admission[] = []
  const now = { ms: NOW, isDiskFull: false }
  const mayWrite = (): void => {
    if (now.isDiskFull) throw new Error('disk full')
  }
  const grants = grantsOf(newIdentity())
  const access = createAccess({
    grants,
    passwords: { versionOf: (service) => (service === 'web' ? mode.version : undefined), isRight: async (_, text) => text === PASSWORD },
    serviceOf(name) {
      if (name === 'web') return { access: mode.web, isWeb: true, links: links.all }
      if (name === 'game') return { access: mode.web, isWeb: false, links: links.all }
      return name === 'photos' ? { access: mode.web, isWeb: true, links: [] } : undefined
    },
    usedOf: (id) => uses.get(id),
    wrongPinsOf: (id) => wrongPins.get(id) ?? 0,
    admitted: () => admitted,
    isListed: (_service, address) => address === '198.51.100.9',
    isAtHome: (address, isDirect) => isDirect && address === '192.168.1.30',
    isNear: (address, isDirect) => isDirect && address === '192.168.1.30',
    count(id, atMs) {
      mayWrite()
      uses.set(id, { uses: (uses.get(id)?.uses ?? 0) + 1, lastUsedAtMs: atMs })
    },
    missPin(id) {
      mayWrite()
      wrongPins.set(id, (wrongPins.get(id) ?? 0) + 1)
    },
    admit: (admission) => void admitted.push(admission),
    onRefused: (what) => void refused.push(what),
    now: () => now.ms,
  })
  const open = (address = PLACE, grant = grants.grantOf(AUNT), pin = ''): Opened => access.open('web', grant, pin, address)
  const judge = (change: Partial<Comer> = {}) =>
    access.judge({
      service: 'web',
      address: PLACE,
      isDirect: true,
      cookies: [],
      grant: undefined,
      bearer: undefined,
      isForeign: false,
      ...change,
    })
  const admits = (service: string, cookie: string): boolean => judge({ service, cookies: [cookie] }).isIn
  return { links, mode, uses, wrongPins, refused, admitted, now, grants, access, open, judge, admits }
}

const cookieOf = (opened: Opened): string => {
  assert.ok('cookie' in opened, JSON.stringify(opened))
  return opened.cookie
}

test('who shows the grant of a link is let in by a cookie, and counted', () => {
  const { admits, open, uses, grants } = house({})
  const cookie = cookieOf(open())
  assert.deepEqual(uses.get(AUNT), { uses: 1, lastUsedAtMs: NOW })
  assert.ok(admits('web', cookie))
  assert.ok(!admits('photos', cookie), 'another service has other links')
  assert.match(grants.grantOf(AUNT), /^[\w-]{22}$/)
  assert.ok(!cookie.includes(grants.grantOf(AUNT)))
})

test('a wrong grant opens nothing and uses nothing up', () => {
  const { open, uses, grants, access } = house({})
  for (const grant of ['', 'x', grants.grantOf('ponmlkjihgfedcba'), `${grants.grantOf(AUNT)}A`, grants.grantOf(AUNT).slice(1)])
    assert.deepEqual(open(PLACE, grant), { refused: 'unknown' })
  assert.deepEqual(access.open('photos', grants.grantOf(AUNT), '', PLACE), { refused: 'unknown' })
  assert.equal(uses.size, 0)
})

test('a cookie that was made up, or made at another home, lets nobody in', () => {
  const { admits, open } = house({})
  const cookie = cookieOf(open())
  const [id, until, mac] = cookie.split('.')
  const foreign = cookieOf(house({}).open())
  for (const wrong of [
    '',
    `${id}.${Number(until) + 1}.${mac}`,
    `ponmlkjihgfedcba.${until}.${mac}`,
    `${id}.${until}.${'A'.repeat(43)}`,
    foreign,
  ])
    assert.ok(!admits('web', wrong), wrong)
})

test('after so many uses nobody new is let in; who is in stays in', () => {
  const { admits, open, now, uses } = house({ maxUses: 2 })
  const first = cookieOf(open('203.0.113.1'))
  cookieOf(open('203.0.113.2'))
  assert.deepEqual(open('203.0.113.3'), { refused: 'used-up' })
  assert.ok(admits('web', first))
  now.ms += 9 * MINUTE_MS
  cookieOf(open('203.0.113.1'))
  assert.equal(uses.get(AUNT)?.uses, 2, 'the same visitor, in another browser')
  now.ms += MINUTE_MS
  assert.deepEqual(open('203.0.113.1'), { refused: 'used-up' })
})

test('the same visitor is known by the IPv4 address, or the IPv6 network', () => {
  const { open, uses } = house({})
  for (const address of ['2001:db8:1:2::a', '2001:db8:1:2:ffff::b', '2001:db8:1:3::a', '203.0.113.1', '203.0.113.1', '203.0.113.2'])
    open(address)
  assert.equal(uses.get(AUNT)?.uses, 4)
})

test('an end ends both the link and who came by it', () => {
  const { admits, open, now } = house({ endsAtMs: NOW + MINUTE_MS })
  const opened = open()
  assert.ok('cookie' in opened && opened.maxAgeS === 60)
  now.ms += MINUTE_MS
  assert.deepEqual(open(), { refused: 'ended' })
  assert.ok(!admits('web', cookieOf(opened)))
})

test('a link that is revoked shuts out whoever came by it, at once', () => {
  const { admits, open, links } = house({})
  const cookie = cookieOf(open())
  links.all = []
  assert.ok(!admits('web', cookie))
  assert.deepEqual(open(), { refused: 'unknown' })
})

test('a cookie is good for thirty days', () => {
  const { admits, open, now } = house({})
  const cookie = cookieOf(open())
  now.ms += 30 * 86_400_000 - 1000
  assert.ok(admits('web', cookie))
  now.ms += 1000
  assert.ok(!admits('web', cookie))
})

test('sixty new visitors a minute, for each is written to the disk', () => {
  const { open, now } = house({})
  for (let index = 0; index < 60; index++) cookieOf(open(`198.51.100.${index}`))
  assert.deepEqual(open('198.51.100.60'), { refused: 'busy' })
  cookieOf(open('198.51.100.5'))
  now.ms += MINUTE_MS
  cookieOf(open('198.51.100.60'))
})

test('what cannot be written down lets nobody in, now or without being counted later', () => {
  const { open, now, uses } = house({ maxUses: 1 })
  now.isDiskFull = true
  assert.throws(() => open())
  now.isDiskFull = false
  cookieOf(open())
  assert.equal(uses.get(AUNT)?.uses, 1)
})

test('the same key makes the same grants, for ever', () => {
  const identity = newIdentity()
  assert.equal(grantsOf(identity).grantOf(AUNT), grantsOf(identity).grantOf(AUNT))
  assert.notEqual(grantsOf(identity).grantOf(AUNT), grantsOf(newIdentity()).grantOf(AUNT))
})

test('a PIN is asked for after the grant, and counts as no use until it is right', () => {
  const { open, links, grants, uses, refused } = house({})
  links.all = links.all.map((link) => ({ ...link, pinMac: grants.pinMac(AUNT, '0471') }))
  assert.deepEqual(open(PLACE, 'x', '0471'), { refused: 'unknown' })
  assert.deepEqual(open(), { refused: 'pin-needed' })
  assert.deepEqual(open(PLACE, grants.grantOf(AUNT), '0472'), { refused: 'pin-wrong' })
  assert.equal(uses.size, 0)
  cookieOf(open(PLACE, grants.grantOf(AUNT), '0471'))
  assert.equal(uses.get(AUNT)?.uses, 1)
  assert.deepEqual(
    refused.map(({ reason }) => reason),
    ['grant', 'pin'],
  )
})

test('ten wrong PINs lock a link, from wherever they come; who is in stays in', () => {
  const { open, links, grants, admits, wrongPins } = house({})
  links.all = links.all.map((link) => ({ ...link, pinMac: grants.pinMac(AUNT, '0471') }))
  const cookie = cookieOf(open(PLACE, grants.grantOf(AUNT), '0471'))
  for (let index = 0; index < 9; index++)
    assert.deepEqual(open(`198.51.100.${index}`, grants.grantOf(AUNT), '1111'), { refused: 'pin-wrong' })
  assert.deepEqual(open('198.51.100.9', grants.grantOf(AUNT), '1111'), { refused: 'locked' })
  assert.deepEqual(open(PLACE, grants.grantOf(AUNT), '0471'), { refused: 'locked' })
  assert.equal(wrongPins.get(AUNT), 10)
  assert.ok(admits('web', cookie))
})

test('a guess that cannot be written down tells nothing', () => {
  const { open, links, grants, now } = house({})
  links.all = links.all.map((link) => ({ ...link, pinMac: grants.pinMac(AUNT, '0471') }))
  now.isDiskFull = true
  for (const pin of ['0471', '0472']) assert.throws(() => open(PLACE, grants.grantOf(AUNT), pin), /disk full/)
})

test('a program shows the grant with each request, which is one use a day from each place', () => {
  const { judge, grants, uses, now } = house({})
  const grant = grants.grantOf(AUNT)
  assert.deepEqual(judge({ bearer: grant }), { isIn: true, bearer: true })
  assert.deepEqual(judge({ grant }), { isIn: true, bearer: false })
  assert.deepEqual(judge({ grant, isForeign: true }), { isIn: true, bearer: false }, 'no browser adds it by itself')
  assert.equal(uses.get(AUNT)?.uses, 1)
  judge({ grant, address: '203.0.113.8' })
  now.ms += 86_400_000
  judge({ grant })
  assert.equal(uses.get(AUNT)?.uses, 3)
  now.isDiskFull = true
  now.ms += 86_400_000
  assert.ok(judge({ grant }).isIn, 'nobody needs to count it')
})

test('a link for people is no key for programs', () => {
  for (const change of [{ maxUses: 5 }, { pinMac: 'x'.repeat(22) }, { endsAtMs: NOW }]) {
    const { judge, grants, refused } = house(change)
    assert.deepEqual(judge({ bearer: grants.grantOf(AUNT) }), { isIn: false, asks: 'program' })
    assert.deepEqual(refused, [{ address: PLACE, service: 'web', reason: 'grant', tried: grants.grantOf(AUNT) }])
  }
})

test('the token of the service itself is left to it, beside a visitor’s cookie', () => {
  const { judge, open, grants } = house({})
  const cookies = [cookieOf(open())]
  assert.deepEqual(judge({ cookies, bearer: 'A'.repeat(22) }), { isIn: true, bearer: false })
  assert.deepEqual(judge({ cookies, bearer: grants.grantOf(AUNT), isForeign: true }), { isIn: true, bearer: true })
})

test('the grant of a link stays ours when the service opens by something else, or to everybody', () => {
  const { judge, grants, mode } = house({})
  for (const access of ['public', 'addresses'] as const) {
    mode.web = access
    const asked = { address: '192.168.1.30', bearer: grants.grantOf(AUNT) }
    assert.deepEqual(
      [judge(asked), judge({ ...asked, bearer: 'A'.repeat(22) })].map((entry) => entry.isIn && entry.bearer),
      [true, false],
      access,
    )
  }
})

test('the password lets a browser in for thirty days, and a new one ends that', async () => {
  const { access, mode, admits, now } = house()
  mode.web = 'password'
  const stay = await access.signIn('web', PASSWORD, PLACE, true)
  assert.ok('cookie' in stay && stay.maxAgeS === 30 * 86_400)
  assert.ok(admits('web', stay.cookie))
  assert.ok(!admits('photos', stay.cookie), 'another service has another password')
  mode.web = 'link'
  assert.ok(!admits('web', stay.cookie))
  mode.web = 'password'
  mode.version = 'second'
  assert.ok(!admits('web', stay.cookie))
  mode.version = 'first'
  now.ms += 30 * 86_400_000
  assert.ok(!admits('web', stay.cookie))
})

test('a password is not guessed: six tries from a place, then one a minute; a thousand places no more than a few', async () => {
  const { access, mode, now, refused } = house()
  mode.web = 'password'
  const guess = async (address: string, text = 'wrong', isDirect = true) => {
    const stay = await access.signIn('web', text, address, isDirect)
    return 'cookie' in stay ? 'in' : stay.refused
  }
  for (let index = 0; index < 6; index++) assert.equal(await guess(PLACE), 'wrong')
  assert.equal(await guess(PLACE, PASSWORD), 'busy')
  assert.equal(refused.length, 6, 'what was not looked at is no guess')
  now.ms += MINUTE_MS
  assert.equal(await guess(PLACE, PASSWORD), 'in')
  let looked = 0
  for (let index = 0; index < 1000; index++) looked += (await guess(`2001:db8:${index.toString(16)}::1`)) === 'wrong' ? 1 : 0
  assert.ok(looked >= 90 && looked <= 102, String(looked))
  assert.equal(await guess('198.51.100.1', PASSWORD), 'busy')
  assert.equal(await guess('192.168.1.30', PASSWORD, false), 'busy', 'a relay says that he is in the owner’s own network')
  assert.equal(await guess('192.168.1.30', PASSWORD), 'in', 'the owner in his own network')
  assert.equal(await guess(PLACE, PASSWORD), 'in', 'who has known it before')
})

test('nobody knows the password of a service that has none, or asks for none', async () => {
  const { access, mode } = house()
  assert.deepEqual(await access.signIn('web', PASSWORD, PLACE, true), { refused: 'wrong' })
  mode.web = 'password'
  mode.version = undefined
  assert.deepEqual(await access.signIn('web', PASSWORD, PLACE, true), { refused: 'wrong' })
  assert.deepEqual(await access.signIn('nobody', PASSWORD, PLACE, true), { refused: 'wrong' })
})

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
  assert.equal(admitted.length, 1)
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
