/** The relay's own certificate, for its domain alone: from files that are watched, from an ACME directory (dns-01 in our own zone), or
 *  self-made for a rehearsal. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createSecureContext, type SecureContext } from 'node:tls'
import { newAccountKey, obtainCertificate } from '../certificates/acme.ts'
import { byDns } from '../certificates/challenge.ts'
import { CertificateError } from '../certificates/error.ts'
import { renewAtMs, retryAtMs } from '../certificates/renewal.ts'
import { issue, type KeyAndCertificate, makeAuthority } from '../certificates/self-made.ts'
import { type Certificate, loadCertificate, saveCertificate } from '../certificates/store.ts'
import { ProblemError, problem } from '../protocol/problem.ts'
import { readIfThere, writeAtomic } from '../system/atomic-file.ts'
import type { RunOptions } from './command-line/run-options.ts'
import type { Log } from './log.ts'

export interface KeptCertificate {
  /** The current one. */
  context(): SecureContext
}

export interface CertificateOptions {
  readonly options: RunOptions
  readonly folder: string
  /** Texts that our own zone shows under `_acme-challenge`. */
  readonly ownChallenges: Set<string>
  /** A text was put there: resolves when the world can see it. */
  readonly onChallenge?: (text: string, signal: AbortSignal) => Promise<void>
  readonly signal: AbortSignal
  readonly log: Log
}

/** Files are looked at this often: whoever renews them need not tell us. */
const FILES_EVERY_MS = 30_000
/** Looked at again this long after a renewal was due or failed; timers of weeks would overflow. */
const LONGEST_SLEEP_MS = 24 * 3_600_000
/** The rehearsal's: its files, and how long it must still be good for (a certificate lasts 90 days). */
const AUTHORITY = { cert: 'ca.pem', key: 'ca-key.pem', leftMs: 91 * 24 * 3_600_000 } as const

/** Resolves when there is one to serve with: a directory that cannot be reached is asked again and again. Throws when files cannot be read, or when
 *  the directory refuses the first certificate for good. */
export async function keepCertificate(input: CertificateOptions): Promise<KeptCertificate> {
  const { certificate } = input.options
  if (certificate.kind === 'files') return keepFiles(certificate.certFile, certificate.keyFile, input)
  if (certificate.kind === 'self-made') return await keepSelfMade(input)
  return await keepOrdered(input, certificate)
}

function keepFiles(certFile: string, keyFile: string, { signal, log }: CertificateOptions): KeptCertificate {
  const read = (): SecureContext => {
    const [cert, key] = [readOrFail(certFile), readOrFail(keyFile)]
    // A context takes an empty certificate, such as a file that is just being written, without a word.
    if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) throw new Error(`${keyFile} is not the key of ${certFile}`)
    return createSecureContext({ cert, key, minVersion: 'TLSv1.3' })
  }
  const changedAtMs = (): number => Math.max(...[certFile, keyFile].map((path) => orFail(path, () => statSync(path).mtimeMs)))
  // Looked at before reading: what changes in between is read again.
  let readAtMs = changedAtMs()
  let current = read()
  const timer = setInterval(() => {
    try {
      const newestAtMs = changedAtMs()
      if (newestAtMs === readAtMs) return
      current = read()
      readAtMs = newestAtMs
      log('certificate-reloaded')
    } catch (error) {
      // Half-written files, or a key that does not fit yet: the old one serves until they do.
      log('certificate-not-reloaded', { error: String(error) })
    }
  }, FILES_EVERY_MS)
  timer.unref()
  signal.addEventListener('abort', () => clearInterval(timer))
  return { context: () => current }
}

const readOrFail = (path: string): string => orFail(path, () => readFileSync(path, 'utf8'))

function orFail<T>(path: string, look: () => T): T {
  try {
    return look()
  } catch (error) {
    throw new ProblemError(problem('file-unreadable', { path, reason: (error as NodeJS.ErrnoException).code ?? String(error) }), {
      cause: error,
    })
  }
}

/** Its authority stays in the folder, so that who has trusted it once need not do so again: `ca.pem`, and the key beside it. */
async function keepSelfMade({ options, folder }: CertificateOptions): Promise<KeptCertificate> {
  const authority = keptAuthority(folder) ?? (await newAuthority(folder))
  const { certPem, keyPem } = await issue(authority, { names: [options.domain] })
  const current = createSecureContext({ cert: certPem, key: keyPem, minVersion: 'TLSv1.3' })
  return { context: () => current }
}

/** Undefined where there is none, or none that is whole and will outlive what it signs. */
function keptAuthority(folder: string): KeyAndCertificate | undefined {
  const [certPem, keyPem] = [readIfThere(join(folder, AUTHORITY.cert)), readIfThere(join(folder, AUTHORITY.key))]
  if (certPem === undefined || keyPem === undefined) return undefined
  try {
    const certificate = new X509Certificate(certPem)
    const isOurs = certificate.ca && certificate.checkPrivateKey(createPrivateKey(keyPem))
    return isOurs && Date.parse(certificate.validTo) > Date.now() + AUTHORITY.leftMs ? { certPem, keyPem } : undefined
  } catch {
    return undefined
  }
}

async function newAuthority(folder: string): Promise<KeyAndCertificate> {
  const authority = await makeAuthority()
  // A kill in between leaves a key without its certificate: the next start makes both anew.
  writeAtomic(join(folder, AUTHORITY.key), authority.keyPem)
  writeAtomic(join(folder, AUTHORITY.cert), authority.certPem)
  return authority
}

async function keepOrdered(input: CertificateOptions, directory: Directory): Promise<KeptCertificate> {
  const { options, folder, signal, log } = input
  const stored = await loadCertificate(folder, [options.domain], Date.now())
  let current = stored.state === 'loaded' ? stored.certificate : await obtain(input, directory, undefined)
  let context = contextOf(current)
  const renew = async (): Promise<void> => {
    for (;;) {
      await until(renewalOf(current), signal)
      current = await obtain(input, directory, current)
      context = contextOf(current)
    }
  }
  renew().catch((error: unknown) => {
    if (!signal.aborted) log('certificate-renewal-ended', { error: String(error) })
  })
  return { context: () => context }
}

type Directory = Extract<RunOptions['certificate'], { kind: 'acme' }>

/** As often as it takes, each failure said with how long the one that serves is good for. Without one that serves, what only a person can change
 *  is thrown. */
async function obtain(input: CertificateOptions, directory: Directory, serving: Certificate | undefined): Promise<Certificate> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await order(input, directory, [input.options.domain])
    } catch (error) {
      input.signal.throwIfAborted()
      const refusal = error instanceof CertificateError ? error : undefined
      if (serving === undefined && (refusal === undefined || refusal.final)) throw error
      const nextAtMs = retryAtMs(Date.now(), failures, refusal ?? { kind: 'directory-unreachable', final: false }, Math.random())
      input.log('certificate-failed', {
        kind: refusal?.kind ?? 'internal',
        message: (error as Error).message,
        failures,
        nextAt: new Date(nextAtMs).toISOString(),
        servesUntil: serving === undefined ? null : new Date(serving.notAfterMs).toISOString(),
      })
      await until(nextAtMs, input.signal)
    }
  }
}

/** By the clock on the wall, which may be set meanwhile. Rejects at the signal. */
async function until(atMs: number, signal: AbortSignal): Promise<void> {
  while (Date.now() < atMs) await sleep(Math.min(LONGEST_SLEEP_MS, atMs - Date.now()), undefined, { signal })
}

const contextOf = ({ certPem, keyPem }: Certificate): SecureContext =>
  createSecureContext({ cert: certPem, key: keyPem, minVersion: 'TLSv1.3' })
const renewalOf = ({ notBeforeMs, notAfterMs }: Certificate): number => renewAtMs(notBeforeMs, notAfterMs, 0)

async function order(
  { folder, ownChallenges, onChallenge, signal, log }: CertificateOptions,
  { directoryUrl, email, caFile }: Directory,
  names: string[],
): Promise<Certificate> {
  const accountFile = join(folder, 'acme-account.pem')
  const kept = readIfThere(accountFile)
  const accountKeyPem = kept ?? newAccountKey()
  if (kept === undefined) writeAtomic(accountFile, accountKeyPem)
  const certificate = await obtainCertificate({
    directoryUrl,
    directoryCa: caFile === undefined ? undefined : readOrFail(caFile),
    // Who runs a relay names the directory and his address himself.
    account: { keyPem: accountKeyPem, email, agreesTo: () => true },
    names,
    answerers: [
      byDns(
        async (_name, value, asking) => {
          ownChallenges.add(value)
          await onChallenge?.(value, asking)
        },
        async (_name, value) => void ownChallenges.delete(value),
      ),
    ],
    signal,
  })
  // One that cannot be kept (a full disk) still serves; to order again for that would only run into the directory's limits.
  await saveCertificate(folder, certificate).catch((error: unknown) => log('certificate-not-kept', { error: String(error) }))
  log('certificate-obtained', { until: new Date(certificate.notAfterMs).toISOString() })
  return certificate
}
