import './services.css'
import { CircleAlert, ExternalLink, Pause, Play, Share2 } from 'lucide-react'
import { useId, useState } from 'react'
import { ago, moment } from '../../languages/format.ts'
import { describeProblem, type Words } from '../../languages/index.ts'
import { isWeb } from '../../protocol/model/service.ts'
import { type GuardState, type Light, lightOfService, type ServiceView, type Snapshot } from '../../protocol/snapshot.ts'
import { useEngine, useEngineState } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { hrefOf } from '../src/route.ts'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button, ICON_PX } from '../ui/button.tsx'
import { Lantern } from '../ui/lantern.tsx'
import { isWebAddress, OutsideLink } from '../ui/outside-link.tsx'
import { PresetIcon } from '../ui/preset-icon.tsx'
import { AcceptCertificate } from './certificate.tsx'
import { CopyButton } from './copy-button.tsx'
import { FailureNote } from './failure.tsx'
import { usePresets } from './presets.tsx'
import { RemoveService } from './remove-service.tsx'
import { ReadFirst, SafetyLine } from './safety.tsx'
import { useAction } from './use-action.ts'

/** The way visitors come, per address family where the two differ. */
function wayOf({ best }: ServiceView, { path }: Words): string {
  const { ipv4, ipv6 } = best
  if (ipv4 !== null && ipv6 !== null && ipv4 !== ipv6) return path.families(path.rung[ipv4], path.rung[ipv6])
  const rung = ipv4 ?? ipv6
  return rung === null ? path.none : path.rung[rung]
}

/** The worse of what the two watches know. In a rehearsal nobody outside could have a certificate. */
function privacyOf(snapshot: Snapshot | null, { page: { services } }: Words): string {
  if (!snapshot || snapshot.rehearsal) return services.encrypted
  const { ownNames, certificateLog } = snapshot.guard
  const worst = GUARD_WORST_FIRST.find((state) => state === ownNames.state || state === certificateLog.state)
  return services.encrypted + services.watched[worst ?? 'unchecked']
}

const GUARD_WORST_FIRST: readonly GuardState[] = ['foreign', 'unchecked', 'off', 'own']

/** What other programs than browsers are given: `host:port`. */
const plainAddress = ({ publicAddress }: ServiceView): string | null => publicAddress && `${publicAddress.host}:${publicAddress.port}`

export function ServiceCard({ service, nowMs, onRemoved }: { service: ServiceView; nowMs: number; onRemoved: (name: string) => void }) {
  const words = useWords()
  const title = useId()
  const preset = usePresets().find(({ id }) => id === service.preset)
  const light = lightOfService(service) as Exclude<Light, 'empty'>
  return (
    <article className="card service" aria-labelledby={title}>
      <header>
        <h3 id={title}>
          {preset && <PresetIcon name={preset.icon} sizePx={20} />}
          <a href={hrefOf({ place: 'service', name: service.name, tab: 'overview' })}>{service.name}</a>
        </h3>
        <p className={`state tone-${light}`}>
          <Lantern light={light} sizePx={20} />
          {words.serviceLight[light]}
        </p>
      </header>
      <div>
        <Facts service={service} nowMs={nowMs} />
        <ServiceTrouble service={service} light={light} />
        <SafetyLine service={service} />
      </div>
      <ReadFirst service={service}>
        <AddressActions service={service} onRemoved={onRemoved} />
      </ReadFirst>
    </article>
  )
}

/** What is wrong with it, and the one action where there is one. */
export function ServiceTrouble({ service: { name, problem }, light }: { service: ServiceView; light: Light }) {
  const words = useWords()
  if (!problem) return null
  return (
    <div>
      <p className={`trouble tone-${light === 'needs-you' ? light : 'unreachable'}`}>
        <CircleAlert size={ICON_PX} aria-hidden="true" />
        {describeProblem(problem, words).title}
      </p>
      <AcceptCertificate name={name} prefix={null} found={problem} />
    </div>
  )
}

export function Facts({ service, nowMs }: { service: ServiceView; nowMs: number }) {
  const words = useWords()
  const { snapshot } = useEngineState()
  const { services } = words.page
  const address = plainAddress(service)
  return (
    <dl className="facts">
      <div>
        <dt>{services.publicAddress}</dt>
        <dd>
          {isWebAddress(service.publicUrl) ? (
            <OutsideLink href={service.publicUrl} className="mono">
              {service.publicUrl}
            </OutsideLink>
          ) : address ? (
            <span className="mono">{address}</span>
          ) : (
            services.noAddress
          )}
        </dd>
      </div>
      <div>
        <dt>{services.home}</dt>
        <dd className="mono">{service.target.replace(/^folder:/, '')}</dd>
      </div>
      {service.state !== 'paused' && service.state !== 'at-home' && (
        <>
          <div>
            <dt>{services.way}</dt>
            <dd>{wayOf(service, words)}</dd>
          </div>
          <div>
            <dt>{services.onTheWay}</dt>
            <dd>{isWeb(service.kind) ? privacyOf(snapshot, words) : services.readable}</dd>
          </div>
          <div>
            <dt>{services.proven}</dt>
            <dd>
              {service.provenAtMs === null ? (
                services.neverProven
              ) : (
                <time dateTime={new Date(service.provenAtMs).toISOString()} title={moment(service.provenAtMs, words)}>
                  {ago(service.provenAtMs, nowMs, words)}
                </time>
              )}
            </dd>
          </div>
        </>
      )}
    </dl>
  )
}

export function AddressActions({ service, onRemoved }: { service: ServiceView; onRemoved: (name: string) => void }) {
  const { name } = service
  const { services, share } = useWords().page
  const { calls } = useEngine()
  const announce = useAnnounce()
  const [byHand, setByHand] = useState(false)
  const paused = service.state === 'paused'
  const toggle = useAction(() => (paused ? calls.resumeService({ name }) : calls.pauseService({ name })))
  const remove = useAction(() => calls.removeService({ name }))
  const onToggle = async () => {
    if (await toggle.run()) announce(paused ? services.resumed(name) : services.paused(name))
  }
  const onRemove = async () => {
    if (await remove.run()) onRemoved(name)
  }
  const address = service.publicUrl ?? plainAddress(service)
  const text = service.shareLink ?? address
  return (
    <div>
      <div className="actions">
        {text && <CopyButton name={name} what={service.shareLink ? 'link' : 'address'} text={text} onRefused={() => setByHand(true)} />}
        {isWebAddress(service.publicUrl) && !paused && (
          <OutsideLink href={service.publicUrl} className="button">
            <ExternalLink size={ICON_PX} aria-hidden="true" />
            <span>
              {services.open}
              <span className="hidden"> {services.of(name)}</span>
            </span>
          </OutsideLink>
        )}
        <a className="button" href={hrefOf({ place: 'service', name, tab: 'share' })}>
          <Share2 size={ICON_PX} aria-hidden="true" />
          <span>
            {share.open}
            <span className="hidden"> {services.of(name)}</span>
          </span>
        </a>
        <Button icon={paused ? Play : Pause} busy={toggle.busy} onPress={onToggle}>
          {paused ? services.resume : services.pause}
          <span className="hidden"> {services.of(name)}</span>
        </Button>
        <RemoveService name={name} busy={remove.busy} onRemove={onRemove} />
      </div>
      {byHand && (
        <div role="alert" className="by-hand small">
          {services.copyFailed} <span className="mono">{text}</span>
        </div>
      )}
      <FailureNote failure={toggle.failure ?? remove.failure} />
    </div>
  )
}
