import { Check, LogOut } from 'lucide-react'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { moment } from '../../languages/format.ts'
import { type Access, isOpenToNobody, MAX_ALLOWED, PASSWORD_LETTERS } from '../../protocol/model/access.ts'
import { isWeb } from '../../protocol/model/service.ts'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'
import { Disclosure } from '../ui/disclosure.tsx'
import { Field } from '../ui/field.tsx'
import { Choice, Choices } from '../ui/toggles.tsx'
import { FailureNote } from './failure.tsx'
import { useAction } from './use-action.ts'

const OF_WEBSITE: readonly Access[] = ['public', 'link', 'password']
const OF_OTHERS: readonly Access[] = ['public', 'link']
const MORE: readonly Access[] = ['addresses', 'lan']

const needsDetails = (access: Access): boolean => access === 'password' || access === 'addresses'

type Details = { readonly password?: string; readonly allowed?: string[] }

/** The choice counts at once where there is nothing more to say; a password or a list is said first. */
export function WhoMayComeIn({ service }: { service: ServiceView }) {
  const { name, kind, access: current, relayOnly } = service
  const words = useWords().access
  const { calls } = useEngine()
  const announce = useAnnounce()
  const [chosen, setChosen] = useState(current)
  useEffect(() => setChosen(current), [current])
  const changing = useAction((access: Access, details: Details = {}) => calls.setAccess({ name, access, ...details }))
  const apply = async (access: Access, details?: Details) => {
    const isDone = await changing.run(access, details)
    if (isDone) announce(words.changed[access](name))
    return isDone
  }
  const choose = (access: Access) => {
    setChosen(access)
    if (!needsDetails(access)) void apply(access).then((isDone) => isDone || setChosen(current))
  }
  const optionsOf = (of: readonly Access[]) => of.map((id) => ({ id, text: words.is[id] }))
  const about = chosen === 'link' ? (isWeb(kind) ? null : words.rawLink) : chosen === 'public' ? null : words.about[chosen]
  return (
    <div className="card form">
      <Choices label={words.legend} value={chosen} onChange={choose} options={optionsOf(isWeb(kind) ? OF_WEBSITE : OF_OTHERS)}>
        <Disclosure title={words.more} isOpenAtFirst={MORE.includes(current)}>
          <div className="choices">
            {MORE.map((access) => (
              <Choice key={access} id={access}>
                {words.is[access]}
              </Choice>
            ))}
          </div>
        </Disclosure>
      </Choices>
      {about !== null && <p className="muted small">{about}</p>}
      {isOpenToNobody({ access: chosen, relayOnly }) && <p className="small tone-needs-you">{words.nobody}</p>}
      {chosen === 'password' && <PasswordForm key={name} service={service} busy={changing.busy} onApply={apply} />}
      {chosen === 'addresses' && <ListForm key={name} service={service} busy={changing.busy} onApply={apply} />}
      {chosen !== current && needsDetails(chosen) && <p className="small tone-needs-you">{words.pending(words.is[current])}</p>}
      <FailureNote failure={changing.failure} />
      {service.admitted.length > 0 && <Admitted service={service} />}
    </div>
  )
}

interface FormProps {
  readonly service: ServiceView
  readonly busy: boolean
  readonly onApply: (access: Access, details: Details) => Promise<boolean>
}

function PasswordForm({ service: { hasPassword, access }, busy, onApply }: FormProps) {
  const words = useWords().access
  const [password, setPassword] = useState('')
  const [error, setError] = useState<string | null>(null)
  const field = useRef<HTMLInputElement>(null)
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    const isKept = password === '' && hasPassword
    const isShort = !isKept && password.length < PASSWORD_LETTERS.least
    setError(isShort ? words.passwordShort : null)
    if (isShort) field.current?.focus()
    else if (await onApply('password', isKept ? {} : { password })) setPassword('')
  }
  return (
    <form className="form" onSubmit={onSubmit} noValidate>
      {hasPassword && access === 'password' && <p className="small">{words.passwordKept}</p>}
      <Field
        ref={field}
        type="password"
        label={hasPassword ? words.newPassword : words.password}
        help={words.passwordHelp}
        error={error}
        value={password}
        onChange={setPassword}
        maxLength={PASSWORD_LETTERS.most}
      />
      <Apply busy={busy} />
    </form>
  )
}

function ListForm({ service: { allowed, access }, busy, onApply }: FormProps) {
  const words = useWords().access
  const [text, setText] = useState(() => allowed.map(({ entry }) => entry).join('\n'))
  const [error, setError] = useState<string | null>(null)
  const field = useRef<HTMLInputElement>(null)
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    const entries = text.split(/[\s,;]+/).filter((entry) => entry !== '')
    setError(entries.length === 0 ? words.listEmpty : null)
    if (entries.length === 0) field.current?.focus()
    else await onApply('addresses', { allowed: entries })
  }
  const named = access === 'addresses' ? allowed.filter(({ addresses }) => addresses !== null) : []
  return (
    <form className="form" onSubmit={onSubmit} noValidate>
      <Field
        ref={field}
        label={words.list}
        help={words.listHelp}
        error={error}
        value={text}
        onChange={setText}
        maxLength={MAX_ALLOWED * 260}
        lines={4}
      />
      {named.map(({ entry, addresses }) => (
        <p key={entry} className="small">
          {addresses === null || addresses.length === 0 ? words.leadsNowhere(entry) : words.leadsTo(entry, addresses.join(', '))}
        </p>
      ))}
      <Apply busy={busy} />
    </form>
  )
}

function Apply({ busy }: { busy: boolean }) {
  const words = useWords().access
  return (
    <div className="actions">
      <Button type="submit" icon={Check} busy={busy}>
        {busy ? words.applying : words.apply}
      </Button>
    </div>
  )
}

/** Who came in by a link, without a page that could be closed on him. */
function Admitted({ service: { name, admitted, links } }: { service: ServiceView }) {
  const words = useWords()
  const { calls } = useEngine()
  const announce = useAnnounce()
  const heading = useRef<HTMLHeadingElement>(null)
  const expelling = useAction((place: string) => calls.expel({ service: name, place }))
  const expel = async (place: string) => {
    if (!(await expelling.run(place))) return
    // The button that had the focus is gone.
    heading.current?.focus()
    announce(words.access.expelled(place))
  }
  return (
    <>
      <h2 ref={heading} tabIndex={-1}>
        {words.access.admitted}
      </h2>
      <ul>
        {admitted.map(({ place, link, untilMs }) => (
          <li key={place} className="share-link">
            <p className="small">
              {words.access.admittedUntil(
                place,
                links.find(({ id }) => id === link)?.label || words.page.share.unnamed,
                moment(untilMs, words),
              )}
            </p>
            <Button icon={LogOut} busy={expelling.busy} onPress={() => expel(place)}>
              {words.access.expel}
              <span className="hidden"> {words.page.services.of(place)}</span>
            </Button>
          </li>
        ))}
      </ul>
      <FailureNote failure={expelling.failure} />
    </>
  )
}
