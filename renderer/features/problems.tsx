import './problems.css'
import { CircleAlert, Info, type LucideIcon, TriangleAlert } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { describeProblem } from '../../languages/index.ts'
import type { DiagnosedProblem, Role } from '../../protocol/diagnosis.ts'
import { bySeverity, type Problem, type Severity } from '../../protocol/problem.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'
import { useFirstWords } from '../src/language.tsx'
import { Disclosure } from '../ui/disclosure.tsx'
import { StepAction } from './step-action.tsx'

// Folded at first, so it is not waited for.
const WholeWay = lazy(() => import('./whole-way.tsx').then((module) => ({ default: module.WholeWay })))

const ICONS: Record<Severity, LucideIcon> = { critical: CircleAlert, warning: TriangleAlert, info: Info }

const keyOf = ({ code, params }: Problem): string => `${code} ${Object.values(params).join(' ')}`

type Shown = Pick<DiagnosedProblem, 'problem' | 'role'>

/** What is wrong, as the engine has weighed it. One that does not is older: then the worst comes first, and the rest is folded. */
function problemsOf({ diagnosis, problems, services }: Snapshot): readonly Shown[] {
  if (diagnosis.chain.length > 0) return diagnosis.problems
  const all = [...problems, ...services.flatMap(({ problem }) => problem ?? [])]
  const each = [...new Map(all.map((problem) => [keyOf(problem), problem])).values()].sort(bySeverity)
  return each.map((problem, index) => ({ problem, role: index === 0 ? 'cause' : 'remark' }))
}

export function ProblemDetails({ found }: { found: Problem }) {
  const words = useFirstWords()
  const { problems } = words.page
  const { causes, consequence, steps } = describeProblem(found, words)
  const [cause] = causes
  return (
    <dl className="told">
      <div>
        <dt>{problems.cause}</dt>
        <dd>
          {causes.length === 1 ? (
            cause
          ) : (
            <ol>
              {causes.map((each) => (
                <li key={each}>{each}</li>
              ))}
            </ol>
          )}
        </dd>
      </div>
      <div>
        <dt>{problems.consequence}</dt>
        <dd>{consequence}</dd>
      </div>
      <div>
        <dt>{problems.remedy}</dt>
        <dd>
          <ol className={steps.length === 1 ? 'steps one' : 'steps'}>
            {steps.map(({ text, action }) => (
              <li key={text}>
                <p>{text}</p>
                {action && <StepAction action={action} found={found} />}
              </li>
            ))}
          </ol>
        </dd>
      </div>
    </dl>
  )
}

function Folded({ title, shown }: { title: string; shown: readonly Shown[] }) {
  const words = useFirstWords()
  if (shown.length === 0) return null
  return (
    <Disclosure title={title}>
      <ul className="others">
        {shown.map(({ problem }) => (
          <li key={keyOf(problem)}>
            <Disclosure title={describeProblem(problem, words).title}>
              <ProblemDetails found={problem} />
            </Disclosure>
          </li>
        ))}
      </ul>
    </Disclosure>
  )
}

/** One story: what to mend first in full; what else is wrong, what merely follows and what is worth knowing folded under it; and the whole way from
 *  the house to the visitors, which is all that there is to tell of a home that is well. */
export function Problems({ snapshot }: { snapshot: Snapshot }) {
  const words = useFirstWords()
  const { diagnosis, page } = words
  const problems = problemsOf(snapshot)
  const of = (role: Role): Shown[] => problems.filter((one) => one.role === role)
  const [root, ...also] = of('cause')
  const main = root ?? of('remark')[0]
  const hasWay = snapshot.services.length > 0 && snapshot.diagnosis.chain.length > 0
  if (!main && !hasWay) return null
  const remarks = of('remark').filter((one) => one !== main)
  return (
    <section
      className={main ? `card problem ${main.problem.severity}` : 'card'}
      {...(main ? { 'aria-labelledby': 'main-problem' } : { 'aria-label': diagnosis.heading })}
    >
      {main && <MainProblem problem={main.problem} />}
      <Folded title={diagnosis.alsoWrong(also.length)} shown={also} />
      <Folded title={diagnosis.follows(of('consequence').length)} shown={of('consequence')} />
      <Folded title={page.problems.more(remarks.length)} shown={remarks} />
      {hasWay && (
        <Disclosure title={diagnosis.heading}>
          <Suspense fallback={null}>
            <WholeWay snapshot={snapshot} told={main?.problem} />
          </Suspense>
        </Disclosure>
      )}
    </section>
  )
}

function MainProblem({ problem }: { problem: Problem }) {
  const words = useFirstWords()
  const Icon = ICONS[problem.severity]
  return (
    <>
      <header>
        <Icon size={24} aria-hidden="true" />
        <p className="severity">{words.page.problems.severity[problem.severity]}</p>
        <h2 id="main-problem">{describeProblem(problem, words).title}</h2>
      </header>
      <ProblemDetails found={problem} />
    </>
  )
}
