import './name-step.css'
import { BadgeCheck, Check, CircleAlert, Globe, LoaderCircle } from 'lucide-react'
import { useState } from 'react'
import { moment } from '../../languages/format.ts'
import { describeProblem } from '../../languages/index.ts'
import { labelOf } from '../../protocol/model/label.ts'
import { isWeb } from '../../protocol/model/service.ts'
import type { ServiceView, Snapshot } from '../../protocol/snapshot.ts'
import { Answer } from '../features/address.tsx'
import { useAvailability } from '../features/availability.ts'
import { FailureNote } from '../features/failure.tsx'
import { useAction } from '../features/use-action.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button, ICON_PX } from '../ui/button.tsx'
import { Disclosure } from '../ui/disclosure.tsx'
import { Field } from '../ui/field.tsx'
import { isWebAddress, OutsideLink } from '../ui/outside-link.tsx'
import { StepForm, type StepProps } from './step-form.tsx'
import { forward, isDirectOnly, nameStanding, serviceOf } from './steps.ts'

/** The relays of the domain are asked one after the other, each for some seconds at most. */
const RENAME_TIMEOUT_MS = 40_000

/** One prefilled field, and what lets browsers trust it. */
export function NameStep({ setup, snapshot, change, onLeave }: StepProps) {
  const words = useWords()
  const { name, link } = words.wizard
  const { calls } = useEngine()
  const { names, authority } = snapshot
  const [typed, setTyped] = useState<string | null>(null)
  const [error, setError] = useState<string | null>(null)
  const service = serviceOf(setup, snapshot)
  const current = names.label ?? ''
  const label = typed === null ? current : labelOf(typed)
  const availability = useAvailability(typed === null || label === current ? '' : typed)
  const settling = useAction(async () => {
    if (label !== current) await calls.rename({ name: label }, RENAME_TIMEOUT_MS)
    if (authority.wanted !== null && service && isWeb(service.kind)) await calls.agreeTerms({ url: authority.wanted })
    change(forward(setup))
  })
  const onNext = () => {
    if (names.label !== null && label === '') setError(words.names.missing)
    else void settling.run()
  }
  const onType = (text: string) => {
    setTyped(text)
    setError(null)
    settling.forget()
  }
  const direct = isDirectOnly(setup, snapshot)
  const address = service && addressUnder(service, snapshot, label)
  return (
    <StepForm
      {...{ setup, change, onLeave, onNext }}
      title={name.title}
      lead={direct ? (service && isWeb(service.kind) ? name.directHelp : name.directRaw) : name.lead}
      busy={settling.busy}
      failure={settling.failure}
    >
      {names.label !== null && (
        <section className="card naming">
          <Field label={name.label} help={name.help} error={error} value={typed ?? current} onChange={onType} maxLength={60} />
          <Answer availability={availability} name={label} />
          {address && (
            <p>
              {name.will('')}
              <span className="mono"> {address}</span>
            </p>
          )}
        </section>
      )}
      {service &&
        isWeb(service.kind) &&
        (direct ? <OtherName service={service} snapshot={snapshot} /> : <FoldedOtherName {...{ service, snapshot, title: name.other }} />)}
      {service && <Certificate service={service} snapshot={snapshot} />}
      {!service && <p>{link.none}</p>}
    </StepForm>
  )
}

/** What it will be once it is called so. */
function addressUnder({ name, kind, publicAddress, publicUrl }: ServiceView, { domain, names }: Snapshot, label: string): string | null {
  if (domain === null || names.label === null || label === '') return null
  const host = `${name}.${label}.${domain.slice(domain.indexOf('.') + 1)}`
  if (!isWeb(kind)) return publicAddress && `${host}:${publicAddress.port}`
  const port = publicUrl === null ? '' : new URL(publicUrl).port
  return `https://${host}${port && `:${port}`}/`
}

function FoldedOtherName({ service, snapshot, title }: { service: ServiceView; snapshot: Snapshot; title: string }) {
  return (
    <Disclosure title={title}>
      <OtherName service={service} snapshot={snapshot} />
    </Disclosure>
  )
}

/** A name of the owner's own, or the home's bare address. */
function OtherName({ service, snapshot }: { service: ServiceView; snapshot: Snapshot }) {
  const { name, link } = useWords().wizard
  const { certificates } = useWords()
  const { calls } = useEngine()
  const announce = useAnnounce()
  const [host, setHost] = useState('')
  const adding = useAction((wanted: string) => calls.addOwnName({ host: wanted, service: service.name, files: null }))
  /** `shown`: as its owner knows it. */
  const add = async (wanted: string, shown = wanted) => {
    if (!(await adding.run(wanted))) return
    announce(name.added(shown))
    setHost('')
  }
  const bare = snapshot.gateway.externalIPv4
  const own = snapshot.certificates.filter((each) => each.service === service.name)
  return (
    <section className="card naming" aria-label={name.ownHost}>
      <Field label={name.ownHost} help={name.ownHostHelp} error={null} value={host} onChange={setHost} maxLength={253} />
      <div className="actions">
        <Button icon={Globe} busy={adding.busy} onPress={() => host.trim() !== '' && void add(host.trim().toLowerCase())}>
          {certificates.page.addName}
        </Button>
        {bare !== null && (
          <Button look="quiet" onPress={() => void add('ipv4', bare)}>
            {name.takeBare(bare)}
          </Button>
        )}
      </div>
      {bare !== null && <p className="muted small">{name.bare}</p>}
      <FailureNote failure={adding.failure} />
      {own.length > 0 && (
        <ul aria-label={link.address}>
          {own.map((each) => (
            <li key={each.name}>
              <span className="mono">{each.name}</span>: {certificates.states[each.state]}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

/** What lets browsers trust the page; and whose terms Next agrees to. */
function Certificate({ service, snapshot }: { service: ServiceView; snapshot: Snapshot }) {
  const words = useWords()
  const { name } = words.wizard
  const { authority, certificates, rehearsal } = snapshot
  const standing = nameStanding(service, snapshot)
  const mine = certificates.find((each) => (each.service === null || each.service === service.name) && each.state === 'valid')
  const failure = certificates.find((each) => (each.service === null || each.service === service.name) && each.failure !== null)?.failure
  const isTold = failure && authority.wanted === null && standing === 'needs-you'
  return (
    <section className="card certificate-note" aria-labelledby="https">
      <h2 id="https">{name.certificate}</h2>
      {!isWeb(service.kind) ? (
        <p>{name.raw}</p>
      ) : (
        <div role="status">
          {mine ? (
            <p className="tone-reachable">
              <BadgeCheck size={ICON_PX} aria-hidden="true" />
              {mine.untilMs === null || rehearsal ? words.certificates.states.valid : name.certificateIs.valid(moment(mine.untilMs, words))}
            </p>
          ) : authority.wanted !== null ? (
            <p>
              <Check size={ICON_PX} aria-hidden="true" />
              <span>
                {name.terms(authority.name)}{' '}
                {isWebAddress(authority.wanted) && <OutsideLink href={authority.wanted}>{name.readTerms}</OutsideLink>}
              </span>
            </p>
          ) : isTold ? (
            <p className="tone-needs-you">
              <CircleAlert size={ICON_PX} aria-hidden="true" />
              <span>
                <strong>{describeProblem(failure.problem, words).title}</strong> {describeProblem(failure.problem, words).cause}
              </span>
            </p>
          ) : standing === 'working' ? (
            <p>
              <LoaderCircle size={ICON_PX} className="turning" aria-hidden="true" />
              {name.certificateIs.working}
            </p>
          ) : (
            <p className="muted">{name.certificateIs.waits}</p>
          )}
        </div>
      )}
    </section>
  )
}
