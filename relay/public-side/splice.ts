/** Joins two byte streams: what comes in at one goes out at the other, with backpressure, each half ending on its own. */
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { cut } from '../../wire/cut.ts'
import { pump } from '../../wire/pump.ts'

/** `early`: what has been read of the left one, and is only there until this returns. Each of the two needs an
 *  'error' listener of its own: none is set here, and without one a reset ends the process. */
export function splice(left: Duplex, right: Duplex, early?: Buffer): void {
  join(left, right, early)
  join(right, left)
}

function join(from: Duplex, to: Duplex, early?: Buffer): void {
  pump(from, to, early)
  // A side that broke off must not look like one that ended: the other is cut too, so that nobody waits for more.
  from.on('close', () => {
    if (!from.readableEnded || from.errored) cutOff(to)
  })
}

/** Destroying a TCP socket would end it politely (FIN): half a page would look like a whole one. */
function cutOff(stream: Duplex): void {
  if (stream instanceof Socket && !stream.destroyed) cut(stream)
  else stream.destroy()
}
