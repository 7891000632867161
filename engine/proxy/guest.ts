/** What the doors tell of their visitors to whoever counts what each of them does (engine/bans), and what they are told. */
import type { Ban } from '../../protocol/model/ban.ts'
import type { VisitorRequest } from './visitor-request.ts'

/** Why a request gets no answer from the service. `waitMs`: until it may be tried again. */
export type TurnedAway = { readonly why: 'banned'; readonly ban: Ban } | { readonly why: 'busy'; readonly waitMs: number }

/** One connection of a website's visitor. */
export interface Guest {
  /** The handshake is done. */
  secured(): void
  /** Undefined: it may go on, and {@link endRequest} must be called once. */
  beginRequest(service: string): TurnedAway | undefined
  endRequest(): void
  /** What the service itself answered. */
  answered(service: string, request: VisitorRequest, status: number): void
  /** He said something that is no request, and that began so. */
  malformed(service: string, start: string): void
  /** The connection is closed. */
  leave(): void
}

/** A new connection, before anything is done for it. `cut` ends it at once. Undefined: it gets nothing. */
export type Enter = (address: string, cut: () => void) => Guest | undefined

/** The same, of a service without HTTP. `bytes`: what the service said to it. Undefined: it was never asked. */
export type EnterRaw = (address: string, cut: () => void) => { leave(bytes: number | undefined): void } | undefined

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
