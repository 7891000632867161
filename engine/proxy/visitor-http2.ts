/** Visitors who speak HTTP/2. */

import { ERROR } from '../http/http2-frames.ts'
import { Http2Connection, type Http2Door } from './http2-connection.ts'
import { HTTP2_LIMITS, HTTP2_TIMES_MS, type Http2TimesMs } from './http2-limits.ts'
import type { Reception } from './reception.ts'
import type { VisitorHttp } from './visitor-http.ts'

export function createVisitorHttp2(reception: Reception, times: Http2TimesMs = HTTP2_TIMES_MS): VisitorHttp {
  const connections = new Set<Http2Connection>()
  let isClosing = false
  const door: Http2Door = { reception, times, gone: (connection) => void connections.delete(connection) }
  const timer = setInterval(() => {
    const nowMs = performance.now()
    for (const connection of connections) connection.look(nowMs)
    dropLargest(connections)
    if (isClosing && connections.size === 0) clearInterval(timer)
  }, times.lookMs).unref()

  return {
    accept: (socket, visitor) => void connections.add(new Http2Connection(door, socket, visitor)),
    closeIdle() {
      isClosing = true
      for (const connection of connections) connection.dismiss()
    },
  }
}

/** Of too much that no service has taken the largest go. */
function dropLargest(connections: ReadonlySet<Http2Connection>): void {
  const streams = [...connections].flatMap((connection) => [...connection.streams.values()]).filter(({ unreadBytes }) => unreadBytes > 0)
  let rest = streams.reduce((sum, { unreadBytes }) => sum + unreadBytes, 0) - HTTP2_LIMITS.MAX_UNREAD_BYTES
  if (rest <= 0) return
  for (const stream of streams.sort((a, b) => b.unreadBytes - a.unreadBytes)) {
    if (rest <= 0) return
    rest -= stream.unreadBytes
    stream.fail(ERROR.enhanceYourCalm)
  }
}
