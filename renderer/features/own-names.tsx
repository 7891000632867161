import '../ui/entry.css'
import './own-names.css'
import { RotateCw, X } from 'lucide-react'
import { useRef } from 'react'
import { describeProblem } from '../../languages/index.ts'
import type { KeptName } from '../../protocol/model/kept-name.ts'
import { WATCHED } from '../../protocol/model/own-name.ts'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'
import { Disclosure } from '../ui/disclosure.tsx'
import { AddName } from './add-name.tsx'
import { DomainRecords } from './domain-records.tsx'
import { FailureNote } from './failure.tsx'
import { useAction } from './use-action.ts'

/** Names of the owner's own: where each leads, what is done about it, and another one. */
export function OwnNames({ names, services }: { names: readonly KeptName[]; services: readonly ServiceView[] }) {
  const { providers } = useWords()
  const { page } = providers
  const heading = useRef<HTMLHeadingElement>(null)
  const announce = useAnnounce()
  // The button that had the focus is gone.
  const onRemoved = (said: string) => {
    heading.current?.focus()
    announce(said)
  }
  return (
    <section className="card form" aria-labelledby="own-names">
      <h2 id="own-names" ref={heading} tabIndex={-1}>
        {page.heading}
      </h2>
      <p>{page.text}</p>
      <ul className="entries">
        {names.map((name) => (
          <li key={name.host} className="own-name">
            <OwnName name={name} onRemoved={onRemoved} />
          </li>
        ))}
      </ul>
      <Disclosure title={page.add} isOpenAtFirst={names.length === 0}>
        <AddName services={services} />
      </Disclosure>
    </section>
  )
}

function OwnName({ name, onRemoved }: { name: KeptName; onRemoved: (said: string) => void }) {
  const words = useWords()
  const { providers: say, page } = words
  const { calls } = useEngine()
  const announce = useAnnounce()
  const { host, provider, title, service, state, ipv4, ipv6, failure, changedAtMs, nextAtMs, history } = name
  const testing = useAction(() => calls.testName({ host }))
  const removing = useAction(async () => {
    const { left } = await calls.removeName({ host })
    onRemoved(left ? say.left(host) : say.page.removed(host))
  })
  const family = (called: string, { current, wanted }: KeptName['ipv4']) => {
    const is = current === null ? say.unasked : current.join(' ') || say.nothing
    return `${called}: ${wanted === null || current?.includes(wanted) ? is : `${is} (${say.should(wanted)})`}`
  }
  return (
    <>
      <div className="entry">
        <span>
          <span className="mono">{host}</span>: {say.states[state]} ({provider === WATCHED ? say.watched : title})
          {service !== null && ` → ${service}`}
        </span>
        <span>
          <Button
            icon={RotateCw}
            look="quiet"
            busy={testing.busy}
            onPress={() => void testing.run().then((ok) => ok && announce(say.page.tested(host)))}
          >
            {say.page.test}
            <span className="hidden"> {page.services.of(host)}</span>
          </Button>
          <Button icon={X} look="quiet" busy={removing.busy} onPress={() => void removing.run()}>
            {say.page.remove}
            <span className="hidden"> {page.services.of(host)}</span>
          </Button>
        </span>
        <FailureNote failure={testing.failure ?? removing.failure} />
      </div>
      <span className="muted small mono">
        {family('IPv4', ipv4)}
        <br />
        {family('IPv6', ipv6)}
      </span>
      {changedAtMs !== null && <span className="muted small">{say.changed(changedAtMs)}</span>}
      {failure && <span className="small">{describeProblem(failure.problem, words).title}</span>}
      {failure && failure.evidence !== '' && <span className="muted small">{say.evidence(failure.evidence)}</span>}
      {nextAtMs !== null && <span className="muted small">{say.again(nextAtMs)}</span>}
      {provider === WATCHED && service !== null && (
        <Disclosure title={say.page.records} isOpenAtFirst={state !== 'ok'}>
          <DomainRecords host={host} service={service} />
        </Disclosure>
      )}
      {history.length > 0 && (
        <Disclosure title={say.page.history}>
          <ul>
            {history.map(({ family: which, address, atMs }) => (
              <li key={`${which} ${atMs}`} className="small">
                {say.page.was(atMs, which === 'ipv4' ? 'IPv4' : 'IPv6', address ?? say.nothing)}
              </li>
            ))}
          </ul>
        </Disclosure>
      )}
    </>
  )
}
