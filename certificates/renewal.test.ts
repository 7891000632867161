import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asksStaging, type RETRIES, renewAtMs, renewWithinMs, retryAtMs } from './renewal.ts'

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
  for (const kind of ['unproven', 'rejected'] as const) assert.deepEqual(waits(kind), [5 / 60, 0.5, 2, 6, 6, 6])
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

test('a directory’s window moves a renewal forwards, never back', () => {
  const window = { startMs: 10 * DAY_MS, endMs: 14 * DAY_MS }
  const rows: [byAge: number, jitter: number, expected: number][] = [
    [60, 0, 10],
    [60, 0.5, 12],
    [60, 1, 14],
    [11, 1, 11],
    [5, 0, 5],
  ]
  for (const [byAge, jitter, expected] of rows) assert.equal(renewWithinMs(window, byAge * DAY_MS, jitter), expected * DAY_MS)
})

test('staging is asked after two failures in a row that a person or a proof caused, not the network', () => {
  assert.deepEqual(
    [1, 2, 3].map((failures) => asksStaging(failures, 'unproven')),
    [false, true, true],
  )
  for (const kind of ['directory-unreachable', 'rate-limited', 'terms', 'account', 'untrusted-directory', undefined] as const)
    assert.equal(asksStaging(9, kind), false)
})
