/** What a check says: a code for scripts, how bad it is, and the facts that its words need. The words stand in `languages/`. */
import type { AllWords } from '../../languages/index.ts'

type Table = AllWords['relayCheck']['findings']
export type FindingCode = keyof Table
export type Facts<C extends FindingCode> = Parameters<Table[C]>[0]

/** `broken`: does not work for anybody, or not for long. `warning`: works, but not for everybody or not as it should. `unknown`: could not be
 *  found out. `hint`: nothing is wrong. */
export type Verdict = 'broken' | 'warning' | 'unknown' | 'hint'

export interface Finding {
  readonly code: FindingCode
  readonly verdict: Verdict
  readonly facts: Readonly<Record<string, string>>
}

export function finding<C extends FindingCode>(verdict: Verdict, code: C, facts: Facts<C>): Finding {
  return { code, verdict, facts: facts as Readonly<Record<string, string>> }
}

/** What was looked at, in the order in which it is told. */
export const AREAS = ['delegation', 'names', 'ports', 'certificate', 'clock', 'machine'] as const
export type Area = (typeof AREAS)[number]

export interface Report {
  readonly area: Area
  readonly findings: readonly Finding[]
}
