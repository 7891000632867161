import { CircleCheck, LoaderCircle, Smartphone } from 'lucide-react'
import { Suspense, useState } from 'react'
import { ago, moment } from '../../languages/format.ts'
import type { PhoneLook } from '../../protocol/model/phone.ts'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { FailureNote } from '../features/failure.tsx'
import { useAction } from '../features/use-action.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { Button, ICON_PX } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { QrCode } from '../ui/qr-code.tsx'
import type { StepProps } from './step-form.tsx'
import { type HomeFault, homeFault, isHomeUnknown } from './steps.ts'

interface PhoneProofProps extends Pick<StepProps, 'setup' | 'snapshot' | 'change'> {
  readonly service: ServiceView
  readonly nowMs: number
}

/** Where no relay can look, the owner's own phone does, over mobile data. */
export function PhoneProof({ service, setup, snapshot, change, nowMs }: PhoneProofProps) {
  const words = useWords()
  const { phone } = words.wizard
  const { calls } = useEngine()
  const [look, setLook] = useState<PhoneLook | null>(null)
  const [error, setError] = useState<HomeFault | null>(null)
  const isUnknown = isHomeUnknown(service, setup, snapshot)
  // Where IPv6 leads straight here, a phone can try that alone.
  const hasOther = service.paths.some(({ rung, outside }) => rung !== 'tunnel' && outside)
  const beginning = useAction(async () => {
    const isLeftOut = hasOther && setup.home.trim() === ''
    const fault = isUnknown && !isLeftOut ? homeFault(setup.home) : null
    setError(fault)
    if (fault === null)
      setLook(await calls.beginProof({ service: service.name, address: isUnknown && !isLeftOut ? setup.home.trim() : null }))
  })
  const type = (home: string) => {
    setError(null)
    change({ ...setup, home })
  }
  const isDatagrams = service.kind === 'udp'
  const proof = service.paths.find(({ verdict }) => verdict?.outcome === 'reachable' && verdict.untilMs !== undefined)?.verdict
  const [address] = look?.addresses ?? []
  const isWaiting = address !== undefined && !proof
  return (
    <section className="card phone" aria-labelledby="phone">
      <h2 id="phone">{phone.title}</h2>
      <p>{isDatagrams ? phone.udp : phone.text}</p>
      {isUnknown && (
        <>
          <p>{phone.homeText}</p>
          <Field
            label={hasOther ? words.providers.optional(phone.home) : phone.home}
            help={phone.homeHelp}
            error={error && phone[error]}
            value={setup.home}
            onChange={type}
            maxLength={45}
          />
        </>
      )}
      <div role="status">
        {proof?.untilMs !== undefined && (
          <p className="tone-reachable">
            <CircleCheck size={ICON_PX} aria-hidden="true" />
            {phone.provenAt(ago(proof.atMs, nowMs, words), moment(proof.untilMs, words))}
          </p>
        )}
        {look !== null && address === undefined && <p className="tone-needs-you">{phone.nowhere}</p>}
        {isWaiting && (
          <p className="muted">
            <LoaderCircle size={ICON_PX} className="turning" aria-hidden="true" />
            {phone.waiting}
          </p>
        )}
      </div>
      {isWaiting && (
        <div className="phone-code">
          <Suspense fallback={<div className="qr-place" />}>
            <QrCode text={address} label={phone.qr} />
          </Suspense>
          <p className="mono small">{address}</p>
        </div>
      )}
      {!isDatagrams && (
        <div className="actions">
          <Button icon={Smartphone} busy={beginning.busy} onPress={() => void beginning.run()}>
            {look === null ? phone.begin : phone.again}
          </Button>
        </div>
      )}
      <FailureNote failure={beginning.failure} />
    </section>
  )
}
