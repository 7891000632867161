/** Has the server lost its table? Its clock tells: it counts the seconds since the table was empty (RFC 6887 §8.5). Pure. */

export interface Reading {
  /** What the server's clock showed. */
  readonly epochS: number
  /** What ours showed then. Any clock that runs evenly; one that stands still while the machine sleeps makes a sleep look like a
   *  restart, which costs one round of renewals at a time when these are wanted anyway. */
  readonly atMs: number
}

/** True when the two readings cannot come from one run of the server's clock. */
export function hasRestarted(before: Reading, now: Reading): boolean {
  // Two answers may overtake each other.
  if (now.epochS < before.epochS - 1) return true
  const clientS = Math.floor(now.atMs / 1000) - Math.floor(before.atMs / 1000)
  const serverS = now.epochS - before.epochS
  return clientS + 2 < serverS - Math.trunc(serverS / 16) || serverS + 2 < clientS - Math.trunc(clientS / 16)
}
