import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wanted } from './conditions.ts'

const MODIFIED = Date.UTC(2026, 4, 1, 12, 0, 0) + 250
const FILE = { etag: '"e1"', modifiedMs: MODIFIED, size: 1000 }
const SAME = new Date(MODIFIED).toUTCString()
const EARLIER = new Date(MODIFIED - 2000).toUTCString()

const rows: [Record<string, string>, ReturnType<typeof wanted> | number][] = [
  [{}, 200],
  [{ 'if-none-match': '"e1"' }, 304],
  [{ 'if-none-match': 'W/"e0", W/"e1"' }, 304],
  [{ 'if-none-match': '*' }, 304],
  [{ 'if-none-match': '"e2"' }, 200],
  // The tag decides, whatever the date says (RFC 9110 §13.1.3).
  [{ 'if-none-match': '"e2"', 'if-modified-since': SAME }, 200],
  [{ 'if-modified-since': SAME }, 304],
  [{ 'if-modified-since': EARLIER }, 200],
  [{ 'if-modified-since': 'yesterday' }, 200],
  [{ 'if-match': '"e1"' }, 200],
  [{ 'if-match': 'W/"e1"' }, 412],
  [{ 'if-match': '"e2"' }, 412],
  [{ 'if-unmodified-since': SAME }, 200],
  [{ 'if-unmodified-since': EARLIER }, 412],
  [{ range: 'bytes=0-0' }, { status: 206, first: 0, last: 0 }],
  [{ range: 'bytes=100-' }, { status: 206, first: 100, last: 999 }],
  [{ range: 'bytes=-10' }, { status: 206, first: 990, last: 999 }],
  [{ range: 'bytes=-5000' }, { status: 206, first: 0, last: 999 }],
  [{ range: 'bytes=990-5000' }, { status: 206, first: 990, last: 999 }],
  [{ range: 'bytes=1000-' }, 416],
  [{ range: 'bytes=-0' }, 416],
  [{ range: 'bytes=5-2' }, 200],
  [{ range: 'bytes=0-1,5-6' }, 200],
  [{ range: 'bytes=-' }, 200],
  [{ range: 'lines=1-2' }, 200],
  [{ range: 'bytes=99999999999999999999-' }, 200],
  [
    { range: 'bytes=0-9', 'if-range': '"e1"' },
    { status: 206, first: 0, last: 9 },
  ],
  [{ range: 'bytes=0-9', 'if-range': '"e2"' }, 200],
  [{ range: 'bytes=0-9', 'if-range': 'W/"e1"' }, 200],
  [
    { range: 'bytes=0-9', 'if-range': SAME },
    { status: 206, first: 0, last: 9 },
  ],
  [{ range: 'bytes=0-9', 'if-range': EARLIER }, 200],
  [{ range: 'bytes=0-9', 'if-none-match': '"e1"' }, 304],
]
for (const [headers, answer] of rows)
  test(`${JSON.stringify(headers)} → ${JSON.stringify(answer)}`, () =>
    assert.deepEqual(
      wanted((name) => headers[name], FILE),
      typeof answer === 'number' ? { status: answer } : answer,
    ))

test('an empty file has no part', () => {
  assert.deepEqual(
    wanted((name) => ({ range: 'bytes=0-' })[name], { ...FILE, size: 0 }),
    { status: 416 },
  )
  assert.deepEqual(
    wanted((name) => ({ range: 'bytes=-5' })[name], { ...FILE, size: 0 }),
    { status: 416 },
  )
})
