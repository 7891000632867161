/** The certificates that this home serves with: when each is ordered, asked about and renewed, and how loudly a late renewal is told. Pure. */
import { type Problem, type ProblemCode, problem } from '../../protocol/problem.ts'
import type { Authority, AuthorityView, CertificateView } from '../../protocol/snapshot.ts'
import { answeringDomains, exposuresOf, FRONT_DOOR } from './exposures.ts'
import { type Shown, shownNames } from './own-names.ts'
import { certificateOf, type State } from './state.ts'

/** One whose renewal fails goes on serving: `problem` is then what is said of it, `failure` what happened last. */
export type CertificateState =
  | { readonly phase: 'none' }
  | {
      readonly phase: 'valid'
      readonly issuer: string | null
      readonly notAfterMs: number
      /** When it was to be renewed, and when it will be tried. */
      readonly dueAtMs: number
      readonly renewAtMs: number
      /** When its directory is to be asked when it would like to renew it; infinite where there is nobody to ask. */
      readonly askAtMs: number
      readonly explanationUrl: string | null
      readonly attempt: number
      readonly problem: Problem | null
      readonly failure: Failure | null
      /** When the next warning is due. */
      readonly worseAtMs: number
    }
  | {
      readonly phase: 'failed'
      readonly problem: Problem
      readonly failure: Failure
      readonly retryAtMs: number
      readonly attempt: number
    }

export interface Failure {
  readonly problem: Problem
  readonly atMs: number
}

export type CertificateHappening =
  /** `asks`: its directory can tell when it would like to renew it. */
  | {
      readonly type: 'certificate-valid'
      readonly domain: string
      readonly notAfterMs: number
      readonly renewAtMs: number
      readonly issuer?: string | null
      readonly asks?: boolean
    }
  | { readonly type: 'certificate-failed'; readonly domain: string; readonly problem: Problem; readonly retryAfterMs: number }
  /** `renewAtMs`: null when the directory has no wish. */
  | {
      readonly type: 'renewal-advised'
      readonly domain: string
      readonly renewAtMs: number | null
      readonly explanationUrl: string | null
      readonly againInMs: number
    }
  /** Time has passed over one that was to be renewed. */
  | { readonly type: 'certificate-aged'; readonly domain: string }
  /** Its owner has done what was missing: agreed, or chosen another directory. */
  | { readonly type: 'authority-chosen'; readonly authority: Authority }

export type CertificateEffect =
  | { readonly kind: 'obtain-certificate'; readonly domain: string }
  /** Lasting: they are read again whenever they change. */
  | { readonly kind: 'watch-certificate-files'; readonly host: string; readonly cert: string; readonly key: string }
  | { readonly kind: 'ask-renewal-info'; readonly domain: string }
  | { readonly kind: 'age-certificate'; readonly domain: string }

/** How bad it is that a certificate has not been renewed: there is time · a third of the time left is gone · a sixth is left. */
const LATE: readonly { readonly share: number; readonly code: ProblemCode & `certificate-renewal-${string}` }[] = [
  { share: 5 / 6, code: 'certificate-renewal-ending' },
  { share: 1 / 3, code: 'certificate-renewal-failing' },
  { share: 0, code: 'certificate-renewal-late' },
]

type Valid = Extract<CertificateState, { phase: 'valid' }>

export function onCertificate(state: State, event: CertificateHappening, atMs: number): State {
  if (event.type === 'authority-chosen') return onAuthority(state, event.authority, atMs)
  const known = certificateOf(state, event.domain)
  const next = applied(known, event, atMs)
  return next === known ? state : { ...state, certificates: { ...state.certificates, [event.domain]: next } }
}

/** What failed later than now did so by a clock that ran ahead and was set back: nobody waits until it is there again. */
export const soonTried = (certificates: State['certificates'], atMs: number): State['certificates'] =>
  Object.fromEntries(
    Object.entries(certificates).map(([domain, one]): [string, CertificateState] => {
      if (one.phase === 'none' || one.failure === null || one.failure.atMs <= atMs) return [domain, one]
      return [domain, one.phase === 'valid' ? { ...one, renewAtMs: atMs } : { ...one, retryAtMs: atMs }]
    }),
  )

function applied(
  known: CertificateState,
  event: Exclude<CertificateHappening, { type: 'authority-chosen' }>,
  atMs: number,
): CertificateState {
  switch (event.type) {
    case 'certificate-valid': {
      const { notAfterMs, renewAtMs, issuer = null, asks = false } = event
      return aged(
        {
          ...{ phase: 'valid', issuer, notAfterMs, dueAtMs: renewAtMs, renewAtMs, explanationUrl: null },
          askAtMs: asks ? atMs : Number.POSITIVE_INFINITY,
          ...{ attempt: 0, problem: null, failure: null, worseAtMs: Number.POSITIVE_INFINITY },
        },
        event.domain,
        atMs,
      )
    }
    case 'certificate-failed': {
      const failure = { problem: event.problem, atMs }
      const attempt = known.phase === 'none' ? 1 : known.attempt + 1
      const retryAtMs = atMs + event.retryAfterMs
      if (known.phase === 'valid' && known.notAfterMs > atMs)
        return aged({ ...known, dueAtMs: Math.min(known.dueAtMs, atMs), renewAtMs: retryAtMs, attempt, failure }, event.domain, atMs)
      return { phase: 'failed', problem: event.problem, failure, retryAtMs, attempt }
    }
    case 'certificate-aged':
      return known.phase === 'valid' ? aged(known, event.domain, atMs) : known
    case 'renewal-advised': {
      if (known.phase !== 'valid') return known
      const { renewAtMs, explanationUrl, againInMs } = event
      const asked = { ...known, askAtMs: atMs + againInMs, explanationUrl }
      // Once a renewal has failed, its own table says when to go on.
      return renewAtMs === null || known.attempt > 0 ? asked : { ...asked, dueAtMs: renewAtMs, renewAtMs }
    }
  }
}

/** What is to be said of it by now. One that is over is none any more. */
function aged(certificate: Valid, domain: string, atMs: number): CertificateState {
  const { notAfterMs, dueAtMs, renewAtMs, attempt, failure } = certificate
  const until = String(notAfterMs)
  if (atMs >= notAfterMs) {
    const over = problem('certificate-over', { host: domain, until })
    return { phase: 'failed', problem: over, failure: failure ?? { problem: over, atMs }, retryAtMs: renewAtMs, attempt }
  }
  if (!failure) return { ...certificate, worseAtMs: notAfterMs }
  const atShare = (share: number): number => Math.round(dueAtMs + (notAfterMs - dueAtMs) * share)
  const { code } = LATE.find(({ share }) => atMs >= atShare(share)) ?? (LATE.at(-1) as (typeof LATE)[number])
  const worseAtMs = LATE.map(({ share }) => atShare(share)).findLast((at) => at > atMs) ?? notAfterMs
  const reason = failure.problem.params.reason ?? failure.problem.code
  return { ...certificate, worseAtMs, problem: problem(code, { host: domain, reason, until }) }
}

/** What waited for its owner is tried now. A directory that wants to be left alone is. */
function onAuthority(state: State, authority: Authority, atMs: number): State {
  const certificates = Object.fromEntries(
    Object.entries(state.certificates).map(([domain, one]): [string, CertificateState] => {
      const waits = one.phase !== 'none' && one.failure !== null
      const isLeftAlone =
        waits && one.failure?.problem.code === 'certificate-rate-limited' && authority.directory === state.authority.directory
      if (!waits || isLeftAlone) return [domain, one]
      return [domain, one.phase === 'valid' ? { ...one, renewAtMs: atMs } : { ...one, retryAtMs: atMs }]
    }),
  )
  return { ...state, authority, certificates }
}

export function planCertificates(
  state: State,
  add: (key: string, effect: CertificateEffect) => void,
  due: (atMs: number) => boolean,
): void {
  for (const { host, files } of certifiedNames(state)) {
    const certificate = certificateOf(state, host)
    if (files) add(`watch-certificate-files ${host} ${files.cert} ${files.key}`, { kind: 'watch-certificate-files', host, ...files })
    const isWanted = certificate.phase === 'none' || due(certificate.phase === 'failed' ? certificate.retryAtMs : certificate.renewAtMs)
    if (!files && isWanted) add(`obtain-certificate ${host}`, { kind: 'obtain-certificate', domain: host })
    if (certificate.phase !== 'valid') continue
    if (due(certificate.askAtMs)) add(`ask-renewal-info ${host}`, { kind: 'ask-renewal-info', domain: host })
    if (due(certificate.worseAtMs)) add(`age-certificate ${host}`, { kind: 'age-certificate', domain: host })
  }
}

/** What certificates are held for now: the names that a relay gave this device, those that it had before included, for whoever comes by an
 *  old one is to see no warning either; and those of its owner's own. */
function certifiedNames(state: State): Pick<Shown, 'host' | 'files'>[] {
  const web = exposuresOf(state).find(({ id }) => id === FRONT_DOOR)?.services ?? []
  const given = web.length > 0 && state.relay.phase === 'connected' ? answeringDomains(state) : []
  return [...given.map((host) => ({ host })), ...shownNames(state).filter(({ service }) => web.includes(service))]
}

/** What a person must do is said beside what its lateness means. */
const FOR_ITS_OWNER: ReadonlySet<string> = new Set([
  'certificate-terms',
  'certificate-account',
  'certificate-rate-limited',
  'certificate-files',
  'name-elsewhere',
])

export function certificateProblems(state: State): Problem[] {
  return [...answeringDomains(state), ...shownNames(state).map(({ host }) => host)].flatMap((host) => {
    const certificate = certificateOf(state, host)
    if (certificate.phase === 'none' || !certificate.problem) return []
    const own = certificate.failure?.problem
    return [certificate.problem, ...(own && FOR_ITS_OWNER.has(own.code) ? [own] : [])]
  })
}

/** With the terms that somebody has to agree to before there can be a certificate. */
export function authorityView(state: State): AuthorityView {
  const wanted = Object.values(state.certificates).find((one) => one.phase !== 'none' && one.failure?.problem.code === 'certificate-terms')
  return { ...state.authority, wanted: (wanted?.phase !== 'none' && wanted?.failure?.problem.params.address) || null }
}

export function certificatesView(state: State): CertificateView[] {
  const given = answeringDomains(state).map((host) => ({ host, name: `*.${host}`, source: 'ordered', service: null }) as const)
  const own = shownNames(state).map(
    ({ host, service, files }) => ({ host, name: host, source: files ? 'files' : 'ordered', service }) as const,
  )
  return [...given, ...own].map(({ host, name, source, service }) => {
    const certificate = certificateOf(state, host)
    const isValid = certificate.phase === 'valid'
    const next = isValid ? certificate.renewAtMs : certificate.phase === 'failed' ? certificate.retryAtMs : null
    return {
      ...{ name, source, service },
      state: certificate.phase,
      issuer: isValid ? certificate.issuer : null,
      untilMs: isValid ? certificate.notAfterMs : null,
      nextAtMs: source === 'files' ? null : next,
      explanationUrl: isValid ? certificate.explanationUrl : null,
      failure: certificate.phase === 'none' ? null : certificate.failure,
    }
  })
}
