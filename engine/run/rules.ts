/** What is asked of the router for one path: to open the way, to show the rule, to take it back. */
import { familyOf, isPublic } from '../../protocol/model/address.ts'
import { type Problem, ProblemError, problem } from '../../protocol/problem.ts'
import type { Found } from '../core/events.ts'
import type { EffectOf } from '../core/plan.ts'
import type { Hop } from '../core/plan-rules.ts'
import { type RouterRole, type Rule, ruleKey } from '../core/router-state.ts'
import { GatewayError, type Mapping, type MappingState } from '../gateway/gateway.ts'
import type { Router } from '../gateway/router.ts'
import type { Context } from './context.ts'
import type { Emit } from './loop.ts'

/** What we cannot take back goes by itself, and soon enough: a rule for an address that we no longer have may not be taken back by anybody. */
const LEASE_S = 600
const DESCRIPTION = 'Porchlight'

/** What came of asking one router. */
type Asked = { readonly rule: Rule } | { readonly problem: Problem; readonly silent: RouterRole | null; readonly watched?: boolean }

export async function openWay(context: Context, effect: EffectOf<'open'>, emit: Emit, signal: AbortSignal): Promise<void> {
  const { path, exposure, hops } = effect
  const rules: Rule[] = []
  let failure: Exclude<Asked, { rule: Rule }> | undefined
  for (const hop of hops) {
    const asked = await askRouter(context, effect, hop, rules.at(-1)?.externalPort ?? effect.internalPort, emit, signal)
    if ('rule' in asked) rules.push(asked.rule)
    else failure = asked
    if (failure) break
  }
  const outermost = rules.at(-1)
  const silent = failure?.silent ?? null
  if (failure && (!outermost || (exposure.exactPort && outermost.externalPort !== exposure.port)))
    emit({ type: 'opening-failed', path, problem: failure.problem, silent, watched: failure.watched ?? false })
  else if (outermost) {
    const outside = { address: await outsideOf(context, outermost, signal), port: outermost.externalPort }
    emit({ type: 'opened', path, rules, outside, missing: failure?.problem ?? null, silent })
  }
}

/** For one rule on one router. */
export async function askRouter(
  context: Context,
  { exposure, hops, replace, wasTaken }: Pick<EffectOf<'open'>, 'exposure' | 'hops' | 'replace' | 'wasTaken'>,
  { router: role, internalAddress, externalPort, renews }: Hop,
  internalPort: number,
  emit: Emit,
  signal: AbortSignal,
): Promise<Asked> {
  const router = context.routers[role]
  if (!router)
    return {
      problem: role === 'upstream' ? problem('second-router', { address: internalAddress }) : problem('gateway-silent', { address: '' }),
      silent: role,
    }
  const isIPv6 = familyOf(internalAddress) === 'ipv6'
  // Where ports are translated, visitors come in at the last router's; those before it may open any.
  const exactPort = exposure.exactPort && (isIPv6 || role === hops.at(-1)?.router)
  const request = { protocol: exposure.protocol, internalAddress, internalPort, externalPort, lifetimeS: LEASE_S, description: DESCRIPTION }
  const wanted: Rule = { router: role, ...request, via: router.protocols(familyOf(internalAddress))[0] ?? 'upnp' }
  try {
    // A rule of ours that nobody outside saw, or one of an earlier start for another inner port, would stand in the way of the new one.
    const inTheWay =
      replace.find((rule) => rule.router === role) ??
      context.journal.rules().find((rule) => ruleKey(rule) === ruleKey(wanted) && rule.internalPort !== internalPort)
    // PCP and NAT-PMP would answer with another port, which is then of no use.
    if (wasTaken && exactPort && (await inTable(router, wanted, signal)) === 'foreign')
      return {
        problem: problem('gateway-conflict', { address: router.address, port: String(externalPort), internal: '' }),
        silent: null,
        watched: true,
      }
    if (inTheWay) await router.unmap(inTheWay as Mapping, signal)
    else if (role === 'upstream' && !isIPv6 && (await isOwners(context, router, wanted, signal)))
      throw new GatewayError('conflict', 'the owner of the router has made this very rule by hand')
    // Written down before it is asked for: a crash in between leaves a note too many, never a rule too many.
    context.journal.note(wanted)
    emit({ type: 'rule-journalled', rule: wanted })
    const ruleId = renews?.ruleId
    const rule: Rule = {
      ...wanted,
      ...pick(await router.map({ ...request, exactPort, ...(ruleId === undefined ? {} : { ruleId }) }, signal)),
    }
    context.routerDoor.learn(rule.via, router.address, emit)
    if (rule.externalPort !== externalPort || rule.ruleId !== undefined || rule.via !== wanted.via) {
      context.journal.note(rule)
      emit({ type: 'rule-journalled', rule })
    }
    if (ruleKey(rule) !== ruleKey(wanted)) {
      // What was asked for is somebody else's and was never made. Taken for a leftover of ours it would be taken back, and by PCP and NAT-PMP,
      // which know a rule by its inner port alone (RFC 6887 §15, RFC 6886 §3.4), that is the rule just granted.
      context.journal.strike(wanted)
      emit({ type: 'rule-gone', rule: wanted })
    }
    if (exactPort && rule.externalPort !== exposure.port) throw new GatewayError('conflict', `port ${exposure.port} is taken`)
    const { via, protocol, lifetimeS: lease } = rule
    context.log('rule-opened', { router: role, via, protocol, external: rule.externalPort, internal: rule.internalPort, lease })
    return { rule }
  } catch (error) {
    // A rule that cannot be written down is not asked for: who would take it back?
    if (error instanceof ProblemError) {
      context.log('rule-not-noted', { error: error.message })
      return { problem: error.problem, silent: null }
    }
    if (!(error instanceof GatewayError)) throw error
    if (role === 'gateway') context.routerDoor.learn(error, router.address, emit)
    if (!signal.aborted) context.log('rule-refused', { router: role, fault: error.fault, wire: error.wire, message: error.message })
    // An IPv6 firewall that cannot be asked is no reason to look for the router anew.
    if (isIPv6) return { problem: problem('ipv6-closed', { port: String(externalPort) }), silent: null }
    const found =
      role === 'upstream'
        ? upstreamProblem(error, router.address, internalAddress, externalPort)
        : gatewayProblem(error, router.address, externalPort, context.state().relay.phase === 'connected')
    return { problem: found, silent: error.fault === 'silent' && !error.final ? role : null }
  }
}

/** Somebody who forwards port 443 by hand, one router to the next, makes the rule that we would: then it serves us, and is not ours to take back.
 *  Only UPnP can look without making it. */
async function isOwners({ journal }: Context, router: Router, wanted: Rule, signal: AbortSignal): Promise<boolean> {
  const isNoted = journal.rules().some((rule) => ruleKey(rule) === ruleKey(wanted))
  return !isNoted && (await inTable(router, wanted, signal)) === 'present'
}

/** Whose rule has this port: `present` where it is ours. Only UPnP can tell without making one. */
async function inTable(router: Router, wanted: Rule, signal: AbortSignal): Promise<MappingState> {
  if (!router.protocols('ipv4').includes('upnp')) return 'unknown'
  return await router.inspect({ ...wanted, via: 'upnp' } as Mapping, signal).catch(() => 'unknown')
}

/** The address a visitor must dial: our own in IPv6; in IPv4 the one that an outsider sees, for a router's own claim may be private. */
async function outsideOf(context: Context, { router: role, internalAddress }: Rule, signal: AbortSignal): Promise<string> {
  if (familyOf(internalAddress) === 'ipv6') return internalAddress
  const { relay } = context.state()
  const observed =
    relay.phase === 'connected'
      ? (relay.known.observed.ipv4 ?? (await context.tunnel?.observe('ipv4', undefined, signal).catch(() => undefined)))
      : undefined
  if (observed !== undefined && isPublic(observed, context.publicRanges)) return observed
  return (await context.routers[role]?.externalAddress(signal)) ?? '0.0.0.0'
}

const pick = ({ externalPort, lifetimeS, via, ruleId }: Mapping) => ({
  externalPort,
  lifetimeS,
  via,
  ...(ruleId === undefined ? {} : { ruleId }),
})

function gatewayProblem({ fault, wire, message }: GatewayError, address: string, port: number, isOnline: boolean): Problem {
  switch (fault) {
    case 'silent':
    case 'garbled':
      return problem('gateway-silent', { address })
    case 'conflict':
      return problem('gateway-conflict', { address, port: String(port), internal: '' })
    case 'no-internet':
      // Who speaks to a relay has a line: then the router only lacks an address of its own.
      return problem(isOnline ? 'gateway-no-address' : 'gateway-no-internet', { address })
    case 'refused':
    case 'full':
      return problem('gateway-refused', { address, reason: wire === undefined ? message : String(wire) })
  }
}

/** `internal`: our own router's address there. */
function upstreamProblem({ fault, wire, message }: GatewayError, address: string, internal: string, port: number): Problem {
  switch (fault) {
    case 'silent':
    case 'garbled':
      return problem('second-router', { address: internal })
    case 'conflict':
      return problem('second-router-conflict', { address, internal, port: String(port) })
    default:
      return problem('second-router-refused', { address, internal, reason: wire === undefined ? message : String(wire) })
  }
}

/** How bad it is; the worst of several rules counts for their path. */
const FINDINGS: readonly Found[] = ['present', 'unknown', 'silent', 'absent', 'foreign']

export async function inspectRules(context: Context, { path, rules }: EffectOf<'inspect'>, emit: Emit, signal: AbortSignal): Promise<void> {
  const claims: Record<RouterRole, string | null> = { gateway: null, upstream: null }
  const looks = await Promise.all(
    rules.map(async (rule) => {
      const router = context.routers[rule.router]
      const found =
        (await router?.inspect(rule as Mapping, signal).catch((error: unknown) => {
          if (rule.router === 'gateway') context.routerDoor.learn(error, router.address, emit)
          return whyUnanswered(error)
        })) ?? 'silent'
      if (found !== 'unknown' && found !== 'silent') claims[rule.router] = (await router?.externalAddress(signal)) ?? null
      return { found, router: rule.router }
    }),
  )
  const [worst] = looks.sort((a, b) => FINDINGS.indexOf(b.found) - FINDINGS.indexOf(a.found))
  if (worst) emit({ type: 'inspected', path, ...worst, claims })
}

const whyUnanswered = (error: unknown): Found => (error instanceof GatewayError && error.fault === 'silent' ? 'silent' : 'unknown')

export async function removeRule(context: Context, { rule }: EffectOf<'remove-rule'>, emit: Emit, signal: AbortSignal): Promise<void> {
  try {
    // Without a router nothing was taken back, so the note must stay.
    const router = context.routers[rule.router]
    if (!router) throw new GatewayError('silent', 'no router to ask')
    await router.unmap(rule as Mapping, signal)
  } catch (error) {
    if (rule.untilMs !== undefined && rule.untilMs <= Date.now()) {
      forget(context, rule, emit)
      return
    }
    if (!signal.aborted) context.log('rule-stuck', { protocol: rule.protocol, external: rule.externalPort, error: String(error) })
    emit({ type: 'rule-stuck', rule })
    return
  }
  context.log('rule-removed', { protocol: rule.protocol, external: rule.externalPort })
  forget(context, rule, emit)
}

/** It was taken back, or its lease has ended. */
function forget({ journal }: Context, rule: Rule, emit: Emit): void {
  journal.strike(rule)
  emit({ type: 'rule-gone', rule })
}
