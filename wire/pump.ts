/** The bytes of one stream into another. */
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { Collector } from './collector.ts'
import { LaneStream } from './lane-stream.ts'
import { NO_PACE } from './pace.ts'
import { readInto, readPieces } from './read-into.ts'

/** Bytes that may wait for a slow writer, where no credit of a lane bounds them. */
const MAX_HELD_BYTES = 262_144

/** As `from.pipe(to)`, but whatever comes within one turn of the event loop leaves in few writes: TLS and lanes hand over 16 KB at a time,
 *  and a system call for each is most of what a relay does (measured, docs/decisions.md). Errors and resets are the caller's.
 *  `early`: what was read before, and is only there until this returns. */
export function pump(from: Duplex, to: Duplex, early?: Buffer): void {
  const pace = [from, to].find((stream) => stream instanceof LaneStream)?.pace ?? NO_PACE
  const collector = new Collector(to, (bytes) =>
    pace.pass(bytes, () => {
      collector.heldBytes -= bytes
      if (from instanceof LaneStream) from.acknowledge(bytes)
      else if (collector.heldBytes < MAX_HELD_BYTES && !from.destroyed) from.resume()
    }),
  )
  if (early) collector.add(early)
  if (from instanceof LaneStream) from.drainTo((bytes) => collector.add(bytes))
  else {
    const read = from instanceof TLSSocket ? readPieces : readInto
    read(from, (bytes) => {
      collector.add(bytes)
      return collector.heldBytes < MAX_HELD_BYTES
    })
  }
  from.on('end', () => {
    collector.write()
    // Both ways are over and nothing waits: closed, TCP says so by itself, with no system call and no turn of its own for the end.
    if (isPlain(to) && to.readableEnded && collector.heldBytes + to.writableLength === 0) to.destroy()
    else to.end()
  })
}

const isPlain = (stream: Duplex): boolean => stream instanceof Socket && !(stream instanceof TLSSocket)
