import type { Socket } from 'node:net'

/** Ends a TCP connection with RST, so that what was cut off does not look like a whole. Where all is said and the end is just being sent, with
 *  that end: libuv refuses a reset then (uv_tcp_close_reset: EINVAL), and Node 24 forgets the connection without closing it: no `close`, a
 *  descriptor lost, and a process that never ends. For connections that nobody speaks TLS over; what TLS sends is not seen here. */
export function cut(socket: Socket): void {
  const isEnding = socket.writableEnded && !socket.writableFinished && socket.writableLength === 0
  if (isEnding) socket.destroy()
  else socket.resetAndDestroy()
}
