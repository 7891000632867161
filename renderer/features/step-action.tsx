import { ArrowRight, AtSign, Check, Copy, ExternalLink, type LucideIcon, RefreshCw, Send } from 'lucide-react'
import { useState } from 'react'
import type { ActionId } from '../../protocol/action.ts'
import type { Problem } from '../../protocol/problem.ts'
import { useEngine } from '../src/engine.ts'
import { useFirstWords } from '../src/language.tsx'
import { hrefOf, type Route, type Tab } from '../src/route.ts'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button, ICON_PX } from '../ui/button.tsx'
import { copyText } from '../ui/clipboard.ts'
import { OutsideLink } from '../ui/outside-link.tsx'
import { FailureNote } from './failure.tsx'
import { useAction } from './use-action.ts'

/** A check waits for probes from outside, one after another. */
const CHECK_TIMEOUT_MS = 60_000

interface StepActionProps {
  readonly action: ActionId
  readonly found: Problem
}

/** A step that the app can do itself, as a button; or the way to where it is done. */
export function StepAction({ action, found }: StepActionProps) {
  const { actions } = useFirstWords()
  const { params } = found
  switch (action) {
    case 'check-now':
      return <CheckNow />
    case 'test-alerts':
      return <TestAlerts />
    case 'test-name':
      return params.host ? <TestName host={params.host} /> : null
    case 'copy-command':
      return params.command ? <CopyCommand command={params.command} /> : null
    case 'open-router':
      return params.address ? (
        <OutsideLink href={`http://${params.address.includes(':') ? `[${params.address}]` : params.address}/`} className="button">
          <ExternalLink size={ICON_PX} aria-hidden="true" />
          <span>{actions[action]}</span>
        </OutsideLink>
      ) : null
    default:
      return (
        <a className="button" href={hrefOf(placeOf(action, params.service))}>
          <ArrowRight size={ICON_PX} aria-hidden="true" />
          <span>{actions[action]}</span>
        </a>
      )
  }
}

/** `service`: with the prefix of a route behind it, where it is one's. */
function placeOf(
  action: Exclude<ActionId, 'check-now' | 'test-alerts' | 'test-name' | 'copy-command' | 'open-router'>,
  service: string | undefined,
): Route {
  const at = (tab: Tab): Route => (service ? { place: 'service', name: service.replace(/\/.*/, ''), tab } : { place: 'home' })
  switch (action) {
    case 'join-relay':
    case 'show-alerts':
    case 'restart':
      return { place: 'settings' }
    case 'add-service':
      return { place: 'add' }
    case 'show-bans':
      return { place: 'visitors' }
    case 'support-bundle':
      return { place: 'history' }
    case 'accept-certificate':
    case 'show-service':
      return at('overview')
    case 'show-links':
      return at('share')
    case 'set-access':
      return at('access')
    case 'open-guide':
      return { place: 'guide' }
    case 'agree-terms':
    case 'test-certificate':
    case 'choose-name':
    case 'give-credentials':
    case 'show-names':
      return { place: 'names' }
  }
}

/** A call whose end is said aloud. */
function Deed({ icon, label, perform, done }: { icon: LucideIcon; label: string; perform: () => Promise<unknown>; done: string }) {
  const announce = useAnnounce()
  const action = useAction(perform)
  const onPress = async () => {
    if (await action.run()) announce(done)
  }
  return (
    <>
      <Button icon={icon} busy={action.busy} onPress={onPress}>
        {label}
      </Button>
      <FailureNote failure={action.failure} />
    </>
  )
}

function CheckNow() {
  const { actions, page } = useFirstWords()
  const { calls } = useEngine()
  return (
    <Deed icon={RefreshCw} label={actions['check-now']} perform={() => calls.checkNow({}, CHECK_TIMEOUT_MS)} done={page.light.checked} />
  )
}

function TestAlerts() {
  const { actions, diagnosis } = useFirstWords()
  const { calls } = useEngine()
  return <Deed icon={Send} label={actions['test-alerts']} perform={() => calls.testAlerts({}, CHECK_TIMEOUT_MS)} done={diagnosis.tested} />
}

function TestName({ host }: { host: string }) {
  const { actions, diagnosis } = useFirstWords()
  const { calls } = useEngine()
  const ask = () => calls.testName({ host }, CHECK_TIMEOUT_MS)
  return <Deed icon={AtSign} label={actions['test-name']} perform={ask} done={diagnosis.nameTested} />
}

function CopyCommand({ command }: { command: string }) {
  const { actions, page, diagnosis } = useFirstWords()
  const announce = useAnnounce()
  const [is, setIs] = useState<'idle' | 'copied' | 'refused'>('idle')
  const onPress = () =>
    copyText(command).then(
      () => {
        setIs('copied')
        announce(diagnosis.commandCopied)
      },
      () => setIs('refused'),
    )
  return (
    <>
      <Button icon={is === 'copied' ? Check : Copy} onPress={onPress}>
        {is === 'copied' ? page.services.copied : actions['copy-command']}
      </Button>
      {is === 'refused' && (
        <p role="alert" className="small">
          {page.services.copyFailed} <span className="mono">{command}</span>
        </p>
      )}
    </>
  )
}
