import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type House, newsOf } from './dark.ts'

const MIN = 60_000
const NOW = 1_800_000_000_000
const AFTER = 5 * MIN
const STARTED = NOW - 24 * 60 * MIN
const LIT: House = { isUp: true, upSinceMs: NOW - 600 * MIN, isExpected: false, lastSeenAtMs: NOW, toldAtMs: null, darkSinceMs: null }
const gone = (minutes: number, changes: Partial<House> = {}): House => ({
  ...LIT,
  isUp: false,
  lastSeenAtMs: NOW - minutes * MIN,
  ...changes,
})
const back = (minutes: number): House => ({ ...LIT, upSinceMs: NOW - minutes * MIN, toldAtMs: NOW - 60 * MIN, darkSinceMs: NOW - 65 * MIN })

const ROWS: readonly [string, House, 'dark' | 'back' | undefined, number?][] = [
  ['it is here', LIT, undefined],
  ['it has been away for less than the owner was promised', gone(4.9), undefined],
  ['it has been away for long enough', gone(5), 'dark'],
  ['its computer sleeps, or its operator shut it out', gone(60, { isExpected: true }), undefined],
  ['its owner knows already', gone(60, { toldAtMs: NOW - 55 * MIN, darkSinceMs: NOW - 60 * MIN }), undefined],
  ['it was told of as dark, and is back for a moment', back(0.5), undefined],
  ['it was told of as dark, and is back for good', back(1), 'back'],
  ['it came back, and left again soon after its owner was told', gone(6, { toldAtMs: NOW - 29 * MIN }), undefined],
  ['it came back, and left again later', gone(6, { toldAtMs: NOW - 30 * MIN }), 'dark'],
  ['the relay itself was away: homes have as long to return', gone(600), undefined, NOW - 4 * MIN],
  ['and no longer', gone(600), 'dark', NOW - 5 * MIN],
]

for (const [title, house, news, startedAtMs = STARTED] of ROWS)
  test(title, () => assert.equal(newsOf(house, { nowMs: NOW, startedAtMs, afterMs: AFTER }), news))
