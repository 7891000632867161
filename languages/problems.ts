/** How a problem is told: what is wrong, why, what it means for the owner, and what to do next. */
import type { ActionId } from '../protocol/action.ts'
import { PROBLEMS, type Problem, type ProblemCode, type ProblemParams } from '../protocol/problem.ts'
import type { FirstWords } from './index.ts'

/** What to do, and what of it the app can do itself. */
export interface Step {
  readonly text: string
  readonly action?: ActionId
}

export interface Told {
  /** One plain sentence. */
  readonly title: string
  /** The likeliest first. */
  readonly causes: readonly string[]
  /** What it means for the owner. */
  readonly consequence: string
  /** In the order in which to do them; always one, even when it is to wait. */
  readonly steps: readonly Step[]
  /** The likeliest cause alone, and all steps as one text, for where there is little room. */
  readonly cause: string
  readonly remedy: string
}

/** As a language writes it: one cause or several, one step in words alone or several of which the app can do some. */
export type Prose = Pick<Told, 'title' | 'consequence'> &
  ({ readonly cause: string } | { readonly causes: readonly [string, ...string[]] }) &
  ({ readonly remedy: string } | { readonly steps: readonly [string | Step, ...(string | Step)[]] })

/** Words for some codes; a language has words for every code, checked by the compiler. */
export type ProblemWords<C extends ProblemCode = ProblemCode> = { readonly [K in C]: (params: ProblemParams<K>) => Prose }

/** A problem comes from another process: a fact that is missing there must not break the page. */
const MISSING = '…'

export function describeProblem(problem: Problem, words: FirstWords): Told {
  const params: Record<string, string> = {}
  for (const name of PROBLEMS[problem.code].params) params[name] = problem.params[name] || MISSING
  if (params.reason !== undefined) params.reason = describeReason(params.reason, words)
  const tell = words.problems[problem.code] as (params: Record<string, string>) => Prose
  return toldOf(tell(params))
}

function toldOf(prose: Prose): Told {
  const causes = 'causes' in prose ? prose.causes : [prose.cause]
  const steps = ('steps' in prose ? prose.steps : [prose.remedy]).map((step) => (typeof step === 'string' ? { text: step } : step))
  const { title, consequence } = prose
  return { title, causes, consequence, steps, cause: causes[0] ?? '', remedy: steps.map(({ text }) => text).join(' ') }
}

/** A clause that fits after a colon. What is not in the table is quoted as it came. */
export function describeReason(reason: string, words: FirstWords): string {
  return Object.hasOwn(words.reasons, reason) ? words.reasons[reason as keyof FirstWords['reasons']] : words.quoted(reason)
}
