/** One way in from the internet, and how far it has come. */
import type { Endpoint, Family } from '../../protocol/model/address.ts'
import type { Verdict } from '../../protocol/model/path.ts'
import type { Problem } from '../../protocol/problem.ts'
import type { Rule } from './router-state.ts'

interface PathBase {
  readonly exposure: string
  /** `direct` is IPv6 without translation: our own address and port, behind a pinhole where a firewall needs one. `manual` is a rule that the
   *  owner has made on the router himself. */
  readonly rung: 'direct' | 'mapped' | 'manual' | 'tunnel'
  readonly family: Family
}

/** What was opened, and when to look at it again. */
export interface Way {
  readonly outside: Endpoint
  /** One on every router that has to be asked, from us outwards. None through the tunnel, nor where no firewall is in the way. */
  readonly rules: readonly Rule[]
  /** Why there is none on the upstream router, which was asked. */
  readonly missing: Problem | null
  readonly renewAtMs: number
  readonly inspectAtMs: number
  readonly probeAtMs: number
  /** How often in a row whoever was to look at it could not. */
  readonly blindLooks: number
}

export type OpenPath = Extract<Path, { way: Way }>

/** One way in. The union says what is known in each phase, so that nothing can be shown as reachable without a verdict. */
export type Path =
  | (PathBase & {
      readonly phase: 'seeking'
      /** How often a rule for this path was seen by nobody outside. */
      readonly attempt: number
      /** Rules that are listed but forward nothing: to be deleted before they are asked for again. */
      readonly replace: readonly Rule[]
    })
  | (PathBase & {
      readonly phase: 'provisioned'
      readonly way: Way
      /** How often a rule for this path was seen by nobody outside: after the first time it is deleted and made anew, then left be for a while. */
      readonly attempt: number
      /** It was confirmed, and nothing speaks against it but that nobody can look just now: what is published stays. */
      readonly standing: boolean
      readonly lastVerdict: Verdict | null
    })
  | (PathBase & {
      readonly phase: 'confirmed'
      readonly way: Way
      readonly verdict: Verdict
      /** Failed looks in a row: one lost packet never turns the light. */
      readonly doubts: number
    })
  | BlockedPath

export type BlockedPath = PathBase & {
  readonly phase: 'blocked'
  readonly problem: Problem
  /** When the router is to be asked again. */
  readonly retryAtMs: number
  readonly attempt: number
  readonly closed: Closed | null
}

/** A way that nobody came through. An outsider looks at it again and again: the router may keep its word after all, or its owner open it. */
export interface Closed {
  readonly way: Way
  /** How often it was looked at in vain. */
  readonly looks: number
}

export const pathKey = ({ exposure, rung, family }: { exposure: string; rung: string; family: string }): string =>
  `${exposure} ${rung} ${family}`

export const portKey = (exposure: string, family: Family): string => `${exposure} ${family}`

/** Where an outsider is to look for this path, be it open or closed. */
export const lookedAt = (path: Path): Way | null =>
  'way' in path ? path.way : path.phase === 'blocked' ? (path.closed?.way ?? null) : null
