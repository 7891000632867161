/** Does a website's program answer, and not only its port? Asked beside whether it takes connections, because a stuck program takes them as well, and
 *  so do a container engine and a web server in front of a program that is stopped. */
import { formatTarget, isWeb } from '../../protocol/model/service.ts'
import { type Problem, problem } from '../../protocol/problem.ts'
import { connectTarget } from '../proxy/target.ts'
import { ask } from '../services/safety/ask.ts'
import type { Context } from './context.ts'
import type { Asked } from './judge-certificate.ts'

/** A page costs a small device more than a connection does. */
const ASK_EVERY_MS = 30_000
/** A small computer may take some seconds over the first page after a quiet night; who asks for a check waits eight. */
const PATIENCE_MS = 7000
/** Whoever answers says that who should have answered does not (RFC 9110 §15.6.3 to §15.6.5). A 500 is about one page alone. */
const IS_AWAY: ReadonlySet<number> = new Set([502, 503, 504])

export type JudgeAnswer = (check: Asked, signal: AbortSignal) => Promise<Problem | null>

export function createJudgeAnswer(context: Pick<Context, 'state' | 'forbidden'>, patienceMs = PATIENCE_MS): JudgeAnswer {
  const answeredAtMs = new Map<string, number>()
  return async ({ name, target }, signal) => {
    if (!isWeb(target.kind)) return null
    const { targets, diagnosis } = context.state()
    const lastMs = answeredAtMs.get(name) ?? Number.NEGATIVE_INFINITY
    const isFresh = Math.abs(Date.now() - lastMs) < ASK_EVERY_MS && lastMs >= diagnosis.askedAtMs
    if (targets[name]?.phase === 'up' && isFresh) return null
    const prefix = name.indexOf('/')
    const answer = await ask(
      {
        connect: (bounded) => connectTarget(target, context.forbidden, bounded),
        path: prefix === -1 ? '/' : name.slice(prefix),
        headers: ['Host', new URL(formatTarget(target)).host],
      },
      AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
    )
    // A certificate that nobody accepted is told elsewhere.
    if (signal.aborted || answer === 'untrusted') return null
    const facts = { service: name, target: formatTarget(target) }
    if (typeof answer === 'string') return problem('service-no-answer', facts)
    if (IS_AWAY.has(answer.status)) return problem('service-unavailable', { ...facts, reason: String(answer.status) })
    answeredAtMs.set(name, Date.now())
    return null
  }
}
