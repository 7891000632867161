import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Guest } from '../../protocol/model/guest.ts'
import { random } from '../../test/fuzz/random.ts'
import {
  CONNECTION_BURST,
  CONNECTIONS_PER_S,
  LASTING_MS,
  MAX_BANNED_REQUESTS,
  MAX_BANS,
  MAX_CONNECTIONS,
  MAX_HANDSHAKES,
  MAX_RAW_CONNECTIONS,
  MAX_REQUESTS,
  MAX_VISITORS,
  OFFENCES,
  REQUEST_BURST,
  REQUESTS_PER_S,
} from './limits.ts'
import { type Home, openHome, STRANGER } from './visitors.fixture.ts'

const nothing = () => undefined
const enter = ({ visitors }: Home, address = STRANGER): Guest => {
  const visit = visitors.enter(address, nothing)
  assert.ok(visit)
  visit.secured()
  return visit
}
const takes = (count: number, take: () => boolean): number => Array.from({ length: count }, take).filter(Boolean).length

test('connections: a burst, then so many a second, for each address by itself', () => {
  const home = openHome()
  const come = (address = STRANGER): boolean => {
    const visit = home.visitors.enter(address, nothing)
    visit?.leave()
    return visit !== undefined
  }
  assert.equal(takes(2 * CONNECTION_BURST, come), CONNECTION_BURST)
  assert.ok(come('203.0.113.8') && come('2001:db8:1:2::1'))
  home.pass(1000)
  assert.equal(takes(CONNECTION_BURST, come), CONNECTIONS_PER_S)
})

test('connections at one time, and those among them that never finish their handshake', () => {
  const home = openHome()
  const open = Array.from({ length: MAX_HANDSHAKES }, () => home.visitors.enter(STRANGER, nothing))
  assert.ok(open.every(Boolean))
  assert.equal(home.visitors.enter(STRANGER, nothing), undefined)
  for (const visit of open) visit?.secured()
  while (open.length < MAX_CONNECTIONS) {
    open.push(enter(home))
    home.pass(20)
  }
  assert.equal(home.visitors.enter(STRANGER, nothing), undefined)
  open[0]?.leave()
  open[0]?.leave()
  assert.ok(home.visitors.enter(STRANGER, nothing))
  assert.equal(home.visitors.enter(STRANGER, nothing), undefined)
})

test('pictures in another site’s page shut out nobody who looks at it; guesses count whoever made the browser ask', () => {
  const home = openHome()
  for (const site of ['cross-site', 'same-site'])
    for (let index = 0; index < 2 * OFFENCES['not-found']; index++)
      assert.equal(home.ask(404, { url: `/.git/${'x'.repeat(index % 20)}/${site}`, site }), 'answered')
  for (let guess = 0; guess < OFFENCES.credentials; guess++) home.ask(401, { authorization: `Basic ${guess}`, site: 'cross-site' })
  assert.deepEqual(
    home.told.map(({ reason }) => reason),
    ['credentials'],
  )
})

test('requests: a burst, then so many a second, and who is refused hears when to come again', () => {
  const home = openHome()
  const visit = enter(home)
  const ask = (): boolean => {
    const refusal = visit.beginRequest('web')
    if (!refusal) visit.endRequest()
    return refusal === undefined
  }
  assert.equal(takes(REQUEST_BURST + 100, ask), REQUEST_BURST)
  const refusal = visit.beginRequest('web')
  assert.ok(refusal?.why === 'busy' && refusal.waitMs > 0 && refusal.waitMs <= 1000 / REQUESTS_PER_S)
  home.pass(1000)
  assert.equal(takes(1000, ask), REQUESTS_PER_S)
})

test('requests at one time', () => {
  const home = openHome()
  const visit = enter(home)
  for (let index = 0; index < MAX_REQUESTS; index++) assert.equal(visit.beginRequest('web'), undefined)
  assert.equal(visit.beginRequest('web')?.why, 'busy')
  visit.endRequest()
  assert.equal(visit.beginRequest('web'), undefined)
})

test('who goes on far above the limits is banned for it', () => {
  const home = openHome()
  const visit = enter(home)
  for (let index = 0; index < REQUEST_BURST + 0.99 * OFFENCES.flood; index++) if (!visit.beginRequest('web')) visit.endRequest()
  assert.equal(home.told.length, 0)
  for (let index = 0; index < 0.01 * OFFENCES.flood; index++) visit.beginRequest('web')
  assert.deepEqual([home.told[0]?.reason, visit.beginRequest('web')?.why], ['flood', 'banned'])
})

const scan = ({ ask }: Home, address = STRANGER): void => {
  for (const path of ['.env', '.git/config', 'wp-login.php', 'phpmyadmin/', 'adminer.php']) ask(404, `/${path}`, address)
}

test('a banned visitor may read why a few times, and is cut off when he goes on', () => {
  const home = openHome()
  scan(home)
  assert.deepEqual(
    Array.from({ length: 6 }, () => home.ask(200)),
    ['banned', 'banned', 'banned', 'cut', 'cut', 'cut'],
  )
  home.pass(10_000)
  assert.deepEqual([home.ask(200), home.ask(200)], ['banned', 'cut'])
  assert.equal(home.visitors.enterRaw(STRANGER, 'box', nothing), undefined)
  assert.ok(home.visitors.isBanned(STRANGER))
  home.pass(10 * 60_000)
  assert.equal(home.ask(200), 'answered')
  assert.ok(!home.visitors.isBanned(STRANGER))
})

test('nobody holds more than his part of the places of a service that is no website', () => {
  const { visitors } = openHome()
  const visits = Array.from({ length: MAX_RAW_CONNECTIONS }, () => visitors.enterRaw(STRANGER, 'box', nothing))
  assert.ok(visits.every((visit) => visit !== undefined))
  assert.equal(visitors.enterRaw(STRANGER, 'box', nothing), undefined)
  assert.ok(visitors.enterRaw('198.18.7.7', 'box', nothing))
  assert.ok(visitors.enter(STRANGER, nothing))
  visits[0]?.leave(undefined)
  assert.ok(visitors.enterRaw(STRANGER, 'box', nothing))
})

test('a banned visitor who goes on asking on a connection that he had is cut off', () => {
  const home = openHome()
  let cut = 0
  const visit = home.visitors.enter(STRANGER, () => cut++)
  scan(home)
  for (let index = 0; index < MAX_BANNED_REQUESTS; index++) assert.equal(visit?.beginRequest('web')?.why, 'banned')
  assert.equal(cut, 0)
  visit?.beginRequest('web')
  assert.equal(cut, 1)
})

test('all the banned together are let in to read a few times a second, however many they are', () => {
  const home = openHome()
  for (let index = 0; index < 100; index++) scan(home, `198.51.100.${index}`)
  assert.equal(home.told.length, 100)
  const read = Array.from({ length: 300 }, (_, index) => home.ask(200, '/', `198.51.100.${index % 100}`))
  assert.equal(read.filter((answer) => answer === 'banned').length, 20)
})

test('an IPv6 network is one visitor, and its neighbour another', () => {
  const home = openHome()
  for (const [index, path] of ['.env', '.git/config', 'wp-login.php', 'phpmyadmin/', 'adminer.php'].entries())
    home.ask(404, `/${path}`, `2001:db8:1:2::${index + 1}`)
  assert.equal(home.told[0]?.place, '2001:db8:1:2::/64')
  assert.equal(home.ask(200, '/', '2001:db8:1:2:ffff::1'), 'banned')
  assert.equal(home.ask(200, '/', '2001:db8:1:3::1'), 'answered')
})

test('what is still being answered when the ban falls is a part of it', () => {
  const home = openHome()
  const visit = enter(home)
  const asked = (url: string) => ({ method: 'GET', url, header: nothing })
  const paths = Array.from({ length: 40 }, (_, index) => `/.env.${index}`)
  for (const _ of paths) assert.equal(visit.beginRequest('web'), undefined)
  for (const path of paths) visit.answered('web', asked(path), 404)
  assert.deepEqual(
    home.told.map(({ count, untilMs }) => [count, (untilMs ?? 0) - home.now()]),
    [[5, 600_000]],
  )
})

test('raw connections of a place are cut when it is banned, and by its owner’s ban all of them', () => {
  const home = openHome()
  const cut: string[] = []
  home.visitors.enterRaw(STRANGER, 'box', () => cut.push('raw'))
  home.visitors.enter(STRANGER, () => cut.push('web'))
  scan(home)
  assert.deepEqual(cut, ['raw'])
  home.visitors.shutOut(STRANGER)
  assert.deepEqual(cut, ['raw', 'raw', 'web'])
  home.visitors.shutOut('203.0.113.99')
})

test('a raw visitor who stays has been let in: what he knocked before is forgotten', () => {
  const home = openHome()
  const knock = (): void => home.visitors.enterRaw(STRANGER, 'box', nothing)?.leave(100)
  for (let index = 1; index < OFFENCES['short-connection']; index++) knock()
  const session = home.visitors.enterRaw(STRANGER, 'box', nothing)
  home.pass(LASTING_MS)
  session?.leave(1_000_000)
  for (let index = 1; index < OFFENCES['short-connection']; index++) knock()
  assert.equal(home.told.length, 0)
  knock()
  assert.equal(home.told[0]?.reason, 'connections')
})

test('never: the exempt, whatever they do (200 random lives)', () => {
  const { int, pick, text } = random(7)
  const EXEMPT = ['192.168.1.30', '127.0.0.1', '2001:db8:aaaa::5', '198.51.100.1']
  const isExempt = (address: string): boolean => EXEMPT.includes(address)
  for (let life = 0; life < 200; life++) {
    const home = openHome(isExempt)
    const open: Guest[] = []
    for (let step = 0; step < 300; step++) {
      const address = pick(EXEMPT)
      const word = text('abcdefgh', 6)
      const doing = int(7)
      if (doing === 0) home.visitors.refused(address, 'web', word)
      else if (doing === 1) home.visitors.enterRaw(address, 'box', nothing)?.leave(0)
      else if (doing === 2) for (let index = 0; index < 20; index++) open.push(enter(home, address))
      else if (doing === 3) for (let index = 0; index < 20; index++) assert.equal(open.at(-1)?.beginRequest('web'), undefined)
      else if (doing === 4) assert.equal(home.ask(401, { url: '/', authorization: `Basic ${word}` }, address), 'answered')
      else if (doing === 5) assert.equal(home.ask(404, `/.env.${word}`, address), 'answered')
      else home.pass(int(1000))
    }
    assert.deepEqual(home.told, [])
    assert.deepEqual(home.bans.running(home.now()), [])
  }
})

test('whoever becomes exempt while he is banned is let in at once', () => {
  let named = ''
  const home = openHome((address) => address === named)
  scan(home)
  assert.equal(home.ask(200), 'banned')
  named = STRANGER
  assert.equal(home.ask(200), 'answered')
  assert.ok(!home.visitors.isBanned(STRANGER))
})

test('a million addresses cost no more than a bounded number of them', () => {
  const home = openHome()
  for (let index = 0; index < 1_000_000; index++) {
    const address = `${11 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}.1`
    home.visitors.enter(address, nothing)?.leave()
    if (index % 400 === 0) scan(home, address)
    if (index % 1000 === 0) home.pass(1)
  }
  assert.ok(home.visitors.size <= MAX_VISITORS)
  assert.equal(home.bans.size, MAX_BANS)
})

test('who is still here is remembered, however many come after him', () => {
  const home = openHome()
  const visit = enter(home)
  for (let index = 0; index < MAX_REQUESTS; index++) visit.beginRequest('web')
  for (let index = 0; index < 3 * MAX_VISITORS; index++)
    home.visitors.enter(`11.${index >> 16}.${(index >> 8) & 255}.${index & 255}`, nothing)?.leave()
  assert.equal(home.ask(200), 'busy')
})

test('a clock that is set back or ahead shuts nobody out', () => {
  const home = openHome()
  home.ask(200)
  for (const step of [86_400_000, -365 * 86_400_000, 1000, 365 * 86_400_000]) {
    home.pass(step)
    assert.equal(home.ask(200), 'answered')
  }
})
