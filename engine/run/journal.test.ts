import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Problem } from '../../protocol/problem.ts'
import { folder } from '../../test/folder.ts'
import { RULE } from '../core/situation.fixture.ts'
import { openJournal } from './journal.ts'

const unexpected = (notice: Problem): never => assert.fail(JSON.stringify(notice))
const OTHER = { ...RULE, protocol: 'udp', externalPort: 22124 } as const

test('a rule that was noted is known after a crash, until it is struck', (t) => {
  const data = folder(t)
  const journal = openJournal(data, unexpected)
  journal.note(RULE)
  journal.note(OTHER)
  assert.deepEqual(openJournal(data, unexpected).rules(), [RULE, OTHER])
  journal.strike(RULE)
  assert.deepEqual(openJournal(data, unexpected).rules(), [OTHER])
})

test('the same rule again replaces what was known of it', (t) => {
  const data = folder(t)
  const journal = openJournal(data, unexpected)
  journal.note(RULE)
  journal.note({ ...RULE, internalPort: 50443, lifetimeS: 3600 })
  assert.deepEqual(openJournal(data, unexpected).rules(), [{ ...RULE, internalPort: 50443, lifetimeS: 3600 }])
  journal.strike({ ...RULE, internalPort: 1 })
  assert.deepEqual(openJournal(data, unexpected).rules(), [])
})

test('of a damaged file whatever can be read is kept, and the file put aside', (t) => {
  const half = { protocol: 'sctp' }
  for (const [text, rules] of [
    ['', []],
    ['{', []],
    ['null', []],
    ['{"v":2,"rules":[]}', []],
    [JSON.stringify({ v: 1, rules: [RULE, half, OTHER] }), [RULE, OTHER]],
  ] as const) {
    const data = folder(t)
    writeFileSync(join(data, 'journal.json'), text)
    const notices: Problem[] = []
    const journal = openJournal(data, (notice) => notices.push(notice))
    assert.deepEqual(journal.rules(), rules, text)
    assert.equal(readFileSync(notices[0]?.params.keptAs ?? '', 'utf8'), text)
    assert.deepEqual([notices.length, notices[0]?.code], [1, 'journal-damaged'])
    journal.note(RULE)
    assert.ok(openJournal(data, unexpected).rules().length >= 1)
  }
})

test('many rules are never taken for none, and no more than that are made', (t) => {
  const data = folder(t)
  const many = Array.from({ length: 1200 }, (_, i) => ({ ...RULE, externalPort: 20_000 + i }))
  writeFileSync(join(data, 'journal.json'), JSON.stringify({ v: 1, rules: many }))
  const journal = openJournal(data, unexpected)
  assert.deepEqual(journal.rules(), many)
  assert.throws(() => journal.note(OTHER), { name: 'ProblemError' })
  journal.note({ ...RULE, externalPort: 20_001, lifetimeS: 60 })
  for (const rule of many.slice(0, 201)) journal.strike(rule)
  journal.note(OTHER)
  assert.equal(openJournal(data, unexpected).rules().length, 1000)
})

test('what cannot be noted must not be asked for: it says so', (t) => {
  const data = folder(t)
  const journal = openJournal(data, unexpected)
  rmSync(data, { recursive: true })
  assert.throws(() => journal.note(RULE), { name: 'ProblemError' })
})
