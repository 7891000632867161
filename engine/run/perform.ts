/** What each effect does, and which events it ends with. The rooms do the work; here they are only called. */
import { isPublic } from '../../protocol/model/address.ts'
import type { Verdict } from '../../protocol/model/path.ts'
import { type Problem, problem } from '../../protocol/problem.ts'
import { ProbeResult } from '../../wire/messages.ts'
import type { Effect } from '../core/plan.ts'
import { type Rule, ruleKey } from '../core/state.ts'
import { GatewayError, type Mapping } from '../gateway/gateway.ts'
import { openUpnp } from '../gateway/upnp/client.ts'
import { watchNetwork } from '../network/watch.ts'
import { checkTarget } from '../services/check.ts'
import { AskRejected } from '../tunnel/tunnel.ts'
import type { Context } from './context.ts'
import { keepTunnel } from './keep-tunnel.ts'
import { listen } from './listen.ts'
import type { Emit, Perform } from './loop.ts'

type Of<K extends Effect['kind']> = Extract<Effect, { kind: K }>

/** Two hours at most: what we cannot take back goes by itself. */
const LEASE_S = 7200
const DESCRIPTION = 'Porchlight'

export function createPerform(context: Context): Perform {
  return async (effect, emit, signal) => {
    switch (effect.kind) {
      case 'watch-network':
        return await watch(emit, signal)
      case 'keep-tunnel':
        return await keepTunnel(context, emit, signal)
      case 'listen':
        return await listen(context, effect, emit, signal)
      case 'find-gateway':
        return await findGateway(context, effect, emit, signal)
      case 'open':
        return await open(context, effect, emit, signal)
      case 'inspect':
        return await inspect(context, effect, emit, signal)
      case 'remove-rule':
        return await removeRule(context, effect, emit, signal)
      case 'probe':
        return await probe(context, effect, emit, signal)
      case 'publish':
        return await publish(context, effect, emit, signal)
      case 'obtain-certificate':
        return await context.certificates.obtain(effect.domain, emit, signal)
      case 'check-target': {
        const found = await checkTarget(effect.name, effect.target, signal)
        emit(found ? { type: 'target-down', name: effect.name, problem: found } : { type: 'target-up', name: effect.name })
      }
    }
  }
}

async function watch(emit: Emit, signal: AbortSignal): Promise<void> {
  await watchNetwork({
    signal,
    onChange({ facts, woke }) {
      const ipv4 = facts?.ipv4
      emit({ type: 'network', facts: facts && (ipv4 ? { ipv4: { gateway: ipv4.gateway, localAddress: ipv4.localAddress } } : {}) })
      // After a sleep nothing that was agreed with others is sure any more.
      if (woke) emit({ type: 'check-now' })
    },
  })
}

async function findGateway(
  context: Context,
  { gateway: address, localAddress }: Of<'find-gateway'>,
  emit: Emit,
  signal: AbortSignal,
): Promise<void> {
  context.gateway = undefined
  const found = await openUpnp({ gatewayAddress: address, localAddress, signal }).catch((error: unknown) => {
    if (!(error instanceof GatewayError)) throw error
    return null
  })
  if (signal.aborted) return
  if (!found) {
    emit({ type: 'gateway-absent', problem: problem('gateway-silent', { address }) })
    return
  }
  const externalIPv4 = await found.externalAddress(signal).catch(() => null)
  context.gateway = found
  context.log('gateway-found', { address, via: found.via, name: found.name, external: externalIPv4 })
  emit({ type: 'gateway-found', address: found.address, name: found.name, protocol: found.via, externalIPv4 })
}

async function open(context: Context, effect: Of<'open'>, emit: Emit, signal: AbortSignal): Promise<void> {
  const { path, exposure, localAddress, internalPort, externalPort, replace } = effect
  const { gateway } = context
  const fail = (found: Problem, silent: boolean): void => emit({ type: 'opening-failed', path, problem: found, silent })
  if (!gateway) {
    fail(problem('gateway-silent', { address: '' }), true)
    return
  }
  const wanted: Rule = {
    protocol: exposure.protocol,
    internalAddress: localAddress,
    internalPort,
    externalPort,
    lifetimeS: LEASE_S,
    via: gateway.via,
    description: DESCRIPTION,
  }
  try {
    // A rule of ours that nobody outside saw, or one of an earlier start for another inner port, would stand in the way of the new one.
    const inTheWay =
      replace ?? context.journal.rules().find((rule) => ruleKey(rule) === ruleKey(wanted) && rule.internalPort !== internalPort)
    if (inTheWay) await gateway.unmap(inTheWay as Mapping, signal)
    // Written down before it is asked for: a crash in between leaves a note too many, never a rule too many.
    context.journal.note(wanted)
    emit({ type: 'rule-journalled', rule: wanted })
    const rule: Rule = { ...wanted, ...pick(await gateway.map(wanted, signal)) }
    if (rule.externalPort !== externalPort) {
      context.journal.note(rule)
      emit({ type: 'rule-journalled', rule })
    }
    if (exposure.exactPort && rule.externalPort !== exposure.port) {
      fail(problem('gateway-conflict', { address: gateway.address, port: String(exposure.port), internal: '' }), false)
      return
    }
    const claimed = await gateway.externalAddress(signal)
    const observed = await observedAddress(context, signal)
    context.log('rule-opened', { protocol: rule.protocol, external: rule.externalPort, internal: rule.internalPort, lease: rule.lifetimeS })
    emit({ type: 'opened', path, rule, outside: { address: observed ?? claimed ?? '0.0.0.0', port: rule.externalPort } })
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    if (!signal.aborted) context.log('rule-refused', { fault: error.fault, wire: error.wire, message: error.message })
    fail(gatewayProblem(error, gateway.address, externalPort), error.fault === 'silent')
  }
}

/** The address a visitor must dial is the one that an outsider sees; a router's own claim may be a private one. */
async function observedAddress(context: Context, signal: AbortSignal): Promise<string | undefined> {
  const { relay } = context.state()
  if (relay.phase !== 'connected') return undefined
  const observed = relay.known.observed.ipv4 ?? (await context.tunnel?.observe('ipv4', signal).catch(() => undefined))
  return observed !== undefined && isPublic(observed, context.publicRanges) ? observed : undefined
}

const pick = ({ externalPort, lifetimeS }: Mapping) => ({ externalPort, lifetimeS })

function gatewayProblem({ fault, wire, message }: GatewayError, address: string, port: number): Problem {
  switch (fault) {
    case 'silent':
    case 'garbled':
      return problem('gateway-silent', { address })
    case 'conflict':
      return problem('gateway-conflict', { address, port: String(port), internal: '' })
    case 'no-internet':
      return problem('gateway-no-internet', { address })
    case 'refused':
    case 'full':
      return problem('gateway-refused', { address, reason: wire === undefined ? message : String(wire) })
  }
}

async function inspect({ gateway }: Context, { path, rule }: Of<'inspect'>, emit: Emit, signal: AbortSignal): Promise<void> {
  const found = await gateway?.inspect(rule as Mapping, signal).catch(() => 'unknown' as const)
  emit({ type: 'inspected', path, found: found ?? 'unknown' })
}

async function removeRule(context: Context, { rule }: Of<'remove-rule'>, emit: Emit, signal: AbortSignal): Promise<void> {
  try {
    await context.gateway?.unmap(rule as Mapping, signal)
  } catch (error) {
    if (!signal.aborted) context.log('rule-stuck', { protocol: rule.protocol, external: rule.externalPort, error: String(error) })
    emit({ type: 'rule-stuck', rule })
    return
  }
  context.journal.strike(rule)
  context.log('rule-removed', { protocol: rule.protocol, external: rule.externalPort })
  emit({ type: 'rule-gone', rule })
}

async function probe(context: Context, effect: Of<'probe'>, emit: Emit, signal: AbortSignal): Promise<void> {
  const { path, via, family, transport, port, host } = effect
  const over = new AbortController()
  const unknown = (): Verdict => ({ outcome: 'unknown', atMs: Date.now() })
  try {
    if (via === 'direct') await beSeen(context, family, emit, signal)
    const id = context.probes.expect(over.signal)
    const answer = await context.tunnel?.ask(
      { kind: 'probe', id, via, family, transport, port, ...(host === null ? {} : { host }) },
      signal,
    )
    const result = ProbeResult.safeParse(answer)
    if (result.success) context.log('probed', { path, outcome: result.data.verdict.outcome })
    emit({ type: 'probed', path, verdict: result.success ? result.data.verdict : unknown() })
  } catch (error) {
    if (signal.aborted) return
    context.log('probe-failed', { path, reason: error instanceof AskRejected ? error.reason : String(error) })
    emit({ type: 'probed', path, verdict: unknown() })
  } finally {
    over.abort()
  }
}

/** The relay dials only an address from which it has seen us within the last minute. */
async function beSeen({ state, tunnel }: Context, family: 'ipv4' | 'ipv6', emit: Emit, signal: AbortSignal): Promise<void> {
  const { relay } = state()
  if (relay.phase !== 'connected' || !tunnel) return
  const address = await tunnel.observe(family, signal)
  if (relay.known.observed[family] !== address) emit({ type: 'relay-observed', family, address })
}

async function publish(context: Context, { publication, key }: Of<'publish'>, emit: Emit, signal: AbortSignal): Promise<void> {
  try {
    await context.tunnel?.ask({ kind: 'publish', publication }, signal)
    emit({ type: 'published', key })
  } catch (error) {
    if (signal.aborted) return
    context.log('publish-failed', { error: String(error) })
    emit({ type: 'publish-failed' })
  }
}
