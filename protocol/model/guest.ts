/** A visitor's connection, between the doors (engine/proxy) and who counts what each visitor does (engine/bans). */
import type { Ban } from './ban.ts'

/** Why a request gets no answer from the service. `waitMs`: until it may be tried again. */
export type TurnedAway = { readonly why: 'banned'; readonly ban: Ban } | { readonly why: 'busy'; readonly waitMs: number }

/** A request as far as it matters to who counts. */
export interface Asked {
  readonly method: string
  /** Path and query. */
  readonly url: string
  header(name: string): string | undefined
}

/** One connection of a website's visitor. */
export interface Guest {
  /** The handshake is done. */
  secured(): void
  /** Undefined: it may go on, and {@link endRequest} must be called once. */
  beginRequest(service: string): TurnedAway | undefined
  endRequest(): void
  /** What the service itself answered. */
  answered(service: string, asked: Asked, status: number): void
  /** He said something that is no request, and that began so. */
  malformed(service: string, start: string): void
  /** The connection is closed. */
  leave(): void
}

/** One connection of a service without HTTP. */
export interface RawGuest {
  /** `bytes`: what the service said. Undefined: it was never asked. */
  leave(bytes: number | undefined): void
}
