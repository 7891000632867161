import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Load, laneFor } from './placement.ts'

/** Bulk streams, all streams, flows, new streams. */
const load = (bulkCount: number, streamCount: number, flowCount = 0, newCount = 0): Load => ({
  bulkCount,
  newCount,
  streamCount,
  flowCount,
  isDoubtful: false,
})
const doubtful = (lane: Load): Load => ({ ...lane, isDoubtful: true })

const table: [string, Load[], 'stream' | 'flow', number | undefined][] = [
  ['no lane at all', [], 'stream', undefined],
  ['the only lane, whatever it carries', [load(5, 900)], 'stream', 0],
  ['empty lanes: the first', [load(0, 0), load(0, 0)], 'stream', 0],
  ['the fewest streams', [load(0, 3), load(0, 1), load(0, 2)], 'stream', 1],
  ['rather many short ones than one long one', [load(1, 1), load(0, 50)], 'stream', 1],
  ['a bulk stream everywhere: the fewest of them', [load(2, 2), load(1, 9), load(3, 3)], 'stream', 1],
  ['as many bulk streams: the fewest streams', [load(1, 9), load(1, 2)], 'stream', 1],
  ['rather a few new ones than one long one', [load(1, 1), load(0, 50, 0, 3)], 'stream', 1],
  ['a crowd: not all on the lane that has no bulk yet', [load(12, 12), load(0, 18, 0, 18)], 'stream', 0],
  ['new ones count as bulk among bulk', [load(3, 9, 0, 2), load(4, 4)], 'stream', 1],
  ['a flow: the fewest flows', [load(0, 0, 4), load(0, 9, 1)], 'flow', 1],
  ['a flow: away from bulk', [load(1, 1, 0), load(0, 30, 7)], 'flow', 1],
  ['rather a busy lane than one that may be dead', [doubtful(load(0, 0)), load(3, 90)], 'stream', 1],
  ['all may be dead: as ever', [doubtful(load(0, 3)), doubtful(load(0, 1))], 'stream', 1],
]
for (const [name, lanes, what, chosen] of table)
  test(name, () => assert.equal(laneFor(lanes, what), chosen === undefined ? undefined : lanes[chosen]))

test('64 downloads that begin at once are spread evenly, though some lanes have bulk long before the last of them', () => {
  const lanes = Array.from({ length: 4 }, () => load(0, 0))
  for (let visitor = 0; visitor < 64; visitor++) {
    const at = lanes.indexOf(laneFor(lanes, 'stream') as Load)
    const { streamCount } = lanes[at] as Load
    // Lanes 0 to 2 are quick, and the fourth is late by a few visitors.
    const isBulk = at < 3 ? visitor > 40 : visitor > 55
    lanes[at] = isBulk ? load(streamCount + 1, streamCount + 1) : load(0, streamCount + 1, 0, streamCount + 1)
  }
  const counts = lanes.map(({ streamCount }) => streamCount)
  assert.ok(Math.min(...counts) / Math.max(...counts) >= 0.8, `${counts}`)
})

test('of four lanes three may carry a film each, and every new visitor still begins on the fourth', () => {
  const lanes = [load(1, 1), load(1, 1), load(1, 1), load(0, 0)]
  for (let visitor = 0; visitor < 100; visitor++) {
    const lane = laneFor(lanes, 'stream') as Load
    assert.equal(lane, lanes[3])
    lanes[3] = load(0, lane.streamCount + 1)
  }
})
