/** Visitors who speak HTTP/1. */
import type { TLSSocket } from 'node:tls'
import { Deadlines, TIMEOUTS_MS, type TimeoutsMs } from './deadlines.ts'
import { Http1Connection, type Http1Door } from './http1-connection.ts'
import type { Reception } from './reception.ts'
import type { SecuredVisitor } from './visitor-tls.ts'

export interface VisitorHttp {
  accept(socket: TLSSocket, visitor: SecuredVisitor): void
  /** Hangs up on idle visitors and lets answers that run be the last on their connection. */
  closeIdle(): void
}

export function createVisitorHttp(reception: Reception, timeouts: TimeoutsMs = TIMEOUTS_MS): VisitorHttp {
  const connections = new Set<Http1Connection>()
  const deadlines = new Deadlines()
  let isClosing = false
  const door: Http1Door = {
    reception,
    deadlines,
    timeouts,
    get isClosing() {
      return isClosing
    },
    gone(connection) {
      connections.delete(connection)
      deadlines.delete(connection)
    },
  }
  return {
    accept(socket, visitor) {
      const connection = new Http1Connection(door, socket, visitor)
      connections.add(connection)
      deadlines.add(connection)
    },
    closeIdle() {
      isClosing = true
      for (const connection of connections) connection.closeIdle()
    },
  }
}
