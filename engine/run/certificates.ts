/** The device's certificates: `*.DEVICE.RELAY`, one for all services, so that their names stay out of the public logs, and one more for each
 *  name that it had before. Kept on disk, renewed in time, swapped without dropping anybody. */
import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import type { Answerer } from '../../certificates/challenge.ts'
import { directoryName } from '../../certificates/directories.ts'
import { CertificateError } from '../../certificates/error.ts'
import { asksStaging, renewAtMs, renewWithinMs, retryAtMs } from '../../certificates/renewal.ts'
import { askRenewalInfo } from '../../certificates/renewal-info.ts'
import { issue, makeAuthority } from '../../certificates/self-made.ts'
import { type Certificate, loadCertificate, saveCertificate } from '../../certificates/store.ts'
import type { Family } from '../../protocol/model/address.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import { writeProblem } from '../../system/atomic-file.ts'
import { type Shown, shownNames } from '../core/own-names.ts'
import type { EffectOf } from '../core/plan.ts'
import { certificateOf, isRehearsal } from '../core/state.ts'
import type { FrontDoor } from '../proxy/front-door.ts'
import { isBehindProxy } from './authority.ts'
import { thrownOf, told } from './certificate-failure.ts'
import type { ChallengeTexts } from './challenge-texts.ts'
import type { Emit } from './loop.ts'
import { type OrderSource, order } from './order.ts'
import { watchFiles } from './own-files.ts'
import { ownWish } from './own-name-proof.ts'
import type { Secrets } from './secrets.ts'

export interface KeptCertificates {
  /** For a host name below the device's domain, a name of the owner's own or an address of the home; undefined when there is none (yet). */
  certificateFor(host: string): { readonly certPem: string; readonly keyPem: string } | undefined
  /** Since when there has been one for this name without a break (ms since 1970); undefined when there is none (yet). */
  heldSinceMs(host: string): number | undefined
  /** Who vouches for them: the authorities that every browser knows, or one that the owner has named (or, in a rehearsal, nobody). */
  authority(): 'public' | 'named'
  /** One attempt: from disk if a good one is there, else from the directory. Ends with `certificate-valid` or `certificate-failed`. */
  obtain(domain: string, emit: Emit, signal: AbortSignal): Promise<void>
  /** Serves what stands in these files, and whatever comes to stand there, until the signal aborts. */
  watch(effect: EffectOf<'watch-certificate-files'>, emit: Emit, signal: AbortSignal): Promise<void>
  /** When would its directory like to renew it? Ends with `renewal-advised`. */
  askRenewal(domain: string, emit: Emit, signal: AbortSignal): Promise<void>
}

export interface CertificateSource extends OrderSource {
  readonly folder: string
  readonly secrets: Secrets
  /** Shows a directory a proof at our own front door. */
  readonly showChallenge: FrontDoor['showChallenge']
  /** Leads port 80 of these addresses to the proofs of one order. */
  readonly byHttp: (families: readonly Family[], emit: Emit) => Answerer
  readonly texts: ChallengeTexts
}

/** Where our own folder stands in the way: its owner makes room, nobody else is asked. */
const FOLDER_RETRY_MS = 60_000
/** Files are looked at all the time: there is no next attempt. */
const NEVER_MS = 365 * 24 * 3_600_000
/** A directory that could not be asked for its wish: the certificate's own age counts meanwhile. */
const ASK_AGAIN_MS = 6 * 3_600_000

export function keepCertificates(source: CertificateSource): KeptCertificates {
  const { folder, settings, unsaved, log, state, authority } = source
  /** By what each is for: `*.` and a domain of the device, or a name of its owner's own. */
  const current = new Map<string, Certificate>()
  /** Of the last attempt, while it has failed. */
  const failures = new Map<string, CertificateError['kind']>()
  const jitter = spread(source.secrets.identity.publicKey)
  const byAgeMs = ({ notBeforeMs, notAfterMs }: Certificate): number => renewAtMs(notBeforeMs, notAfterMs, jitter)

  const shownAt = (host: string): Certificate | undefined => current.get(host) ?? current.get(`*${host.slice(host.indexOf('.'))}`)
  const ownName = (domain: string): Shown | undefined => shownNames(state()).find(({ host }) => host === domain)
  const nameFor = (domain: string): string => (ownName(domain) ? domain : `*.${domain}`)

  function use(domain: string, certificate: Certificate, emit: Emit): void {
    const leaf = new X509Certificate(certificate.certPem)
    current.set(certificate.names[0] ?? domain, certificate)
    source.ownKeys.remember(leaf.publicKey.export({ type: 'spki', format: 'der' }))
    const { notAfterMs, directoryUrl } = certificate
    const asks = directoryUrl !== undefined
    emit({ type: 'certificate-valid', domain, notAfterMs, renewAtMs: byAgeMs(certificate), issuer: issuerOf(leaf), asks })
  }

  /** After failures that are nobody's fault but a mistake's, the rehearsal has to succeed first: it counts nothing. */
  async function orderNow(domain: string, attempt: number, emit: Emit, signal: AbortSignal): Promise<Certificate> {
    const { directoryUrl, stagingUrl } = authority
    const own = ownName(domain)
    const wish = own ? await ownWish(source, own, emit, signal) : { names: [`*.${domain}`] }
    if (stagingUrl !== undefined && asksStaging(attempt, failures.get(domain))) {
      log('certificate-rehearsed-first', { domain })
      await order(source, { directoryUrl: stagingUrl, ...wish }, signal)
    }
    const before = current.get(wish.names[0] ?? domain)
    const replaces = before?.directoryUrl === directoryUrl ? before.certPem : undefined
    return await order(source, { directoryUrl, ...wish, replaces }, signal)
  }

  /** With those that are not over yet. */
  const keepLimit = (domain: string, untilMs: number, reason: string, nowMs: number): Promise<void> =>
    unsaved.write('certificate limits', () => {
      const standing = Object.entries(settings.current.limits).filter(([, limit]) => limit.untilMs > nowMs)
      const limit = { untilMs, reason: reason.slice(0, 500) }
      settings.change({ limits: { ...Object.fromEntries(standing), [`${authority.directoryUrl} ${domain}`]: limit } })
    })

  function fail(domain: string, thrown: unknown, attempt: number, emit: Emit): void {
    const error = thrownOf(thrown)
    const isOurs = error instanceof ProblemError
    if (!isOurs) failures.set(domain, error.kind)
    log('certificate-failed', { domain, message: error.message, ...(!isOurs && { kind: error.kind }) })
    const nowMs = Date.now()
    const retryAfterMs = isOurs ? FOLDER_RETRY_MS : retryAtMs(nowMs, attempt + 1, error, jitter) - nowMs
    if (!isOurs && error.kind === 'rate-limited') void keepLimit(domain, nowMs + retryAfterMs, error.message, nowMs)
    const problem = isOurs ? error.problem : told(error, directoryName(authority.directoryUrl), nowMs + retryAfterMs)
    emit({ type: 'certificate-failed', domain, problem, retryAfterMs })
  }

  return {
    authority: () => (authority.isPublic && !isRehearsal(state()) ? 'public' : 'named'),
    certificateFor(host) {
      return shownAt(host)
    },
    heldSinceMs(host) {
      const held = unbroken(shownAt(host))
      return held?.heldSinceMs ?? held?.notBeforeMs
    },
    async obtain(domain, emit, signal) {
      const name = nameFor(domain)
      const names = [name]
      const stored = await loadCertificate(folder, names, Date.now(), source.secrets.vault)
      if (stored.state === 'ignored') log('certificate-ignored', { reason: stored.reason })
      if (stored.state === 'loaded' && !current.has(name)) {
        use(domain, stored.certificate, emit)
        if (Date.now() < byAgeMs(stored.certificate)) return
      }
      const limit = settings.current.limits[`${authority.directoryUrl} ${domain}`]
      const retryAfterMs = (limit?.untilMs ?? 0) - Date.now()
      if (limit && retryAfterMs > 0 && !isRehearsal(state())) {
        const limited = { host: directoryName(authority.directoryUrl), reason: limit.reason, until: String(limit.untilMs) }
        return emit({ type: 'certificate-failed', domain, problem: problem('certificate-rate-limited', limited), retryAfterMs })
      }
      const known = certificateOf(state(), domain)
      const attempt = known.phase === 'none' ? 0 : known.attempt
      try {
        const before = unbroken(current.get(name))
        const obtained = isRehearsal(state()) ? await rehearse(names) : await orderNow(domain, attempt, emit, signal)
        const certificate = before ? { ...obtained, heldSinceMs: before.heldSinceMs ?? before.notBeforeMs } : obtained
        // One that cannot be kept still serves; to order again for that would only run into the directory's limits.
        await unsaved.write('certificate', () => keep(folder, certificate, source.secrets))
        log('certificate-obtained', { domain, until: new Date(certificate.notAfterMs).toISOString() })
        failures.delete(domain)
        use(domain, certificate, emit)
      } catch (error) {
        if (!signal.aborted) fail(domain, error, attempt, emit)
      }
    },
    async watch({ host, cert, key }, emit, signal) {
      const fail = (path: string, reason: string): void => {
        log('certificate-files', { host, path, reason })
        emit({
          type: 'certificate-failed',
          domain: host,
          problem: problem('certificate-files', { host, path, reason }),
          retryAfterMs: NEVER_MS,
        })
      }
      let lateAtMs = Number.POSITIVE_INFINITY
      await watchFiles(
        {
          ...{ cert, key, name: host },
          onCertificate(certificate) {
            log('certificate-loaded', { host, until: new Date(certificate.notAfterMs).toISOString() })
            use(host, certificate, emit)
            lateAtMs = renewAtMs(certificate.notBeforeMs, certificate.notAfterMs, 0)
          },
          onFailure: fail,
          onLook() {
            if (Date.now() < lateAtMs) return
            lateAtMs = Number.POSITIVE_INFINITY
            fail(cert, 'not-renewed')
          },
        },
        signal,
      )
    },
    async askRenewal(domain, emit, signal) {
      const certificate = current.get(nameFor(domain))
      if (certificate?.directoryUrl === undefined) return
      const asking = await authority.options(certificate.directoryUrl, signal, isBehindProxy(state()))
      const advised = { type: 'renewal-advised', domain } as const
      try {
        const told = await askRenewalInfo(certificate.certPem, asking, signal)
        emit({
          ...advised,
          renewAtMs: told ? renewWithinMs(told, byAgeMs(certificate), jitter) : null,
          explanationUrl: told?.explanationUrl ?? null,
          againInMs: told?.againInMs ?? ASK_AGAIN_MS,
        })
      } catch (error) {
        if (signal.aborted) return
        if (!(error instanceof CertificateError)) throw error
        log('renewal-info-unread', { domain, kind: error.kind, message: error.message })
        emit({ ...advised, renewAtMs: null, explanationUrl: null, againInMs: Math.max(ASK_AGAIN_MS, error.retryAfterMs ?? 0) })
      }
    },
  }
}

/** One that has run out goes on serving, but has not held. */
const unbroken = (certificate: Certificate | undefined): Certificate | undefined =>
  certificate && Date.now() < certificate.notAfterMs ? certificate : undefined

/** `Let's Encrypt (R11)`, or what there is of it. */
function issuerOf({ issuer }: X509Certificate): string | null {
  const part = (name: string): string | undefined => new RegExp(`^${name}=(.{1,80})$`, 'm').exec(issuer)?.[1]
  const [organization, commonName] = [part('O'), part('CN')]
  return organization && commonName ? `${organization} (${commonName})` : (organization ?? commonName ?? null)
}

/** Throws ProblemError. */
async function keep(folder: string, certificate: Certificate, { vault }: Secrets): Promise<void> {
  await saveCertificate(folder, certificate, vault).catch((error: unknown) => {
    throw writeProblem(join(folder, 'certificates'), error)
  })
}

/** On loopback no directory can prove anything: an authority that exists for this one certificate, and that nobody trusts. */
async function rehearse(names: string[]): Promise<Certificate> {
  const notBeforeMs = Date.now() - 3_600_000
  const notAfterMs = notBeforeMs + 90 * 24 * 3_600_000
  const { certPem, keyPem } = await issue(await makeAuthority(), { names, notBeforeMs, notAfterMs })
  return { names, certPem, keyPem, notBeforeMs, notAfterMs }
}

/** 0 … 1, the same for one device for ever. */
const spread = (publicKey: string): number => (Buffer.from(publicKey, 'base64url')[0] ?? 0) / 255
