import { Check, CircleAlert, CircleHelp, Hourglass, type LucideIcon, RotateCw, X } from 'lucide-react'
import { describeProblem } from '../../languages/index.ts'
import type { KeptName, KeptNameState } from '../../protocol/model/kept-name.ts'
import type { NameProvider } from '../../protocol/model/name-provider.ts'
import { WATCHED } from '../../protocol/model/own-name.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button, ICON_PX } from '../ui/button.tsx'
import { Disclosure } from '../ui/disclosure.tsx'
import { ChangeCredentials, PROVIDER_TIMEOUT_MS } from './change-credentials.tsx'
import { DomainRecords } from './domain-records.tsx'
import { FailureNote } from './failure.tsx'
import { useAction } from './use-action.ts'

/** Its look is one of a record's (own-names.css). */
const LOOKS: Record<KeptNameState, { readonly Icon: LucideIcon; readonly look: string }> = {
  ok: { Icon: Check, look: 'right' },
  changing: { Icon: Hourglass, look: '' },
  waiting: { Icon: Hourglass, look: '' },
  stopped: { Icon: CircleAlert, look: 'wrong' },
  elsewhere: { Icon: CircleAlert, look: 'wrong' },
  unknown: { Icon: CircleHelp, look: '' },
}

interface OwnNameProps {
  readonly name: KeptName
  /** Undefined: nobody whom we could tell. */
  readonly provider: NameProvider | undefined
  readonly onRemoved: (said: string) => void
}

/** One of them: where it leads, what became of it, and what can be done. */
export function OwnName({ name, provider, onRemoved }: OwnNameProps) {
  const { providers: say } = useWords()
  const { page } = say
  const { host, title, service, ipv6Suffix, state, ipv4, ipv6, failure, history } = name
  const isWatched = name.provider === WATCHED
  const target = service ?? ipv6Suffix
  const { Icon, look } = LOOKS[state]
  const leadsNowhere = [ipv4, ipv6].every(({ current }) => !current?.length)
  return (
    <>
      <div className="entry">
        <span>
          <strong className="mono">{host}</strong>
          {target !== null && (
            <>
              {' → '}
              <span className={service === null ? 'mono' : undefined}>{target}</span>
            </>
          )}
        </span>
        <NameActions host={host} provider={provider} onRemoved={onRemoved} />
      </div>
      <span className={`record-state ${look}`}>
        <Icon size={ICON_PX} aria-hidden="true" />
        <span>
          {say.states[state]} ({isWatched ? say.watched : title})
        </span>
      </span>
      <NameFacts name={name} />
      {provider && (
        <Disclosure title={page.change} isOpenAtFirst={failure?.problem.code === 'name-credentials-refused'}>
          <ChangeCredentials host={host} provider={provider} />
        </Disclosure>
      )}
      {isWatched && service !== null && (
        <Disclosure title={page.records} isOpenAtFirst={leadsNowhere}>
          <DomainRecords host={host} service={service} />
        </Disclosure>
      )}
      {history.length > 0 && (
        <Disclosure title={page.history}>
          <ul>
            {history.map(({ family, address, atMs }) => (
              <li key={`${family} ${atMs}`} className="small">
                {page.was(atMs, family === 'ipv4' ? 'IPv4' : 'IPv6', address ?? say.nothing)}
              </li>
            ))}
          </ul>
        </Disclosure>
      )}
    </>
  )
}

function NameFacts({ name }: { name: KeptName }) {
  const words = useWords()
  const { providers: say } = words
  const { ipv4, ipv6, failure, checkedAtMs, changedAtMs, nextAtMs } = name
  const family = (called: string, { current, wanted }: KeptName['ipv4']) => {
    const is = current === null ? say.unasked : current.join(' ') || say.nothing
    return say.labelled(called, wanted === null || current?.includes(wanted) ? is : `${is} (${say.should(wanted)})`)
  }
  const moments = [changedAtMs === null ? [] : say.changed(changedAtMs), checkedAtMs === null ? [] : say.looked(checkedAtMs)].flat()
  return (
    <>
      <span className="muted small mono">
        {family('IPv4', ipv4)}
        <br />
        {family('IPv6', ipv6)}
      </span>
      {moments.length > 0 && <span className="muted small">{moments.join(', ')}</span>}
      {failure && <span className="small">{describeProblem(failure.problem, words).title}</span>}
      {failure && failure.evidence !== '' && <span className="muted small">{say.evidence(failure.evidence)}</span>}
      {nextAtMs !== null && <span className="muted small">{say.again(nextAtMs)}</span>}
    </>
  )
}

function NameActions({ host, provider, onRemoved }: { host: string } & Omit<OwnNameProps, 'name'>) {
  const { providers: say, page } = useWords()
  const { calls } = useEngine()
  const announce = useAnnounce()
  const testing = useAction(async () => {
    const { checked } = await calls.testName({ host }, PROVIDER_TIMEOUT_MS)
    announce(provider && checked ? say.checked(host, provider.title) : say.page.tested(host))
  })
  const removing = useAction(async () => {
    const { left } = await calls.removeName({ host }, PROVIDER_TIMEOUT_MS)
    onRemoved(left ? say.left(host) : say.page.removed(host))
  })
  return (
    <>
      <span>
        <Button icon={RotateCw} look="quiet" busy={testing.busy} onPress={() => void testing.run()}>
          {say.page.test}
          <span className="hidden"> {page.services.of(host)}</span>
        </Button>
        <Button icon={X} look="quiet" busy={removing.busy} onPress={() => void removing.run()}>
          {say.page.remove}
          <span className="hidden"> {page.services.of(host)}</span>
        </Button>
      </span>
      <FailureNote failure={testing.failure ?? removing.failure} />
    </>
  )
}
