import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Flight } from './flight.ts'

interface Line {
  readonly rttMs: number
  readonly bytesPerMs: number
}

/** A sender that always has more, over a line that carries so much and queues the rest. Gives what was under way and how long the last mark
 *  took, at the end, how long half of it had to wait before the line, and for what part of
 *  the time the line had nothing to do. */
function send(
  flight: Flight,
  line: (atMs: number) => Line,
  fromMs: number,
  forMs: number,
): { underWayBytes: number; delayMs: number; queueMs: number; idleShare: number } {
  const marks: { id: number; atMs: number; dueMs: number }[] = []
  let freeAtMs = fromMs
  let delayMs = 0
  let underWayBytes = 0
  const queuesMs: number[] = []
  for (let nowMs = fromMs; nowMs < fromMs + forMs; nowMs += 1) {
    const { rttMs, bytesPerMs } = line(nowMs)
    while (marks[0] && marks[0].dueMs <= nowMs) {
      const { id, atMs } = marks.shift() as (typeof marks)[number]
      delayMs = nowMs - atMs
      flight.echoed(id, nowMs)
    }
    while (flight.roomBytes > 0 || flight.wantsMark) {
      const bytes = Math.min(16_384, flight.roomBytes)
      flight.sent(bytes)
      flight.full()
      freeAtMs = Math.max(freeAtMs, nowMs) + bytes / bytesPerMs
      if (flight.wantsMark) marks.push({ id: flight.mark(nowMs), atMs: nowMs, dueMs: freeAtMs + rttMs })
    }
    underWayBytes = flight.limitBytes - flight.roomBytes
    queuesMs.push(Math.max(0, freeAtMs - nowMs))
  }
  const queueMs = queuesMs.toSorted((a, b) => a - b)[queuesMs.length >> 1] as number
  return { underWayBytes, delayMs, queueMs, idleShare: queuesMs.filter((ms) => ms === 0).length / queuesMs.length }
}

const HOME: Line = { rttMs: 30, bytesPerMs: 5000 }

test('a slow line is kept full, with little waiting before it', () => {
  const flight = new Flight()
  const { underWayBytes, delayMs } = send(flight, () => HOME, 0, 5000)
  assert.ok(underWayBytes >= 150_000, `${underWayBytes} bytes under way, less than the line holds`)
  assert.ok(delayMs <= 30 + 30, `${delayMs} ms: most of it in a queue`)
  assert.ok((flight.rttMs ?? 0) >= 30)
})

for (const [rttMs, bytesPerMs, mostMs] of [
  [30, 5000, 18],
  [20, 12_500, 18],
  [60, 5000, 18],
  [100, 1000, 60],
] as const)
  test(`what waits before a line of ${bytesPerMs / 125} Mbit/s and ${rttMs} ms is little, most of the time, and the line is full`, () => {
    const flight = new Flight()
    // The lane is asked before it carries anything.
    flight.echoed(flight.mark(-rttMs), 0)
    const { queueMs, idleShare } = send(flight, () => ({ rttMs, bytesPerMs }), 0, 10_000)
    assert.ok(queueMs <= mostMs, `${queueMs} ms`)
    assert.ok(idleShare <= 0.06, `${idleShare} of the time`)
  })

test('a quick line gets megabytes', () => {
  const flight = new Flight()
  send(flight, () => ({ rttMs: 80, bytesPerMs: 100_000 }), 0, 3000)
  assert.ok(flight.limitBytes >= 7_000_000, `${flight.limitBytes} bytes for a line that holds eight million`)
})

test('a line that becomes longer is learned', () => {
  const flight = new Flight()
  send(flight, (atMs) => (atMs < 3000 ? HOME : { ...HOME, rttMs: 200 }), 0, 28_000)
  assert.ok(flight.limitBytes >= 600_000, `${flight.limitBytes} bytes for a line that holds a million`)
})

test('what an empty line takes does not creep up with the queue', () => {
  const flight = new Flight()
  const { delayMs } = send(flight, () => HOME, 0, 60_000)
  assert.ok(delayMs <= 30 + 30, `${delayMs} ms after a minute`)
})

test('a processor that is busy for a moment costs nothing', () => {
  const flight = new Flight()
  const busy = (atMs: number) => atMs % 50 < 25
  send(flight, (atMs) => ({ rttMs: busy(atMs) ? 26 : 1, bytesPerMs: 500_000 }), 0, 5000)
  assert.ok(flight.limitBytes >= 4_000_000, `${flight.limitBytes} bytes`)
})

test('a peer that echoes nothing, or what was never sent, gets no more than it began with', () => {
  const flight = new Flight()
  const began = flight.roomBytes
  for (let turn = 0; turn < 1000; turn++) {
    const bytes = Math.min(1000, flight.roomBytes)
    flight.sent(bytes)
    flight.full()
    if (flight.wantsMark) flight.mark(turn)
    flight.echoed(1_000_000 + turn, turn)
  }
  assert.equal(flight.roomBytes, 0)
  assert.equal(flight.limitBytes, began)
  assert.equal(flight.rttMs, undefined)
})

test('an idle lane is measured too, and marks without end are not kept', () => {
  const flight = new Flight()
  for (let n = 0; n < 1000; n++) flight.mark(n)
  flight.echoed(1, 2000)
  assert.equal(flight.rttMs, undefined, 'the oldest are forgotten')
  flight.echoed(1000, 1039)
  assert.equal(flight.rttMs, 40)
})

test('an echo may be late by some round trips, and by what a slow line takes for more than it has ever carried', () => {
  const flight = new Flight()
  assert.equal(flight.slackMs, undefined)
  flight.echoed(flight.mark(0), 50)
  assert.equal(flight.slackMs, 200)
  flight.sent(256_000)
  const behind = flight.mark(100)
  assert.equal(flight.slackMs, 200 + 8000)
  assert.equal(flight.echoed(behind, 1100), true)
  flight.sent(256_000)
  // 50 + 950/8 = 169 ms, smoothed.
  assert.equal(Math.round(flight.slackMs ?? 0), 675)
  assert.equal(flight.echoed(behind, 1200), false)
})
