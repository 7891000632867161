/** Has the router lost its table? Its clock tells: it counts the seconds since the table was empty (RFC 6886 §3.6). Pure. */

import type { Reading } from '../pcp/epoch.ts'

/** True when the router's clock is behind where it must be by now, even if it runs an eighth too slowly. */
export function hasRestarted(before: Reading, now: Reading): boolean {
  const elapsedS = (now.atMs - before.atMs) / 1000
  return now.epochS < before.epochS + (elapsedS * 7) / 8 - 2
}
