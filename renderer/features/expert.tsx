import './share.css'
import { Plus, Trash2 } from 'lucide-react'
import { type FormEvent, useId, useRef, useState } from 'react'
import { describeProblem } from '../../languages/index.ts'
import { isOpenToNobody } from '../../protocol/model/access.ts'
import { inOrder, readPrefix } from '../../protocol/model/route.ts'
import { isWeb, MAX_UPLOAD_MB, parseTarget } from '../../protocol/model/service.ts'
import { problem } from '../../protocol/problem.ts'
import type { RouteView, ServiceView } from '../../protocol/snapshot.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { AskFirst } from '../ui/ask-first.tsx'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { NumberField } from '../ui/number-field.tsx'
import { Checkbox, Switch } from '../ui/toggles.tsx'
import { AcceptCertificate, useCertificateQuestion } from './certificate.tsx'
import { FailureNote } from './failure.tsx'
import { useAction } from './use-action.ts'

/** What few need: paths of a website that lead elsewhere, what a request may carry, what a TCP service is told of its visitors, and by
 *  which way they come. */
export function Expert({ service }: { service: ServiceView }) {
  return (
    <div className="stack">
      {isWeb(service.kind) && <Paths service={service} />}
      {isWeb(service.kind) && <UploadLimit service={service} />}
      {service.kind === 'tcp' && <ProxyProtocol service={service} />}
      <RelayOnly service={service} />
    </div>
  )
}

function Paths({ service }: { service: ServiceView }) {
  const { routes } = useWords()
  const announce = useAnnounce()
  const heading = useRef<HTMLHeadingElement>(null)
  const ids = useId()
  // The button that had the focus is gone.
  const onRemoved = (prefix: string) => {
    heading.current?.focus()
    announce(routes.removed(prefix))
  }
  return (
    <section className="card form share" aria-labelledby={`${ids}-paths`}>
      <h2 id={`${ids}-paths`} ref={heading} tabIndex={-1}>
        {routes.paths}
      </h2>
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
            <p className="mono small">{service.target.replace(/^folder:/, '')}</p>
          </div>
        </li>
      </ul>
      <NewPath service={service} />
    </section>
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
      <Checkbox isOn={strip} onChange={setStrip}>
        {routes.strip}
      </Checkbox>
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
  const changing = useAction((on: boolean) => calls.setProxyProtocol({ name, on }))
  return (
    <section className="card form">
      <Switch isOn={proxyProtocol} onChange={(on) => void changing.run(on)} help={routes.proxyProtocolHelp}>
        {routes.proxyProtocol}
      </Switch>
      <FailureNote failure={changing.failure} />
    </section>
  )
}

/** Two wishes in one: its name keeps the home's address back, and the same link works at home. */
function RelayOnly({ service }: { service: ServiceView }) {
  const { name, relayOnly } = service
  const { access, routes } = useWords()
  const { calls } = useEngine()
  const changing = useAction((on: boolean) => calls.setRelayOnly({ name, on }))
  return (
    <section className="card form">
      <Switch isOn={relayOnly} onChange={(on) => void changing.run(on)} help={routes.relayOnlyPrivate}>
        {routes.relayOnly}
      </Switch>
      <p className="small">{isOpenToNobody(service) ? access.nobody : routes.relayOnlyAtHome}</p>
      <FailureNote failure={changing.failure} />
    </section>
  )
}

/** How much a visitor may send at once. */
function UploadLimit({ service: { name, uploadLimitMb } }: { service: ServiceView }) {
  const { routes } = useWords()
  const { calls } = useEngine()
  const announce = useAnnounce()
  const [mb, setMb] = useState(uploadLimitMb)
  const setting = useAction(() => calls.setUploadLimit({ name, mb }))
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    if (await setting.run()) announce(routes.uploadLimitSet)
  }
  return (
    <form className="card form" onSubmit={onSubmit} noValidate>
      <NumberField
        label={routes.uploadLimit}
        help={routes.uploadLimitHelp}
        value={mb}
        onChange={setMb}
        min={1}
        max={MAX_UPLOAD_MB}
        unit="megabyte"
      />
      <FailureNote failure={setting.failure} />
      <Button type="submit" busy={setting.busy}>
        {routes.uploadLimitSave}
      </Button>
    </form>
  )
}
