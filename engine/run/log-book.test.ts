import assert from 'node:assert/strict'
import { appendFileSync, readdirSync, readFileSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { describeEntry, LANGUAGES } from '../../languages/index.ts'
import { type LogEntry, MAX_LOG_ENTRIES } from '../../protocol/model/log.ts'
import { LOG_EVENTS, type LogEvent } from '../../protocol/model/log-events.ts'
import { folder } from '../../test/folder.ts'
import { openLogBook } from './log-book.ts'

const ALL = { level: 'info' } as const
const events = (entries: readonly LogEntry[]): string[] => entries.map(({ event }) => event)

test('newest first, by level, subject and service, page by page', (t) => {
  const book = openLogBook(folder(t))
  book.log('started', { version: '1.2.3' })
  book.log('relay-lost', { relay: 'https://relay.example', code: 'relay-unreachable' })
  book.log('service-unreachable', { service: 'web' })
  book.log('service-direct', { service: 'jam' })
  assert.deepEqual(events(book.entries(ALL, 10)), ['service-direct', 'service-unreachable', 'relay-lost', 'started'])
  assert.deepEqual(events(book.entries({ level: 'warning' }, 10)), ['service-unreachable', 'relay-lost'])
  assert.deepEqual(events(book.entries({ level: 'error' }, 10)), ['service-unreachable'])
  assert.deepEqual(events(book.entries({ ...ALL, subject: 'relay' }, 10)), ['relay-lost'])
  assert.deepEqual(events(book.entries({ ...ALL, service: 'jam' }, 10)), ['service-direct'])
  const [first, second] = book.entries(ALL, 2)
  assert.deepEqual(events(book.entries(ALL, 2, second?.id)), ['relay-lost', 'started'])
  assert.ok(first && second && first.id > second.id)
  book.close()
})

test('who follows hears what he asked for, all of a moment together, until he has heard enough', async (t) => {
  const book = openLogBook(folder(t))
  const heard = Promise.withResolvers<string[]>()
  let times = 0
  const stop = book.follow({ level: 'warning' }, (entries) => {
    times += 1
    heard.resolve(events(entries))
  })
  book.log('started')
  book.log('service-unreachable', { service: 'web' })
  book.log('relay-lost')
  assert.deepEqual(await heard.promise, ['service-unreachable', 'relay-lost'])
  stop()
  book.log('fault')
  assert.equal(times, 1)
  book.close()
})

test('it outlasts the engine, also one whose last line was cut', (t) => {
  const data = folder(t)
  const before = openLogBook(data)
  before.log('started')
  before.log('relay-connected', { relay: 'https://relay.example' })
  before.log('fault', { error: 'cut' })
  before.close()
  const path = join(data, 'log.jsonl')
  truncateSync(path, statSync(path).size - 20)
  const after = openLogBook(data)
  after.log('stopped')
  assert.deepEqual(events(after.entries(ALL, 10)), ['stopped', 'relay-connected', 'started'])
  after.close()
  appendFileSync(path, 'no JSON\n{"id":1}\n')
  assert.deepEqual(events(openLogBook(data).entries(ALL, 10)), ['stopped', 'relay-connected', 'started'])
})

test('neither the files nor the memory grow for ever, and nobody else reads them', (t) => {
  const data = folder(t)
  const book = openLogBook(data)
  for (let at = 0; at < 20_000; at++) book.log('rule-refused', { message: `refused ${at}`, service: 'web' })
  assert.ok(book.entries(ALL, 1_000_000).length <= 1.2 * MAX_LOG_ENTRIES)
  const sizes = readdirSync(data).map((name) => statSync(join(data, name)))
  assert.equal(sizes.length, 2)
  assert.ok(sizes.every(({ size, mode }) => size < 1.1 * 2 ** 20 && (mode & 0o777) === 0o600))
  book.close()
})

test('a disk that takes nothing costs nobody his service', (t) => {
  const data = join(folder(t), 'gone')
  const book = openLogBook(data)
  book.log('started')
  assert.deepEqual(events(book.entries(ALL, 10)), ['started'])
  book.close()
})

test('no secret gets in, nor who visits and what he asked for', (t) => {
  const data = folder(t)
  const book = openLogBook(data)
  const secrets = ['S3cretGrantAbCdEfGhIj', 'hunter2', 'anna@example.net', '198.51.100.77', 'q=my-secret-search', 'user:pass']
  book.log('fault', { error: `GET /page?q=my-secret-search failed, Authorization: Bearer S3cretGrantAbCdEfGhIj` })
  book.log('publish-failed', { error: 'https://user:pass@relay.example/s/abc#S3cretGrantAbCdEfGhIj said no to anna@example.net' })
  book.log('name-not-sent', { host: 'home.example', trouble: 'token=hunter2' })
  book.log('banned', { place: '198.51.100.77', reason: 'scan', service: 'web' })
  book.close()
  const text = readFileSync(join(data, 'log.jsonl'), 'utf8')
  for (const secret of secrets) assert.ok(!text.includes(secret), secret)
  assert.match(text, /relay\.example/)
})

test('every event has a sentence in every language, without a gap where its facts are there', () => {
  const facts = new Proxy({} as Record<string, string>, { get: (_all, name) => `<${String(name)}>` })
  for (const words of Object.values(LANGUAGES))
    for (const event of Object.keys(LOG_EVENTS) as LogEvent[]) {
      const tell = words.log.events[event] as (facts: Record<string, string>) => string
      assert.match(tell(facts), /^.{6,}[.>]$/, event)
    }
  const entry = { id: 0, atMs: 0, level: 'info', subject: 'engine', service: null } as const
  assert.equal(describeEntry({ ...entry, event: 'of-tomorrow', facts: { a: '1' } }, LANGUAGES.en), 'of-tomorrow a=1')
  assert.equal(describeEntry({ ...entry, event: 'fault', facts: {} }, LANGUAGES.en), 'Something went wrong inside Porchlight: unknown.')
  const found = { ...entry, event: 'problem-found', facts: { code: 'service-refused', service: 'web', target: 'http://127.0.0.1:80' } }
  assert.match(describeEntry(found, LANGUAGES.fr), /web/)
})
