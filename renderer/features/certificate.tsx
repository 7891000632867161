import './certificate.css'
import { ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import { moment } from '../../languages/format.ts'
import { formatFingerprint, parseTarget } from '../../protocol/model/service.ts'
import type { ShownCertificate } from '../../protocol/model/shown-certificate.ts'
import { type Problem, ProblemError, problem } from '../../protocol/problem.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { FailureNote } from './failure.tsx'
import { useAction } from './use-action.ts'

/** The engine itself waits ten seconds for the service. */
const LOOK_TIMEOUT_MS = 15_000

interface Question {
  readonly target: string
  readonly facts: Pick<ShownCertificate, 'fingerprint' | 'subject' | 'notAfterMs'>
  readonly answer: (isAccepted: boolean) => void
}

/** Shows what somebody is to believe, and waits for his word. Escape means no. */
function CertificateQuestion({ target, facts, answer }: Question) {
  const words = useWords()
  const { certificate } = words.routes
  return (
    <Dialog
      role="alertdialog"
      title={certificate.question(target)}
      isOpen
      onClose={() => answer(false)}
      actions={
        <>
          <Button autoFocus onPress={() => answer(false)}>
            {certificate.cancel}
          </Button>
          <Button look="primary" icon={ShieldCheck} onPress={() => answer(true)}>
            {certificate.accept}
          </Button>
        </>
      }
    >
      <p>{certificate.detail}</p>
      <dl className="certificate">
        <dt>{certificate.fingerprint}</dt>
        <dd className="mono">{formatFingerprint(facts.fingerprint)}</dd>
        {facts.subject !== '' && (
          <>
            <dt>{certificate.subject}</dt>
            <dd>{facts.subject}</dd>
          </>
        )}
        <dt>{certificate.until}</dt>
        <dd>{moment(facts.notAfterMs, words)}</dd>
      </dl>
    </Dialog>
  )
}

/** Before an https target is added: looks at its certificate, and asks where nobody vouches for it. `question` is to stand on the page; `pinFor`
 *  throws ProblemError when the answer was no. */
export function useCertificateQuestion() {
  const { calls } = useEngine()
  const [question, setQuestion] = useState<Question | null>(null)
  const pinFor = async (service: string, to: string): Promise<{ pin?: string }> => {
    if (parseTarget(to)?.kind !== 'https') return {}
    const { certificate } = await calls.lookAtCertificate({ target: to }, LOOK_TIMEOUT_MS)
    if (!certificate) return {}
    const { fingerprint, subject, notAfterMs } = certificate
    const isAccepted = await new Promise<boolean>((answer) => setQuestion({ target: to, facts: certificate, answer }))
    setQuestion(null)
    if (isAccepted) return { pin: fingerprint }
    const theirs = formatFingerprint(fingerprint)
    throw new ProblemError(problem('certificate-unaccepted', { service, target: to, theirs, detail: subject, until: String(notAfterMs) }))
  }
  return { pinFor, question: question && <CertificateQuestion {...question} /> }
}

interface AcceptProps {
  readonly name: string
  readonly prefix: string | null
  /** Null, or about something else: nothing is shown. */
  readonly found: Problem | null
}

/** The one action where a service shows a certificate that nobody has accepted, or another one than before. */
export function AcceptCertificate({ name, prefix, found }: AcceptProps) {
  const { routes, page } = useWords()
  const { calls } = useEngine()
  const announce = useAnnounce()
  const [isAsking, setAsking] = useState(false)
  const accepting = useAction((fingerprint: string) => calls.acceptCertificate({ name, prefix, fingerprint }))
  if (found?.code !== 'certificate-unaccepted' && found?.code !== 'certificate-replaced') return null
  const { target = '', theirs = '', detail = '', until = '' } = found.params
  const facts = { fingerprint: theirs.replaceAll(':', ''), subject: detail, notAfterMs: Number(until) || 0 }
  const answer = async (isAccepted: boolean) => {
    setAsking(false)
    if (isAccepted && (await accepting.run(theirs))) announce(routes.certificate.accepted)
  }
  return (
    <div className="accept">
      <Button icon={ShieldCheck} busy={accepting.busy} onPress={() => setAsking(true)}>
        {routes.certificate.accept}
        <span className="hidden"> {page.services.of(name + (prefix ?? ''))}</span>
      </Button>
      {isAsking && <CertificateQuestion target={target} facts={facts} answer={answer} />}
      <FailureNote failure={accepting.failure} />
    </div>
  )
}
