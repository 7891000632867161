import './name-step.css'
import { useState } from 'react'
import { parseAddress } from '../../protocol/model/address.ts'
import { labelOf } from '../../protocol/model/label.ts'
import { isWeb } from '../../protocol/model/service.ts'
import type { ServiceView, Snapshot } from '../../protocol/snapshot.ts'
import { Answer } from '../features/address.tsx'
import { useAvailability } from '../features/availability.ts'
import { FailureNote } from '../features/failure.tsx'
import { OwnNames } from '../features/own-names.tsx'
import { useAction } from '../features/use-action.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'
import { Disclosure } from '../ui/disclosure.tsx'
import { Field } from '../ui/field.tsx'
import { CertificateNote } from './certificate-note.tsx'
import { StepForm, type StepProps } from './step-form.tsx'
import { forward, isDirectOnly, serviceOf } from './steps.ts'

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
      beside={service && <OtherNames isOpen={direct} {...{ service, snapshot }} />}
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
      {service && <CertificateNote service={service} snapshot={snapshot} />}
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

/** A name from a provider, a domain of the owner's own, or the bare address: what few need where a relay gives a name. */
function OtherNames({ service, snapshot, isOpen }: { service: ServiceView; snapshot: Snapshot; isOpen: boolean }) {
  const { name } = useWords().wizard
  // A program without a website is found under any name of the home.
  const mine = snapshot.ownNames.filter((each) => each.service === (isWeb(service.kind) ? service.name : null))
  const all = (
    <div className="stack">
      <OwnNames names={mine} services={[service]} />
      {isWeb(service.kind) && <BareAddress {...{ service, snapshot }} />}
    </div>
  )
  return isOpen ? all : <Disclosure title={name.other}>{all}</Disclosure>
}

/** The home's own address as a name: its certificate is ordered for the number itself. */
function BareAddress({ service, snapshot }: { service: ServiceView; snapshot: Snapshot }) {
  const { name } = useWords().wizard
  const { certificates, shell } = useWords()
  const { calls } = useEngine()
  const announce = useAnnounce()
  const address = snapshot.gateway.externalIPv4
  const [isTaken, setTaken] = useState(false)
  const adding = useAction(async () => {
    await calls.addOwnName({ host: 'ipv4', service: service.name, files: null })
    setTaken(true)
    announce(name.bareTaken, false)
  })
  const certified = snapshot.certificates.find((each) => each.service === service.name && parseAddress(each.name))
  return (
    <section className="card naming" aria-labelledby="bare">
      <h2 id="bare">{name.bareTitle}</h2>
      <p>{name.bare}</p>
      {certified ? (
        <p>
          <span className="mono">{certified.name}</span>
          {shell.colon}
          {certificates.states[certified.state]}
        </p>
      ) : isTaken ? (
        <p>{name.bareTaken}</p>
      ) : (
        <div className="actions">
          <Button busy={adding.busy} onPress={() => void adding.run()}>
            {address === null ? name.takeBareUnknown : name.takeBare(address)}
          </Button>
        </div>
      )}
      <FailureNote failure={adding.failure} />
    </section>
  )
}
