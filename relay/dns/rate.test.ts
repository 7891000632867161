import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRateLimiter, neighbourhood } from './rate.ts'

const LIMITS = { answersPerS: 10, burst: 3, maxSources: 2 }

test('a burst is answered; beyond it every second answer slips, until time has passed', () => {
  const decide = createRateLimiter(LIMITS)
  const at = (nowMs: number) => decide('203.0.113.7', nowMs)
  assert.deepEqual([0, 0, 0, 0, 0, 0, 0].map(at), ['answer', 'answer', 'answer', 'drop', 'slip', 'drop', 'slip'])
  assert.deepEqual([100, 100, 350, 350, 350].map(at), ['answer', 'drop', 'answer', 'answer', 'slip'])
  assert.deepEqual([9000, 9000, 9000, 9000].map(at).slice(0, 3), ['answer', 'answer', 'answer'])
})

test('neighbours share, others do not', () => {
  const same: [string, string][] = [
    ['203.0.113.7', '203.0.113.200'],
    ['::ffff:203.0.113.7', '203.0.113.9'],
    ['2001:db8:0:1200::1', '2001:db8:0:12ff:ffff::2'],
    ['fe80::1%eth0', 'fe80::2%eth1'],
  ]
  for (const [a, b] of same) assert.equal(neighbourhood(a), neighbourhood(b))
  const apart: [string, string][] = [
    ['203.0.113.7', '203.0.114.7'],
    ['2001:db8:0:1200::1', '2001:db8:0:1300::1'],
  ]
  for (const [a, b] of apart) assert.notEqual(neighbourhood(a), neighbourhood(b))
})

test('memory is bounded, and a flood from everywhere does not make it forget the one that is flooded', () => {
  const decide = createRateLimiter(LIMITS)
  const victim = () => decide('203.0.113.7', 0)
  for (let count = 0; count < 4; count++) victim()
  for (let other = 0; other < 1000; other++) {
    assert.equal(decide(`198.51.${other % 250}.1`, 0), 'answer')
    assert.notEqual(victim(), 'answer')
  }
})
