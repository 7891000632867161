import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { folder } from '../../test/folder.ts'
import { followAsk, readKeyFile } from './follow.ts'
import { openJournal } from './journal.ts'
import type { Publisher } from './publisher.ts'

const never = (): never => assert.fail('not damaged')

test('names are on disk before anything is put there, each with one owner', (t) => {
  const at = folder(t)
  const journal = openJournal(at, never)
  journal.claim('otter', ['web.otter', 'otter'])
  journal.claim('finch', ['otter'])
  const again = openJournal(at, never)
  assert.deepEqual(
    [again.namesOf('otter'), again.namesOf('finch'), [...again.owners()].sort()],
    [['web.otter'], ['otter'], ['finch', 'otter']],
  )
  again.drop(['otter'])
  assert.deepEqual(openJournal(at, never).namesOf('finch'), ['otter'], 'a drop waits for the next claim')
  again.claim('otter', ['blog.otter'])
  assert.deepEqual(openJournal(at, never).namesOf('finch'), [])
})

test('what was claimed already is not written again', (t) => {
  const at = folder(t)
  const journal = openJournal(at, never)
  journal.claim('otter', ['web.otter'])
  writeFileSync(join(at, 'dns-update.json'), 'untouched')
  journal.claim('otter', ['web.otter'])
  assert.equal(readFileSync(join(at, 'dns-update.json'), 'utf8'), 'untouched')
})

test('a damaged journal is put aside and told', (t) => {
  for (const text of ['', '{', '{"v":2,"names":{}}', '{"v":1,"names":{"a":7}}']) {
    const at = folder(t)
    writeFileSync(join(at, 'dns-update.json'), text)
    const told: string[] = []
    assert.deepEqual([...openJournal(at, (keptAs) => told.push(keptAs)).owners()], [])
    assert.deepEqual(told, [join(at, readdirSync(at)[0] ?? '')])
  }
})

test('only a text that was set is waited for', async () => {
  const did: string[] = []
  const publisher: Publisher = {
    touch: (owner) => void did.push(`touch ${owner}`),
    settle: async (owner) => void did.push(`settle ${owner}`),
    shown: async (name, text) => void did.push(`shown ${name.join('.')} ${text}`),
    closed: Promise.resolve(),
  }
  const { signal } = new AbortController()
  const value = 'x'.repeat(43)
  const follow = (action: 'set' | 'clear') =>
    followAsk(publisher, { deviceKey: 'key', label: 'otter', ask: { kind: 'challenge', action, value } }, signal)
  await follow('set')
  await follow('clear')
  assert.deepEqual(did, ['settle key', `shown _acme-challenge.otter ${value}`, 'touch key'])
})

test('a key file that cannot be used is named, with the reason', (t) => {
  const path = join(folder(t), 'key')
  assert.throws(() => readKeyFile(path), { message: `cannot use the key in ${path}: ENOENT` })
  writeFileSync(path, 'key "k" { algorithm hmac-md5; };')
  assert.throws(() => readKeyFile(path), /cannot use the key in .*: the algorithm must be/)
})
