/** The way from the service to the visitor, link by link: what is known of each, since when, and on what it rests. The engine works it out
 *  (engine/core/diagnosis); faces show it. */
import { z } from 'zod'
import { Problem, ProblemCode } from './problem.ts'

/** From the house outwards. */
export const LinkName = z.enum([
  'service',
  'computer',
  'firewall',
  'lan',
  'router',
  'second-router',
  'provider',
  'internet',
  'relay',
  'outside',
  'name',
  'certificate',
  'visitor',
])
export type LinkName = z.infer<typeof LinkName>
export const LINKS = LinkName.options

/** `unknown`: nobody has looked, or what it stands on is broken. */
export const LinkVerdict = z.enum(['ok', 'broken', 'warning', 'unknown'])
export type LinkVerdict = z.infer<typeof LinkVerdict>

/** What a verdict rests on; each has one value, as text. */
export const FactName = z.enum([
  'answers',
  'silent',
  'our-address',
  'interface',
  'firewall',
  'router',
  'router-speaks',
  'router-says',
  'no-second-router',
  'second-router-says',
  'outside-sees',
  'line',
  'elsewhere-answers',
  'elsewhere-silent',
  'relay',
  'delay-ms',
  'proven',
  'leads-to',
  'certificate-until',
  'no-website',
  'reachable',
  'unreachable',
])
export type FactName = z.infer<typeof FactName>

export const ChainLink = z.object({
  link: LinkName,
  verdict: LinkVerdict,
  /** When what it rests on was last seen, ms since 1970; null: nobody has looked yet. */
  atMs: z.number().nullable(),
  evidence: z.array(z.object({ fact: FactName, value: z.string() })),
  /** The first of what is wrong here. */
  problem: Problem.nullable(),
})
export type ChainLink = z.infer<typeof ChainLink>

/** `cause`: nothing else that is wrong explains it. `remark`: visitors miss nothing by it. */
export const Role = z.enum(['cause', 'consequence', 'remark'])
export type Role = z.infer<typeof Role>

export const DiagnosedProblem = z.object({
  problem: Problem,
  link: LinkName,
  role: Role,
  /** Of a consequence: what it follows from. */
  causedBy: ProblemCode.nullable(),
  /** Ms since 1970. One that comes and goes stands since it first came. */
  sinceMs: z.number(),
})
export type DiagnosedProblem = z.infer<typeof DiagnosedProblem>

export const HealedProblem = z.object({ problem: Problem, fromMs: z.number(), untilMs: z.number() })
export type HealedProblem = z.infer<typeof HealedProblem>

export const Diagnosis = z.object({
  chain: z.array(ChainLink),
  /** Causes first, the first of them the root: what to mend before anything else. Then consequences, then remarks. */
  problems: z.array(DiagnosedProblem),
  /** What healed, the latest first; bounded. In a snapshot also what healed before the engine was started last (engine/history). */
  healed: z.array(HealedProblem),
})
export type Diagnosis = z.infer<typeof Diagnosis>

/** Also what a face makes of an engine that does not tell. */
export const UNDIAGNOSED: Diagnosis = { chain: [], problems: [], healed: [] }

/** A diagnosis under way: again and again, until `done`. */
export const DiagnosisRun = z.object({ done: z.boolean(), startedAtMs: z.number(), diagnosis: Diagnosis })
export type DiagnosisRun = z.infer<typeof DiagnosisRun>
