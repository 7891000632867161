import './link-step.css'
import { CircleAlert, CircleCheck, CircleHelp, LoaderCircle, RefreshCw } from 'lucide-react'
import { Suspense, useEffect, useState } from 'react'
import { ago } from '../../languages/format.ts'
import { describeProblem, type Words } from '../../languages/index.ts'
import { isWeb } from '../../protocol/model/service.ts'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { FailureNote } from '../features/failure.tsx'
import { nameOf, usePresets } from '../features/presets.tsx'
import { useAction } from '../features/use-action.ts'
import { WhoMayComeIn } from '../features/who-may-come-in.tsx'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'
import { QrCode } from '../ui/qr-code.tsx'
import { CertificateNote } from './certificate-note.tsx'
import { CopyText } from './copy-text.tsx'
import { PhoneProof } from './phone-proof.tsx'
import { shareText } from './share-text.ts'
import { StepForm, type StepProps } from './step-form.tsx'
import { type Gift, giftOf, homeFault, isDirectOnly, serviceOf } from './steps.ts'

const CHECK_TIMEOUT_MS = 15_000
const TICK_MS = 10_000

/** What is given away: the link, what to write with it, a code for a camera, who may open it, and whether it works. */
export function LinkStep({ setup, snapshot, change, onLeave, onFinish }: StepProps) {
  const words = useWords()
  const { link } = words.wizard
  const service = serviceOf(setup, snapshot)
  const presets = usePresets()
  const nowMs = useNow()
  const home = homeFault(setup.home) === null ? setup.home.trim() : null
  const gift = service ? giftOf(service, snapshot, home, nowMs) : null
  const isDirect = isDirectOnly(setup, snapshot)
  // An ordinary website goes by the name that its owner has given it.
  const preset = presets.find(({ id }) => id === service?.preset && id !== 'web')
  const called = preset ? nameOf(preset, words) : (service?.name ?? '')
  const isAddress = service !== undefined && !isWeb(service.kind) && gift?.what !== 'link'
  return (
    <StepForm
      {...{ setup, change, onLeave }}
      onNext={onFinish}
      title={isAddress ? link.titleAddress : link.title}
      lead={service ? leadOf(service, gift, link) : link.none}
      beside={
        service && (
          <div className="two-cards">
            {!isDirect && <Tests service={service} nowMs={nowMs} />}
            <WhoMayComeIn service={service} />
          </div>
        )
      }
    >
      {service && <Verdict service={service} />}
      {service && gift ? (
        <section className="card give-away" aria-label={isAddress ? link.theAddress : link.address}>
          <div className="given">
            <p className="mono address">{gift.text}</p>
            <div className="actions">
              <CopyText text={gift.text} label={isAddress ? link.copyAddress : link.copy} look="primary" copied={link.copied} />
            </div>
            <SendAlong text={shareText({ ...service, name: called }, gift, words)} />
          </div>
          <Suspense fallback={<div className="qr-place" />}>
            <QrCode text={gift.text} label={isAddress ? link.qrAddress : link.qr} />
          </Suspense>
        </section>
      ) : (
        <section className="card">
          <p>{isDirect ? link.noneDirect : link.none}</p>
        </section>
      )}
      {service && isDirect && <PhoneProof {...{ service, setup, snapshot, change, nowMs }} />}
      {service && gift === null && isWeb(service.kind) && <CertificateNote {...{ service, snapshot }} isAskedHere />}
    </StepForm>
  )
}

function SendAlong({ text }: { text: string }) {
  const { link } = useWords().wizard
  return (
    <div className="along">
      <h2>{link.text}</h2>
      <p className="quote">{text}</p>
      <div className="actions">
        <CopyText text={text} label={link.copyText} copied={link.copied} />
      </div>
    </div>
  )
}

function leadOf({ state }: ServiceView, gift: Gift | null, link: Words['wizard']['link']): string {
  if (gift === null) return link.notYet
  if (state === 'reachable') return link.ready
  if (state === 'checking') return link.almost
  return state === 'unknown' ? link.uncertain : link.failed
}

/** Where it does not work, why. */
function Verdict({ service: { problem } }: { service: ServiceView }) {
  const words = useWords()
  if (!problem) return null
  const { title, remedy } = describeProblem(problem, words)
  return (
    <p role="alert" className="card trouble tone-needs-you">
      <CircleAlert size={20} aria-hidden="true" />
      <span>
        <strong>{title}</strong> {remedy}
      </span>
    </p>
  )
}

const OUTCOME_ICONS = { good: CircleCheck, bad: CircleAlert, unknown: CircleHelp, looking: LoaderCircle } as const

/** The last look from outside on each way in. */
function Tests({ service, nowMs }: { service: ServiceView; nowMs: number }) {
  const words = useWords()
  const { link, way } = words.wizard
  const { calls } = useEngine()
  const announce = useAnnounce()
  const testing = useAction(() => calls.checkNow({}, CHECK_TIMEOUT_MS))
  const test = async () => {
    if (await testing.run()) announce(link.tested)
  }
  const paths = service.paths.filter(({ phase, verdict }) => verdict !== undefined || phase === 'provisioned')
  return (
    <section className="card tests" aria-labelledby="tests">
      <h2 id="tests">{link.test}</h2>
      {paths.length === 0 ? (
        <p className="muted">{link.never}</p>
      ) : (
        <ul>
          {paths.map(({ rung, family, verdict }) => {
            const tone = verdict
              ? verdict.outcome === 'reachable'
                ? 'good'
                : verdict.outcome === 'unknown'
                  ? 'unknown'
                  : 'bad'
              : 'looking'
            const Icon = OUTCOME_ICONS[tone]
            return (
              <li key={`${rung} ${family}`} className={`test ${tone}`}>
                <Icon size={18} className={tone === 'looking' ? 'turning' : undefined} aria-hidden="true" />
                <span>
                  <strong>{way.rung[rung]}</strong> <span className="muted">{way.family[family]}</span>
                  <br />
                  <span className="small">
                    {verdict
                      ? link.result(
                          link.outcome[verdict.outcome],
                          ago(verdict.atMs, nowMs, words),
                          verdict.rttMs === undefined ? null : Math.round(verdict.rttMs),
                        )
                      : link.testing}
                  </span>
                </span>
              </li>
            )
          })}
        </ul>
      )}
      <div className="actions">
        <Button icon={RefreshCw} busy={testing.busy} onPress={() => void test()}>
          {testing.busy ? link.testing : link.testNow}
        </Button>
      </div>
      <FailureNote failure={testing.failure} />
    </section>
  )
}

function useNow(): number {
  const [nowMs, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  return nowMs
}
