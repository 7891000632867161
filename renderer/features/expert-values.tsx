import '../ui/entry.css'
import { RotateCcw } from 'lucide-react'
import { type FormEvent, useRef, useState } from 'react'
import { megabytes } from '../../languages/format.ts'
import { routerName } from '../../languages/guides.ts'
import type { Words } from '../../languages/index.ts'
import { MailAddress } from '../../protocol/model/certificate.ts'
import type { AuthorityView, Snapshot } from '../../protocol/snapshot.ts'
import { type Engine, useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { hrefOf, type Route } from '../src/route.ts'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'
import { Disclosure } from '../ui/disclosure.tsx'
import { Field } from '../ui/field.tsx'
import { AUTHORITIES } from './choose-authority.tsx'
import { FailureNote } from './failure.tsx'
import { useAction } from './use-action.ts'

interface Value {
  readonly name: string
  readonly now: string
  readonly byDefault: string
  readonly isDefault: boolean
  /** Where it is changed. */
  readonly where: Route
  readonly reset: () => Promise<unknown>
}

/** What few change: how it stands, what it would be by default, and the way back there. Of services only what was changed is told. */
export function ExpertValues({ snapshot }: { snapshot: Snapshot }) {
  const { expert } = useWords()
  return (
    <section className="card">
      <Disclosure title={expert.heading}>
        <Values snapshot={snapshot} />
      </Disclosure>
    </section>
  )
}

function Values({ snapshot }: { snapshot: Snapshot }) {
  const words = useWords()
  const { expert } = words
  const { calls } = useEngine()
  const announce = useAnnounce()
  const text = useRef<HTMLParagraphElement>(null)
  // The button that had the focus is gone.
  const onReset = (name: string) => {
    text.current?.focus()
    announce(expert.wasReset(name))
  }
  const { authority, rehearsal } = snapshot
  const hasAuthority = !rehearsal && authority.name !== ''
  return (
    <div className="form">
      <p ref={text} tabIndex={-1} className="muted">
        {expert.text}
      </p>
      <ul className="entries">
        {valuesOf(snapshot, calls, words).map((value) => (
          <li key={value.name}>
            <One value={value} onReset={onReset} />
          </li>
        ))}
      </ul>
      {hasAuthority && <CertificateMail key={authority.email} authority={authority} />}
    </div>
  )
}

function valuesOf({ authority, rehearsal, gateway, services }: Snapshot, calls: Engine['calls'], words: Words): Value[] {
  const { expert } = words
  const { of } = words.page.services
  const { directory, email } = authority
  const values: Value[] = [
    {
      name: expert.guide,
      now: gateway.guide.chosen ? routerName(gateway.guide.router, gateway.name, words) : expert.guideByDefault,
      byDefault: expert.guideByDefault,
      isDefault: !gateway.guide.chosen,
      where: { place: 'guide' },
      reset: () => calls.chooseRouter({ router: null }),
    },
  ]
  if (!rehearsal && directory !== '')
    values.unshift({
      name: expert.authority,
      now: authority.name,
      byDefault: AUTHORITIES.letsencrypt,
      isDefault: authority.name === AUTHORITIES.letsencrypt,
      where: { place: 'names' },
      reset: () => calls.chooseAuthority({ directory: 'letsencrypt', email, caFile: null, external: null }),
    })
  for (const { name, uploadLimitMb, proxyProtocol, relayOnly } of services) {
    const where: Route = { place: 'service', name, tab: 'expert' }
    if (uploadLimitMb !== null)
      values.push({
        ...{ name: `${expert.uploadLimit} ${of(name)}`, where, isDefault: false },
        ...{ now: megabytes(uploadLimitMb, words), byDefault: expert.none },
        reset: () => calls.setUploadLimit({ name, mb: null }),
      })
    if (proxyProtocol)
      values.push({
        ...{ name: `${expert.proxyProtocol} ${of(name)}`, where, isDefault: false },
        ...{ now: expert.on, byDefault: expert.off },
        reset: () => calls.setProxyProtocol({ name, on: false }),
      })
    if (relayOnly)
      values.push({
        ...{ name: `${expert.relayOnly} ${of(name)}`, where, isDefault: false },
        ...{ now: expert.on, byDefault: expert.off },
        reset: () => calls.setRelayOnly({ name, on: false }),
      })
  }
  return values
}

function One({ value: { name, now, byDefault, isDefault, where, reset }, onReset }: { value: Value; onReset: (name: string) => void }) {
  const { expert, page, shell } = useWords()
  const resetting = useAction(reset)
  const of = <span className="hidden"> {page.services.of(name)}</span>
  const run = async () => {
    if (await resetting.run()) onReset(name)
  }
  return (
    <div className="entry">
      <span>
        {name}
        {shell.colon}
        <strong>{now}</strong>
        <span className="line muted small">{expert.byDefault(byDefault)}</span>
      </span>
      <span className="actions">
        {!isDefault && (
          <Button icon={RotateCcw} look="quiet" busy={resetting.busy} onPress={() => void run()}>
            {expert.reset}
            {of}
          </Button>
        )}
        <a className="button quiet" href={hrefOf(where)}>
          <span>
            {expert.change}
            {of}
          </span>
        </a>
      </span>
      <FailureNote failure={resetting.failure} />
    </div>
  )
}

/** Where whoever gives the certificates may write. */
function CertificateMail({ authority: { directory, email, caFile } }: { authority: AuthorityView }) {
  const { mail } = useWords().expert
  const { calls } = useEngine()
  const announce = useAnnounce()
  const field = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState(email ?? '')
  const [error, setError] = useState<string | null>(null)
  const saving = useAction((next: string | null) => calls.chooseAuthority({ directory, email: next, caFile, external: null }))
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    const next = typed.trim() || null
    const isWrong = next !== null && !MailAddress.safeParse(next).success
    setError(isWrong ? mail.wrong : null)
    if (isWrong) field.current?.focus()
    else if (await saving.run(next)) announce(mail.saved)
  }
  return (
    <form className="form" onSubmit={onSubmit} noValidate>
      <Field ref={field} label={mail.label} help={mail.help} error={error} value={typed} onChange={setTyped} maxLength={254} />
      <FailureNote failure={saving.failure} />
      <Button type="submit" busy={saving.busy}>
        {mail.save}
      </Button>
    </form>
  )
}
