/** A look at a service from inside: by the same connection, and with the same head, as a visitor's. */
import { type Finding, type FirstLook, finding, type Safety } from '../../protocol/finding.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import type { ServiceWish } from '../control/controlled.ts'
import { findingsFor, placeOf, type SafetyEffect, safetyQuestions, safetyView } from '../core/safety.ts'
import { checkFolder } from '../folder/check.ts'
import { pairs, requestHeaders } from '../proxy/headers.ts'
import { connectTarget } from '../proxy/target.ts'
import { checkTarget } from '../services/check.ts'
import { checkSafety } from '../services/safety/check-safety.ts'
import type { Context } from './context.ts'
import type { Emit } from './loop.ts'
import { firstAccess, readWish } from './own-services.ts'

/** Nobody's address (RFC 5737): who sees it counts a visitor from outside, and bans nobody. */
const VISITOR = '192.0.2.1'

export async function lookAtSafety(context: Context, effect: SafetyEffect, emit: Emit, signal: AbortSignal): Promise<void> {
  const findings = await check(context, effect, false, signal)
  if (!signal.aborted) emit({ type: 'safety-checked', name: placeOf(effect), of: effect.of, findings })
}

/** Throws ProblemError `service-unknown`. */
export async function checkService(
  context: Context,
  emit: Emit,
  name: string,
  tryDefaultLogins: boolean,
  signal: AbortSignal,
): Promise<Safety> {
  const known = () => context.state().services.find((service) => service.name === name)
  const service = known()
  if (!service) throw new ProblemError(problem('service-unknown', { name }))
  const look = async (question: SafetyEffect): Promise<void> => {
    const findings = await check(context, question, tryDefaultLogins, signal)
    emit({ type: 'safety-checked', name: placeOf(question), of: question.of, findings })
  }
  await Promise.all(safetyQuestions(context.state(), service).map(look))
  const now = known()
  return (now && safetyView(context.state(), now)) ?? { atMs: Date.now(), findings: [finding('answers', {})] }
}

/** The same before it is added, when nobody can come to it yet; nothing is remembered. Throws ProblemError where it could not be added. */
export async function lookBefore(context: Context, wish: ServiceWish, signal: AbortSignal): Promise<FirstLook> {
  const { name, preset } = wish
  const target = readWish(wish, context.forbidden)
  const service = { name, target, preset, paused: false, access: firstAccess(target, preset), links: [] }
  const problem =
    target.kind === 'folder'
      ? (await checkFolder(name, target.path, context.folder)).problem
      : await checkTarget(name, target, preset, signal)
  const [question] = safetyQuestions(context.state(), service)
  if (problem || !question) return { problem: problem ?? null, findings: [] }
  const findings = await check(context, question, false, signal)
  return { problem: null, findings: findingsFor(service.access, findings) }
}

async function check(
  { forbidden, log }: Context,
  { service, route, host }: SafetyEffect,
  tryDefaultLogins: boolean,
  signal: AbortSignal,
): Promise<Finding[]> {
  const { name, proxyProtocol, preset } = service
  const { target } = route ?? service
  if (target.kind === 'folder') return []
  return await checkSafety(
    {
      service: name,
      target,
      // It hangs up on whoever does not begin with the visitor's address.
      preset: proxyProtocol || route ? undefined : preset,
      route,
      name: host,
      connect: (bounded) => connectTarget(target, forbidden, bounded),
      proxyHeaders: (authority) => proxyHeaders(authority, route?.strip ? route.prefix : undefined),
      tryDefaultLogins,
      onTry: (user) => log('default-login-tried', { service: name, user }),
    },
    signal,
  )
}

/** The connection is not kept. */
function proxyHeaders(authority: string, strippedPrefix: string | undefined): string[] {
  const head = requestHeaders(
    { rawHeaders: [], hasBody: false, upgrade: undefined },
    { address: VISITOR, authority, loopToken: 'porchlight-check', strippedPrefix },
  )
  return [...pairs(head)].filter(([field]) => field !== 'Connection').flat()
}
