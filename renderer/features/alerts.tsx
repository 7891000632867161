import '../ui/entry.css'
import { BellRing, Send, X } from 'lucide-react'
import { type FormEvent, useRef, useState } from 'react'
import { describeProblem, describeReason } from '../../languages/index.ts'
import { parseAlertChannel } from '../../protocol/model/alerts.ts'
import { problem } from '../../protocol/problem.ts'
import type { AlertView } from '../../protocol/snapshot.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { FailureNote } from './failure.tsx'
import { useAction } from './use-action.ts'

/** The relay tries a mail server and others, each for up to half a minute. */
const TEST_TIMEOUT_MS = 60_000

/** Whom the relay tells when this house is dark: nobody at home can. */
export function Alerts({ alerts }: { alerts: readonly AlertView[] }) {
  const { page } = useWords().alerts
  const { calls } = useEngine()
  const announce = useAnnounce()
  const heading = useRef<HTMLHeadingElement>(null)
  const testing = useAction(() => calls.testAlerts({}, TEST_TIMEOUT_MS))
  const test = async () => {
    if (await testing.run()) announce(page.tested)
  }
  // The button that had the focus is gone.
  const onRemoved = (to: string) => {
    heading.current?.focus()
    announce(page.removed(to))
  }
  return (
    <section className="card form" aria-labelledby="alerts">
      <h2 id="alerts" ref={heading} tabIndex={-1}>
        {page.heading}
      </h2>
      <p>{page.text}</p>
      {alerts.length > 0 && (
        <>
          <ul>
            {alerts.map((alert) => (
              <li key={alert.id}>
                <Alert alert={alert} onRemoved={onRemoved} />
              </li>
            ))}
          </ul>
          <Button icon={Send} look="quiet" busy={testing.busy} onPress={test}>
            {testing.busy ? page.testing : page.test}
          </Button>
          <FailureNote failure={testing.failure} />
        </>
      )}
      <AddAlert />
    </section>
  )
}

function Alert({ alert: { id, to, state, reason }, onRemoved }: { alert: AlertView; onRemoved: (to: string) => void }) {
  const words = useWords()
  const { states, page } = words.alerts
  const { calls } = useEngine()
  const removing = useAction(() => calls.removeAlert({ id }))
  const remove = async () => {
    if (await removing.run()) onRemoved(to)
  }
  return (
    <div className="entry">
      <span>
        <span className="mono">{to}</span>
        {words.shell.colon}
        {states[state]}
        {reason !== null && ` (${describeReason(reason, words)})`}
      </span>
      <Button icon={X} look="quiet" busy={removing.busy} onPress={remove}>
        {page.remove}
        <span className="hidden"> {words.page.services.of(to)}</span>
      </Button>
      <FailureNote failure={removing.failure} />
    </div>
  )
}

function AddAlert() {
  const words = useWords()
  const { page } = words.alerts
  const { calls } = useEngine()
  const announce = useAnnounce()
  const [to, setTo] = useState('')
  const [error, setError] = useState<string | null>(null)
  const field = useRef<HTMLInputElement>(null)
  const adding = useAction(() => calls.addAlert({ to: to.trim(), language: words.locale === 'fr' ? 'fr' : 'en' }))
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    const wrong = parseAlertChannel(to) ? null : describeProblem(problem('alert-invalid', { address: to.trim() }), words)
    setError(wrong && `${wrong.title} ${wrong.remedy}`)
    if (wrong) field.current?.focus()
    else if (await adding.run()) {
      announce(page.added(to.trim()))
      setTo('')
    }
  }
  const onChange = (value: string) => {
    setTo(value)
    setError(null)
    adding.forget()
  }
  return (
    <form className="form" onSubmit={onSubmit} noValidate>
      <Field ref={field} label={page.label} help={page.help} error={error} value={to} onChange={onChange} maxLength={500} />
      <FailureNote failure={adding.failure} />
      <Button type="submit" icon={BellRing} busy={adding.busy}>
        {page.add}
      </Button>
    </form>
  )
}
