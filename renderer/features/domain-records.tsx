import './own-names.css'
import { Check, CircleAlert, CircleDashed, CircleHelp, Hourglass, type LucideIcon } from 'lucide-react'
import { useEffect, useState } from 'react'
import { isSetUp, type OwnDomain, type OwnDomainRecord, type RecordState } from '../../protocol/model/own-domain.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { ICON_PX } from '../ui/button.tsx'
import { CopyText } from '../wizard/copy-text.tsx'

/** While somebody sets them elsewhere. The engine asks name servers that are not ours: not more often. */
const AGAIN_MS = 5000

const ICONS: Record<RecordState, LucideIcon> = {
  right: Check,
  waiting: Hourglass,
  missing: CircleDashed,
  wrong: CircleAlert,
  unknown: CircleHelp,
}

/** Which records to set where, each to be copied, with a tick as soon as it stands. */
export function DomainRecords({ host, service }: { host: string; service: string }) {
  const { ownDomain: say } = useWords()
  const domain = useOwnDomain(host, service)
  const announce = useAnnounce()
  const isDone = domain !== null && isSetUp(domain)
  useEffect(() => {
    if (isDone) announce(say.done(host))
  }, [isDone, host, announce, say])
  if (!domain) return <p className="muted">{say.asking}</p>
  const { zone, nameServers, records, findings, relay } = domain
  return (
    <div className="form">
      <p>{zone === null ? say.anywhere : say.where(zone, nameServers.join(', '))}</p>
      <ul className="records">
        {records.map((record) => (
          <li key={record.purpose} className="record">
            <DomainRecord record={record} />
          </li>
        ))}
      </ul>
      {findings.map(({ finding, detail }) => (
        <p key={finding} className="record-state wrong">
          <CircleAlert size={ICON_PX} aria-hidden="true" />
          <span>{say.findings[finding](detail)}</span>
        </p>
      ))}
      {relay && <p className="muted">{say.relay[relay.state]}</p>}
      {isDone && <p>{say.done(host)}</p>}
    </div>
  )
}

function DomainRecord({ record }: { record: OwnDomainRecord }) {
  const { ownDomain: say } = useWords()
  const { type, sub, value, purpose, isOptional, state, found, ttlS } = record
  const Icon = ICONS[state]
  return (
    <>
      <span>
        {say.purposes[purpose]}
        {isOptional && ` (${say.optional})`}
      </span>
      <dl>
        <dt className="muted">{say.type}</dt>
        <dd className="mono">{type}</dd>
        <dt className="muted">{say.name}</dt>
        <dd className="mono">{sub}</dd>
        <dt className="muted">{say.value}</dt>
        <dd className="mono">{value}</dd>
      </dl>
      <span className={`record-state ${state}`}>
        <Icon size={ICON_PX} aria-hidden="true" />
        <span>
          {say.states[state]}
          {ttlS !== null && ` (${say.old(ttlS)})`}
        </span>
      </span>
      {state === 'wrong' && <span className="muted small mono">{say.found(found.join(', '))}</span>}
      <span className="row">
        <CopyText text={sub} label={say.copyName} of={`${type} ${sub}`} look="quiet" copied={say.copied} />
        <CopyText text={value} label={say.copyValue} of={`${type} ${sub}`} look="quiet" copied={say.copied} />
      </span>
    </>
  )
}

/** Asked for again and again while it is shown. Null: not known yet. */
function useOwnDomain(host: string, service: string): OwnDomain | null {
  const { calls } = useEngine()
  const [domain, setDomain] = useState<OwnDomain | null>(null)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let isOver = false
    const look = async () => {
      const found = await calls.checkOwnDomain({ host, service }).catch(() => null)
      if (isOver) return
      if (found) setDomain(found)
      timer = setTimeout(look, AGAIN_MS)
    }
    void look()
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [calls, host, service])
  return domain
}
