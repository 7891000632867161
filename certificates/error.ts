/** Why a certificate was not to be had.
 *
 *  unproven: the directory looked for our proof and did not see it · rejected: it said no to something else · terms: somebody has to agree
 *  to its terms of service first · account: it wants to know who we are (external account binding). */
export type CertificateErrorKind =
  | 'directory-unreachable'
  | 'rate-limited'
  | 'unproven'
  | 'rejected'
  | 'terms'
  | 'account'
  | 'untrusted-directory'

interface Details {
  /** Trying again without a change by somebody cannot succeed. */
  readonly final: boolean
  /** How long the directory wants to be left alone, in milliseconds, when it said so. */
  readonly retryAfterMs?: number | undefined
  /** Of the terms of service, or of what a person has to do there. */
  readonly url?: string | undefined
  readonly cause?: unknown
}

export class CertificateError extends Error {
  readonly kind: CertificateErrorKind
  readonly final: boolean
  readonly retryAfterMs: number | undefined
  readonly url: string | undefined
  constructor(kind: CertificateErrorKind, message: string, { final, retryAfterMs, url, cause }: Details) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'CertificateError'
    this.kind = kind
    this.final = final
    this.retryAfterMs = retryAfterMs
    this.url = url
  }
}
