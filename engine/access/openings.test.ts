/** The grant of a link is shown: who is let in by it, how often, for how long, and after which PIN. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newIdentity } from '../../wire/identity.ts'
import { AUNT, cookieOf, house, MINUTE_MS, NOW, PLACE } from './access.fixture.ts'
import { grantsOf } from './grants.ts'

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
