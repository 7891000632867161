import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LinkUse, plainLink, type ShareLink } from '../../protocol/model/link.ts'
import { newIdentity } from '../../wire/identity.ts'
import { createAccess, type Opened } from './access.ts'
import { grantsOf } from './grants.ts'

const NOW = 1_800_000_000_000
const MINUTE_MS = 60_000
const AUNT = 'abcdefghijklmnop'
const PLACE = '203.0.113.7'

function house(...changes: Partial<ShareLink>[]) {
  const links: { all: ShareLink[] } = { all: changes.map((change) => ({ ...plainLink(AUNT, NOW), ...change })) }
  const uses = new Map<string, LinkUse>()
  const now = { ms: NOW, isDiskFull: false }
  const grants = grantsOf(newIdentity())
  const access = createAccess({
    grants,
    linksOf: (service) => (service === 'web' ? links.all : []),
    usedOf: (id) => uses.get(id),
    count(id, atMs) {
      if (now.isDiskFull) throw new Error('disk full')
      uses.set(id, { uses: (uses.get(id)?.uses ?? 0) + 1, lastUsedAtMs: atMs })
    },
    now: () => now.ms,
  })
  const open = (address = PLACE, grant = grants.grantOf(AUNT)): Opened => access.open('web', grant, address)
  return { links, uses, now, grants, access, open }
}

const cookieOf = (opened: Opened): string => {
  assert.ok('cookie' in opened, JSON.stringify(opened))
  return opened.cookie
}

test('who shows the grant of a link is let in by a cookie, and counted', () => {
  const { access, open, uses, grants } = house({})
  const cookie = cookieOf(open())
  assert.deepEqual(uses.get(AUNT), { uses: 1, lastUsedAtMs: NOW })
  assert.ok(access.admits('web', cookie))
  assert.ok(!access.admits('photos', cookie), 'another service has other links')
  assert.match(grants.grantOf(AUNT), /^[\w-]{22}$/)
  assert.ok(!cookie.includes(grants.grantOf(AUNT)))
})

test('a wrong grant opens nothing and uses nothing up', () => {
  const { open, uses, grants, access } = house({})
  for (const grant of ['', 'x', grants.grantOf('ponmlkjihgfedcba'), `${grants.grantOf(AUNT)}A`, grants.grantOf(AUNT).slice(1)])
    assert.deepEqual(open(PLACE, grant), { refused: 'unknown' })
  assert.deepEqual(access.open('photos', grants.grantOf(AUNT), PLACE), { refused: 'unknown' })
  assert.equal(uses.size, 0)
})

test('a cookie that was made up, or made at another home, lets nobody in', () => {
  const { access, open } = house({})
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
    assert.ok(!access.admits('web', wrong), wrong)
})

test('after so many uses nobody new is let in; who is in stays in', () => {
  const { access, open, now, uses } = house({ maxUses: 2 })
  const first = cookieOf(open('203.0.113.1'))
  cookieOf(open('203.0.113.2'))
  assert.deepEqual(open('203.0.113.3'), { refused: 'used-up' })
  assert.ok(access.admits('web', first))
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
  const { access, open, now } = house({ endsAtMs: NOW + MINUTE_MS })
  const opened = open()
  assert.ok('cookie' in opened && opened.maxAgeS === 60)
  now.ms += MINUTE_MS
  assert.deepEqual(open(), { refused: 'ended' })
  assert.ok(!access.admits('web', cookieOf(opened)))
})

test('a link that is revoked shuts out whoever came by it, at once', () => {
  const { access, open, links } = house({})
  const cookie = cookieOf(open())
  links.all = []
  assert.ok(!access.admits('web', cookie))
  assert.deepEqual(open(), { refused: 'unknown' })
})

test('a cookie is good for thirty days', () => {
  const { access, open, now } = house({})
  const cookie = cookieOf(open())
  now.ms += 30 * 86_400_000 - 1000
  assert.ok(access.admits('web', cookie))
  now.ms += 1000
  assert.ok(!access.admits('web', cookie))
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
