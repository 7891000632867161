import './diagnosis.css'
import { Check, CircleHelp, type LucideIcon, RefreshCw, Square, TriangleAlert, X } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { ago, describeFact, moment } from '../../languages/format.ts'
import { describeProblem } from '../../languages/index.ts'
import type { ChainLink, HealedProblem, LinkVerdict } from '../../protocol/diagnosis.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useNow } from '../src/now.ts'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'
import { Disclosure } from '../ui/disclosure.tsx'
import { AskSomebody } from './ask-somebody.tsx'

const MARKS: Readonly<Record<LinkVerdict, LucideIcon>> = { ok: Check, broken: X, warning: TriangleAlert, unknown: CircleHelp }

/** The whole way, link by link, with how old each verdict is and what it rests on. Open where a link is broken. */
export function Diagnosis({ snapshot }: { snapshot: Snapshot }) {
  const { diagnosis } = snapshot
  const words = useWords()
  const { watch } = useEngine()
  const announce = useAnnounce()
  const [isRunning, setIsRunning] = useState(false)
  const stop = useRef<(() => void) | null>(null)
  const end = useCallback(() => {
    stop.current?.()
    stop.current = null
    setIsRunning(false)
  }, [])
  useEffect(() => () => stop.current?.(), [])
  if (diagnosis.chain.length === 0) return null
  const run = () => {
    setIsRunning(true)
    announce(words.diagnosis.running)
    // What is new arrives with the snapshot as well, and shows at once.
    stop.current = watch(
      'diagnose',
      {},
      ({ done }) => {
        if (!done) return
        announce(words.page.light.checked)
        end()
      },
      () => setIsRunning(false),
    )
  }
  return (
    <section className="card" aria-label={words.diagnosis.heading}>
      <Disclosure title={words.diagnosis.heading} isOpenAtFirst={diagnosis.chain.some(({ verdict }) => verdict === 'broken')}>
        <div className="stack">
          <ol className="way-chain">
            {diagnosis.chain.map((link) => (
              <Link key={link.link} {...link} />
            ))}
          </ol>
          <Button icon={isRunning ? Square : RefreshCw} onPress={isRunning ? end : run}>
            {isRunning ? words.discovery.stop : words.diagnosis.run}
          </Button>
          <Healed healed={diagnosis.healed} />
          <AskSomebody snapshot={snapshot} />
        </div>
      </Disclosure>
    </section>
  )
}

function Link({ link, verdict, atMs, evidence, problem }: ChainLink) {
  const words = useWords()
  const nowMs = useNow()
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
      <span className="muted small">{atMs === null ? words.diagnosis.never : words.diagnosis.seen(ago(atMs, nowMs, words))}</span>
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
