import { KeyRound } from 'lucide-react'
import { type FormEvent, useRef, useState } from 'react'
import { describeProblem } from '../../languages/index.ts'
import { looksLikeRelayCode, parseRelayCode } from '../../protocol/model/relay-code.ts'
import { problem } from '../../protocol/problem.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { FailureNote } from './failure.tsx'
import { useAction } from './use-action.ts'

/** The relay proves itself, checks the code and registers the device before it answers. */
const JOIN_TIMEOUT_MS = 30_000

export function JoinRelay() {
  const words = useWords()
  const { join } = words.page
  const { calls } = useEngine()
  const announce = useAnnounce()
  const [relay, setRelay] = useState('')
  const [error, setError] = useState<string | null>(null)
  const field = useRef<HTMLInputElement>(null)
  const submit = useAction(() => calls.joinRelay({ relay: relay.trim() }, JOIN_TIMEOUT_MS))
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    const wrong = check(relay.trim())
    setError(wrong)
    if (wrong) field.current?.focus()
    else if (await submit.run()) announce(join.joined)
  }
  const check = (text: string): string | null => {
    if (text === '') return join.missing
    if (!looksLikeRelayCode(text) || parseRelayCode(text)) return null
    const { title, remedy } = describeProblem(problem('relay-code-invalid', {}), words)
    return `${title} ${remedy}`
  }
  const onChange = (value: string) => {
    setRelay(value)
    setError(null)
    submit.forget()
  }
  return (
    <form className="form" onSubmit={onSubmit} noValidate>
      <Field ref={field} label={join.label} error={error} value={relay} onChange={onChange} maxLength={600} />
      <FailureNote failure={submit.failure} />
      <Button type="submit" look="primary" icon={KeyRound} busy={submit.busy}>
        {submit.busy ? join.busy : join.submit}
      </Button>
    </form>
  )
}

/** Shown as long as no relay has let us in. */
export function JoinRelayCard() {
  const { join } = useWords().page
  return (
    <section className="card form" aria-labelledby="join-relay">
      <h2 id="join-relay">{join.heading}</h2>
      <p>{join.text}</p>
      <JoinRelay />
    </section>
  )
}
