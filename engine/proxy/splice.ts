/** Two streams made into one: after an Upgrade, and for plain TCP services. Half-closes travel, a reset on one side resets the other, and
 *  neither side outlives the other for long. */
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { cut } from '../../wire/cut.ts'
import { pump } from '../../wire/pump.ts'

/** How long the last bytes may take to a peer that stopped reading after the other side left. */
const LINGER_MS = 30_000

export function splice(a: Duplex, b: Duplex): void {
  pump(a, b)
  pump(b, a)
  follow(a, b)
  follow(b, a)
}

/** What happens to `other` when `one` goes. A stream that closes without having ended was cut, whether it said an error or not. */
function follow(one: Duplex, other: Duplex): void {
  one.on('error', () => reset(other))
  one.once('close', () => {
    if (!one.readableEnded || one.errored) return reset(other)
    // Nobody is left to read what `other` still says; what `one` said last must still arrive there.
    if (other.writableFinished) return void other.destroy()
    const linger = setTimeout(() => other.destroy(), LINGER_MS).unref()
    other.once('finish', () => other.destroy()).once('close', () => clearTimeout(linger))
    other.end()
  })
}

/** RST rather than FIN: a peer that reads FIN takes a cut-off transfer for a complete one. TLS tells the difference by itself. */
export function reset(stream: Duplex): void {
  if (stream.destroyed) return
  // A folder's server is reached by a local socket, which knows no RST and has no address.
  if (stream instanceof Socket && !(stream instanceof TLSSocket) && stream.remoteAddress !== undefined) cut(stream)
  else stream.destroy()
}
