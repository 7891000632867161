import './way-step.css'
import { Check, CircleAlert, CircleDashed, Hourglass, LoaderCircle, type LucideIcon } from 'lucide-react'
import { useRef } from 'react'
import { describeProblem } from '../../languages/index.ts'
import type { PathView, Rung } from '../../protocol/model/path.ts'
import type { Problem } from '../../protocol/problem.ts'
import type { ServiceView, Snapshot } from '../../protocol/snapshot.ts'
import { useWords } from '../src/language.tsx'
import { HandGuide, HandsDone } from './guide.tsx'
import { StepForm, type StepProps } from './step-form.tsx'
import { forward, handsNeeded, isDirectOnly, nameIsFirst, serviceOf } from './steps.ts'

/** What is tried first stands first: the tunnel stands at once, the others are sought beside it. */
const SHOWN: readonly Rung[] = ['tunnel', 'mapped', 'direct', 'manual']

/** What is being tried to let visitors in, and where only its owner can open a better way, how. */
export function WayStep({ setup, snapshot, change, onLeave }: StepProps) {
  const words = useWords()
  const { way } = words.wizard
  const service = serviceOf(setup, snapshot)
  const isUnseen = isDirectOnly(setup, snapshot)
  const hands = service ? handsNeeded(service, snapshot) : []
  // A guide that was followed stays in sight, and turns green.
  const asked = useRef<readonly Problem[]>([])
  if (hands.length > 0) asked.current = hands
  // Nobody has to do anything where the relay carries visitors.
  const isOptional = service?.state === 'reachable'
  const isDone = hands.length === 0 && asked.current.some(({ code }) => code === 'forward-by-hand')
  return (
    <StepForm
      {...{ setup, change, onLeave }}
      onNext={() => change(forward(setup))}
      title={way.title}
      lead={isUnseen ? way.untold : way.lead}
      beside={
        <>
          {hands.length > 0 && (
            <div className={isOptional ? 'stack optional' : 'stack'}>
              {isOptional && <p className="lead">{way.enough}</p>}
              {hands.map((hand) => (
                <HandGuide key={hand.code + hand.params.port} {...{ hand, snapshot, isUnseen }} service={setup.choice.name} />
              ))}
            </div>
          )}
          {isDone && <HandsDone />}
        </>
      }
    >
      {service && <Attempts service={service} snapshot={snapshot} isUnseen={isUnseen} />}
    </StepForm>
  )
}

interface AttemptsProps {
  readonly service: ServiceView
  readonly snapshot: Snapshot
  /** Nobody can look. */
  readonly isUnseen: boolean
}

function Attempts({ service, snapshot, isUnseen }: AttemptsProps) {
  const words = useWords()
  const { way } = words.wizard
  // A guide of its own tells of a rule that the owner is to make.
  const paths = SHOWN.flatMap((rung) =>
    service.paths.filter((path) => path.rung === rung && !(rung === 'manual' && path.phase === 'blocked')),
  )
  const open = service.paths.filter(({ phase }) => phase === 'confirmed')
  const isStraight = open.some(({ rung }) => rung !== 'tunnel')
  return (
    <section className="card attempts" aria-labelledby="tried">
      <h2 id="tried">{way.tried}</h2>
      <ul>
        {paths.map((path) => (
          <Attempt
            key={`${path.rung} ${path.family}`}
            path={path}
            snapshot={snapshot}
            isUnseen={isUnseen}
            isWaiting={nameIsFirst(service, snapshot)}
          />
        ))}
      </ul>
      <p className="verdict" role="status">
        {open.length === 0 ? (isUnseen ? '' : way.trying) : isStraight ? way.direct : way.relayed}
      </p>
    </section>
  )
}

const ICONS: Readonly<Record<PathView['phase'] | 'waiting', LucideIcon>> = {
  idle: CircleDashed,
  seeking: LoaderCircle,
  provisioned: LoaderCircle,
  confirmed: Check,
  blocked: CircleAlert,
  waiting: Hourglass,
}

function Attempt({ path, snapshot, isUnseen, isWaiting }: { path: PathView; snapshot: Snapshot; isUnseen: boolean; isWaiting: boolean }) {
  const words = useWords()
  const { way } = words.wizard
  const { rung, family, phase, outside, problem } = path
  const isPromised = phase === 'provisioned' && isUnseen
  const waits = phase === 'provisioned' && isWaiting
  const why = phase === 'blocked' ? snapshot.problems.find(({ code }) => code === problem) : undefined
  const Icon = ICONS[waits ? 'waiting' : isPromised ? 'idle' : phase]
  return (
    <li className={`attempt ${waits || isPromised ? 'idle' : phase}`}>
      <Icon size={20} className={Icon === LoaderCircle ? 'turning' : undefined} aria-hidden="true" />
      <div>
        <p>
          <strong>{way.rung[rung]}</strong> <span className="muted">{way.family[family]}</span>
        </p>
        <p className="small">
          {waits ? way.nameFirst : isPromised ? way.phase.untried : way.phase[phase]}
          {phase === 'confirmed' && outside && <span className="mono"> {outside.address}</span>}
          {why && ` · ${describeProblem(why, words).title}`}
        </p>
      </div>
    </li>
  )
}
