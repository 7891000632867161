import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzz } from '../../../test/fuzz/random.ts'
import { hasRestarted } from './epoch.ts'

const before = { epochS: 1_000, atMs: 50_000 }
/** The clocks `serverS` and `clientS` later. */
const later = (serverS: number, clientS: number) => hasRestarted(before, { epochS: 1_000 + serverS, atMs: 50_000 + clientS * 1_000 })

test('pcp clock: the table of RFC 6887 §8.5', () => {
  const rows: [serverS: number, clientS: number, restarted: boolean, what: string][] = [
    [0, 0, false, 'nothing passed'],
    [-1, 0, false, 'answers that overtook each other'],
    [-2, 0, true, 'backwards'],
    [-1_000, 5, true, 'from zero'],
    [60, 60, false, 'in step'],
    [2, 0, false, 'two seconds of rounding'],
    [3, 0, true, 'ahead by more'],
    [0, 2, false, 'behind by two'],
    [0, 3, true, 'behind by more'],
    [1_600, 1_500, false, 'a sixteenth too fast'],
    [1_600, 1_490, true, 'faster than that'],
    [1_498, 1_600, false, 'a sixteenth too slow'],
    [1_490, 1_600, true, 'slower than that'],
    [7_000, 3_600, true, 'rebooted long ago, and again further than we remember'],
  ]
  for (const [serverS, clientS, restarted, what] of rows) assert.equal(later(serverS, clientS), restarted, what)
})

test('pcp clock: two clocks in step never look like a restart, and a new start always does', () => {
  fuzz(
    0xe90c,
    (random) => {
      const epochS = 10 + random.int(2 ** 31)
      const at = random.int(2 ** 31)
      const passedMs = random.int(30 * 86_400_000)
      const atMs = at + passedMs
      assert.equal(hasRestarted({ epochS, atMs: at }, { epochS: epochS + Math.floor(passedMs / 1_000), atMs }), false)
      assert.equal(hasRestarted({ epochS, atMs: at }, { epochS: random.int(epochS - 2), atMs }), true)
    },
    2_000,
  )
})
