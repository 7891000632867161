/** The bytes of one stream into another. */
import type { Readable, Writable } from 'node:stream'

/** As `from.pipe(to)`, but whatever comes within one turn of the event loop leaves in one write: TLS and lanes hand over 16 KB at a time,
 *  and a system call for each is most of what a relay does (measured, docs/decisions.md). Errors and resets are the caller's. */
export function pump(from: Readable, to: Writable): void {
  let corked = false
  const uncork = (): void => {
    corked = false
    to.uncork()
  }
  from.on('data', (chunk: Buffer) => {
    if (!corked) {
      corked = true
      to.cork()
      setImmediate(uncork)
    }
    if (!to.write(chunk)) from.pause()
  })
  to.on('drain', () => from.resume())
  from.on('end', () => to.end())
  from.resume()
}
