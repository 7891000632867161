import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mock, type TestContext, test } from 'node:test'
import { parseRange, type Range } from '../../protocol/model/address.ts'
import type { BansView } from '../../protocol/model/ban.ts'
import type { Problem } from '../../protocol/problem.ts'
import { folder } from '../../test/folder.ts'
import type { Happening } from '../core/events.ts'
import { EMPTY_STATE, type State } from '../core/state.ts'
import { type KeptBans, keepBans } from './bans.ts'
import { codeThrown } from './problem.fixture.ts'
import { openUnsaved } from './unsaved.ts'

const STRANGER = '198.51.100.7'

function home(t: TestContext, dir = folder(t), state: State = EMPTY_STATE) {
  const shown: BansView[] = []
  const notices: Problem[] = []
  const logged: string[] = []
  const dispatch = (event: Happening) => void (event.type === 'bans' && shown.push(event.bans))
  const log = (event: string) => void logged.push(event)
  const bans = keepBans({
    folder: dir,
    unsaved: openUnsaved(log, dispatch),
    log,
    dispatch,
    state: () => state,
    declaredPublic: [parseRange('203.0.113.0/24') as Range],
    onDamaged: (notice) => notices.push(notice),
  })
  t.after(() => bans.close())
  bans.start()
  return { dir, bans, notices, logged, newest: () => shown.at(-1) }
}

const guess = ({ visitors }: KeptBans, address = STRANGER): void => {
  for (let tried = 0; tried < 12; tried++) visitors.refused(address, 'web', String(tried))
}

test('who guesses is shut out, told of with the reason, written down, and out after a restart as well', (t) => {
  const { dir, bans, newest, logged } = home(t)
  guess(bans)
  assert.ok(bans.visitors.isBanned(STRANGER))
  assert.equal(newest()?.total, 1)
  bans.close()
  assert.equal(statSync(join(dir, 'bans.json')).mode & 0o777, process.platform === 'win32' ? 0o666 : 0o600)
  assert.ok(logged.includes('banned'))

  const again = home(t, dir)
  assert.ok(again.bans.visitors.isBanned(STRANGER))
  const [told] = again.newest()?.newest ?? []
  assert.deepEqual([told?.place, told?.reason, told?.service, (told?.count ?? 0) >= 10], [STRANGER, 'access', 'web', true])
  again.bans.unban(STRANGER)
  assert.deepEqual(again.newest(), { total: 0, newest: [] })
  assert.ok(!home(t, dir).bans.visitors.isBanned(STRANGER))
})

test('of a botnet the first is written down and told of at once, all others together after it, and the end of a ban is told when it comes', (t) => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: Date.now() })
  t.after(() => mock.timers.reset())
  const { bans, dir, newest } = home(t)
  for (let index = 0; index < 150; index++) guess(bans, `198.51.100.${index}`)
  const written = (): number => JSON.parse(readFileSync(join(dir, 'bans.json'), 'utf8')).bans.length
  assert.deepEqual([newest()?.total, written()], [1, 1])
  mock.timers.tick(500)
  assert.deepEqual([newest()?.total, newest()?.newest.length, written()], [150, 100, 150])
  mock.timers.tick(10 * 60_000)
  assert.deepEqual(newest(), { total: 0, newest: [] })
})

test('what its owner shuts out stays out for as long as he says, and what he has open is cut', (t) => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: Date.now() })
  t.after(() => mock.timers.reset())
  const { bans, newest } = home(t)
  let cut = 0
  bans.visitors.enter(STRANGER, () => cut++)
  bans.ban(STRANGER, 60)
  bans.ban('2001:db8:1:2::77', null)
  assert.deepEqual(
    newest()?.newest.map(({ place, reason, untilMs }) => [place, reason, untilMs]),
    [
      ['2001:db8:1:2::/64', 'owner', null],
      [STRANGER, 'owner', Date.now() + 60_000],
    ],
  )
  assert.equal(cut, 1)
  mock.timers.tick(61_000)
  assert.deepEqual([newest()?.total, bans.visitors.isBanned(STRANGER), bans.visitors.isBanned('2001:db8:1:2::1')], [1, false, true])
  bans.unban('2001:db8:1:2::/64')
  assert.equal(newest()?.total, 0)
})

const known = (ipv4: string) => ({ addresses: { ipv4 }, observed: { ipv4: '203.0.113.10', ipv6: '2001:db8:9::1' } })
const CONNECTED = {
  ...EMPTY_STATE,
  relay: { phase: 'waiting', url: 'https://relay.test', known: known('203.0.113.53') },
  standby: [{ phase: 'waiting', url: 'https://other.test', known: known('203.0.113.54') }],
  gateway: { phase: 'found', externalIPv4: '203.0.113.11' },
} as unknown as State

for (const address of ['192.168.1.30', '127.0.0.1', '203.0.113.10', '203.0.113.11', '203.0.113.53', '203.0.113.54', '2001:db8:9::77'])
  test(`${address} is of this home or its relays: whatever comes from there is not banned, not even by the owner`, (t) => {
    const { bans, dir } = home(t, folder(t), CONNECTED)
    guess(bans, address)
    assert.ok(!bans.visitors.isBanned(address))
    assert.equal(
      codeThrown(() => bans.ban(address, null)),
      'ban-exempt',
    )
    assert.deepEqual(readdirSync(dir), [])
  })

const listed = { access: 'addresses', allowed: ['198.51.100.0/28', '203.0.113.77', 'friend.example'] }
const NAMED = {
  ...EMPTY_STATE,
  services: [listed, { access: 'public', allowed: ['198.51.100.200'] }],
  friends: { 'friend.example': { addresses: ['203.0.113.99'] } },
} as unknown as State
for (const [address, isNamed] of [
  ['198.51.100.7', true],
  ['203.0.113.77', true],
  ['203.0.113.99', true],
  ['198.51.100.17', false],
  ['198.51.100.200', false],
] as const)
  test(`${address}, which the owner has ${isNamed ? '' : 'not '}named as welcome, can${isNamed ? 'not' : ''} be banned`, (t) => {
    const { bans } = home(t, folder(t), NAMED)
    guess(bans, address)
    assert.equal(bans.visitors.isBanned(address), !isNamed)
  })

test('what is no address, and what is not banned, is said', (t) => {
  const { bans } = home(t)
  for (const text of ['web', '198.51.100.0/24', '']) {
    assert.equal(
      codeThrown(() => bans.ban(text, null)),
      'ban-address-invalid',
    )
    assert.equal(
      codeThrown(() => bans.unban(text)),
      'ban-address-invalid',
    )
  }
  assert.equal(
    codeThrown(() => bans.unban(STRANGER)),
    'ban-unknown',
  )
})

test('of a damaged file what can be read holds, and it is kept aside', (t) => {
  const { dir, bans } = home(t)
  bans.ban(STRANGER, null)
  const good = readFileSync(join(dir, 'bans.json'), 'utf8')
  const [ban] = JSON.parse(good).bans
  for (const [text, total] of [
    [JSON.stringify({ v: 1, bans: [{ ...ban, untilMs: 'never' }, ban, null, { ...ban, place: 'x'.repeat(1000) }] }), 1],
    [good.slice(0, -20), 0],
    ['', 0],
    ['[]', 0],
  ] as const) {
    writeFileSync(join(dir, 'bans.json'), text)
    const { notices, newest } = home(t, dir)
    assert.deepEqual([notices[0]?.code, newest()?.total], ['bans-damaged', total])
  }
  assert.equal(
    readdirSync(dir).some((name) => name.includes('damaged')),
    true,
  )
})
