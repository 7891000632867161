import './problems.css'
import { CircleAlert, Info, type LucideIcon, TriangleAlert } from 'lucide-react'
import { describeProblem, type Told } from '../../languages/index.ts'
import { bySeverity, type Problem, type Severity } from '../../protocol/problem.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'
import { useWords } from '../src/language.tsx'
import { Disclosure } from '../ui/disclosure.tsx'

const ICONS: Record<Severity, LucideIcon> = { critical: CircleAlert, warning: TriangleAlert, info: Info }

const keyOf = ({ code, params }: Problem): string => `${code} ${Object.values(params).join(' ')}`

/** Everything that is wrong, each once, worst first: the house's own and its services'. */
export function problemsOf(snapshot: Snapshot): Problem[] {
  const all = [...snapshot.problems, ...snapshot.services.flatMap(({ problem }) => problem ?? [])]
  return [...new Map(all.map((problem) => [keyOf(problem), problem])).values()].sort(bySeverity)
}

function Details({ told }: { told: Told }) {
  const { problems } = useWords().page
  return (
    <dl className="told">
      <div>
        <dt>{problems.cause}</dt>
        <dd>{told.cause}</dd>
      </div>
      <div>
        <dt>{problems.consequence}</dt>
        <dd>{told.consequence}</dd>
      </div>
      <div>
        <dt>{problems.remedy}</dt>
        <dd>{told.remedy}</dd>
      </div>
    </dl>
  )
}

/** The main problem in full, the others folded under it. */
export function Problems({ problems }: { problems: readonly Problem[] }) {
  const words = useWords()
  const [main, ...others] = problems
  if (!main) return null
  const told = describeProblem(main, words)
  const Icon = ICONS[main.severity]
  return (
    <section className={`card problem ${main.severity}`} aria-labelledby="main-problem">
      <header>
        <Icon size={24} aria-hidden="true" />
        <p className="severity">{words.page.problems.severity[main.severity]}</p>
        <h2 id="main-problem">{told.title}</h2>
      </header>
      <Details told={told} />
      {others.length > 0 && (
        <Disclosure title={words.page.problems.more(others.length)}>
          <ul className="others">
            {others.map((problem) => {
              const other = describeProblem(problem, words)
              return (
                <li key={keyOf(problem)}>
                  <Disclosure title={other.title}>
                    <Details told={other} />
                  </Disclosure>
                </li>
              )
            })}
          </ul>
        </Disclosure>
      )}
    </section>
  )
}
