/** Does an https target still show the certificate that its owner accepted? Asked beside whether it answers at all. */
import { formatFingerprint, formatTarget, type Target } from '../../protocol/model/service.ts'
import { type Problem, ProblemError, problem } from '../../protocol/problem.ts'
import { isRight } from '../proxy/shown-certificate.ts'
import { lookAtCertificate } from '../proxy/target.ts'
import type { Context } from './context.ts'
import type { Emit } from './loop.ts'
import { keepPin } from './own-routes.ts'

/** A handshake costs a small device more than a connection does, and one that changes is also found by the visitor who meets it. */
const LOOK_EVERY_MS = 60_000

export interface Asked {
  readonly name: string
  readonly target: Target
}

export type JudgeCertificate = (check: Asked, emit: Emit, signal: AbortSignal) => Promise<Problem | null>

export function createJudgeCertificate(context: Context): JudgeCertificate {
  const lookedAtMs = new Map<string, number>()
  return async ({ name, target }, emit, signal) => {
    if (target.kind !== 'https') return null
    const isKnown = context.state().targets[name]?.phase === 'up'
    if (isKnown && performance.now() - (lookedAtMs.get(name) ?? Number.NEGATIVE_INFINITY) < LOOK_EVERY_MS) return null
    // It answers, and yet there is no handshake: visitors are told, as of any other fault of the service.
    const shown = await lookAtCertificate(target, context.forbidden, signal).catch(() => undefined)
    if (!shown || signal.aborted) return null
    lookedAtMs.set(name, performance.now())
    if (isRight(shown, target)) return null
    const { fingerprint, subject, notAfterMs } = shown
    if (target.pin === undefined) return keepFirst(context, name, fingerprint, emit)
    const facts = {
      service: name,
      target: formatTarget(target),
      theirs: formatFingerprint(fingerprint),
      detail: subject,
      until: String(notAfterMs),
    }
    if (target.pin === null) return problem('certificate-unaccepted', facts)
    return problem('certificate-replaced', { ...facts, ours: formatFingerprint(target.pin) })
  }
}

/** Added before Porchlight asked for its owner's word: every certificate was taken until now, so the one that it shows is taken for good. */
function keepFirst({ settings }: Context, key: string, pin: string, emit: Emit): Problem | null {
  const [name = key, ...rest] = key.split('/')
  const prefix = rest.length === 0 ? null : `/${rest.join('/')}`
  try {
    keepPin(settings, name, prefix, pin)
  } catch (error) {
    if (error instanceof ProblemError) return error.problem
    throw error
  }
  emit({ type: 'target-pinned', name, prefix, pin, unasked: true })
  return null
}
