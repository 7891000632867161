/** Connections to the services at home, kept alive and shared between visitors: one pool a target. */
import http from 'node:http'
import { formatTarget, type ServiceTarget } from '../../protocol/model/service.ts'
import type { ForbiddenOptions } from './forbidden.ts'
import { connectTarget } from './target.ts'

/** Long polls and event streams hold a connection each: this is a ceiling against floods, not a tuning. */
const MAX_SOCKETS = 1024
const MAX_IDLE_SOCKETS = 32
/** Below the 5 s after which Node, Apache and gunicorn hang up: a request must not meet a closing connection. */
const IDLE_TIMEOUT_MS = 4000
const MAX_POOLS = 64

export interface BackendRequest {
  readonly method: string
  readonly path: string
  readonly headers: readonly string[]
  /** On a connection of its own, which nobody has used before. */
  readonly fresh?: boolean
}

export interface Backends {
  /** Starts a request; the head leaves with the first byte of the body or its end. Errors arrive as 'error', of {@link connectTarget}'s kind. */
  request(target: ServiceTarget, request: BackendRequest): http.ClientRequest
  /** Closes what is kept for the next request: in another network it may have begun at an address that is ours no more, and would be silent. */
  dropIdle(): void
  /** Closes every connection, running ones too. */
  close(): void
}

export function createBackends(forbidden: ForbiddenOptions): Backends {
  const pools = new Map<string, http.Agent>()

  function poolOf(target: ServiceTarget, keepAlive: boolean): http.Agent {
    const key = `${keepAlive ? 'kept' : 'fresh'} ${formatTarget(target)}`
    const known = pools.get(key)
    if (known) return known
    const agent = new http.Agent({
      keepAlive,
      maxSockets: MAX_SOCKETS,
      maxFreeSockets: MAX_IDLE_SOCKETS,
      timeout: IDLE_TIMEOUT_MS,
      scheduling: 'lifo',
    })
    agent.createConnection = (_options, callback) => {
      connectTarget(target, forbidden).then(
        (socket) => callback?.(null, socket),
        (error: Error) => callback?.(error, undefined as never),
      )
      return undefined
    }
    pools.set(key, agent)
    // Targets that are gone: requests in flight finish, idle connections end by themselves.
    for (const oldest of pools.keys()) {
      if (pools.size <= MAX_POOLS) break
      pools.delete(oldest)
    }
    return agent
  }

  return {
    request: (target, { method, path, headers, fresh = false }) =>
      http.request({
        agent: poolOf(target, !fresh),
        method,
        path,
        headers,
        maxHeaderSize: 64 * 1024,
      }),
    dropIdle: () => {
      for (const agent of pools.values()) for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy()
    },
    close: () => {
      for (const agent of pools.values()) agent.destroy()
      pools.clear()
    },
  }
}
