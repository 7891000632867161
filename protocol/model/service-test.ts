/** One look from outside that somebody asked for: what outsiders found, and when. Pure, also in a browser. */
import { z } from 'zod'
import { Problem } from '../problem.ts'
import { CertificateFault, Family, Outcome, Rung } from './path.ts'

/** `unknown`: nobody could look just now, which says nothing of the service. `not-asked`: it is paused, or for the home alone. */
export const TestOutcome = z.enum(['reachable', 'unreachable', 'unknown', 'not-asked'])
export type TestOutcome = z.infer<typeof TestOutcome>

export const ServiceTest = z.object({
  /** When the last of them looked, ms since 1970. */
  atMs: z.number(),
  outcome: TestOutcome,
  /** Each way in that was looked at. */
  looks: z.array(
    z.object({
      family: Family,
      rung: Rung,
      outcome: Outcome,
      atMs: z.number(),
      rttMs: z.number().optional(),
      certificate: CertificateFault.optional(),
    }),
  ),
  /** What keeps visitors out. */
  problem: Problem.nullable(),
})
export type ServiceTest = z.infer<typeof ServiceTest>
