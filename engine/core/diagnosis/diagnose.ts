/** What is wrong, whose it is, and what merely follows: the chain, and the problems by their role. Pure, of one moment.
 *
 *  A link whose foundation is broken is not known, and what is wrong with it follows from there. Of the rest a table says what explains what
 *  (codes.ts). What nothing explains is a cause: what is broken comes before what still works somehow, and within that the chain's order
 *  decides, from the house outwards. */
import { LINKS, type LinkName, type LinkVerdict, type Role } from '../../../protocol/diagnosis.ts'
import type { Problem, ProblemCode } from '../../../protocol/problem.ts'
import { isOnlyWay } from '../only-way.ts'
import { CHECKS, type Facts, type Finding } from './checks.ts'
import { EXPLAINS, linkOf, ONLY_WAY, REMARKS, UNSIGHTED } from './codes.ts'

export interface Diagnosed {
  readonly chain: readonly Link[]
  /** Causes first, the root at their head. */
  readonly problems: readonly Judged[]
}

export interface Link extends Omit<Finding, 'verdict'> {
  readonly link: LinkName
  readonly verdict: LinkVerdict
  readonly problem: Problem | null
}

export interface Judged {
  readonly problem: Problem
  readonly link: LinkName
  readonly role: Role
  readonly causedBy: ProblemCode | null
  /** Among all of them. */
  readonly rank: number
}

/** `problems`: all that is wrong now, worst first. */
export function diagnose(facts: Facts, problems: readonly Problem[]): Diagnosed {
  const isRemark = remarkIn(facts)
  const judged = new Map(LINKS.map((link) => [link, CHECKS[link].judge(facts)] as const))
  const isBroken = (link: LinkName): boolean =>
    judged.get(link)?.verdict === 'broken' ||
    problems.some(({ code, severity }) => linkOf(code) === link && severity === 'critical' && !isRemark(code))
  const broken = new Set(LINKS.filter(isBroken))
  /** The nearest link below that is broken. */
  const foundation = (link: LinkName): LinkName | undefined => {
    for (const below of CHECKS[link].needs(facts)) {
      const under = foundation(below) ?? (broken.has(below) ? below : undefined)
      if (under) return under
    }
    return undefined
  }
  const chain = LINKS.map((link): Link => {
    const { verdict, evidence } = judged.get(link) ?? { verdict: 'unknown' as const, evidence: [] }
    const found = problems.find(({ code }) => linkOf(code) === link) ?? null
    const isUnknown = foundation(link) !== undefined
    const isWarned = found !== null && !isRemark(found.code)
    const seen = broken.has(link) ? 'broken' : isWarned ? 'warning' : verdict
    return { link, verdict: isUnknown ? 'unknown' : seen, evidence, problem: found }
  })
  return { chain, problems: weighed(problems, foundation, broken, isRemark) }
}

function remarkIn({ state }: Facts): (code: ProblemCode) => boolean {
  const told = new Set(Object.values(state.paths).flatMap((path) => (isOnlyWay(state, path) ? [path.problem.code] : [])))
  return (code) => REMARKS.has(code) && !(ONLY_WAY.has(code) && told.has(code))
}

function weighed(
  problems: readonly Problem[],
  foundation: (link: LinkName) => LinkName | undefined,
  broken: ReadonlySet<LinkName>,
  isRemark: (code: ProblemCode) => boolean,
): Judged[] {
  const codes = new Set(problems.map(({ code }) => code))
  const explaining = (code: ProblemCode): ProblemCode | undefined => {
    const by = (Object.keys(EXPLAINS) as ProblemCode[]).find((cause) => codes.has(cause) && EXPLAINS[cause]?.includes(code))
    return by && (explaining(by) ?? by)
  }
  const judge = (problem: Problem): Judged => {
    const link = linkOf(problem.code)
    const under = foundation(link)
    const below = under && problems.find(({ code }) => linkOf(code) === under && !isRemark(code))
    const cause = below ? (explaining(below.code) ?? below.code) : explaining(problem.code)
    const place = LINKS.indexOf(link)
    if (cause !== undefined && cause !== problem.code) return { problem, link, role: 'consequence', causedBy: cause, rank: 200 + place }
    if (isRemark(problem.code)) return { problem, link, role: 'remark', causedBy: null, rank: 300 + place }
    const isWorse = problem.severity === 'critical' || broken.has(link) || UNSIGHTED.has(problem.code)
    return { problem, link, role: 'cause', causedBy: null, rank: (isWorse ? 0 : 100) + place }
  }
  return problems.map(judge).sort((a, b) => a.rank - b.rank)
}
