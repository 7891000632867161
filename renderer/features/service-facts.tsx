import { CircleAlert } from 'lucide-react'
import { lazy, type ReactNode, Suspense } from 'react'
import { ago, dateOf, moment, when } from '../../languages/format.ts'
import { describeProblem } from '../../languages/index.ts'
import { isWeb } from '../../protocol/model/service.ts'
import type { Light, ServiceView } from '../../protocol/snapshot.ts'
import { useEngineState } from '../src/engine.ts'
import { useFirstWords } from '../src/language.tsx'
import { ICON_PX } from '../ui/button.tsx'
import { isWebAddress, OutsideLink } from '../ui/outside-link.tsx'
import { certificateOf, directAddresses, plainAddress, privacyOf, wayOf } from './service-words.ts'

// What few see is not waited for.
const AcceptCertificate = lazy(() => import('./certificate.tsx').then((module) => ({ default: module.AcceptCertificate })))

/** What is wrong with it, and the one action where there is one. */
export function ServiceTrouble({ service: { name, problem }, light }: { service: ServiceView; light: Light }) {
  const words = useFirstWords()
  if (!problem) return null
  return (
    <div>
      <p className={`trouble tone-${light === 'needs-you' || light === 'cannot-check' ? light : 'unreachable'}`}>
        <CircleAlert size={ICON_PX} aria-hidden="true" />
        {describeProblem(problem, words).title}
      </p>
      <Suspense fallback={null}>
        <AcceptCertificate name={name} prefix={null} found={problem} />
      </Suspense>
    </div>
  )
}

/** Under which name it is found, and at which address of each family it answers directly. */
export function PublicAddress({ service }: { service: ServiceView }) {
  const words = useFirstWords()
  const address = plainAddress(service)
  return (
    <>
      {isWebAddress(service.publicUrl) ? (
        <OutsideLink href={service.publicUrl} className="mono">
          {service.publicUrl}
        </OutsideLink>
      ) : address ? (
        <span className="mono">{address}</span>
      ) : (
        words.page.services.noAddress
      )}
      {directAddresses(service, words).map((line) => (
        <span key={line} className="line small muted">
          {line}
        </span>
      ))}
    </>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

const isOpen = ({ state }: ServiceView): boolean => state !== 'paused' && state !== 'at-home'

function Proven({ atMs, nowMs }: { atMs: number | null; nowMs: number }) {
  const words = useFirstWords()
  if (atMs === null) return words.page.services.neverProven
  return (
    <time dateTime={new Date(atMs).toISOString()} title={moment(atMs, words)}>
      {ago(atMs, nowMs, words)}
    </time>
  )
}

/** What a card has room for. */
export function ShortFacts({ service, nowMs }: { service: ServiceView; nowMs: number }) {
  const words = useFirstWords()
  const { services } = words.page
  const { dashboard, access } = words
  return (
    <dl className="facts short">
      {isOpen(service) && <Fact name={services.way}>{wayOf(service, words)}</Fact>}
      <Fact name={dashboard.mayComeIn}>{access.is[service.access]}</Fact>
      {isOpen(service) && (
        <>
          <SinceFact service={service} nowMs={nowMs} />
          <Fact name={services.proven}>
            <Proven atMs={service.provenAtMs} nowMs={nowMs} />
          </Fact>
          <CertificateFact service={service} />
          <Fact name={dashboard.here}>{dashboard.visitors(service.visitors)}</Fact>
        </>
      )}
    </dl>
  )
}

/** Outsiders come in without a break. */
function SinceFact({ service: { reachableSinceMs: sinceMs }, nowMs }: { service: ServiceView; nowMs: number }) {
  const words = useFirstWords()
  if (sinceMs === null) return null
  return (
    <Fact name={words.dashboard.since}>
      <time dateTime={new Date(sinceMs).toISOString()} title={moment(sinceMs, words)}>
        {when(sinceMs, nowMs, words)}
      </time>
    </Fact>
  )
}

function CertificateFact({ service }: { service: ServiceView }) {
  const words = useFirstWords()
  const { snapshot } = useEngineState()
  const certificate = snapshot && certificateOf(service, snapshot)
  if (!certificate) return null
  const { certificates: say, dashboard } = words
  return (
    <Fact name={dashboard.certificate}>
      {say.states[certificate.state]}
      {certificate.untilMs !== null && `, ${dashboard.until(dateOf(certificate.untilMs, words))}`}
    </Fact>
  )
}

const LOOPBACK = /^(localhost|127\.[\d.]+|\[::1\])$/

/** Where it is at home, and why the public address may fail there. */
function LocalAddress({ service: { target, kind, shareLink } }: { service: ServiceView }) {
  const { local } = useFirstWords().dashboard
  if (target.startsWith('folder:')) return <span className="mono">{target.slice('folder:'.length)}</span>
  const { hostname } = new URL(target.replace(/^(tcp|udp):/, 'http:'))
  const isLink = isWeb(kind) && shareLink !== null
  const told = [LOOPBACK.test(hostname) ? local.here : local.atHome, local.hairpin, ...(isLink ? [local.link] : [])]
  return (
    <>
      <span className="mono">{isWeb(kind) ? target : target.slice(`${kind}://`.length)}</span>
      <span className="line small muted">{told.join(' ')}</span>
    </>
  )
}

/** Everything that is known of it. */
export function Facts({ service, nowMs }: { service: ServiceView; nowMs: number }) {
  const words = useFirstWords()
  const { snapshot } = useEngineState()
  const { services } = words.page
  const { dashboard, access } = words
  return (
    <dl className="facts">
      <Fact name={services.publicAddress}>
        <PublicAddress service={service} />
      </Fact>
      <Fact name={services.home}>
        <LocalAddress service={service} />
      </Fact>
      <Fact name={dashboard.mayComeIn}>{access.is[service.access]}</Fact>
      {isOpen(service) && (
        <>
          <Fact name={services.way}>{wayOf(service, words)}</Fact>
          {snapshot && <Fact name={services.onTheWay}>{privacyOf(service, snapshot, words)}</Fact>}
          <CertificateFact service={service} />
          <SinceFact service={service} nowMs={nowMs} />
          <Fact name={services.proven}>
            <Proven atMs={service.provenAtMs} nowMs={nowMs} />
          </Fact>
          <Fact name={dashboard.here}>{dashboard.visitors(service.visitors)}</Fact>
        </>
      )}
    </dl>
  )
}
