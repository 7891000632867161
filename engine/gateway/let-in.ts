/** What routers have in common that let us in by their owner's word: a session that they end when they like, and a table in which a rule stands at
 *  one port or another, without an end. */
import { randomInt } from 'node:crypto'
import type { RouterApi } from '../../protocol/model/router-api.ts'
import { GatewayError, type Mapping, type MapRequest } from './gateway.ts'

export interface KeptSession<S> {
  /** Asks in the session that stands, and once more in a new one where the router has ended it. Throws what `ask` and the login throw. */
  within<T>(ask: (session: S) => Promise<T>, signal: AbortSignal): Promise<T>
  /** Forgets it; the one that stood, or was just being opened. */
  leave(): Promise<S> | undefined
}

/** One session for all questions: opened when it is first needed, and anew where an error says that it has ended. */
export function keepSession<S>(logIn: (signal: AbortSignal) => Promise<S>, hasEnded: (error: unknown) => boolean): KeptSession<S> {
  let opening: { readonly session: Promise<S>; readonly by: AbortSignal } | undefined
  /** Undefined while another one is being opened. */
  let standing: S | undefined
  const opened = (signal: AbortSignal): Promise<S> => {
    opening ??= { session: logIn(signal).then(stands, failed), by: signal }
    const { session, by } = opening
    // Who opens it may give up; the others go on.
    return session.catch((error: unknown) => {
      if (!by.aborted || signal.aborted) throw error
      return opened(signal)
    })
  }
  const stands = (session: S): S => {
    standing = session
    return session
  }
  const failed = (error: unknown): never => {
    // Who is not known is not known the next time either, and is locked out when he goes on trying.
    if (!(error instanceof GatewayError) || error.reason !== 'stranger') opening = undefined
    throw error
  }
  const forget = (): void => {
    opening = undefined
    standing = undefined
  }
  return {
    async within(ask, signal) {
      const session = await opened(signal)
      try {
        return await ask(session)
      } catch (error) {
        if (!hasEnded(error)) throw error
        // Several questions may learn that at once: the first of them forgets it.
        if (session === standing) forget()
        return await ask(await opened(signal))
      }
    },
    leave() {
      const last = opening?.session
      forget()
      return last
    },
  }
}

/** Ports that nobody has registered (RFC 6335 §6). */
const FIRST_FREE_PORT = 49_152
const OTHER_PORTS = 3
const ALL_PORTS = [1, 65_535] as const

/** A router's table, as it was read. */
export interface Table {
  /** Which of the outside ports are this home's, where several share an address. */
  readonly ports?: readonly [first: number, last: number]
  /** What visitors of this port are led by; `ours`: word for word what is wanted, and in force. */
  holder(request: MapRequest): { readonly address: string } | 'ours' | undefined
  /** Throws GatewayError; `conflict` where something else holds the port. */
  add(request: MapRequest): Promise<unknown>
}

/** At the wanted port, or where any will do at some other one. Throws GatewayError. */
export async function addAtSomePort(via: RouterApi, wanted: MapRequest, { ports = ALL_PORTS, holder, add }: Table): Promise<Mapping> {
  const [first, last] = ports
  let taken: GatewayError | undefined
  for (const externalPort of portsFor(wanted, first, last)) {
    const request = { ...wanted, externalPort }
    const mapping = { ...request, lifetimeS: 0, via }
    const found = holder(request)
    if (found === 'ours') return mapping
    try {
      if (found) throw new GatewayError('conflict', `port ${externalPort} of the router already leads to ${found.address}`)
      await add(request)
      return mapping
    } catch (error) {
      if (!(error instanceof GatewayError) || error.fault !== 'conflict') throw error
      taken = error
    }
  }
  const why = `port ${wanted.externalPort} is another home's: this one has ports ${first} to ${last}`
  throw taken ?? new GatewayError('refused', why, { final: true })
}

/** The wanted one, if it is this home's; and others, where any will do. */
function portsFor({ externalPort, exactPort }: MapRequest, first: number, last: number): number[] {
  const isWithin = externalPort >= first && externalPort <= last
  const lowest = Math.max(first, Math.min(FIRST_FREE_PORT, last))
  const others = exactPort === false ? Array.from({ length: OTHER_PORTS }, () => randomInt(lowest, last + 1)) : []
  return [...(isWithin ? [externalPort] : []), ...others]
}
