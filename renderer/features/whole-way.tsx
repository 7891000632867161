import './whole-way.css'
import { Check, CircleHelp, type LucideIcon, TriangleAlert, X } from 'lucide-react'
import { ago, describeFact, moment } from '../../languages/format.ts'
import { describeProblem } from '../../languages/index.ts'
import type { ChainLink, HealedProblem, LinkVerdict } from '../../protocol/diagnosis.ts'
import type { Problem } from '../../protocol/problem.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'
import { useWords } from '../src/language.tsx'
import { useNow } from '../src/now.ts'
import { Disclosure } from '../ui/disclosure.tsx'
import { AskSomebody } from './ask-somebody.tsx'

const MARKS: Readonly<Record<LinkVerdict, LucideIcon>> = { ok: Check, broken: X, warning: TriangleAlert, unknown: CircleHelp }

/** Every link from the house to its visitors, with how old each verdict is and what it rests on. `told`: what the card above has said already. */
export function WholeWay({ snapshot, told }: { snapshot: Snapshot; told: Problem | undefined }) {
  const { chain, healed } = snapshot.diagnosis
  return (
    <div className="stack">
      <ol className="way-chain">
        {chain.map((link) => (
          <Link key={link.link} {...link} problem={link.problem?.code === told?.code ? null : link.problem} />
        ))}
      </ol>
      <Healed healed={healed} />
      <AskSomebody snapshot={snapshot} />
    </div>
  )
}

function Link({ link, verdict, atMs, evidence, problem }: ChainLink) {
  const words = useWords()
  const Mark = MARKS[verdict]
  return (
    <li>
      <span className={`verdict ${verdict}`}>
        <Mark size={18} aria-hidden="true" />
      </span>
      <span>
        {words.links[link]}
        <span className="hidden">: {words.marks[verdict]}</span>
      </span>
      <Age verdict={verdict} atMs={atMs} />
      {problem && <p className="more small">{describeProblem(problem, words).title}</p>}
      {evidence.length > 0 && (
        <div className="more">
          <Disclosure
            title={
              <>
                {words.diagnosis.evidence}
                <span className="hidden"> ({words.links[link]})</span>
              </>
            }
          >
            <ul>
              {evidence.map((one) => (
                <li key={`${one.fact} ${one.value}`}>{describeFact(one, words)}</li>
              ))}
            </ul>
          </Disclosure>
        </div>
      )}
    </li>
  )
}

/** When it was last seen so. Of what cannot be known there is nothing to have been seen. */
function Age({ verdict, atMs }: Pick<ChainLink, 'verdict' | 'atMs'>) {
  const words = useWords()
  const nowMs = useNow()
  if (verdict === 'unknown') return <span className="muted small">{words.diagnosis.never}</span>
  return atMs === null ? <span /> : <span className="muted small">{words.diagnosis.seen(ago(atMs, nowMs, words))}</span>
}

function Healed({ healed }: { healed: readonly HealedProblem[] }) {
  const words = useWords()
  if (healed.length === 0) return null
  return (
    <Disclosure title={words.diagnosis.healed}>
      <ul className="way-healed">
        {healed.map(({ problem, fromMs, untilMs }) => (
          <li key={`${problem.code} ${fromMs}`}>
            {describeProblem(problem, words).title}{' '}
            <span className="muted small">{words.diagnosis.healedAt(moment(fromMs, words), moment(untilMs, words))}</span>
          </li>
        ))}
      </ul>
    </Disclosure>
  )
}
