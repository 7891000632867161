import '../ui/stones.css'
import './wizard.css'
import { Check, CircleAlert, LoaderCircle } from 'lucide-react'
import type { SetupStep } from '../../protocol/model/setup.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'
import { RehearsalNotice } from '../features/notices.tsx'
import { useWords } from '../src/language.tsx'
import { Lantern } from '../ui/lantern.tsx'
import { LinkStep } from './link-step.tsx'
import { NameStep } from './name-step.tsx'
import { NetworkStep } from './network-step.tsx'
import type { StepProps } from './step-form.tsx'
import { fitted, STEPS, type Standing, standingOf } from './steps.ts'
import { useSetup } from './use-setup.ts'
import { WayStep } from './way-step.tsx'
import { WhatStep } from './what-step.tsx'

const VIEWS: Readonly<Record<SetupStep, (props: StepProps) => React.ReactNode>> = {
  what: WhatStep,
  network: NetworkStep,
  way: WayStep,
  name: NameStep,
  link: LinkStep,
}

/** From a program at home to a link for friends, in five steps. */
export default function Wizard({ snapshot }: { snapshot: Snapshot }) {
  const { page, wizard } = useWords()
  const kept = useSetup()
  if (!kept.setup)
    return (
      <p className="starting">
        <Lantern light="empty" sizePx={64} />
        {page.starting}
      </p>
    )
  const setup = fitted(kept.setup, snapshot)
  const Step = VIEWS[setup.step]
  const finish = async () => {
    await kept.end()
    leave()
  }
  return (
    <section className="wizard" aria-label={wizard.label}>
      {snapshot.rehearsal && <RehearsalNotice />}
      <Lamps now={setup.step} standing={(step) => standingOf(step, setup, snapshot)} />
      <Step key={setup.step} setup={setup} snapshot={snapshot} change={kept.change} onLeave={leave} onFinish={() => void finish()} />
    </section>
  )
}

const leave = (): void => {
  window.location.hash = '#/'
}

const ICONS = { done: Check, working: LoaderCircle, 'needs-you': CircleAlert, waits: null } as const

/** A lamp for each step: lit when it is done. */
function Lamps({ now, standing }: { now: SetupStep; standing: (step: SetupStep) => Standing }) {
  const { wizard } = useWords()
  return (
    <ol className="stones lamps" aria-label={wizard.stepsLabel}>
      {STEPS.map((step, index) => {
        const own = standing(step)
        // A lamp is lit on the way, not ahead.
        const state = own === 'done' && index > STEPS.indexOf(now) ? 'waits' : own
        const Icon = step === now && state !== 'done' ? null : ICONS[state]
        return (
          <li key={step} className={`stone ${state}`} aria-current={step === now ? 'step' : undefined}>
            <span className="lamp" aria-hidden="true">
              {Icon ? <Icon size={16} /> : index + 1}
            </span>
            <span className="of">
              {wizard.steps[step]}
              <span className="hidden">, {wizard.standing[state]}</span>
            </span>
          </li>
        )
      })}
    </ol>
  )
}
