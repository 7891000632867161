import '../ui/entry.css'
import { BadgeCheck, FlaskConical, X } from 'lucide-react'
import { useRef, useState } from 'react'
import { describeProblem, describeReason } from '../../languages/index.ts'
import type { CertificateTrial } from '../../protocol/model/certificate.ts'
import type { AuthorityView, CertificateView, ServiceView } from '../../protocol/snapshot.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'
import { Disclosure } from '../ui/disclosure.tsx'
import { OutsideLink } from '../ui/outside-link.tsx'
import { ChooseAuthority } from './choose-authority.tsx'
import { FailureNote } from './failure.tsx'
import { OwnNameForm } from './own-name-form.tsx'
import { useAction } from './use-action.ts'

/** A way of proving takes at most 90 s. */
const TRIAL_TIMEOUT_MS = 300_000

interface CertificatesProps {
  authority: AuthorityView
  certificates: readonly CertificateView[]
  services: readonly ServiceView[]
}

/** What lets browsers trust the pages: from whom, until when, and what went wrong last. */
export function Certificates({ authority, certificates, services }: CertificatesProps) {
  const { certificates: say } = useWords()
  const heading = useRef<HTMLHeadingElement>(null)
  const announce = useAnnounce()
  // The button that had the focus is gone.
  const afterGone = (said: string) => {
    heading.current?.focus()
    announce(said)
  }
  return (
    <section className="card form" aria-labelledby="certificates">
      <h2 id="certificates" ref={heading} tabIndex={-1}>
        {say.page.heading}
      </h2>
      <p>{say.page.text}</p>
      {authority.wanted !== null && <Terms name={authority.name} url={authority.wanted} onAgreed={() => afterGone(say.page.agreed)} />}
      {certificates.length > 0 && (
        <ul>
          {certificates.map((one) => (
            <li key={one.name}>
              <Certificate certificate={one} onRemoved={(name) => afterGone(say.page.removed(name))} />
            </li>
          ))}
        </ul>
      )}
      {certificates.some(({ name }) => name.startsWith('*.')) && <Trial />}
      <Disclosure title={say.page.more}>
        <div className="form">
          <ChooseAuthority authority={authority} />
          <OwnNameForm services={services} />
        </div>
      </Disclosure>
    </section>
  )
}

function Terms({ name, url, onAgreed }: { name: string; url: string; onAgreed: () => void }) {
  const { page } = useWords().certificates
  const { calls } = useEngine()
  const agreeing = useAction(() => calls.agreeTerms({ url }))
  const agree = async () => {
    if (await agreeing.run()) onAgreed()
  }
  return (
    <div className="form">
      <p>
        {page.terms(name)} <OutsideLink href={url}>{page.read}</OutsideLink>
      </p>
      <Button icon={BadgeCheck} busy={agreeing.busy} onPress={agree}>
        {page.agree}
      </Button>
      <FailureNote failure={agreeing.failure} />
    </div>
  )
}

function Certificate({ certificate, onRemoved }: { certificate: CertificateView; onRemoved: (name: string) => void }) {
  const words = useWords()
  const { certificates: say } = words
  const { calls } = useEngine()
  const { name, state, service, issuer, untilMs, nextAtMs, failure, explanationUrl } = certificate
  const removing = useAction(() => calls.removeOwnName({ host: name }))
  const remove = async () => {
    if (await removing.run()) onRemoved(name)
  }
  const facts = [
    say.states[state],
    ...(issuer === null ? [] : [say.issuedBy(issuer)]),
    ...(untilMs === null ? [] : [say.until(untilMs)]),
    ...(nextAtMs === null ? [] : [failure ? say.again(nextAtMs) : say.renewed(nextAtMs)]),
  ]
  return (
    <div className="entry">
      <span>
        <span className="mono">{name}</span>
        {words.shell.colon}
        {facts.join(', ')}
        {service !== null && ` → ${service}`}
        {failure && <span className="muted small"> {say.failed(failure.atMs, describeProblem(failure.problem, words).cause)}</span>}
        {explanationUrl !== null && (
          <>
            {' '}
            <OutsideLink href={explanationUrl}>{say.page.sooner}</OutsideLink>
          </>
        )}
      </span>
      {service !== null && (
        <Button icon={X} look="quiet" busy={removing.busy} onPress={remove}>
          {say.page.remove}
          <span className="hidden"> {words.page.services.of(name)}</span>
        </Button>
      )}
      <FailureNote failure={removing.failure} />
    </div>
  )
}

function Trial() {
  const words = useWords()
  const { trial, page } = words.certificates
  const { calls } = useEngine()
  const announce = useAnnounce()
  const [result, setResult] = useState<CertificateTrial | null>(null)
  const trying = useAction(async () => setResult(await calls.tryCertificate({}, TRIAL_TIMEOUT_MS)))
  const outcome = result && (result.reason === null ? trial.good : trial.bad(describeReason(result.reason, words)))
  const run = async () => {
    setResult(null)
    if (await trying.run()) announce(page.tried)
  }
  return (
    <>
      <Button icon={FlaskConical} look="quiet" busy={trying.busy} onPress={run}>
        {trying.busy ? page.testing : page.test}
      </Button>
      <FailureNote failure={trying.failure} />
      {result && (
        <div className="form">
          <p>{trial.began(result.directory)}</p>
          <ol>
            {result.steps.map(({ step, name, by }) => (
              <li key={`${step} ${name}`}>{trial.steps[step](name ?? '', by ?? '')}</li>
            ))}
          </ol>
          <p>{outcome}</p>
        </div>
      )}
    </>
  )
}
