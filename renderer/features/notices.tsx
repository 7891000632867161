import './notices.css'
import { Drama, RefreshCw, Unplug } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { describeProblem } from '../../languages/index.ts'
import { problem } from '../../protocol/problem.ts'
import { type Link, useEngine } from '../src/engine.ts'
import { useFirstWords } from '../src/language.tsx'
import { Button } from '../ui/button.tsx'
import { Disclosure } from '../ui/disclosure.tsx'

const JoinRelay = lazy(() => import('./join-relay.tsx').then((module) => ({ default: module.JoinRelay })))

/** Nothing here is on the internet, and nobody must believe that it is. */
export function RehearsalNotice() {
  const words = useFirstWords()
  return (
    <section className="card notice rehearsal" aria-labelledby="rehearsal">
      <Drama className="lead" size={24} aria-hidden="true" />
      <div className="body">
        <h2 id="rehearsal">{words.rehearsal.title}</h2>
        <p>{words.rehearsal.text}</p>
        <Disclosure title={words.page.join.heading}>
          <Suspense fallback={null}>
            <JoinRelay />
          </Suspense>
        </Disclosure>
      </div>
    </section>
  )
}

/** The connection to the engine, when it is not there. */
export function LinkNotice({ link }: { link: Link }) {
  const words = useFirstWords()
  const { retryNow } = useEngine()
  const { lost, refused } = words.page
  const outdated = describeProblem(problem('engine-newer', { ours: '1', theirs: '' }), words)
  const told = { lost, refused, outdated: { title: outdated.title, text: outdated.remedy } }
  return (
    <div role="alert">
      {link !== 'open' && link !== 'connecting' && (
        <section className="card notice lost">
          <Unplug className="lead" size={24} aria-hidden="true" />
          <div className="body">
            <h2>{told[link].title}</h2>
            <p>{told[link].text}</p>
            {link === 'lost' && (
              <Button icon={RefreshCw} onPress={retryNow}>
                {lost.retry}
              </Button>
            )}
          </div>
        </section>
      )}
    </div>
  )
}
