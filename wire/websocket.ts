/** A lane's bytes inside WebSocket messages (RFC 6455), for networks that let nothing but the web pass. Both ends use it.
 *  Where a message begins and ends means nothing: the frames inside say where they do. */
import { Duplex } from 'node:stream'
import type { ClientOptions, WebSocket } from 'ws'

/** Where a relay takes WebSockets, and the subprotocol by which both sides know that a lane is meant. */
export const WEBSOCKET_PATH = '/tunnel'
export const WEBSOCKET_PROTOCOL = 'porchlight.1'

/** A longer message ends the connection. Also the most that waits in each direction. */
const MAX_MESSAGE_BYTES = 262_144

/** For both ends. Compression would only cost: what crosses is encrypted. Lanes have pings of their own, and answers to the other side's
 *  would wait in memory without a bound. */
export const WEBSOCKET_OPTIONS = {
  perMessageDeflate: false,
  maxPayload: MAX_MESSAGE_BYTES,
  autoPong: false,
} as const satisfies ClientOptions

/** `socket` is open. What is written waits for the connection as with any other socket, and the other side is read no faster than this
 *  side reads. The end of either is the end of both. */
export function websocketStream(socket: WebSocket): Duplex {
  const stream = new Duplex({
    readableHighWaterMark: MAX_MESSAGE_BYTES,
    writableHighWaterMark: MAX_MESSAGE_BYTES,
    write(chunk: Buffer, _encoding, done) {
      let at = 0
      for (; chunk.length - at > MAX_MESSAGE_BYTES; at += MAX_MESSAGE_BYTES) socket.send(chunk.subarray(at, at + MAX_MESSAGE_BYTES))
      socket.send(chunk.subarray(at), done)
    },
    read() {
      if (socket.isPaused) socket.resume()
    },
    final(done) {
      socket.close()
      done()
    },
    destroy(error, done) {
      socket.terminate()
      done(error)
    },
  })
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) stream.destroy(new Error('a text message'))
    else if (!stream.push(data)) socket.pause()
  })
  socket.on('error', (error) => stream.destroy(error))
  socket.on('close', () => stream.destroy())
  return stream
}
