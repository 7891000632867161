/** One certificate from an ACME directory (RFC 8555) by dns-01: account, order, a TXT record for each name, the certificate. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import acme from 'acme-client'
import { type Exchange, withDirectory } from './directory-http.ts'
import { CertificateError } from './error.ts'
import { type Certificate, examine } from './store.ts'

/** Let's Encrypt. */
export const PUBLIC_DIRECTORY = 'https://acme-v02.api.letsencrypt.org/directory'

const OVERALL_TIMEOUT_MS = 90_000
/** A directory may refuse a nonce at any time (RFC 8555 §6.5). acme-client repeats a call five times; this is for the unlucky sixth. */
const ATTEMPTS = 3
const POLL_FIRST_MS = 100
const POLL_LONGEST_MS = 1000
const MAX_ISSUERS = 4
/** Clearing goes on after an abort, but must not hold up a stop. */
const CLEAR_TIMEOUT_MS = 15_000
const CLEAR_TIMEOUT_ABORTED_MS = 2000

export interface ObtainOptions {
  readonly directoryUrl: string
  /** Trusted instead of the public authorities, for the directory's own https. PEM. */
  readonly directoryCa?: string | undefined
  /** An HTTP proxy that is asked to CONNECT to the directory. */
  readonly proxy?: URL | undefined
  readonly email?: string | undefined
  /** PKCS #8 PEM, such as {@link newAccountKey} makes: the same key is the same account. */
  readonly accountKeyPem: string
  /** DNS names, wildcards allowed. */
  readonly names: readonly string[]
  /** Publishes a TXT record and resolves when a validator would see it. Two values may stand under one name at the same time. */
  readonly setTxt: (name: string, value: string, signal: AbortSignal) => Promise<void>
  readonly clearTxt: (name: string, value: string, signal: AbortSignal) => Promise<void>
  /** Before anything is ordered: with which account. */
  readonly onAccount?: (account: Account, signal: AbortSignal) => Promise<void>
  /** Before the directory sees it: the new certificate's public key (DER), so that it is known again whatever happens in between. */
  readonly onKey?: (publicKey: Buffer) => void
  readonly signal: AbortSignal
}

/** What a CAA record must say so that nobody else gets a certificate (RFC 8657). */
export interface Account {
  readonly uri: string
  /** The names by which the authority knows itself in CAA records (RFC 8555 §7.1.1); empty when its directory does not tell. */
  readonly issuers: readonly string[]
}

/** A P-256 account key. */
export function newAccountKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** Takes at most 90 s. Throws {@link CertificateError}, what `setTxt` threw, or the signal's reason. What `clearTxt` throws is dropped:
 *  a stale TXT record harms nobody. */
export async function obtainCertificate(options: ObtainOptions): Promise<Certificate> {
  const timeout = AbortSignal.timeout(OVERALL_TIMEOUT_MS)
  const signal = AbortSignal.any([options.signal, timeout])
  signal.throwIfAborted()
  return withDirectory({ ca: options.directoryCa, proxy: options.proxy, signal }, async (exchange) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await order(options, exchange, signal)
      } catch (error) {
        options.signal.throwIfAborted()
        if (timeout.aborted)
          throw new CertificateError('directory-unreachable', 'the certificate directory took too long', { final: false, cause: error })
        if (attempt < ATTEMPTS && exchange.answer?.type === 'badNonce') continue
        throw error instanceof SetTxtError ? error.cause : classify(error, exchange)
      }
    }
  })
}

async function order(options: ObtainOptions, exchange: Exchange, signal: AbortSignal): Promise<Certificate> {
  const client = new acme.Client({ directoryUrl: options.directoryUrl, accountKey: options.accountKeyPem })
  await openAccount(client, options.email, exchange)
  await options.onAccount?.({ uri: client.getAccountUrl(), issuers: await issuersOf(client) }, signal)
  const placed = await client.createOrder({ identifiers: options.names.map((value) => ({ type: 'dns', value })) })
  const authorizations = await client.getAuthorizations(placed)
  const proofs = await Promise.allSettled(authorizations.map((authorization) => prove(client, placed, authorization, options, signal)))
  for (const proof of proofs) if (proof.status === 'rejected') throw proof.reason
  const [key, csr] = await acme.crypto.createCsr({ altNames: [...options.names] }, await acme.crypto.createPrivateEcdsaKey('P-256'))
  options.onKey?.(createPublicKey(key).export({ type: 'spki', format: 'der' }))
  const finalized = await client.finalizeOrder(placed, csr)
  const ready = await poll(signal, finalized, () => client.getOrder(placed))
  if (ready.status !== 'valid') throw new CertificateError('rejected', `the order became ${ready.status}`, { final: false })
  const certificate = examine({ names: options.names, certPem: await client.getCertificate(ready), keyPem: key.toString() })
  if (typeof certificate === 'string')
    throw new CertificateError('rejected', `the directory gave a certificate that is not ours: ${certificate}`, { final: false })
  return certificate
}

/** The account of our key, made when there is none. Looked up first: acme-client answers "exists already" with an update that agrees to
 *  the terms again, which pebble refuses as empty (RFC 8555 §7.3.2 knows no such update). */
async function openAccount(client: acme.Client, email: string | undefined, exchange: Exchange): Promise<void> {
  try {
    await client.createAccount({ onlyReturnExisting: true })
  } catch (error) {
    if (exchange.answer?.type !== 'accountDoesNotExist') throw error
    await client.createAccount({ termsOfServiceAgreed: true, ...(email === undefined ? {} : { contact: [`mailto:${email}`] }) })
  }
}

/** acme-client 5.4.0 reads `meta`, but shows only the terms of service of it. */
async function issuersOf(client: acme.Client): Promise<string[]> {
  const { http } = client as unknown as { http: { getMetaField(field: string): Promise<unknown> } }
  const told = await http.getMetaField('caaIdentities')
  return Array.isArray(told) ? told.filter((name) => typeof name === 'string').slice(0, MAX_ISSUERS) : []
}

/** Shows that one name is ours. The record's name comes from the authorization: for `*.a.example` that is `a.example`. */
async function prove(
  client: acme.Client,
  placed: acme.Order,
  authorization: acme.Authorization,
  options: ObtainOptions,
  signal: AbortSignal,
) {
  if (authorization.status === 'valid') return
  const challenge = authorization.challenges.find(({ type }) => type === 'dns-01')
  if (!challenge) throw new CertificateError('rejected', 'the directory does not offer dns-01', { final: true })
  const name = `_acme-challenge.${authorization.identifier.value}`
  const value = await client.getChallengeKeyAuthorization(challenge)
  try {
    await abortable(signal, options.setTxt(name, value, signal)).catch((cause: unknown) => {
      throw new SetTxtError(cause)
    })
    await client.completeChallenge(challenge)
    const fresh = async () => (await client.getAuthorizations({ ...placed, authorizations: [authorization.url] }))[0] ?? authorization
    const judged = await poll(signal, await fresh(), fresh)
    if (judged.status !== 'valid') throw refused(judged)
  } finally {
    const limit = AbortSignal.timeout(signal.aborted ? CLEAR_TIMEOUT_ABORTED_MS : CLEAR_TIMEOUT_MS)
    await abortable(limit, options.clearTxt(name, value, limit)).catch(() => undefined)
  }
}

/** Marks what came from our own caller, so that it leaves unchanged. */
class SetTxtError extends Error {
  constructor(cause: unknown) {
    super('the TXT record could not be published', { cause })
  }
}

/** The names' records may need a while to be seen everywhere: a failed validation is worth another try. */
function refused(authorization: acme.Authorization): CertificateError {
  const problem = authorization.challenges.map((challenge) => (challenge as { error?: { detail?: unknown } }).error).find(Boolean)
  const detail = typeof problem?.detail === 'string' ? problem.detail.slice(0, 500) : authorization.status
  return new CertificateError('rejected', detail, { final: false })
}

/** Asks again, ever more slowly, until the directory has made up its mind. The overall time limit is in the signal. */
async function poll<T extends { status: string }>(signal: AbortSignal, first: T, again: () => Promise<T>): Promise<T> {
  let current = first
  for (let waitMs = POLL_FIRST_MS; current.status === 'pending' || current.status === 'processing'; ) {
    await sleep(waitMs, undefined, { signal })
    waitMs = Math.min(POLL_LONGEST_MS, waitMs * 2)
    current = await again()
  }
  return current
}

/** Stops waiting at the signal even when the work itself does not listen to it. */
async function abortable<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** Why node did not accept the directory's certificate (OpenSSL's verify codes, and its own for the name). */
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ERR_TLS_CERT_ALTNAME_INVALID/

/** Answers that stay the same until a person changes the account, the address or the names (RFC 8555 §6.7). */
const FINAL_TYPES = new Set([
  'badCSR',
  'badPublicKey',
  'badSignatureAlgorithm',
  'externalAccountRequired',
  'invalidContact',
  'rejectedIdentifier',
  'unauthorized',
  'unsupportedContact',
  'unsupportedIdentifier',
  'userActionRequired',
])

function classify(error: unknown, { failure, answer }: Exchange): CertificateError {
  if (error instanceof CertificateError) return error
  if (failure) {
    const code = failure.code ?? ''
    if (UNTRUSTED.test(code)) return new CertificateError('untrusted-directory', code, { final: true, cause: failure })
    return new CertificateError('directory-unreachable', code || failure.message, { final: false, cause: failure })
  }
  if (answer?.type === 'rateLimited' || answer?.status === 429)
    return new CertificateError('rate-limited', answer.detail, { final: false, retryAfterMs: answer.retryAfterMs, cause: error })
  if (answer && answer.status >= 500)
    return new CertificateError('directory-unreachable', answer.detail, { final: false, retryAfterMs: answer.retryAfterMs, cause: error })
  if (answer) return new CertificateError('rejected', answer.detail, { final: FINAL_TYPES.has(answer.type), cause: error })
  return new CertificateError('rejected', error instanceof Error ? error.message : String(error), { final: false, cause: error })
}
