/** A whole order at the directory's rehearsal, because its owner wants to know whether the next renewal would go well. Nothing that serves is
 *  touched, and what comes of it is thrown away. */
import { directoryName } from '../../certificates/directories.ts'
import { CertificateError } from '../../certificates/error.ts'
import type { CertificateTrial } from '../../protocol/model/certificate.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import { calledDomain } from '../core/exposures.ts'
import { isRehearsal } from '../core/state.ts'
import { type OrderSource, order } from './order.ts'

/** Throws ProblemError when there is nothing to try, or nowhere. What the directory says against it is the trial's result. */
export async function tryCertificate(source: OrderSource, signal: AbortSignal): Promise<CertificateTrial> {
  const { authority, log } = source
  const { stagingUrl } = authority
  const domain = calledDomain(source.state())
  const impossible = (reason: string): never => {
    throw new ProblemError(problem('certificate-untested', { reason }))
  }
  if (domain === null || isRehearsal(source.state())) return impossible('no-name')
  if (stagingUrl === undefined) return impossible('no-staging')
  const steps: CertificateTrial['steps'] = []
  let lastMs = performance.now()
  const trial = (reason: string | null): CertificateTrial => ({ directory: directoryName(stagingUrl), steps, reason })
  try {
    await order(
      source,
      {
        directoryUrl: stagingUrl,
        names: [`*.${domain}`],
        onStep(done) {
          const nowMs = performance.now()
          const [name, by] = 'name' in done ? [done.name, done.by] : [null, null]
          steps.push({ step: done.step, name, by, tookMs: Math.round(nowMs - lastMs) })
          lastMs = nowMs
        },
      },
      signal,
    )
    log('certificate-trial', { directory: stagingUrl, ok: 'yes' })
    return trial(null)
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error
    log('certificate-trial', { directory: stagingUrl, kind: error.kind, message: error.message })
    return trial(error.kind === 'rejected' || error.kind === 'unproven' ? error.message : error.kind)
  }
}
