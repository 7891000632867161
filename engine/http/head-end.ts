/** Where a head ends. */
import { CR, LF, Malformed } from './octets.ts'

/** The index behind the empty line that ends the head which begins at `start`, or -1: it has not come as a whole. What lies before `from` has been
 *  looked at already. Throws {@link Malformed} where it is longer than `maxBytes`, and at a bare line feed, for which others would wait. */
export function headEnd(bytes: Buffer, start: number, from: number, maxBytes: number): number {
  const end = behindEmptyLine(bytes, Math.max(start, from - 3))
  if ((end < 0 ? bytes.length : end) - start > maxBytes) throw new Malformed(431, 'a head that is too long')
  if (end < 0) refuseBareLineFeeds(bytes, start, from)
  return end
}

/** By hand, because a head is short: what `indexOf` takes to begin would be most of it. Looks at every fourth byte, and at others where an end may be
 *  near. */
function behindEmptyLine(bytes: Buffer, from: number): number {
  for (let last = from + 3; last < bytes.length; ) {
    const byte = bytes[last]
    if (byte === LF) {
      if (bytes[last - 1] === CR && bytes[last - 2] === LF && bytes[last - 3] === CR) return last + 1
      last += 2
    } else last += byte === CR ? 1 : 4
  }
  return -1
}

function refuseBareLineFeeds(bytes: Buffer, start: number, from: number): void {
  for (let at = bytes.indexOf(LF, from); at >= 0; at = bytes.indexOf(LF, at + 1))
    if (at === start || bytes[at - 1] !== CR) throw new Malformed(400, 'a bare line feed')
}
