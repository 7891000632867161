import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGuesses } from './guesses.ts'

test('one neighbourhood has twenty looks, and then one every ten seconds', () => {
  const clock = { nowMs: 0 }
  const guesses = createGuesses(() => clock.nowMs)
  for (let look = 0; look < 20; look++) assert.ok(guesses.mayLook('203.0.113.7'))
  assert.ok(!guesses.mayLook('203.0.113.8'))
  assert.ok(guesses.mayLook('198.51.100.1'))
  clock.nowMs += 10_000
  assert.ok(guesses.mayLook('203.0.113.9'))
  assert.ok(!guesses.mayLook('203.0.113.9'))
})

test('many guessers from everywhere get one guess a second between them; right ones cost nothing', () => {
  const clock = { nowMs: 0 }
  const guesses = createGuesses(() => clock.nowMs)
  const from = (index: number): string => `10.${index >> 8}.${index & 255}.1`
  for (let index = 0; index < 1000; index++) assert.ok(guesses.mayLook(from(index)), 'nothing was missed')
  for (let index = 0; index < 300; index++) guesses.missed()
  assert.ok(!guesses.mayLook('192.0.2.1'))
  clock.nowMs += 1000
  assert.ok(guesses.mayLook('192.0.2.1'))
  guesses.missed()
  assert.ok(!guesses.mayLook('192.0.2.1'))
})
