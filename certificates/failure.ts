/** What a directory's answer, or its silence, means for us. */
import type { Authorization } from 'acme-client'
import type { Exchange } from './directory-http.ts'
import { CertificateError } from './error.ts'

/** Why node did not accept the directory's certificate (OpenSSL's verify codes, and its own for the name). */
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ERR_TLS_CERT_ALTNAME_INVALID/

/** Answers that stay the same until a person changes the account, the address or the names (RFC 8555 §6.7). */
const FINAL_TYPES = new Set([
  'badCSR',
  'badPublicKey',
  'badSignatureAlgorithm',
  'invalidContact',
  'rejectedIdentifier',
  'unauthorized',
  'unsupportedContact',
  'unsupportedIdentifier',
])

export function classify(error: unknown, { failure, answer }: Exchange): CertificateError {
  if (error instanceof CertificateError) return error
  if (failure) {
    const code = failure.code ?? ''
    if (UNTRUSTED.test(code)) return new CertificateError('untrusted-directory', code, { final: true, cause: failure })
    return new CertificateError('directory-unreachable', code || failure.message, { final: false, cause: failure })
  }
  if (!answer) {
    const message = error instanceof Error ? error.message : String(error)
    return new CertificateError('rejected', message.slice(0, MAX_MESSAGE), { final: false, cause: error })
  }
  const { status, type, detail, retryAfterMs, url } = answer
  const is = (kind: CertificateError['kind'], final: boolean) =>
    new CertificateError(kind, detail, { final, retryAfterMs, url, cause: error })
  if (type === 'rateLimited' || status === 429) return is('rate-limited', false)
  if (status >= 500) return is('directory-unreachable', false)
  // What a person has to do there, mostly to agree to changed terms (RFC 8555 §7.3.3).
  if (type === 'userActionRequired') return is('terms', true)
  if (type === 'externalAccountRequired') return is('account', true)
  return is('rejected', FINAL_TYPES.has(type))
}

const MAX_MESSAGE = 500

/** The directory looked and did not find. Records may need a while to be seen everywhere, so another try is worth it. */
export function unproven(authorization: Authorization): CertificateError {
  const problem = authorization.challenges?.map((challenge) => (challenge as { error?: { detail?: unknown } }).error).find(Boolean)
  const detail = typeof problem?.detail === 'string' ? problem.detail.slice(0, MAX_MESSAGE) : String(authorization.status)
  return new CertificateError('unproven', detail, { final: false })
}
