import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sendAway } from './send-away.ts'
import type { VisitorAnswer, VisitorRequest } from './visitor-request.ts'

const NOW_MS = Date.UTC(2026, 0, 15, 12)
const VISITOR = { address: '203.0.113.7', host: 'web.device.example' }

function page(language: string, untilMs: number | null) {
  const sent: { status: number; headers: Readonly<Record<string, string>>; body: string }[] = []
  let isLast = false
  const request = { header: () => language } as unknown as VisitorRequest
  const answer = {
    send: (status: number, headers: Readonly<Record<string, string>>, body = '') => sent.push({ status, headers, body }),
    isLast: () => {
      isLast = true
    },
  } as unknown as VisitorAnswer
  const ban = { place: VISITOR.address, reason: 'scan', service: 'web', count: 5, sinceMs: NOW_MS, untilMs } as const
  sendAway({ why: 'banned', ban }, VISITOR, request, answer, NOW_MS)
  const [only] = sent
  assert.ok(only && isLast)
  return only
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const SPANS: readonly [leftMs: number, english: string, french: string][] = [
  [1, 'in 1 minute.', 'dans 1 minute.'],
  [9 * MINUTE_MS + 1, 'in 10 minutes.', 'dans 10 minutes.'],
  [HOUR_MS, 'in 60 minutes.', 'dans 60 minutes.'],
  [2 * HOUR_MS, 'in 2 hours.', 'dans 2 heures.'],
  [24 * HOUR_MS, 'in 24 hours.', 'dans 24 heures.'],
  [7 * 24 * HOUR_MS, 'in 7 days.', 'dans 7 jours.'],
]
for (const [leftMs, english, french] of SPANS)
  test(`who is banned for ${leftMs} ms more reads "${english}"`, () => {
    assert.ok(page('en', NOW_MS + leftMs).body.includes(english))
    assert.ok(page('fr-FR,fr;q=0.9', NOW_MS + leftMs).body.includes(french))
    assert.equal(page('en', NOW_MS + leftMs).headers['Retry-After'], String(Math.max(1, Math.ceil(leftMs / 1000))))
  })

test('who is banned for good reads that, and each learns his own address, which is what the owner needs', () => {
  const { status, headers, body } = page('en', null)
  assert.match(body, /until the owner of this home lets you in again/)
  assert.deepEqual([status, headers['Retry-After'], headers['Cache-Control']], [403, undefined, 'no-store'])
  assert.ok(body.includes(VISITOR.address))
})
