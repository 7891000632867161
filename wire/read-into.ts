/** Reads a connection without a new buffer for every read. */
import net from 'node:net'
import type { Duplex } from 'node:stream'
import { FULL_DATA_BYTES } from './frames.ts'

/** Where all connections read into, one after the other. libuv reads when there is something to read, in one go with the callback; on
 *  Windows too, where it waits with an empty read (uv_active_tcp_streams_threshold is 0). As much as a batch: with 64 KB, passing on by
 *  server name took a third more processor time (1,689 against 2,256 MB per CPU second). */
const shared = Buffer.allocUnsafeSlow(16 * FULL_DATA_BYTES)

interface Internals {
  [symbol: symbol]: unknown
  readonly _handle?: { readonly useUserBuffer?: (buffer: Buffer) => void } | null
}

const [BUFFER, CALLBACK] = ['kBuffer', 'kBufferCb'].map((name) =>
  Object.getOwnPropertySymbols(new net.Socket()).find(({ description }) => description === name),
)

/** Where TLS inside of a lane's stream reads into: the lane feeds it in the middle of its own reading, out of the other one. Whatever is read
 *  here must make nobody else read here before it is used. */
export const innermost = Buffer.allocUnsafeSlow(4 * FULL_DATA_BYTES)

/** `onBytes` must be done with the bytes when it returns. Returning false, it is called no more until `resume()`. End, error and close
 *  come as always.
 *
 *  Node has this as `onread`, for connections that it opens itself; but neither for those that a server accepts nor for TLS over them, and
 *  a relay has no others. So the same is set from outside here. Where a later Node does not have it under these names, and for what is no
 *  socket at all, 'data' does the same with twice the processor time (docs/decisions.md). */
export function readInto(connection: Duplex, onBytes: (bytes: Buffer) => boolean, into: Buffer = shared): void {
  const internals = connection as unknown as Internals
  const fill = internals._handle?.useUserBuffer
  if (!(connection instanceof net.Socket) || !BUFFER || !CALLBACK || !fill) {
    readData(connection, onBytes)
    return
  }
  // It may be read by another after this one.
  if (internals[BUFFER] !== into) fill.call(internals._handle, into)
  internals[BUFFER] = into
  internals[CALLBACK] = (bytes: number) => onBytes(into.subarray(0, bytes))
  // What came before. Nothing is asked of who has nothing: one that still connects would remember each question.
  if (connection.readableLength > 0) for (let early = connection.read(); early !== null; early = connection.read()) onBytes(early)
  connection.resume()
}

/** The same with a buffer for every read. For TLS that a lane may feed in the middle of its own reading: the shared buffer would be
 *  overwritten under the lane. Who has been read into a buffer before goes on so: Node takes none back. */
export function readPieces(connection: Duplex, onBytes: (bytes: Buffer) => boolean): void {
  const before = BUFFER && (connection as unknown as Internals)[BUFFER]
  if (before) readInto(connection, onBytes, before as Buffer)
  else readData(connection, onBytes)
}

function readData(connection: Duplex, onBytes: (bytes: Buffer) => boolean): void {
  connection.on('data', (chunk: Buffer) => {
    if (!onBytes(chunk)) connection.pause()
  })
  connection.resume()
}
