import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from './log.ts'

test('one JSON line an event', () => {
  const lines: string[] = []
  createLog(
    (line) => lines.push(line),
    () => 0,
  )('lane-open', { device: 'amber-otter-42' })
  const { at, ...rest } = JSON.parse(lines[0] ?? '')
  assert.deepEqual(rest, { event: 'lane-open', device: 'amber-otter-42' })
  assert.ok(Math.abs(Date.parse(at) - Date.now()) < 60_000)
  assert.match(lines[0] ?? '', /^[^\n]*\n$/)
})

test('a flood is left out and counted; a second later there is room again', () => {
  const lines: string[] = []
  let nowMs = 0
  const log = createLog(
    (line) => lines.push(line),
    () => nowMs,
  )
  for (let n = 0; n < 5000; n++) log('lane-open')
  assert.equal(lines.length, 1000)
  nowMs = 1000
  log('lane-closed')
  assert.deepEqual(
    lines
      .slice(1000)
      .map((line) => JSON.parse(line))
      .map(({ event, lines }) => [event, lines]),
    [
      ['log-left-out', 4000],
      ['lane-closed', undefined],
    ],
  )
})
