import '../ui/entry.css'
import { ShieldBan, Undo2 } from 'lucide-react'
import { type FormEvent, useRef, useState } from 'react'
import { describeBan } from '../../languages/format.ts'
import { describeProblem } from '../../languages/index.ts'
import { type Ban, type BansView, parsePlace } from '../../protocol/model/ban.ts'
import { problem } from '../../protocol/problem.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { FailureNote } from './failure.tsx'
import { useAction } from './use-action.ts'

/** Visitors who are shut out, why, and how to let them in again. */
export function Bans({ bans: { total, newest } }: { bans: BansView }) {
  const { bans } = useWords()
  const { page } = bans
  const announce = useAnnounce()
  const heading = useRef<HTMLHeadingElement>(null)
  // The button that had the focus is gone.
  const onLetIn = (place: string) => {
    heading.current?.focus()
    announce(page.wasLetIn(place))
  }
  return (
    <section className="card form" aria-labelledby="bans">
      <h2 id="bans" ref={heading} tabIndex={-1}>
        {page.heading}
      </h2>
      <p>{page.text}</p>
      {total === 0 ? (
        <p>{bans.none}</p>
      ) : (
        <ul>
          {newest.map((ban) => (
            <li key={ban.place}>
              <ShutOut ban={ban} onLetIn={onLetIn} />
            </li>
          ))}
          {total > newest.length && <li>{bans.more(total - newest.length)}</li>}
        </ul>
      )}
      <ShutOutAnother />
    </section>
  )
}

function ShutOut({ ban, onLetIn }: { ban: Ban; onLetIn: (place: string) => void }) {
  const words = useWords()
  const { calls } = useEngine()
  const { place } = ban
  const lifting = useAction(() => calls.unban({ address: place }))
  const letIn = async () => {
    if (await lifting.run()) onLetIn(place)
  }
  return (
    <div className="entry">
      <span>
        <span className="mono">{place}</span>
        {words.shell.colon}
        {describeBan(ban, words)}
      </span>
      <Button icon={Undo2} look="quiet" busy={lifting.busy} onPress={letIn}>
        {words.bans.page.letIn}
        <span className="hidden"> {words.page.services.of(place)}</span>
      </Button>
      <FailureNote failure={lifting.failure} />
    </div>
  )
}

function ShutOutAnother() {
  const words = useWords()
  const { page } = words.bans
  const { calls } = useEngine()
  const announce = useAnnounce()
  const [address, setAddress] = useState('')
  const [error, setError] = useState<string | null>(null)
  const field = useRef<HTMLInputElement>(null)
  const banning = useAction(() => calls.ban({ address: address.trim(), forS: null }))
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    const isWrong = parsePlace(address) === undefined
    const wrong = isWrong ? describeProblem(problem('ban-address-invalid', { address: address.trim() }), words) : null
    setError(wrong && `${wrong.title} ${wrong.remedy}`)
    if (wrong) field.current?.focus()
    else if (await banning.run()) {
      announce(page.wasShutOut(address.trim()))
      setAddress('')
    }
  }
  const onChange = (value: string) => {
    setAddress(value)
    setError(null)
    banning.forget()
  }
  return (
    <form className="form" onSubmit={onSubmit} noValidate>
      <Field ref={field} label={page.label} help={page.help} error={error} value={address} onChange={onChange} maxLength={60} />
      <FailureNote failure={banning.failure} />
      <Button type="submit" icon={ShieldBan} look="quiet" busy={banning.busy}>
        {page.button}
      </Button>
    </form>
  )
}
