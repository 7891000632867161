/** Texts in the zone by which names are proven to a directory. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { house, KEY, MINUTE_MS } from './names.fixture.ts'

test('certificate texts stand side by side, are cleared one by one, and go by themselves after an hour', (context) => {
  const { names, at, label, clock } = house(context)
  const texts = (): unknown => at('_acme-challenge', label)
  names.setChallenge(KEY, 'set', 'one')
  clock.nowMs += MINUTE_MS
  names.setChallenge(KEY, 'set', 'two')
  names.setChallenge(KEY, 'set', 'two')
  assert.deepEqual(texts(), ['one', 'two'])
  names.setChallenge(KEY, 'clear', 'never set')
  clock.nowMs += 59 * MINUTE_MS
  assert.deepEqual(texts(), ['two'])
  names.setChallenge(KEY, 'clear', 'two')
  assert.equal(texts(), undefined)
})

test('texts that nobody cleared do not keep the next one out', (context) => {
  const { names, at, label, clock } = house(context)
  for (let text = 0; text < 12; text++) names.setChallenge(KEY, 'set', `text ${text}`)
  assert.deepEqual(
    at('_acme-challenge', label),
    [4, 5, 6, 7, 8, 9, 10, 11].map((text) => `text ${text}`),
  )
  clock.nowMs += 60 * MINUTE_MS
  names.setChallenge(KEY, 'set', 'next')
  assert.deepEqual(at('_acme-challenge', label), ['next'])
})

test('the relay’s own certificate text stands at the top', (context) => {
  const { at, ownChallenges } = house(context)
  ownChallenges.add('own')
  assert.deepEqual(at('_acme-challenge'), ['own'])
})
