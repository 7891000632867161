/** Why a certificate was not to be had. `final`: trying again without a change by somebody cannot succeed. */
export type CertificateErrorKind = 'directory-unreachable' | 'rate-limited' | 'rejected' | 'untrusted-directory'

export class CertificateError extends Error {
  readonly kind: CertificateErrorKind
  readonly final: boolean
  /** How long the directory wants to be left alone, in milliseconds, when it said so. */
  readonly retryAfterMs: number | undefined
  constructor(
    kind: CertificateErrorKind,
    message: string,
    options: { final: boolean; retryAfterMs?: number | undefined; cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'CertificateError'
    this.kind = kind
    this.final = options.final
    this.retryAfterMs = options.retryAfterMs
  }
}
