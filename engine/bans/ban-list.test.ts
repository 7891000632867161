import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBanList, type KeptBan } from './ban-list.ts'
import { MAX_BANS } from './limits.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const START_MS = Date.UTC(2026, 0, 15, 12)
const WHY = { reason: 'scan', service: 'web', count: 5 } as const
const place = (index: number): string => `198.51.${index >> 8}.${index & 255}`

test('each further ban is longer: ten minutes, an hour, a day, then a week each time', () => {
  const list = createBanList()
  let nowMs = START_MS
  for (const ms of [10 * MINUTE, HOUR, DAY, 7 * DAY, 7 * DAY]) {
    assert.equal(list.ban('203.0.113.7', WHY, nowMs)?.untilMs, nowMs + ms)
    assert.ok(list.of('203.0.113.7', nowMs + ms - 1))
    nowMs += ms
    assert.equal(list.of('203.0.113.7', nowMs), undefined)
    nowMs += HOUR
  }
})

const FORGOTTEN: readonly [times: number, endsAfterMs: number, quietMs: number][] = [
  [1, 10 * MINUTE, DAY],
  [2, HOUR, DAY],
  [3, DAY, 7 * DAY],
  [4, 7 * DAY, 28 * DAY],
]
for (const [times, forMs, quietMs] of FORGOTTEN)
  test(`ban number ${times} is forgotten ${quietMs / DAY} days after its end`, () => {
    const past: KeptBan = { place: 'x', ...WHY, sinceMs: START_MS - forMs, untilMs: START_MS, times }
    assert.equal(createBanList([past]).ban('x', WHY, START_MS + quietMs - 1)?.times, times + 1)
    assert.equal(createBanList([past]).ban('x', WHY, START_MS + quietMs)?.times, 1)
    assert.equal(createBanList([past]).kept(START_MS + quietMs - 1).length, 1)
    assert.equal(createBanList([past]).kept(START_MS + quietMs).length, 0)
  })

test('what its owner bans stays so, or as long as he says; what he takes back is forgotten with its past', () => {
  const list = createBanList()
  list.banByOwner('a', null, START_MS)
  list.banByOwner('b', START_MS + HOUR, START_MS)
  list.ban('c', WHY, START_MS)
  assert.deepEqual(
    list.running(START_MS).map((ban) => ban.place),
    ['c', 'b', 'a'],
  )
  assert.equal(list.nextEndMs(START_MS), START_MS + 10 * MINUTE)
  assert.deepEqual(
    list.running(START_MS + HOUR).map((ban) => ban.place),
    ['a'],
  )
  assert.deepEqual([list.lift('c', START_MS), list.lift('c', START_MS), list.lift('nobody', START_MS)], [true, false, false])
  assert.equal(list.ban('c', WHY, START_MS)?.times, 1)
  assert.ok(list.of('a', START_MS + 3650 * DAY))
})

test('a list is read again as it was written', () => {
  const list = createBanList()
  list.ban('a', WHY, START_MS)
  list.banByOwner('b', null, START_MS)
  const again = createBanList(list.kept(START_MS))
  assert.deepEqual(again.running(START_MS), list.running(START_MS))
})

test('the list is bounded: what is over goes first, then what ends first, and an owner’s own never', () => {
  const list = createBanList()
  for (let index = 0; index < MAX_BANS - 2; index++) list.ban(place(index), WHY, START_MS - 2 * DAY)
  list.banByOwner('mine', null, START_MS)
  list.ban('soonest', WHY, START_MS)
  assert.deepEqual([list.size], [MAX_BANS])
  list.ban('one more', WHY, START_MS + 1)
  assert.ok(list.of('soonest', START_MS + 1))
  assert.deepEqual([list.size, list.kept(START_MS + 1).length], [3, 3], 'two days later all others are forgotten')

  for (let index = 0; index < MAX_BANS - 3; index++) list.ban(place(index), WHY, START_MS + 2)
  list.ban('and another', WHY, START_MS + 3)
  assert.deepEqual([list.size], [MAX_BANS])
  assert.equal(list.of('soonest', START_MS + 3), undefined)

  const full = createBanList()
  for (let index = 0; index < MAX_BANS; index++) assert.ok(full.banByOwner(place(index), null, START_MS))
  assert.equal(full.banByOwner('x', null, START_MS), false)
  assert.equal(full.ban('x', WHY, START_MS), undefined)
})

test('a ban that was made while the clock was years ahead does not run for years', () => {
  const list = createBanList()
  list.ban('a', WHY, START_MS + 1000 * DAY)
  list.ban('b', WHY, START_MS + 1000)
  assert.deepEqual(
    list.running(START_MS).map((ban) => ban.place),
    ['b'],
  )
})
