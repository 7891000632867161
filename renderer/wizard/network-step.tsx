import '../ui/stones.css'
import './network-step.css'
import {
  BadgeCheck,
  Box,
  Check,
  CircleAlert,
  Eye,
  Globe,
  Hourglass,
  Info,
  LoaderCircle,
  type LucideIcon,
  Monitor,
  Router,
  Server,
} from 'lucide-react'
import { useState } from 'react'
import { describeProblem } from '../../languages/index.ts'
import { parseRelayCode } from '../../protocol/model/relay-code.ts'
import { useAction } from '../features/use-action.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { ICON_PX } from '../ui/button.tsx'
import { codeError, Doors } from './doors.tsx'
import { StepForm, type StepProps } from './step-form.tsx'
import { deedOf, forward, hasNoRelay, serviceOf } from './steps.ts'
import { type DrawnLink, type DrawnName, drawnLinks, type LinkState } from './way-links.ts'

/** The relay proves itself, checks the code and registers the device before it answers. */
const JOIN_TIMEOUT_MS = 30_000

/** The way from the program to the internet, drawn as it is being found out; and where no relay stands by, how to go on. */
export function NetworkStep({ setup, snapshot, change, onLeave }: StepProps) {
  const words = useWords()
  const { network, doors } = words.wizard
  const { calls } = useEngine()
  const announce = useAnnounce()
  const [code, setCode] = useState('')
  const [error, setError] = useState<string | null>(null)
  const joining = useAction(() => calls.joinRelay({ relay: code.trim() }, JOIN_TIMEOUT_MS))
  const service = serviceOf(setup, snapshot)
  const onNext = async () => {
    if (deedOf(setup, snapshot).kind !== 'join') return change(forward(setup))
    const wrong = codeError(code, words)
    setError(wrong)
    // It stays here: what the relay sees now is drawn link by link.
    if (wrong === null && (await joining.run())) announce(doors.joined)
  }
  const type = (text: string) => {
    setCode(text)
    setError(null)
    joining.forget()
  }
  return (
    <StepForm
      {...{ setup, change, onLeave }}
      onNext={() => void onNext()}
      title={network.title}
      lead={network.lead}
      busy={joining.busy}
      failure={joining.failure}
    >
      <ol className="stones down" aria-label={network.chain}>
        {service && drawnLinks(snapshot, service, words).map((drawn) => <Link key={drawn.link} {...drawn} />)}
      </ol>
      {hasNoRelay(snapshot) && (
        <Doors
          door={setup.door}
          onDoor={(door) => change({ ...setup, door })}
          code={{ typed: code, read: parseRelayCode(code), error, onType: type }}
        />
      )}
    </StepForm>
  )
}

const LINK_ICONS: Readonly<Record<DrawnName, LucideIcon>> = {
  service: Box,
  computer: Monitor,
  router: Router,
  internet: Globe,
  relay: Server,
  certificate: BadgeCheck,
  outside: Eye,
}
const STATE_ICONS: Readonly<Record<LinkState, LucideIcon>> = {
  good: Check,
  looking: LoaderCircle,
  remark: Info,
  bad: CircleAlert,
  later: Hourglass,
}

function Link({ link, state, fact, problem }: DrawnLink) {
  const words = useWords()
  const { network } = words.wizard
  const Icon = LINK_ICONS[link]
  const State = STATE_ICONS[state]
  return (
    <li className={`way-link ${state}`}>
      <span className="ground" aria-hidden="true">
        <Icon size={ICON_PX} />
      </span>
      <div>
        <p>
          <strong>{network.links[link]}</strong>
          {fact !== '' && <span className="muted"> {fact}</span>}
        </p>
        {problem && <p className="small">{describeProblem(problem, words).title}</p>}
      </div>
      <p className="mark small">
        <State size={16} className={state === 'looking' ? 'turning' : undefined} aria-hidden="true" />
        {network.state[state]}
      </p>
    </li>
  )
}
