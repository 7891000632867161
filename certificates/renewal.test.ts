import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type RETRIES, renewAtMs, retryAtMs } from './renewal.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

test('renewal at two thirds of the real lifetime, earlier by up to a thirtieth', () => {
  const rows: [lifetimeDays: number, jitter: number, renewalDay: number][] = [
    [90, 0, 60],
    [90, 1, 57],
    [90, 0.5, 58.5],
    [6, 0, 4],
    [6, 1, 3.8],
    [6, 7, 3.8],
    [6, -7, 4],
  ]
  const fromMs = Date.UTC(2030, 0, 1)
  for (const [days, jitter, renewalDay] of rows)
    assert.equal(renewAtMs(fromMs, fromMs + days * DAY_MS, jitter), fromMs + Math.round(renewalDay * DAY_MS))
})

test('a certificate whose dates are upside down is due at once', () => {
  assert.equal(renewAtMs(1000, 500, 0.3), 1000)
})

test('waits grow with each failure in a row and then stay', () => {
  const waits = (kind: keyof typeof RETRIES) =>
    [1, 2, 3, 4, 5, 50].map((failures) => retryAtMs(0, failures, { kind, final: false }, 0) / HOUR_MS)
  assert.deepEqual(waits('directory-unreachable'), [1 / 360, 1 / 60, 5 / 60, 0.25, 1, 1])
  assert.deepEqual(waits('rejected'), [5 / 60, 0.5, 2, 6, 6, 6])
  assert.deepEqual(waits('rate-limited'), [1, 6, 24, 24, 24, 24])
  assert.deepEqual(waits('untrusted-directory'), [1, 6, 6, 6, 6, 6])
})

test('what the directory says, a final failure and chance lengthen the wait and never shorten it', () => {
  assert.equal(retryAtMs(0, 1, { kind: 'rate-limited', final: false, retryAfterMs: 3 * HOUR_MS }, 0), 3 * HOUR_MS)
  assert.equal(retryAtMs(0, 1, { kind: 'rate-limited', final: false, retryAfterMs: 10 }, 0), HOUR_MS)
  assert.equal(retryAtMs(0, 1, { kind: 'rejected', final: true }, 0), DAY_MS)
  assert.equal(retryAtMs(0, 1, { kind: 'rate-limited', final: false }, 1), 66 * 60_000)
  assert.equal(retryAtMs(5, 0, { kind: 'rejected', final: false }, 0), 5 + HOUR_MS / 12)
})
