import { History as Icon } from 'lucide-react'
import { useCallback, useEffect } from 'react'
import { KEPT_DAYS } from '../../protocol/model/history.ts'
import { Events } from '../features/events.tsx'
import { LargeCharts } from '../features/large-charts.tsx'
import { Log } from '../features/log.tsx'
import { SupportBundle } from '../features/support-bundle.tsx'
import { Timeline } from '../features/timeline.tsx'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAsked } from '../src/use-asked.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { ViewTitle } from '../ui/view-title.tsx'

const DAY_MS = 86_400_000
const RENEW_MS = 60_000

/** What was: when services could be reached, what changed, what was carried, and what the engine said. */
export default function History() {
  const { shell } = useWords()
  const { calls } = useEngine()
  const ask = useCallback(() => calls.history({ sinceMs: Date.now() - KEPT_DAYS * DAY_MS }), [calls])
  const { answer, again } = useAsked(ask)
  useEffect(() => {
    const timer = setInterval(again, RENEW_MS)
    return () => clearInterval(timer)
  }, [again])
  const isKnown = typeof answer === 'object' && answer.spans.length + answer.events.length > 0
  return (
    <div className="stack narrow">
      <ViewTitle className="view-title">{shell.places.history}</ViewTitle>
      {answer !== 'waiting' && !isKnown && <EmptyState icon={Icon} text={shell.history.none} />}
      {isKnown && <Timeline history={answer} />}
      {isKnown && <Events history={answer} />}
      <LargeCharts service={null} />
      <SupportBundle />
      <Log />
    </div>
  )
}
