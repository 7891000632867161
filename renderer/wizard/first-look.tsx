import { CircleAlert, CircleCheck, LoaderCircle, RefreshCw } from 'lucide-react'
import { useRef, useState } from 'react'
import { describeProblem } from '../../languages/index.ts'
import { dangersOf, type FirstLook } from '../../protocol/finding.ts'
import type { Setup } from '../../protocol/model/setup.ts'
import { ProblemError } from '../../protocol/problem.ts'
import { Findings } from '../features/safety.tsx'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { Button, ICON_PX } from '../ui/button.tsx'

/** The engine's own limits are five seconds each for "does it answer" and "what does it show". */
const LOOK_TIMEOUT_MS = 15_000

/** It does not answer, or a stranger could take it over: its owner is told once, and then decides. */
export const needsReading = ({ problem, findings }: FirstLook): boolean => problem !== null || dangersOf({ atMs: 0, findings }).length > 0

const NOTHING_SEEN: FirstLook = { problem: null, findings: [] }

type Choice = Setup['choice']

/** A look at what was chosen, from inside; the last one that was asked for counts. */
export function useFirstLook() {
  const { calls } = useEngine()
  const [seen, setSeen] = useState<FirstLook | 'looking' | null>(null)
  const last = useRef<{ readonly of: string; readonly answer: Promise<FirstLook> } | null>(null)
  const ask = ({ target, name, preset }: Choice): Promise<FirstLook> =>
    calls
      .lookBefore({ target, name, ...(preset !== null && { preset }) }, LOOK_TIMEOUT_MS)
      // An engine that cannot look, or does not answer, holds nobody up: adding it tells what is wrong.
      .catch((error: unknown) => (error instanceof ProblemError ? { problem: error.problem, findings: [] } : NOTHING_SEEN))
  /** The one that is under way, where it is the same. */
  const look = (choice: Choice): Promise<FirstLook> => {
    const of = JSON.stringify([choice.target, choice.preset])
    if (seen === 'looking' && last.current?.of === of) return last.current.answer
    const mine = { of, answer: ask(choice) }
    last.current = mine
    setSeen('looking')
    void mine.answer.then((found) => last.current === mine && setSeen(found))
    return mine.answer
  }
  const forget = () => {
    last.current = null
    setSeen(null)
  }
  return { seen: seen === 'looking' ? null : seen, isLooking: seen === 'looking', look, forget }
}

interface FirstLookNoteProps {
  readonly seen: FirstLook | null
  readonly isLooking: boolean
  readonly onAgain: () => void
}

/** What strangers would see of it. */
export function FirstLookNote({ seen, isLooking, onAgain }: FirstLookNoteProps) {
  const words = useWords()
  const { what } = words.wizard
  const told = seen?.problem ? describeProblem(seen.problem, words) : null
  const isFine = seen !== null && told === null && seen.findings.every(({ weight }) => weight === 'fine')
  return (
    <div className="first-look" role="status">
      {isLooking && (
        <p className="muted">
          <LoaderCircle size={ICON_PX} className="turning" aria-hidden="true" />
          {what.looking}
        </p>
      )}
      {told && (
        <p className="tone-needs-you">
          <CircleAlert size={ICON_PX} aria-hidden="true" />
          <span>
            <strong>{told.title}</strong> {told.remedy}
          </span>
        </p>
      )}
      {isFine && (
        <p className="tone-reachable">
          <CircleCheck size={ICON_PX} aria-hidden="true" />
          {what.fine}
        </p>
      )}
      {seen && !told && !isFine && <Findings findings={seen.findings} />}
      {seen && !isFine && (
        <Button icon={RefreshCw} onPress={onAgain}>
          {what.look}
        </Button>
      )}
    </div>
  )
}
