import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasRestarted } from './epoch.ts'

const before = { epochS: 1_000, atMs: 50_000 }
const later = (serverS: number, clientS: number) => hasRestarted(before, { epochS: 1_000 + serverS, atMs: 50_000 + clientS * 1_000 })

test('natpmp clock: the rule of RFC 6886 §3.6', () => {
  const rows: [serverS: number, clientS: number, restarted: boolean, what: string][] = [
    [0, 0, false, 'nothing passed'],
    [-2, 0, false, 'two seconds of rounding'],
    [-3, 0, true, 'backwards'],
    [-1_000, 5, true, 'from zero'],
    [800, 800, false, 'in step'],
    [698, 800, false, 'an eighth too slow, and two seconds'],
    [697, 800, true, 'slower than that'],
    [9_000, 800, false, 'ahead: our clock stood still while we slept'],
  ]
  for (const [serverS, clientS, restarted, what] of rows) assert.equal(later(serverS, clientS), restarted, what)
})
