import './address.css'
import { Check, CircleAlert, PenLine } from 'lucide-react'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { moment } from '../../languages/format.ts'
import type { Words } from '../../languages/index.ts'
import { labelOf } from '../../protocol/model/label.ts'
import type { NamesView } from '../../protocol/snapshot.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button, ICON_PX } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { type Availability, useAvailability } from './availability.ts'
import { FailureNote } from './failure.tsx'
import { useAction } from './use-action.ts'

/** The relays of the domain are asked one after the other, each for some seconds at most. */
const RENAME_TIMEOUT_MS = 40_000

/** Under which name the services of this house are found, and the way to another one. */
export function Address({ domain, names: { label, next, former } }: { domain: string; names: NamesView }) {
  const words = useWords()
  const { names } = words
  const announce = useAnnounce()
  const [isOpen, setOpen] = useState(false)
  const heading = useRef<HTMLHeadingElement>(null)
  // What had the focus is gone.
  const close = () => {
    setOpen(false)
    heading.current?.focus()
  }
  const onChanged = (name: string) => {
    close()
    announce(names.changed(name))
  }
  return (
    <section className="card form" aria-labelledby="address">
      <h2 id="address" ref={heading} tabIndex={-1}>
        {names.heading}
      </h2>
      <p className="mono address">{domain}</p>
      <p>{names.text}</p>
      {next !== null && <p>{names.next(next)}</p>}
      {former.map(({ domain: old, untilMs }) => (
        <p key={old} className="muted small">
          {names.former(old, moment(untilMs, words))}
        </p>
      ))}
      {label !== null && !isOpen && (
        <Button icon={PenLine} look="quiet" onPress={() => setOpen(true)}>
          {names.change}
        </Button>
      )}
      {isOpen && <ChangeName onChanged={onChanged} onKeep={close} />}
    </section>
  )
}

function ChangeName({ onChanged, onKeep }: { onChanged: (name: string) => void; onKeep: () => void }) {
  const { names } = useWords()
  const { calls } = useEngine()
  const [typed, setTyped] = useState('')
  const [error, setError] = useState<string | null>(null)
  const field = useRef<HTMLInputElement>(null)
  // Whoever pressed the button that made it appear is to type next.
  useEffect(() => field.current?.focus(), [])
  const availability = useAvailability(typed)
  const name = labelOf(typed)
  const renaming = useAction(() => calls.rename({ name }, RENAME_TIMEOUT_MS))
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    setError(name === '' ? names.missing : null)
    if (name === '') field.current?.focus()
    else if (await renaming.run()) onChanged(name)
  }
  const onChange = (value: string) => {
    setTyped(value)
    setError(null)
    renaming.forget()
  }
  return (
    <form className="form" onSubmit={onSubmit} noValidate>
      <Field ref={field} label={names.label} help={names.help} error={error} value={typed} onChange={onChange} maxLength={60} />
      <Answer availability={availability} name={name} />
      <FailureNote failure={renaming.failure} />
      <div className="actions">
        <Button type="submit" look="primary" busy={renaming.busy}>
          {renaming.busy ? names.busy : names.submit}
        </Button>
        <Button look="quiet" onPress={onKeep}>
          {names.keep}
        </Button>
      </div>
    </form>
  )
}

/** Beside the field while somebody types, and spoken when it is there. */
export function Answer({ availability, name }: { availability: Availability; name: string }) {
  const words = useWords()
  const state = availability?.state
  const Icon = state === 'free' || state === 'own' ? Check : CircleAlert
  return (
    <p role="status" className={`answer small ${state ?? ''}`}>
      {availability && state !== 'checking' && <Icon size={ICON_PX} aria-hidden="true" />}
      {availability && answerOf(availability, name, words)}
    </p>
  )
}

function answerOf(availability: NonNullable<Availability>, name: string, words: Words): string {
  const { standing, checking, unasked } = words.names
  switch (availability.state) {
    case 'checking':
      return checking
    case 'unasked':
      return unasked
    case 'imitates':
      return standing.imitates(name, availability.brand)
    case 'too-soon':
      return standing.tooSoon(moment(availability.untilMs, words))
    default:
      return standing[availability.state](name)
  }
}
