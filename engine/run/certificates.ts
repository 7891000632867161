/** The device's certificates: `*.DEVICE.RELAY`, one for all services, so that their names stay out of the public logs, and one more for each
 *  name that it had before. Kept on disk,
 *  renewed in time, swapped without dropping anybody. */
import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { newAccountKey, obtainCertificate } from '../../certificates/acme.ts'
import { byDns } from '../../certificates/challenge.ts'
import { PUBLIC_DIRECTORY } from '../../certificates/directories.ts'
import { CertificateError } from '../../certificates/error.ts'
import { renewAtMs, retryAtMs } from '../../certificates/renewal.ts'
import { issue, makeAuthority } from '../../certificates/self-made.ts'
import { type Certificate, loadCertificate, saveCertificate } from '../../certificates/store.ts'
import { type Problem, ProblemError, problem } from '../../protocol/problem.ts'
import { writeProblem } from '../../system/atomic-file.ts'
import { type Ask, Issuance } from '../../wire/messages.ts'
import { certificateOf, isRehearsal, type State } from '../core/state.ts'
import { findProxy } from '../network/proxy/find.ts'
import type { Tunnel } from '../tunnel/tunnel.ts'
import type { Log } from './log.ts'
import type { Emit } from './loop.ts'
import type { OwnKeys } from './own-keys.ts'
import type { Secrets } from './secrets.ts'
import type { SettingsFile } from './settings.ts'
import type { Unsaved } from './unsaved.ts'

export interface KeptCertificates {
  /** For a host name below the device's domain; undefined when there is none (yet). */
  certificateFor(host: string): { readonly certPem: string; readonly keyPem: string } | undefined
  /** Who vouches for them: the authorities that every browser knows, or one that the owner has named (or, in a rehearsal, nobody). */
  authority(): 'public' | 'named'
  /** One attempt: from disk if a good one is there, else from the directory. Ends with `certificate-valid` or `certificate-failed`. */
  obtain(domain: string, emit: Emit, signal: AbortSignal): Promise<void>
}

export interface CertificateSource {
  readonly folder: string
  readonly secrets: Secrets
  readonly settings: SettingsFile
  readonly unsaved: Unsaved
  readonly ownKeys: OwnKeys
  readonly log: Log
  /** Undefined: the public one. */
  readonly directoryUrl: string
  readonly directoryCa: string | undefined
  readonly email: string | undefined
  state(): State
  /** To every relay that answers for our domain; the first is the one that serves. */
  tunnels(): readonly Tunnel[]
}

/** Where our own folder stands in the way: its owner makes room, nobody else is asked. */
const FOLDER_RETRY_MS = 60_000

export function keepCertificates(source: CertificateSource): KeptCertificates {
  const { folder, unsaved, log, directoryUrl, state } = source
  /** By domain: the one it goes by, and those it went by before. */
  const current = new Map<string, Certificate>()
  return {
    authority: () => (directoryUrl === PUBLIC_DIRECTORY && !isRehearsal(state()) ? 'public' : 'named'),
    certificateFor(host) {
      return current.get(host.slice(host.indexOf('.') + 1))
    },
    async obtain(domain, emit, signal) {
      const names = [`*.${domain}`]
      const jitter = spread(source.secrets.identity.publicKey)
      const use = (certificate: Certificate): void => {
        current.set(domain, certificate)
        source.ownKeys.remember(new X509Certificate(certificate.certPem).publicKey.export({ type: 'spki', format: 'der' }))
        const { notBeforeMs, notAfterMs } = certificate
        emit({ type: 'certificate-valid', domain, notAfterMs, renewAtMs: renewAtMs(notBeforeMs, notAfterMs, jitter) })
      }
      const stored = await loadCertificate(folder, names, Date.now())
      if (stored.state === 'ignored') log('certificate-ignored', { reason: stored.reason })
      if (stored.state === 'loaded') {
        const { notBeforeMs, notAfterMs } = stored.certificate
        const isFresh = Date.now() < renewAtMs(notBeforeMs, notAfterMs, jitter)
        if (isFresh || !current.has(domain)) use(stored.certificate)
        if (isFresh) return
      }
      try {
        const certificate = isRehearsal(source.state()) ? await rehearse(names) : await order(source, names, signal)
        // One that cannot be kept still serves; to order again for that would only run into the directory's limits.
        await unsaved.write('certificate', () => keep(folder, certificate))
        log('certificate-obtained', { domain, until: new Date(certificate.notAfterMs).toISOString() })
        use(certificate)
      } catch (error) {
        if (signal.aborted) return
        if (error instanceof ProblemError) {
          log('certificate-failed', { domain, message: error.message })
          emit({ type: 'certificate-failed', domain, problem: error.problem, retryAfterMs: FOLDER_RETRY_MS })
          return
        }
        if (!(error instanceof CertificateError)) throw error
        const certificate = certificateOf(source.state(), domain)
        const failures = certificate.phase === 'none' ? 1 : certificate.attempt + 1
        log('certificate-failed', { domain, kind: error.kind, message: error.message })
        emit({
          type: 'certificate-failed',
          domain,
          problem: failure(error),
          retryAfterMs: retryAtMs(Date.now(), failures, error, jitter) - Date.now(),
        })
      }
    },
  }
}

/** Throws ProblemError. */
async function keep(folder: string, certificate: Certificate): Promise<void> {
  await saveCertificate(folder, certificate).catch((error: unknown) => {
    throw writeProblem(join(folder, 'certificates'), error)
  })
}

async function order(
  { secrets, settings, unsaved, ownKeys, directoryUrl, directoryCa, email, state, tunnels, log }: CertificateSource,
  names: string[],
  signal: AbortSignal,
): Promise<Certificate> {
  const ask = async (what: Ask, asking: AbortSignal): Promise<void> => {
    const [serving, ...others] = tunnels()
    if (!serving) throw new CertificateError('directory-unreachable', 'the relay, which sets the proof, is not connected', { final: false })
    // The directory asks any server of the domain. One that did not take it is asked in vain: then the next try comes.
    const told = Promise.allSettled(others.map((other) => other.ask(what, asking)))
    await serving.ask(what, asking).catch((cause: unknown) => {
      throw new CertificateError('directory-unreachable', `the relay did not set the proof: ${String(cause)}`, { final: false, cause })
    })
    await told
  }
  const challenge = (action: 'set' | 'clear') => (_name: string, value: string, asking: AbortSignal) =>
    ask({ kind: 'challenge', action, value }, asking)
  const { relay } = state()
  // The directory lies beyond the same network as the relay does.
  const isBehindProxy = relay.phase === 'connected' && relay.known.transport === 'proxy'
  const accountKeyPem = secrets.read('acme-account') ?? newAccountKey()
  // Kept before it is used: an account whose key is lost can never be asked about its limits again.
  secrets.write('acme-account', accountKeyPem)
  return await obtainCertificate({
    directoryUrl,
    directoryCa,
    proxy: isBehindProxy ? await findProxy(new URL(directoryUrl).hostname, signal) : undefined,
    account: { keyPem: accountKeyPem, email, agreesTo: () => true },
    names,
    answerers: [byDns(challenge('set'), challenge('clear'))],
    onKey: ownKeys.remember,
    async onAccount({ uri: accountUri, issuers }, asking) {
      // A directory that does not tell how its authority is called in CAA records: then nothing can be said there.
      const issuance = Issuance.safeParse({ accountUri, issuers })
      if (!issuance.success) return
      if (!isDeepStrictEqual(settings.current.issuance, issuance.data))
        await unsaved.write('issuance', () => settings.change({ issuance: issuance.data }))
      // A lock more, and no reason to be without a certificate: an older relay does not know the question.
      await ask({ kind: 'issuance', issuance: issuance.data }, asking).catch((error: unknown) =>
        log('issuance-not-set', { error: String(error) }),
      )
    },
    signal,
  })
}

/** On loopback no directory can prove anything: an authority that exists for this one certificate, and that nobody trusts. */
async function rehearse(names: string[]): Promise<Certificate> {
  const notBeforeMs = Date.now() - 3_600_000
  const notAfterMs = notBeforeMs + 90 * 24 * 3_600_000
  const { certPem, keyPem } = await issue(await makeAuthority(), { names, notBeforeMs, notAfterMs })
  return { names, certPem, keyPem, notBeforeMs, notAfterMs }
}

function failure({ kind, message }: CertificateError): Problem {
  return problem('certificate-failed', { reason: kind === 'rejected' ? message : kind })
}

/** 0 … 1, the same for one device for ever. */
const spread = (publicKey: string): number => (Buffer.from(publicKey, 'base64url')[0] ?? 0) / 255
