/** What is asked of the router for one path: to open the way, to show the rule, to take it back. */
import { familyOf, isPublic } from '../../protocol/model/address.ts'
import { type Problem, ProblemError, problem } from '../../protocol/problem.ts'
import type { EffectOf } from '../core/plan.ts'
import { type Rule, ruleKey } from '../core/state.ts'
import { GatewayError, type Mapping } from '../gateway/gateway.ts'
import type { Router } from '../gateway/router.ts'
import type { Context } from './context.ts'
import type { Emit } from './loop.ts'

/** What we cannot take back goes by itself, and soon enough: a rule for an address that we no longer have may not be taken back by anybody. */
const LEASE_S = 1800
const DESCRIPTION = 'Porchlight'

export async function openWay(context: Context, effect: EffectOf<'open'>, emit: Emit, signal: AbortSignal): Promise<void> {
  const { path, exposure, localAddress, internalPort, externalPort, replace, renews } = effect
  const { router } = context
  const fail = (found: Problem, silent: boolean): void => emit({ type: 'opening-failed', path, problem: found, silent })
  if (!router) {
    fail(problem('gateway-silent', { address: '' }), true)
    return
  }
  const request = {
    protocol: exposure.protocol,
    internalAddress: localAddress,
    internalPort,
    externalPort,
    lifetimeS: LEASE_S,
    description: DESCRIPTION,
  }
  const wanted: Rule = { ...request, via: router.protocols()[0] ?? 'upnp' }
  try {
    // A rule of ours that nobody outside saw, or one of an earlier start for another inner port, would stand in the way of the new one.
    const inTheWay =
      replace ?? context.journal.rules().find((rule) => ruleKey(rule) === ruleKey(wanted) && rule.internalPort !== internalPort)
    if (inTheWay) await router.unmap(inTheWay as Mapping, signal)
    // Written down before it is asked for: a crash in between leaves a note too many, never a rule too many.
    context.journal.note(wanted)
    emit({ type: 'rule-journalled', rule: wanted })
    const ruleId = renews?.ruleId
    const asked = { ...request, exactPort: exposure.exactPort, ...(ruleId === undefined ? {} : { ruleId }) }
    const rule: Rule = { ...wanted, ...pick(await router.map(asked, signal)) }
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
    if (exposure.exactPort && rule.externalPort !== exposure.port) {
      fail(problem('gateway-conflict', { address: router.address, port: String(exposure.port), internal: '' }), false)
      return
    }
    context.log('rule-opened', {
      via: rule.via,
      protocol: rule.protocol,
      external: rule.externalPort,
      internal: rule.internalPort,
      lease: rule.lifetimeS,
    })
    emit({
      type: 'opened',
      path,
      rule,
      outside: { address: await outsideOf(context, router, localAddress, signal), port: rule.externalPort },
    })
  } catch (error) {
    // A rule that cannot be written down is not asked for: who would take it back?
    if (error instanceof ProblemError) {
      context.log('rule-not-noted', { error: error.message })
      fail(error.problem, false)
      return
    }
    if (!(error instanceof GatewayError)) throw error
    if (!signal.aborted) context.log('rule-refused', { fault: error.fault, wire: error.wire, message: error.message })
    // An IPv6 firewall that cannot be asked is no reason to look for the router anew.
    const isPinhole = familyOf(localAddress) === 'ipv6'
    const found = isPinhole
      ? problem('ipv6-closed', { port: String(externalPort) })
      : gatewayProblem(error, router.address, externalPort, context.state().relay.phase === 'connected')
    fail(found, error.fault === 'silent' && !isPinhole)
  }
}

/** The address a visitor must dial: our own in IPv6; in IPv4 the one that an outsider sees, for a router's own claim may be private. */
async function outsideOf(context: Context, router: Router, localAddress: string, signal: AbortSignal): Promise<string> {
  if (familyOf(localAddress) === 'ipv6') return localAddress
  const { relay } = context.state()
  const observed =
    relay.phase === 'connected'
      ? (relay.known.observed.ipv4 ?? (await context.tunnel?.observe('ipv4', undefined, signal).catch(() => undefined)))
      : undefined
  if (observed !== undefined && isPublic(observed, context.publicRanges)) return observed
  return (await router.externalAddress(signal)) ?? '0.0.0.0'
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

export async function inspectRule(
  { router }: Context,
  { path, rule }: EffectOf<'inspect'>,
  emit: Emit,
  signal: AbortSignal,
): Promise<void> {
  const found = await router?.inspect(rule as Mapping, signal).catch(() => 'unknown' as const)
  const externalIPv4 = found === 'unknown' ? undefined : await router?.externalAddress(signal)
  emit({ type: 'inspected', path, found: found ?? 'unknown', externalIPv4 })
}

export async function removeRule(context: Context, { rule }: EffectOf<'remove-rule'>, emit: Emit, signal: AbortSignal): Promise<void> {
  try {
    // Without a router nothing was taken back, so the note must stay.
    if (!context.router) throw new GatewayError('silent', 'no router to ask')
    await context.router.unmap(rule as Mapping, signal)
  } catch (error) {
    if (!signal.aborted) context.log('rule-stuck', { protocol: rule.protocol, external: rule.externalPort, error: String(error) })
    emit({ type: 'rule-stuck', rule })
    return
  }
  context.journal.strike(rule)
  context.log('rule-removed', { protocol: rule.protocol, external: rule.externalPort })
  emit({ type: 'rule-gone', rule })
}
