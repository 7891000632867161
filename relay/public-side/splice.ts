/** Joins two byte streams: what comes in at one goes out at the other, with backpressure, each half ending on its own. */
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { cut } from '../../wire/cut.ts'
import { pump } from '../../wire/pump.ts'

export function splice(left: Duplex, right: Duplex): void {
  join(left, right)
  join(right, left)
}

function join(from: Duplex, to: Duplex): void {
  pump(from, to)
  // A side that broke off must not look like one that ended: the other is cut too, so that nobody waits for more.
  from.on('error', () => cutOff(to))
  from.on('close', () => {
    if (!from.readableEnded) cutOff(to)
  })
}

/** Destroying a TCP socket would end it politely (FIN): half a page would look like a whole one. */
function cutOff(stream: Duplex): void {
  if (stream instanceof Socket && !stream.destroyed) cut(stream)
  else stream.destroy()
}
