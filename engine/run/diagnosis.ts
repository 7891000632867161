/** A diagnosis for a face that asks for one: what is cheap to look at is looked at anew, and nothing that serves visitors is touched. */
import type { DiagnosisRun } from '../../protocol/diagnosis.ts'
import { diagnosisView } from '../core/diagnosis/diagnosis.ts'
import { isSettling, ONSET_MS } from '../core/diagnosis/ledger.ts'
import type { Effect } from '../core/plan.ts'
import type { Loop } from './loop.ts'

const LIMIT_MS = 5000
/** More where something was found: it is not told before it has stood for a moment. */
const SETTLING_MS = ONSET_MS + 500
const LOOKS: ReadonlySet<Effect['kind']> = new Set<Effect['kind']>([
  'check-target',
  'inspect',
  'look-at-firewall',
  'look-at-line',
  'look-up-names',
  'probe',
  'publish',
  'visit-own-names',
])

/** Returns what ends the looking on. */
export function startDiagnosis(loop: Pick<Loop, 'state' | 'dispatch' | 'quiet' | 'watch'>, emit: (now: DiagnosisRun) => void): () => void {
  const startedAtMs = Date.now()
  let told = ''
  const tell = (done: boolean): void => {
    const now = { done, startedAtMs, diagnosis: diagnosisView(loop.state()) }
    const text = JSON.stringify(now)
    if (text !== told) emit(now)
    told = text
  }
  loop.dispatch({ type: 'check-now' })
  loop.dispatch({ type: 'diagnosis-asked' })
  let hasLooked = false
  const next = (): void => {
    // What was found a moment ago is not yet believed: who asks waits for that too, rather than hear that nothing is wrong.
    if (hasLooked && !isSettling(loop.state().diagnosis.ledger)) finish()
    else tell(false)
  }
  const leave = loop.watch(next)
  let isOver = false
  const end = (): void => {
    isOver = true
    clearTimeout(limit)
    leave()
  }
  const finish = (): void => {
    end()
    tell(true)
  }
  let limit = setTimeout(() => {
    hasLooked = true
    limit = setTimeout(finish, SETTLING_MS)
    next()
  }, LIMIT_MS)
  tell(false)
  loop.quiet(LOOKS, LIMIT_MS).then(() => {
    hasLooked = true
    if (!isOver) next()
  })
  return end
}
