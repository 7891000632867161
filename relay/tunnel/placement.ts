/** Which lane of a session a new visitor gets. */

/** What a lane carries already. */
export interface Load {
  /** Streams that have carried much: downloads, films. Whatever shares their lane waits behind what they have on the line. */
  readonly bulkCount: number
  /** Streams that were opened a moment ago and may still become bulk. */
  readonly newCount: number
  readonly streamCount: number
  readonly flowCount: number
  /** Gives no sign of life just now. */
  readonly isDoubtful: boolean
}

/** So many more new streams than any other may have begun on a lane because it has no bulk. Browsers open one or two connections to a host that
 *  speaks HTTP/2, as the front door does (docs/decisions.md). */
const CROWD = 3

/** One that is alive: who came by a lost one would be reset some seconds later. Of those one without bulk streams, since a stream cannot move
 *  once it is open: every new one, and music above all, begins apart from the long transfers. But when many come at once, all of them may be
 *  long, and what a lane without bulk gets too many of would be slower there than elsewhere. Else the one with the fewest that are bulk or may
 *  become it, and among those with the fewest of the same kind. Undefined without lanes. */
export function laneFor<L extends Load>(all: readonly L[], what: 'stream' | 'flow'): L | undefined {
  const busy = (lane: L): number => lane.bulkCount + lane.newCount
  const count = (lane: L): number => (what === 'stream' ? lane.streamCount : lane.flowCount)
  const lanes = someOf(all, ({ isDoubtful }) => !isDoubtful)
  const crowded = Math.min(...lanes.map(busy)) + CROWD
  return someOf(lanes, (lane) => lane.bulkCount === 0 && busy(lane) < crowded).reduce<L | undefined>(
    (best, next) => (best && (busy(best) - busy(next) || count(best) - count(next)) <= 0 ? best : next),
    undefined,
  )
}

/** Those that pass, or all where none does. */
function someOf<L>(lanes: readonly L[], passes: (lane: L) => boolean): readonly L[] {
  const passing = lanes.filter(passes)
  return passing.length > 0 ? passing : lanes
}
