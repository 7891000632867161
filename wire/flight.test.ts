import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Flight } from './flight.ts'

interface Line {
  readonly rttMs: number
  readonly bytesPerMs: number
}

interface Found {
  /** Of the first lane. */
  readonly underWayBytes: number
  /** What its last mark took. */
  readonly delayMs: number
  /** Half of what was sent had to wait longer than this before the line. */
  readonly queueMs: number
  /** For what part of the time the line had nothing to do. */
  readonly idleShare: number
  readonly sentBytes: readonly number[]
  /** When the first lane let nothing go under way. */
  readonly drainedMs: readonly number[]
}

/** Lanes that always have more, over one line that carries so much and queues the rest. `busyMs`: for how long the other side leaves unread
 *  what comes now. */
function send(
  flights: readonly Flight[],
  line: (atMs: number) => Line,
  fromMs: number,
  forMs: number,
  busyMs: () => number = () => 0,
): Found {
  const echoes: { lane: number; id: number; atMs: number; dueMs: number }[] = []
  const sentBytes = flights.map(() => 0)
  let [freeAtMs, readAtMs, delayMs, underWayBytes] = [fromMs, fromMs, 0, 0]
  const queuesMs: number[] = []
  const drainedMs: number[] = []
  for (let nowMs = fromMs; nowMs < fromMs + forMs; nowMs += STEP_MS) {
    const { rttMs, bytesPerMs } = line(nowMs)
    while (echoes[0] && echoes[0].dueMs <= nowMs) {
      const { lane, id, atMs } = echoes.shift() as (typeof echoes)[number]
      if (lane === 0) delayMs = nowMs - atMs
      flights[lane]?.echoed(id, nowMs)
    }
    for (const [lane, flight] of flights.entries()) {
      while (flight.roomBytes > 0 || flight.wantsMark) {
        const bytes = flight.roomBytes > 0 ? 16_384 : 0
        flight.sent(bytes)
        flight.full()
        sentBytes[lane] = (sentBytes[lane] ?? 0) + bytes
        freeAtMs = Math.max(freeAtMs, nowMs) + bytes / bytesPerMs
        if (!flight.wantsMark) continue
        const arrivesMs = freeAtMs + rttMs / 2
        if (arrivesMs > readAtMs) readAtMs = arrivesMs + busyMs()
        echoes.push({ lane, id: flight.mark(nowMs), atMs: nowMs, dueMs: readAtMs + rttMs / 2 })
      }
    }
    underWayBytes = (flights[0]?.limitBytes ?? 0) - (flights[0]?.roomBytes ?? 0)
    if (flights[0]?.limitBytes === 0) drainedMs.push(nowMs)
    queuesMs.push(Math.max(0, freeAtMs - nowMs))
  }
  const queueMs = queuesMs.toSorted((a, b) => a - b)[queuesMs.length >> 1] as number
  const idleShare = queuesMs.filter((ms) => ms === 0).length / queuesMs.length
  return { underWayBytes, delayMs, queueMs, idleShare, sentBytes, drainedMs }
}

const STEP_MS = 0.5

const HOME: Line = { rttMs: 30, bytesPerMs: 5000 }

test('a slow line is kept full, with little waiting before it', () => {
  const flight = new Flight()
  const { underWayBytes, delayMs } = send([flight], () => HOME, 0, 5000)
  assert.ok(underWayBytes >= 150_000, `${underWayBytes} bytes under way, less than the line holds`)
  assert.ok(delayMs <= 30 + 30, `${delayMs} ms: most of it in a queue`)
  assert.ok((flight.rttMs ?? 0) >= 30)
})

for (const [rttMs, bytesPerMs, mostMs] of [
  [30, 5000, 7],
  [20, 12_500, 7],
  [60, 5000, 10],
  [100, 1000, 25],
  [40, 125, 500],
] as const)
  test(`what waits before a line of ${bytesPerMs / 125} Mbit/s and ${rttMs} ms is little, most of the time, and the line is full`, () => {
    const flight = new Flight()
    // The lane is asked before it carries anything.
    flight.echoed(flight.mark(-rttMs), 0)
    const { queueMs, idleShare } = send([flight], () => ({ rttMs, bytesPerMs }), 0, 10_000)
    assert.ok(queueMs <= mostMs, `${queueMs} ms`)
    assert.ok(idleShare <= 0.04, `${idleShare} of the time`)
  })

test('lanes that share a line get the same of it, and hold a mark more each', () => {
  const flights = Array.from({ length: 3 }, () => new Flight())
  for (const flight of flights) flight.echoed(flight.mark(-30), 0)
  const { queueMs, idleShare, sentBytes } = send(flights, () => HOME, 0, 20_000)
  assert.ok(queueMs <= 20, `${queueMs} ms`)
  assert.ok(idleShare <= 0.01, `${idleShare} of the time`)
  assert.ok(Math.min(...sentBytes) >= 0.7 * Math.max(...sentBytes), `${sentBytes}`)
})

test('a line stays full while the other side is busy with something else every now and then', () => {
  const flight = new Flight()
  flight.echoed(flight.mark(-30), 0)
  let chance = 1
  // One mark in ten finds it so, for up to 20 ms.
  const busyMs = (): number => {
    chance = (chance * 16_807) % 2_147_483_647
    return chance % 10 === 0 ? (chance % 2000) / 100 : 0
  }
  const { queueMs, idleShare } = send([flight], () => HOME, 0, 20_000, busyMs)
  assert.ok(idleShare <= 0.03, `${idleShare} of the time`)
  assert.ok(queueMs <= 30, `${queueMs} ms`)
})

test('a quick line gets megabytes', () => {
  const flight = new Flight()
  send([flight], () => ({ rttMs: 80, bytesPerMs: 100_000 }), 0, 3000)
  assert.ok(flight.limitBytes >= 7_000_000, `${flight.limitBytes} bytes for a line that holds eight million`)
})

test('a line that becomes longer is learned', () => {
  const flight = new Flight()
  send([flight], (atMs) => (atMs < 3000 ? HOME : { ...HOME, rttMs: 200 }), 0, 28_000)
  assert.ok(flight.limitBytes >= 600_000, `${flight.limitBytes} bytes for a line that holds a million`)
})

test('what an empty line takes does not creep up with the queue', () => {
  const flight = new Flight()
  const { delayMs } = send([flight], () => HOME, 0, 60_000)
  assert.ok(delayMs <= 30 + 30, `${delayMs} ms after a minute`)
})

test('a line that has been full for a second is drained for a round trip, and then only now and then', () => {
  // It becomes known a little later what an empty line takes: no reason to wait.
  const { drainedMs } = send([new Flight()], (atMs) => ({ ...HOME, rttMs: atMs < 300 ? 60 : 30 }), 0, 15_000)
  const [first, second] = [drainedMs.filter((ms) => ms < 5000), drainedMs.filter((ms) => ms >= 5000)]
  for (const [drained, aroundMs] of [
    [first, 1100],
    [second, 11_200],
  ] as const) {
    assert.ok(Math.abs((drained[0] ?? 0) - aroundMs) <= 150, `${drained[0]}`)
    assert.ok(drained.length * STEP_MS <= 100, `for ${drained.length * STEP_MS} ms`)
  }
})

test('a processor that is busy for a moment costs nothing', () => {
  const flight = new Flight()
  const busy = (atMs: number) => atMs % 50 < 25
  send([flight], (atMs) => ({ rttMs: busy(atMs) ? 26 : 1, bytesPerMs: 500_000 }), 0, 5000)
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
