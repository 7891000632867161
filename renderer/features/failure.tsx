import './problems.css'
import { CircleAlert } from 'lucide-react'
import { describeProblem } from '../../languages/index.ts'
import { useFirstWords } from '../src/language.tsx'
import { ICON_PX } from '../ui/button.tsx'
import type { Failure } from './use-action.ts'

/** Why the last action did not work, next to where it was asked for. Spoken at once. */
export function FailureNote({ failure }: { failure: Failure | null }) {
  const words = useFirstWords()
  const told = failure === null ? null : failure === 'no-answer' ? { cause: '', ...words.page.noAnswer } : describeProblem(failure, words)
  return (
    <div role="alert" className="failure">
      {told && (
        <>
          <CircleAlert size={ICON_PX} aria-hidden="true" />
          <p>
            <strong>{told.title}</strong> {told.cause} {told.remedy}
          </p>
        </>
      )}
    </div>
  )
}
