import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from './log.ts'

function logged(options: { visitors?: boolean } = {}) {
  const lines: string[] = []
  const clock = { nowMs: 0 }
  const log = createLog({ write: (line) => lines.push(line), now: () => clock.nowMs, ...options })
  return { log, lines, clock, last: () => JSON.parse(lines.at(-1) ?? '') }
}

test('one JSON line an event, with how much it matters', () => {
  const { log, lines, last } = logged()
  log('lane-open', { device: 'amber-otter-42' })
  const { at, ...rest } = last()
  assert.deepEqual(rest, { level: 'info', event: 'lane-open', device: 'amber-otter-42' })
  assert.ok(Math.abs(Date.parse(at) - Date.now()) < 60_000)
  assert.match(lines[0] ?? '', /^[^\n]*\n$/)
  log('decisions-unread')
  assert.equal(last().level, 'error')
})

test('a flood of one event is left out and counted; the others go on, and later it does', () => {
  const { log, lines, clock } = logged()
  for (let n = 0; n < 5000; n++) log('lane-open')
  log('listener-fault')
  clock.nowMs = 1000
  log('lane-open')
  const said = lines.map((line) => JSON.parse(line)).map(({ event, of, lines }) => [event, of, lines])
  assert.deepEqual(said.slice(199), [
    ['lane-open', undefined, undefined],
    ['listener-fault', undefined, undefined],
    ['log-left-out', 'lane-open', 4800],
    ['lane-open', undefined, undefined],
  ])
})

test('no address stands in it, wherever it comes from, unless the operator wants them', () => {
  const hidden = [
    'connect ECONNREFUSED 203.0.113.9:443',
    'from 2001:db8::9.',
    '[2001:db8:0:1::9]:4242 is gone',
    '::ffff:203.0.113.9',
    'at 203.0.113.9, again',
    '203.0.113.9:',
  ]
  const { log, lines } = logged()
  for (const text of hidden) log('ask-failed', { error: new Error(text), deep: [{ text }] })
  const refused = Object.assign(new Error('send EHOSTUNREACH'), { address: '203.0.113.9', port: 53 })
  log('dns-fault', { kind: 'fault', error: refused })
  assert.equal(lines.length, 7)
  for (const line of lines) assert.doesNotMatch(line, /203\.0\.113|2001:db8/)
  assert.match(lines[0] ?? '', /ECONNREFUSED \[address\]/)
  const open = logged({ visitors: true })
  open.log('visitor', { address: '203.0.113.9' })
  assert.equal(open.last().address, '203.0.113.9')
})

test('what only looks like one stays: times, versions, names', () => {
  const { log, last } = logged()
  const fields = { until: '2030-01-31T18:00:00.000Z', version: '1.2.3', device: 'cafe-babe-42', text: 'face:b00c', code: 'EADDRINUSE: 0.5' }
  log('lane-open', fields)
  const { at: _at, level: _level, event: _event, ...rest } = last()
  assert.deepEqual(rest, fields)
})
