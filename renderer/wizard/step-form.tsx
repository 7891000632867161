import { ArrowLeft, ArrowRight, Check } from 'lucide-react'
import { type FormEvent, type ReactNode, useEffect, useId, useRef } from 'react'
import type { Setup } from '../../protocol/model/setup.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'
import { FailureNote } from '../features/failure.tsx'
import type { Failure } from '../features/use-action.ts'
import { useWords } from '../src/language.tsx'
import { Button } from '../ui/button.tsx'
import { backward, STEPS } from './steps.ts'

export interface StepProps {
  readonly setup: Setup
  readonly snapshot: Snapshot
  readonly change: (next: Setup) => void
  readonly onLeave: () => void
  readonly onFinish: () => void
}

interface StepFormProps extends Pick<StepProps, 'setup' | 'change' | 'onLeave'> {
  readonly title: string
  readonly lead: string
  readonly children?: ReactNode
  /** What has forms of its own: a form within a form would go on when it is sent. */
  readonly beside?: ReactNode
  readonly onNext: () => void
  /** Where "Next" would say too little. */
  readonly next?: string
  readonly busy?: boolean
  readonly failure?: Failure | null
}

/** One step: its question, what there is to see and to decide, and the way back and on. Enter goes on. */
export function StepForm({
  setup,
  change,
  onLeave,
  title,
  lead,
  children,
  beside,
  onNext,
  next,
  busy = false,
  failure = null,
}: StepFormProps) {
  const { wizard } = useWords()
  const id = useId()
  const heading = useRef<HTMLHeadingElement>(null)
  // Whoever hears the page hears where he is.
  useEffect(() => {
    heading.current?.focus()
    window.scrollTo({ top: 0 })
  }, [])
  const number = STEPS.indexOf(setup.step) + 1
  const isLast = number === STEPS.length
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    if (!busy) onNext()
  }
  return (
    <div className="step">
      <form id={id} onSubmit={onSubmit} noValidate>
        <header>
          <p className="muted small">{wizard.stepOf(number, STEPS.length)}</p>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          <p className="lead">{lead}</p>
        </header>
        {children}
      </form>
      {beside}
      <div className="onward">
        <FailureNote failure={failure} />
        <div className="onward-buttons">
          {number > 1 && (
            <Button icon={ArrowLeft} onPress={() => change(backward(setup))}>
              {wizard.back}
            </Button>
          )}
          {!isLast && (
            <Button look="quiet" onPress={onLeave}>
              {wizard.later}
              <span className="hidden">. {wizard.laterHelp}</span>
            </Button>
          )}
          <Button type="submit" form={id} look="primary" icon={isLast ? Check : ArrowRight} busy={busy}>
            {busy ? wizard.busy : (next ?? (isLast ? wizard.finish : wizard.next))}
          </Button>
        </div>
      </div>
    </div>
  )
}
