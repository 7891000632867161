import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MAX_GROWN_BYTES, MAX_WINDOW_BYTES, WINDOW_BYTES } from './limits.ts'
import { Window } from './window.ts'

/** Quarter after quarter, each taken so quickly; gives where the window ends. */
function taken(window: Window, quarters: number, eachMs: number, rttMs: number | undefined): number {
  for (let n = 1; n <= quarters; n++) window.grow(rttMs, n * eachMs)
  return window.bytes
}

test('a window doubles while quarters are used up within a round trip, and not beyond its limit', () => {
  const window = new Window()
  assert.equal(window.grow(30, 5), WINDOW_BYTES)
  assert.equal(window.bytes, 2 * WINDOW_BYTES)
  assert.equal(taken(window, 100, 5, 30), MAX_WINDOW_BYTES)
  window.release()
})

test('a reader that takes its time, or a line that is not known yet, leaves it as it is', () => {
  assert.equal(taken(new Window(), 100, 31, 30), WINDOW_BYTES)
  assert.equal(taken(new Window(), 100, 1, undefined), WINDOW_BYTES)
})

test('all windows of a process together grow so far and no farther, and what is given back can be had again', () => {
  const windows = Array.from({ length: 100 }, () => new Window())
  const grown = (): number => windows.reduce((sum, window) => sum + taken(window, 10, 1, 30) - WINDOW_BYTES, 0)
  const first = grown()
  assert.ok(first <= MAX_GROWN_BYTES && first > MAX_GROWN_BYTES - MAX_WINDOW_BYTES, `${first} bytes`)
  for (const window of windows) window.release()
  assert.equal(grown(), first)
  for (const window of windows) window.release()
})
