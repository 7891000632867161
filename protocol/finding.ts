/** What a look at a service from inside found, before it is shown to anybody: code, how much it matters, and the facts its words need. The words
 *  stand in `languages/`. A code is for ever: scripts match on it. */
import { z } from 'zod'
import { Problem } from './problem.ts'

/** `danger`: a stranger could take it over. It is advice all the same: nothing is ever blocked by it for who has read it. */
export const Weight = z.enum(['danger', 'warning', 'note', 'fine'])
export type Weight = z.infer<typeof Weight>

type FactName = 'address' | 'name' | 'need' | 'ours' | 'password' | 'path' | 'program' | 'status' | 'target' | 'user' | 'where'

const define =
  (weight: Weight) =>
  <const F extends readonly FactName[]>(...facts: F) => ({ weight, facts })
const danger = define('danger')
const warning = define('warning')
const note = define('note')
const fine = define('fine')

export const FINDINGS = {
  // Who gets in
  'default-login': danger('program', 'user', 'password'),
  'no-login': danger('program'),
  unclaimed: danger('program'),
  'login-form-in-clear': danger('address'),
  'better-at-home': warning('program'),
  'default-login-known': warning('program', 'user', 'password'),
  'lists-files': warning(),
  'no-login-seen': warning(),
  'better-by-link': note('program'),
  'login-in-clear-at-home': note(),
  'default-login-unclear': note('user', 'password'),
  'default-login-refused': fine('user', 'password'),
  'asks-login': fine(),

  // Does it work from outside
  'no-answer': warning('target'),
  'odd-answer': warning('target'),
  'certificate-unaccepted': warning('target'),
  'speaks-https': warning('target'),
  'not-as-expected': warning('program', 'target'),
  'not-well': warning('program', 'status'),
  'setting-missing': warning('program', 'need', 'where', 'name', 'ours'),
  'refuses-proxy': warning('status', 'ours'),
  'refuses-name': warning('status', 'name'),
  'redirects-home': warning('address'),
  'redirects-to-http': warning(),
  'redirects-in-circles': warning(),
  'path-unknown': warning('path', 'status'),
  'leaves-path': warning('path', 'address'),
  'redirects-elsewhere': note('address'),
  'setting-unseen': note('program', 'need', 'where', 'name', 'ours'),
  'unseen-from-outside': note(),
  'as-expected': fine('program'),
  answers: fine(),
} as const

export type FindingCode = keyof typeof FINDINGS
export type FindingFacts<C extends FindingCode> = Readonly<Record<(typeof FINDINGS)[C]['facts'][number], string>>
export const FindingCode = z.enum(Object.keys(FINDINGS) as [FindingCode, ...FindingCode[]])

/** `route`: it was seen behind this path, which leads elsewhere at home; absent: at the service's own target. */
export const Finding = z.object({
  code: FindingCode,
  weight: Weight,
  facts: z.record(z.string(), z.string()),
  route: z.string().optional(),
})
export type Finding = z.infer<typeof Finding>

/** All that was found, the worst first, and when. */
export const Safety = z.object({ atMs: z.number(), findings: z.array(Finding) })
export type Safety = z.infer<typeof Safety>

/** What was found of a service before it is added. `problem`: why it cannot be looked at. */
export const FirstLook = z.object({ problem: Problem.nullable(), findings: z.array(Finding) })
export type FirstLook = z.infer<typeof FirstLook>

export function finding<C extends FindingCode>(code: C, facts: FindingFacts<C>): Finding {
  return { code, weight: FINDINGS[code].weight, facts: { ...facts } }
}

/** Among equals the table's own order. */
export function byWeight(a: Finding, b: Finding): number {
  const [weights, codes] = [Weight.options, FindingCode.options]
  return weights.indexOf(a.weight) - weights.indexOf(b.weight) || codes.indexOf(a.code) - codes.indexOf(b.code)
}

/** What is to be read before a link is given away. */
export const dangersOf = (safety: Safety | null): Finding[] => safety?.findings.filter(({ weight }) => weight === 'danger') ?? []
