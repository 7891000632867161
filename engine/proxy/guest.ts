/** What the doors tell of their visitors to whoever counts what each of them does (engine/bans), and what they are told. */
import type { Guest, RawGuest } from '../../protocol/model/guest.ts'

/** A new connection, before anything is done for it. `cut` ends it at once. Undefined: it gets nothing. */
export type Enter = (address: string, cut: () => void) => Guest | undefined

/** The same, of a service without HTTP. */
export type EnterRaw = (address: string, cut: () => void) => RawGuest | undefined

/** What has gone through a connection so far, in bytes, without TLS and tunnel; `bytesRead`: from the visitor. */
export interface Carried {
  readonly bytesRead: number
  readonly bytesWritten: number
}

/** A connection, or a flow of datagrams, whose visitor was let in to a service. */
export interface Metered {
  /** What he was answered by the service itself. */
  answered(status: number): void
  /** So long the service took to begin its answer, in ms. */
  waited(ms: number): void
  leave(): void
}

/** Told of everybody who is let in, once for each connection. On the way of every request: it is quick, and never throws. */
export type Meter = (service: string, address: string, isDirect: boolean, carried: Carried) => Metered
