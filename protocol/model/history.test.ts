import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Span, shareReachable } from './history.ts'

const span = (state: Span['state'], fromMs: number, toMs: number | null): Span => ({ service: 'web', state, fromMs, toMs })

test('the share of reachable time counts only what is known', () => {
  const spans = [
    span('direct', 0, 50),
    span('off', 50, 500),
    span('unreachable', 500, 600),
    span('paused', 600, 900),
    span('relayed', 900, null),
  ]
  assert.equal(shareReachable(spans, 0, 950), 0.5)
  assert.equal(shareReachable(spans, 550, 950), 0.5)
  assert.equal(shareReachable(spans, 900, 950), 1)
  assert.equal(shareReachable(spans.slice(1, 2), 0, 950), null)
})
