import { BadgeCheck, Check, CircleAlert, LoaderCircle } from 'lucide-react'
import { dayOf } from '../../languages/format.ts'
import { describeProblem } from '../../languages/index.ts'
import { isWeb } from '../../protocol/model/service.ts'
import type { ServiceView, Snapshot } from '../../protocol/snapshot.ts'
import { FailureNote } from '../features/failure.tsx'
import { useAction } from '../features/use-action.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { Button, ICON_PX } from '../ui/button.tsx'
import { isWebAddress, OutsideLink } from '../ui/outside-link.tsx'
import { nameStanding } from './steps.ts'

interface CertificateNoteProps {
  readonly service: ServiceView
  readonly snapshot: Snapshot
  /** There is no "Next" any more that would agree. */
  readonly isAskedHere?: boolean
}

/** What lets browsers trust the page; and whose terms are agreed to. */
export function CertificateNote({ service, snapshot, isAskedHere = false }: CertificateNoteProps) {
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
              {mine.untilMs === null || rehearsal ? words.certificates.states.valid : name.certificateIs.valid(dayOf(mine.untilMs, words))}
            </p>
          ) : authority.wanted !== null ? (
            <Terms name={authority.name} url={authority.wanted} isAskedHere={isAskedHere} />
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

function Terms({ name: authority, url, isAskedHere }: { name: string; url: string; isAskedHere: boolean }) {
  const words = useWords()
  const { name } = words.wizard
  const { page } = words.certificates
  const { calls } = useEngine()
  const agreeing = useAction(() => calls.agreeTerms({ url }))
  return (
    <>
      <p>
        <Check size={ICON_PX} aria-hidden="true" />
        <span>
          {isAskedHere ? page.terms(authority) : name.terms(authority)}{' '}
          {isWebAddress(url) && <OutsideLink href={url}>{name.readTerms}</OutsideLink>}
        </span>
      </p>
      {isAskedHere && (
        <Button icon={BadgeCheck} busy={agreeing.busy} onPress={() => void agreeing.run()}>
          {page.agree}
        </Button>
      )}
      <FailureNote failure={agreeing.failure} />
    </>
  )
}
