/** The router's clock, followed from answer to answer and from announcement to announcement, to notice that it began anew. */

import { type Ear, listenForAnnouncements } from './announcements.ts'
import type { Reading } from './epoch.ts'
import { createRestarts } from './restarts.ts'

export interface ClockPlan {
  /** What the first answer showed. */
  readonly epochS: number
  /** The protocol's own test. */
  readonly hasRestarted: (before: Reading, now: Reading) => boolean
  readonly ear: Ear
  /** What an announcement shows; undefined when it is none of this protocol. */
  readonly readAnnouncement: (datagram: Buffer) => number | undefined
  /** At most, and random: see {@link createRestarts}. */
  readonly waitMs: number
  /** Asks the router something harmless and hands what its clock shows to {@link Clock.read}. */
  readonly confirm: (signal: AbortSignal) => Promise<unknown>
  readonly onRestart: () => void
}

export interface Clock {
  /** To be called with every answer. True when the router has lost its table since the last one. */
  read(epochS: number): boolean
  close(): void
}

export function followClock({ epochS, hasRestarted, ear, readAnnouncement, waitMs, confirm, onRestart }: ClockPlan): Clock {
  const closed = new AbortController()
  let last: Reading = { epochS, atMs: performance.now() }
  const restarts = createRestarts({ waitMs, confirm: () => confirm(closed.signal), onRestart })
  const stopListening = listenForAnnouncements(ear, (datagram) => {
    const announcedS = readAnnouncement(datagram)
    if (announcedS === undefined) return
    // Anybody could have sent it, so that `last` stays.
    if (hasRestarted(last, { epochS: announcedS, atMs: performance.now() })) restarts.heard()
  })
  return {
    read(shownS) {
      const before = last
      last = { epochS: shownS, atMs: performance.now() }
      const restarted = hasRestarted(before, last)
      if (restarted) restarts.noticed()
      return restarted
    },
    close() {
      closed.abort()
      restarts.close()
      stopListening()
    },
  }
}
