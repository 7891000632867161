/** One JSON line an event, on standard error. Never an address of a visitor, never a key. */
import { Bucket } from './public-ports/bucket.ts'

export type Log = (event: string, fields?: Record<string, unknown>) => void

/** Somebody who comes and goes without end must not fill the operator's disk. */
const LINES_PER_S = 50
const LINES_AT_ONCE = 1000

/** What is too much is left out; how many lines that were stands before the next one. */
export function createLog(write: (line: string) => void, now: () => number = () => performance.now()): Log {
  const bucket = new Bucket(LINES_PER_S, LINES_AT_ONCE)
  let left = 0
  const say = (event: string, fields: Record<string, unknown>): void =>
    write(`${JSON.stringify({ at: new Date().toISOString(), event, ...fields })}\n`)
  return (event, fields = {}) => {
    if (!bucket.take(1, now())) {
      left += 1
      return
    }
    if (left > 0) say('log-left-out', { lines: left })
    left = 0
    say(event, fields)
  }
}

export const logToStderr: Log = createLog((line) => void process.stderr.write(line))
