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
