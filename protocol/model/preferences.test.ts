import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isQuiet, QuietHours } from './preferences.ts'

const quiet = (from: string, to: string, time: string): boolean =>
  isQuiet({ language: null, quietHours: { from, to } }, Number(time.slice(0, 2)) * 60 + Number(time.slice(3)))

test('quiet hours begin and end on the minute, also over midnight', () => {
  for (const [time, is] of [
    ['21:59', false],
    ['22:00', true],
    ['00:00', true],
    ['06:59', true],
    ['07:00', false],
    ['12:00', false],
  ] as const)
    assert.equal(quiet('22:00', '07:00', time), is, time)
  for (const [time, is] of [
    ['12:59', false],
    ['13:00', true],
    ['13:59', true],
    ['14:00', false],
  ] as const)
    assert.equal(quiet('13:00', '14:00', time), is, time)
  assert.equal(quiet('08:00', '08:00', '03:00'), true)
  assert.equal(isQuiet({ language: null, quietHours: null }, 0), false)
})

test('a time is a time of the day', () => {
  for (const time of ['24:00', '7:00', '07:60', '07:00 ', '', '0700'])
    assert.ok(!QuietHours.safeParse({ from: time, to: '08:00' }).success, time)
})
