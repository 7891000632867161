/** Why there is no certificate, for its owner. */
import { CertificateError } from '../../certificates/error.ts'
import { type Problem, ProblemError, problem } from '../../protocol/problem.ts'

/** A port that cannot be had for the proof, or a mistake, counts as unproven: untold, the loop would start again at once, with an order at the
 *  directory each second. */
export function thrownOf(thrown: unknown): ProblemError | CertificateError {
  if (thrown instanceof ProblemError || thrown instanceof CertificateError) return thrown
  return new CertificateError('unproven', thrown instanceof Error ? thrown.message : String(thrown), { final: false, cause: thrown })
}

/** `host`: the directory's. */
export function told({ kind, message, url }: CertificateError, host: string, againAtMs: number): Problem {
  switch (kind) {
    case 'terms':
      return problem('certificate-terms', { host, address: url ?? '' })
    case 'account':
      return problem('certificate-account', { host })
    case 'rate-limited':
      return problem('certificate-rate-limited', { host, reason: message, until: String(againAtMs) })
    case 'rejected':
    case 'unproven':
      return problem('certificate-failed', { reason: message })
    default:
      return problem('certificate-failed', { reason: kind })
  }
}
