import './share.css'
import { Plus, Settings2, Trash2, X } from 'lucide-react'
import { type FormEvent, useId, useRef, useState } from 'react'
import { describeProblem } from '../../languages/index.ts'
import { inOrder, readPrefix } from '../../protocol/model/route.ts'
import { isWeb, parseTarget } from '../../protocol/model/service.ts'
import { problem } from '../../protocol/problem.ts'
import type { RouteView, ServiceView } from '../../protocol/snapshot.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { AskFirst } from '../ui/ask-first.tsx'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { AcceptCertificate, useCertificateQuestion } from './certificate.tsx'
import { FailureNote } from './failure.tsx'
import { useAction } from './use-action.ts'

/** What few need: paths of a website that lead elsewhere, and what a TCP service is told of its visitors. */
export function More({ service }: { service: ServiceView }) {
  const { routes, page } = useWords()
  const announce = useAnnounce()
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  const title = useId()
  const { name, kind } = service
  if (!isWeb(kind) && kind !== 'tcp') return null
  // The button that had the focus is gone.
  const onRemoved = (prefix: string) => {
    heading.current?.focus()
    announce(routes.removed(prefix))
  }
  return (
    <>
      <Button icon={Settings2} onPress={() => dialog.current?.showModal()}>
        {routes.open}
        <span className="hidden"> {page.services.of(name)}</span>
      </Button>
      <dialog ref={dialog} className="ask share" aria-labelledby={title}>
        <header>
          <h2 id={title} ref={heading} tabIndex={-1}>
            {routes.heading(name)}
          </h2>
          <Button icon={X} look="quiet" onPress={() => dialog.current?.close()}>
            {routes.close}
          </Button>
        </header>
        {isWeb(kind) ? <Paths service={service} onRemoved={onRemoved} /> : <ProxyProtocol service={service} />}
      </dialog>
    </>
  )
}

function Paths({ service, onRemoved }: { service: ServiceView; onRemoved: (prefix: string) => void }) {
  const { routes } = useWords()
  const ids = useId()
  return (
    <>
      <section className="form" aria-labelledby={`${ids}-paths`}>
        <h3 id={`${ids}-paths`}>{routes.paths}</h3>
        <p className="small">{routes.shared}</p>
        <ul>
          {inOrder(service.routes).map((route) => (
            <li key={route.prefix}>
              <Path service={service.name} route={route} onRemoved={onRemoved} />
            </li>
          ))}
          <li className="share-link">
            <div>
              <p>
                <strong>{routes.everythingElse}</strong>
              </p>
              <p className="mono small">{service.target}</p>
            </div>
          </li>
        </ul>
      </section>
      <NewPath service={service} />
    </>
  )
}

function Path({ service, route, onRemoved }: { service: string; route: RouteView; onRemoved: (prefix: string) => void }) {
  const words = useWords()
  const { routes, page } = words
  const { calls } = useEngine()
  const { prefix, target, strip } = route
  const removing = useAction(() => calls.removeRoute({ service, prefix }))
  const remove = async () => {
    if (await removing.run()) onRemoved(prefix)
  }
  return (
    <div className="share-link">
      <div>
        <p>
          <strong className="mono">{prefix}</strong>
        </p>
        <p className="small">
          <span className="mono">{target}</span>
          {strip && ` (${routes.stripped})`}
        </p>
        {route.problem && <p className="small tone-needs-you">{describeProblem(route.problem, words).title}</p>}
      </div>
      <div className="actions">
        <AcceptCertificate name={service} prefix={prefix} found={route.problem} />
        <AskFirst
          icon={Trash2}
          action={routes.remove}
          of={page.services.of(prefix)}
          busy={removing.busy}
          question={routes.removeQuestion(prefix)}
          detail={routes.removeDetail}
          keep={routes.keep}
          onSure={remove}
        />
      </div>
      <FailureNote failure={removing.failure} />
    </div>
  )
}

function NewPath({ service }: { service: ServiceView }) {
  const words = useWords()
  const { routes } = words
  const { calls } = useEngine()
  const announce = useAnnounce()
  const ids = useId()
  const [prefix, setPrefix] = useState('')
  const [target, setTarget] = useState('')
  const [strip, setStrip] = useState(false)
  const [wrong, setWrong] = useState<{ prefix: string | null; target: string | null }>({ prefix: null, target: null })
  const prefixField = useRef<HTMLInputElement>(null)
  const targetField = useRef<HTMLInputElement>(null)
  const { pinFor, question } = useCertificateQuestion()
  const to = target.trim() === '' || target.includes('://') ? target.trim() : `http://${target.trim()}`
  const adding = useAction(async () => {
    const pin = await pinFor(service.name + prefix.trim(), to)
    await calls.addRoute({ service: service.name, prefix: prefix.trim(), target: to, strip, ...pin })
  })
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    const told = (code: 'route-invalid' | 'target-invalid', text: string) => {
      const found = code === 'route-invalid' ? problem(code, { path: text }) : problem(code, { target: text })
      const { title, remedy } = describeProblem(found, words)
      return `${title} ${remedy}`
    }
    const next = {
      prefix: readPrefix(prefix) === undefined ? told('route-invalid', prefix) : null,
      target: parseTarget(to) ? null : told('target-invalid', to),
    }
    setWrong(next)
    if (next.prefix) prefixField.current?.focus()
    else if (next.target) targetField.current?.focus()
    else if (await adding.run()) {
      announce(routes.added(prefix.trim()))
      setPrefix('')
      setTarget('')
      setStrip(false)
      prefixField.current?.focus()
    }
  }
  return (
    <form className="form" onSubmit={onSubmit} aria-labelledby={`${ids}-add`} noValidate>
      <h3 id={`${ids}-add`}>{routes.submit}</h3>
      <Field
        ref={prefixField}
        label={routes.prefix}
        help={routes.prefixHelp}
        error={wrong.prefix}
        value={prefix}
        onChange={setPrefix}
        maxLength={100}
      />
      <Field
        ref={targetField}
        label={routes.target}
        help={routes.targetHelp}
        error={wrong.target}
        value={target}
        onChange={setTarget}
        maxLength={300}
      />
      <div className="choices">
        <label>
          <input type="checkbox" checked={strip} onChange={(event) => setStrip(event.target.checked)} />
          {routes.strip}
        </label>
      </div>
      <FailureNote failure={adding.failure} />
      <Button type="submit" look="primary" icon={Plus} busy={adding.busy}>
        {adding.busy ? routes.busy : routes.submit}
      </Button>
      {question}
    </form>
  )
}

function ProxyProtocol({ service: { name, proxyProtocol } }: { service: ServiceView }) {
  const { routes } = useWords()
  const { calls } = useEngine()
  const help = useId()
  const changing = useAction(() => calls.setProxyProtocol({ name, on: !proxyProtocol }))
  return (
    <div className="form">
      <div className="choices">
        <label>
          <input type="checkbox" checked={proxyProtocol} aria-describedby={help} onChange={() => void changing.run()} />
          {routes.proxyProtocol}
        </label>
      </div>
      <p id={help} className="muted small">
        {routes.proxyProtocolHelp}
      </p>
      <FailureNote failure={changing.failure} />
    </div>
  )
}
