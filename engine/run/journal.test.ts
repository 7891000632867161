import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { folder } from '../../test/folder.ts'
import { RULE } from '../core/situation.fixture.ts'
import { openJournal } from './journal.ts'

const OTHER = { ...RULE, protocol: 'udp', externalPort: 22124 } as const

test('a rule that was noted is known after a crash, until it is struck', (t) => {
  const data = folder(t)
  const journal = openJournal(data)
  journal.note(RULE)
  journal.note(OTHER)
  assert.deepEqual(openJournal(data).rules(), [RULE, OTHER])
  journal.strike(RULE)
  assert.deepEqual(openJournal(data).rules(), [OTHER])
})

test('the same rule again replaces what was known of it', (t) => {
  const data = folder(t)
  const journal = openJournal(data)
  journal.note(RULE)
  journal.note({ ...RULE, internalPort: 50443, lifetimeS: 3600 })
  assert.deepEqual(openJournal(data).rules(), [{ ...RULE, internalPort: 50443, lifetimeS: 3600 }])
  journal.strike({ ...RULE, internalPort: 1 })
  assert.deepEqual(openJournal(data).rules(), [])
})

test('a file that is not ours says nothing, and the next note replaces it', (t) => {
  for (const text of ['', '{', 'null', '{"v":2,"rules":[]}', '{"v":1,"rules":[{"protocol":"sctp"}]}']) {
    const data = folder(t)
    writeFileSync(join(data, 'journal.json'), text)
    const journal = openJournal(data)
    assert.deepEqual(journal.rules(), [], text)
    journal.note(RULE)
    assert.deepEqual(openJournal(data).rules(), [RULE])
  }
})

test('what cannot be noted must not be asked for: it says so', (t) => {
  const data = folder(t)
  const journal = openJournal(data)
  rmSync(data, { recursive: true })
  assert.throws(() => journal.note(RULE), { name: 'ProblemError' })
})
