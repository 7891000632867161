/** Connections to the services at home, kept alive and shared between visitors: one pool a target. */
import { formatTarget, type ServiceTarget } from '../../protocol/model/service.ts'
import { type BackendCall, BackendConnection, type ConnectionOwner } from './backend-connection.ts'
import { TIMEOUTS_MS } from './deadlines.ts'
import type { ForbiddenOptions } from './forbidden.ts'
import { connectTarget, TargetError } from './target.ts'

/** Long polls and event streams hold a connection each: this is a ceiling against floods, not a tuning. */
const MAX_CONNECTIONS = 1024
const MAX_KEPT = 256
const MAX_POOLS = 64
const TICK_MS = 1000

export interface Backends {
  /** Starts a request as soon as there is a connection for it; `fresh`: one that nobody has used before. Errors reach `call.failed`: of
   *  `connectTarget`'s kind. A call that {@link BackendCall.isOver} is not connected any more. */
  request(target: ServiceTarget, call: BackendCall, fresh: boolean): void
  /** Closes what is kept for the next request: in another network it may have begun at an address that is ours no more, and would be silent. */
  dropIdle(): void
  /** Closes every connection, running ones too. */
  close(): void
}

export function createBackends(forbidden: ForbiddenOptions): Backends {
  const pools = new Map<string, Pool>()
  /** A target stays the same object until its owner changes something: no text needs to be made of it for every request. */
  const byTarget = new WeakMap<ServiceTarget, Pool>()
  const timer = setInterval(() => {
    const beforeMs = performance.now() - TIMEOUTS_MS.kept
    for (const [key, pool] of pools) {
      if (pool.dropKept(beforeMs) > 0 || pools.size <= MAX_POOLS) continue
      pool.close()
      pools.delete(key)
    }
  }, TICK_MS).unref()

  function poolOf(target: ServiceTarget): Pool {
    const before = byTarget.get(target)
    if (before && !before.isClosed) return before
    const key = `${formatTarget(target)} ${'pin' in target ? target.pin : ''}`
    let pool = pools.get(key)
    if (!pool) {
      pool = new Pool(() => connectTarget(target, forbidden))
      pools.set(key, pool)
    }
    byTarget.set(target, pool)
    return pool
  }

  return {
    request: (target, call, fresh) => poolOf(target).request(call, fresh),
    dropIdle: () => {
      for (const pool of pools.values()) pool.dropKept(Number.POSITIVE_INFINITY)
    },
    close: () => {
      clearInterval(timer)
      for (const pool of pools.values()) pool.close()
      pools.clear()
    },
  }
}

class Pool implements ConnectionOwner {
  readonly #connect: () => ReturnType<typeof connectTarget>
  readonly #all = new Set<BackendConnection>()
  /** The last used one comes first: the others may be closed. */
  readonly #kept: BackendConnection[] = []
  readonly #waiting: BackendCall[] = []
  #connecting = 0
  isClosed = false

  constructor(connect: () => ReturnType<typeof connectTarget>) {
    this.#connect = connect
  }

  request(call: BackendCall, fresh: boolean): void {
    const kept = fresh ? undefined : this.#kept.pop()
    if (kept) kept.start(call)
    else if (this.#all.size + this.#connecting >= MAX_CONNECTIONS) this.#waiting.push(call)
    else void this.#open(call)
  }

  async #open(call: BackendCall): Promise<void> {
    this.#connecting += 1
    try {
      const socket = await this.#connect().finally(() => {
        this.#connecting -= 1
      })
      if (this.isClosed) return void socket.destroy()
      const connection = new BackendConnection(socket, this)
      this.#all.add(connection)
      if (call.isOver) this.free(connection)
      else connection.start(call)
    } catch (error) {
      if (!call.isOver) call.failed(error)
      this.#next()
    }
  }

  free(connection: BackendConnection): void {
    const call = this.#nextWaiting()
    if (call) return void connection.start(call)
    if (this.isClosed || this.#kept.length >= MAX_KEPT) return void connection.destroy()
    connection.freeSinceMs = performance.now()
    this.#kept.push(connection)
  }

  gone(connection: BackendConnection): void {
    this.#all.delete(connection)
    const index = this.#kept.indexOf(connection)
    if (index >= 0) this.#kept.splice(index, 1)
    this.#next()
  }

  /** A place has become free. */
  #next(): void {
    const call = this.isClosed ? undefined : this.#nextWaiting()
    if (call) this.request(call, true)
  }

  #nextWaiting(): BackendCall | undefined {
    let call = this.#waiting.shift()
    while (call?.isOver) call = this.#waiting.shift()
    return call
  }

  /** Those kept since before that time; how many connections are left. */
  dropKept(beforeMs: number): number {
    for (const connection of this.#kept.filter(({ freeSinceMs }) => freeSinceMs < beforeMs)) connection.destroy()
    return this.#all.size + this.#connecting
  }

  close(): void {
    this.isClosed = true
    for (const connection of this.#all) connection.fail(new TargetError('refused', 'the door is closed'))
  }
}
