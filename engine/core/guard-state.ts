/** Who is watched so that nobody reads along (guard.ts). */
import type { Problem } from '../../protocol/problem.ts'
import type { GuardState } from '../../protocol/snapshot.ts'

/** Our names as others see them, and the public logs of certificates. */
export type Watch = 'ownNames' | 'certificateLog'

export interface Watching {
  readonly state: GuardState
  /** When somebody last looked; null: nobody has. */
  readonly atMs: number | null
  readonly nextAtMs: number
  /** Stands for a day after it was last rung: who reads along now and then would else be forgotten in between. */
  readonly alarm: { readonly problem: Problem; readonly atMs: number } | null
}

export interface Guard {
  /** The device's domain that is watched over; another one begins anew. */
  readonly domain: string | null
  readonly ownNames: Watching
  readonly certificateLog: Watching
}

const UNWATCHED: Watching = { state: 'unchecked', atMs: null, nextAtMs: Number.NEGATIVE_INFINITY, alarm: null }
export const NO_GUARD: Guard = { domain: null, ownNames: UNWATCHED, certificateLog: UNWATCHED }
