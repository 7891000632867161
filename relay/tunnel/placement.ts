/** Which lane of a session a new visitor gets. */

/** What a lane carries already. */
export interface Load {
  /** Streams that have carried much: downloads, films. Whatever shares their lane waits behind what they have on the line. */
  readonly bulkCount: number
  readonly streamCount: number
  readonly flowCount: number
  /** Gives no sign of life just now. */
  readonly isDoubtful: boolean
}

/** One that is alive; of those the one with the fewest bulk streams, and among those the one with the fewest of the same kind: a stream cannot move once it is open, so
 *  every new one, and music above all, begins as far from the long transfers as can be. Undefined without lanes. A home that has lost a lane
 *  without a word goes on with the others: who came by the lost one would be reset some seconds later. */
export function laneFor<L extends Load>(lanes: readonly L[], what: 'stream' | 'flow'): L | undefined {
  const count = (lane: L): number => (what === 'stream' ? lane.streamCount : lane.flowCount)
  const compared = (one: L, other: L): number =>
    Number(one.isDoubtful) - Number(other.isDoubtful) || one.bulkCount - other.bulkCount || count(one) - count(other)
  return lanes.reduce<L | undefined>((best, next) => (best && compared(best, next) <= 0 ? best : next), undefined)
}
