/** How a problem is told: what is wrong, why, what it means for the owner, and what to do next. */
import { PROBLEMS, type Problem, type ProblemCode, type ProblemParams } from '../protocol/problem.ts'
import type { Words } from './index.ts'

export interface Told {
  /** One plain sentence. */
  readonly title: string
  readonly cause: string
  readonly consequence: string
  /** Always a next step, even when it is to wait. */
  readonly remedy: string
}

/** Words for some codes; a language has words for every code, checked by the compiler. */
export type ProblemWords<C extends ProblemCode = ProblemCode> = { readonly [K in C]: (params: ProblemParams<K>) => Told }

/** A problem comes from another process: a fact that is missing there must not break the page. */
const MISSING = '…'

export function describeProblem(problem: Problem, words: Words): Told {
  const params: Record<string, string> = {}
  for (const name of PROBLEMS[problem.code].params) params[name] = problem.params[name] || MISSING
  if (params.reason !== undefined) params.reason = describeReason(params.reason, words)
  const tell = words.problems[problem.code] as (params: Record<string, string>) => Told
  return tell(params)
}

/** A clause that fits after a colon. What is not in the table is quoted as it came. */
export function describeReason(reason: string, words: Words): string {
  return Object.hasOwn(words.reasons, reason) ? words.reasons[reason as keyof Words['reasons']] : words.quoted(reason)
}
