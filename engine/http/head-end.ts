/** Where a head ends. */
import { CR, LF, Malformed } from './octets.ts'

const END = Buffer.from('\r\n\r\n')

/** The index behind the empty line that ends the head which begins at `start`, or -1: it has not come as a whole. What lies before `from` has been
 *  looked at already. Throws {@link Malformed} where it is longer than `maxBytes`, and at a bare line feed, for which others would wait. */
export function headEnd(bytes: Buffer, start: number, from: number, maxBytes: number): number {
  const at = bytes.indexOf(END, Math.max(start, from - (END.length - 1)))
  const end = at < 0 ? -1 : at + END.length
  if ((end < 0 ? bytes.length : end) - start > maxBytes) throw new Malformed(431, 'a head that is too long')
  if (end < 0) refuseBareLineFeeds(bytes, start, from)
  return end
}

function refuseBareLineFeeds(bytes: Buffer, start: number, from: number): void {
  for (let at = bytes.indexOf(LF, from); at >= 0; at = bytes.indexOf(LF, at + 1))
    if (at === start || bytes[at - 1] !== CR) throw new Malformed(400, 'a bare line feed')
}
