/** The relay's own name server: authoritative for one zone, over UDP and TCP, IPv4 and IPv6, and silent about everything else. */
import type { Socket } from 'node:dgram'
import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'
import { familyOf } from '../../protocol/model/address.ts'
import { createRateLimiter, RATE_LIMITS } from './rate.ts'
import { respond } from './respond.ts'
import { createTcpSide } from './tcp.ts'
import { createUdpSide } from './udp.ts'
import type { ZoneView } from './zone.ts'

/** What an operator may want to count. Holds no address and no name of anybody. */
export type DnsEvent =
  | {
      readonly kind: 'answered'
      readonly transport: 'udp' | 'tcp'
      readonly rcode: number
      readonly truncated: boolean
      readonly type: number | undefined
    }
  /** Too many answers to one neighbourhood: this one was withheld, or sent empty with "come over TCP". */
  | { readonly kind: 'limited'; readonly action: 'slip' | 'drop' }
  | { readonly kind: 'connection-ended'; readonly reason: 'busy' | 'idle' | 'malformed' }
  /** A socket, or the zone view, failed; the server goes on. */
  | { readonly kind: 'fault'; readonly error: unknown }

export interface DnsOptions {
  /** IP addresses to listen on: `['0.0.0.0', '::']` is everywhere. IPv6 sockets take IPv6 only. */
  readonly addresses: readonly string[]
  /** 0: any port that is free for all of them. */
  readonly port: number
  readonly zone: ZoneView
  /** Ends the server, with every connection, at once. */
  readonly signal: AbortSignal
  readonly onEvent?: (event: DnsEvent) => void
}

export interface DnsServer {
  readonly port: number
  /** Resolves after the signal, when every socket is closed. */
  readonly closed: Promise<void>
}

type Hooks = Parameters<typeof createTcpSide>[0] & Parameters<typeof createUdpSide>[1]

/** "Any port" is first chosen for TCP and may be taken for UDP or on the next address. */
const ANY_PORT_ATTEMPTS = 10

/** Resolves when every address listens on both transports. Rejects with the system's error (`code` EADDRINUSE, EACCES,
 *  EADDRNOTAVAIL …), everything closed again; with RangeError for what is no IP address; with the signal's reason when aborted. */
export async function startDns(options: DnsOptions): Promise<DnsServer> {
  const { signal } = options
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted()
    const sides = openSides(hooksFor(options))
    try {
      const port = await sides.listen(options.addresses, options.port, signal)
      const aborted = signal.aborted ? Promise.resolve() : once(signal, 'abort')
      return { port, closed: aborted.then(sides.close) }
    } catch (error) {
      await sides.close()
      signal.throwIfAborted()
      const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      if (!isTaken || options.port !== 0 || attempt === ANY_PORT_ATTEMPTS) throw error
    }
  }
}

function hooksFor({ zone, onEvent = () => {} }: DnsOptions): Hooks {
  const limit = createRateLimiter(RATE_LIMITS)
  return {
    decide: (address) => limit(address, performance.now()),
    answer: (query, way) => {
      const reply = respond(query, zone, way)
      if (!reply) return undefined
      const { rcode, truncated, type, fault } = reply
      if (fault !== undefined) onEvent({ kind: 'fault', error: fault })
      onEvent({ kind: 'answered', transport: way === 'tcp' ? 'tcp' : 'udp', rcode, truncated, type })
      return reply
    },
    onLimited: (action) => onEvent({ kind: 'limited', action }),
    onEnded: (reason) => onEvent({ kind: 'connection-ended', reason }),
    onError: (error) => onEvent({ kind: 'fault', error }),
  }
}

function openSides(hooks: Hooks) {
  const tcp = createTcpSide(hooks)
  const open: (Server | Socket)[] = []
  return {
    listen: async (addresses: readonly string[], port: number, signal: AbortSignal): Promise<number> => {
      let chosen = port
      for (const address of addresses) {
        const family = familyOf(address)
        if (!family) throw new RangeError(`not an IP address: ${address}`)
        const listener = tcp.newListener()
        open.push(listener)
        listener.listen({ host: address, port: chosen, ipv6Only: true })
        await once(listener, 'listening', { signal })
        chosen = (listener.address() as AddressInfo).port
        const socket = createUdpSide(family, hooks)
        open.push(socket)
        socket.bind({ address, port: chosen })
        await once(socket, 'listening', { signal })
        // Only from here on: a failure to listen is the caller's error, not an event.
        for (const side of [listener, socket]) side.on('error', hooks.onError)
      }
      return chosen
    },
    close: async (): Promise<void> => {
      tcp.closeConnections()
      await Promise.all(open.splice(0).map(closeOne))
    },
  }
}

/** Also for a socket that never came to listen. */
function closeOne(socket: Server | Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.on('error', () => {})
    try {
      socket.close(() => resolve())
    } catch {
      resolve()
    }
  })
}
