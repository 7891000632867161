/** One certificate from an ACME directory (RFC 8555): account, order, a proof for each name, the certificate. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import acme from 'acme-client'
import { parseAddress } from '../protocol/model/address.ts'
import { type DirectoryAccount, openAccount } from './account.ts'
import type { Answerer, ChallengeType, Identifier, Proof } from './challenge.ts'
import { type Exchange, withDirectory } from './directory-http.ts'
import { CertificateError } from './error.ts'
import { classify, unproven } from './failure.ts'
import { certificateId } from './renewal-info.ts'
import { type Certificate, examine } from './store.ts'

/** For one order, by one kind of proof. */
const OVERALL_TIMEOUT_MS = 90_000
/** A directory may refuse a nonce at any time (RFC 8555 §6.5). acme-client repeats a call five times; this is for the unlucky sixth. */
const ATTEMPTS = 3
const POLL_FIRST_MS = 100
const POLL_LONGEST_MS = 1000
/** A directory may ask for more patience than that, but not for the whole of ours. */
const POLL_ASKED_MS = 20_000
const MAX_ISSUERS = 4
/** Clearing goes on after an abort, but must not hold up a stop. */
const CLEAR_TIMEOUT_MS = 15_000
const CLEAR_TIMEOUT_ABORTED_MS = 2000

export interface DirectoryOptions {
  readonly directoryUrl: string
  /** Trusted instead of the public authorities, for the directory's own https. PEM. */
  readonly directoryCa?: string | undefined
  /** An HTTP proxy that is asked to CONNECT to the directory. */
  readonly proxy?: URL | undefined
  readonly account: DirectoryAccount
}

export interface ObtainOptions extends DirectoryOptions {
  /** DNS names, wildcards allowed, or IP addresses (RFC 8738). */
  readonly names: readonly string[]
  /** Ways to prove them, tried one after the other, each with an order of its own. */
  readonly answerers: readonly Answerer[]
  /** Wanted of the directory where it offers it, such as `shortlived` (draft-aaron-acme-profiles). */
  readonly profile?: string | undefined
  /** The leaf (PEM) that the new one stands in for, where it is of the same directory (RFC 9773 §5). */
  readonly replaces?: string | undefined
  /** Before anything is ordered: with which account. */
  readonly onAccount?: (account: Account, signal: AbortSignal) => Promise<void>
  /** Before the directory sees it: the new certificate's public key (DER), so that it is known again whatever happens in between. */
  readonly onKey?: (publicKey: Buffer) => void
  readonly onStep?: (step: OrderStep) => void
  readonly signal: AbortSignal
}

/** What has been done; `proving` and `proven` once for each name. */
export type OrderStep =
  | { readonly step: 'account' | 'ordered' | 'issued' }
  | { readonly step: 'proving' | 'proven'; readonly name: string; readonly by: ChallengeType }

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

/** Takes at most 90 s for each way of proving. Throws {@link CertificateError}, what an answerer's `set` threw, or the signal's reason. */
export async function obtainCertificate(options: ObtainOptions): Promise<Certificate> {
  const { answerers } = options
  for (const [at, answerer] of answerers.entries()) {
    try {
      return await obtainBy(options, answerer)
    } catch (error) {
      options.signal.throwIfAborted()
      const isAboutProof = error instanceof ProofNotSet || (error instanceof CertificateError && error.kind === 'unproven')
      if (isAboutProof && at < answerers.length - 1) continue
      throw error instanceof ProofNotSet ? error.cause : error
    }
  }
  throw new CertificateError('unproven', 'there is no way to prove these names now', { final: false })
}

async function obtainBy(options: ObtainOptions, answerer: Answerer): Promise<Certificate> {
  const timeout = AbortSignal.timeout(OVERALL_TIMEOUT_MS)
  const signal = AbortSignal.any([options.signal, timeout])
  signal.throwIfAborted()
  return withDirectory({ ca: options.directoryCa, proxy: options.proxy, signal }, async (exchange) => {
    let { replaces } = options
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await order({ ...options, replaces }, answerer, exchange, signal)
      } catch (error) {
        options.signal.throwIfAborted()
        if (timeout.aborted)
          throw new CertificateError('directory-unreachable', 'the certificate directory took too long', { final: false, cause: error })
        if (attempt < ATTEMPTS && exchange.answer?.type === 'badNonce') continue
        // Somebody has replaced it already, or it is none of theirs: an order without the hint is as good (RFC 9773 §5).
        if (replaces !== undefined && exchange.wasOrder && exchange.answer && exchange.answer.status < 429) {
          replaces = undefined
          continue
        }
        throw error instanceof ProofNotSet ? error : classify(error, exchange)
      }
    }
  })
}

async function order(options: ObtainOptions, answerer: Answerer, exchange: Exchange, signal: AbortSignal): Promise<Certificate> {
  exchange.wasOrder = false
  const { client, directory } = await openAccount(options, exchange)
  await options.onAccount?.({ uri: client.getAccountUrl(), issuers: issuersOf(directory) }, signal)
  options.onStep?.({ step: 'account' })
  const placed = await place(client, directory, options, exchange)
  options.onStep?.({ step: 'ordered' })
  const authorizations = await client.getAuthorizations(placed)
  const proving = { client, placed, options, answerer, exchange, signal }
  const proofs = await Promise.allSettled(authorizations.map((authorization) => prove(proving, authorization)))
  for (const proof of proofs) if (proof.status === 'rejected') throw proof.reason
  const [key, csr] = await acme.crypto.createCsr({ altNames: [...options.names] }, await acme.crypto.createPrivateEcdsaKey('P-256'))
  options.onKey?.(createPublicKey(key).export({ type: 'spki', format: 'der' }))
  const finalized = await client.finalizeOrder(placed, csr)
  const ready = await poll(signal, exchange, finalized, () => client.getOrder(placed))
  if (ready.status !== 'valid') throw new CertificateError('rejected', `the order became ${ready.status}`, { final: false })
  const certificate = examine({ names: options.names, certPem: await client.getCertificate(ready), keyPem: key.toString() })
  if (typeof certificate === 'string')
    throw new CertificateError('rejected', `the directory gave a certificate that is not ours: ${certificate}`, { final: false })
  if (certificate.notAfterMs <= Date.now())
    throw new CertificateError('rejected', 'the directory gave a certificate that is over', { final: false })
  options.onStep?.({ step: 'issued' })
  return { ...certificate, directoryUrl: options.directoryUrl }
}

async function place(
  client: acme.Client,
  { renewalInfo, meta }: Directory,
  { names, profile, replaces }: ObtainOptions,
  exchange: Exchange,
): Promise<acme.Order> {
  const id = replaces === undefined || typeof renewalInfo !== 'string' ? undefined : certificateId(replaces)
  const offered = typeof meta?.profiles === 'object' && meta.profiles !== null ? meta.profiles : {}
  const wish = {
    identifiers: names.map(identify),
    ...(profile !== undefined && Object.hasOwn(offered, profile) && { profile }),
    ...(id !== undefined && { replaces: id }),
  }
  exchange.wasOrder = true
  const placed = await client.createOrder(wish)
  exchange.wasOrder = false
  return placed
}

const identify = (name: string): Identifier => ({ type: parseAddress(name) ? 'ip' : 'dns', value: name })

/** What a directory says of itself (RFC 8555 §7.1.1). acme-client 5.4.0 reads it all, and shows the terms of service alone. */
export interface Directory {
  readonly renewalInfo?: unknown
  readonly meta?: {
    readonly caaIdentities?: unknown
    readonly profiles?: unknown
    readonly termsOfService?: unknown
    readonly externalAccountRequired?: unknown
  }
}

function issuersOf({ meta }: Directory): string[] {
  const told = meta?.caaIdentities
  return Array.isArray(told) ? told.filter((name) => typeof name === 'string').slice(0, MAX_ISSUERS) : []
}

interface Proving {
  readonly client: acme.Client
  readonly placed: acme.Order
  readonly options: ObtainOptions
  readonly answerer: Answerer
  readonly exchange: Exchange
  readonly signal: AbortSignal
}

/** Shows that one name is ours. */
async function prove({ client, placed, options, answerer, exchange, signal }: Proving, authorization: acme.Authorization) {
  if (authorization.status === 'valid') return
  const { type: by } = answerer
  const challenge = authorization.challenges.find(({ type }) => type === by)
  if (!challenge) throw new CertificateError('unproven', `the directory does not offer ${by}`, { final: false })
  const identifier = authorization.identifier as Identifier
  const proof: Proof = { identifier, token: challenge.token, text: await client.getChallengeKeyAuthorization(challenge) }
  const told = { name: identifier.value, by }
  try {
    await abortable(signal, answerer.set(proof, signal)).catch((cause: unknown) => {
      throw new ProofNotSet(cause)
    })
    options.onStep?.({ step: 'proving', ...told })
    await client.completeChallenge(challenge)
    const fresh = async () => (await client.getAuthorizations({ ...placed, authorizations: [authorization.url] }))[0] ?? authorization
    const judged = await poll(signal, exchange, await fresh(), fresh)
    if (judged.status !== 'valid') throw unproven(judged)
    options.onStep?.({ step: 'proven', ...told })
  } finally {
    const limit = AbortSignal.timeout(signal.aborted ? CLEAR_TIMEOUT_ABORTED_MS : CLEAR_TIMEOUT_MS)
    await abortable(limit, answerer.clear(proof, limit)).catch(() => undefined)
  }
}

/** Marks what came from our own caller, so that it leaves unchanged. */
class ProofNotSet extends Error {
  constructor(cause: unknown) {
    super('the proof could not be put where the directory looks', { cause })
  }
}

/** Asks again, ever more slowly, until the directory has made up its mind. The overall time limit is in the signal. */
async function poll<T extends { status: string }>(signal: AbortSignal, exchange: Exchange, first: T, again: () => Promise<T>): Promise<T> {
  let current = first
  for (let waitMs = POLL_FIRST_MS; current.status === 'pending' || current.status === 'processing'; ) {
    await sleep(Math.max(waitMs, Math.min(exchange.retryAfterMs ?? 0, POLL_ASKED_MS)), undefined, { signal })
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
