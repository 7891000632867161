/** What each effect does, and which events it ends with. The rooms do the work; here they are only called. */
import { familyOf, isPublic } from '../../protocol/model/address.ts'
import type { Verdict } from '../../protocol/model/path.ts'
import { type Problem, problem } from '../../protocol/problem.ts'
import { ProbeResult } from '../../wire/messages.ts'
import type { Effect } from '../core/plan.ts'
import { type NetworkFacts, type Rule, ruleKey } from '../core/state.ts'
import { GatewayError, type Mapping } from '../gateway/gateway.ts'
import { openNatpmp } from '../gateway/natpmp/client.ts'
import { openPcp } from '../gateway/pcp/client.ts'
import { type Opener, openRouter, type Router } from '../gateway/router.ts'
import { openUpnp, type UpnpGateway } from '../gateway/upnp/client.ts'
import { openUpnpPinholes } from '../gateway/upnp/firewall.ts'
import { watchNotices } from '../gateway/upnp/notices.ts'
import { askStun } from '../network/stun.ts'
import { watchNetwork } from '../network/watch.ts'
import { checkTarget } from '../services/check.ts'
import { AskRejected } from '../tunnel/tunnel.ts'
import type { Context } from './context.ts'
import { rememberMachine, seekTarget } from './follow-target.ts'
import { keepTunnel } from './keep-tunnel.ts'
import { listen } from './listen.ts'
import type { Emit, Perform } from './loop.ts'

type Of<K extends Effect['kind']> = Extract<Effect, { kind: K }>

/** A router that tells its address does so at once. */
const EXTERNAL_ADDRESS_MS = 3000
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
      case 'hear-router':
        return await hearRouter(context, effect, emit, signal)
      case 'keep-router':
        return await keepRouter(context, effect, emit, signal)
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
      case 'ask-stun':
        return emit({ type: 'udp-observed', address: await askStun(effect, signal) })
      case 'check-target': {
        const found = await checkTarget(effect.name, effect.target, effect.preset, signal)
        if (!found) await rememberMachine(context, effect, emit, signal)
        emit(found ? { type: 'target-down', name: effect.name, problem: found } : { type: 'target-up', name: effect.name })
        return
      }
      case 'seek-target':
        return await seekTarget(context, effect, emit, signal)
    }
  }
}

async function watch(emit: Emit, signal: AbortSignal): Promise<void> {
  await watchNetwork({
    signal,
    onChange({ facts, woke }) {
      emit({ type: 'network', facts })
      // After a sleep nothing that was agreed with others is sure any more.
      if (woke) emit({ type: 'check-now' })
    },
  })
}

async function keepRouter(context: Context, { network }: Of<'keep-router'>, emit: Emit, signal: AbortSignal): Promise<void> {
  context.router?.close()
  context.router = undefined
  const address = network.ipv4?.gateway ?? ''
  let router: Router | null = null
  const tell = async (): Promise<void> => {
    if (!router) return
    const externalIPv4 = await router.externalAddress(AbortSignal.timeout(EXTERNAL_ADDRESS_MS))
    context.log('gateway-found', { address, via: router.protocols(), name: router.name(), external: externalIPv4 })
    emit({ type: 'gateway-found', address, name: router.name(), protocols: router.protocols(), pinholes: router.pinholes(), externalIPv4 })
  }
  const onRestart = (): void => {
    context.log('router-restarted', { address })
    emit({ type: 'router-restarted' })
  }
  router = await openRouter(address, openers(context, network, onRestart), signal, () => void tell())
  if (signal.aborted) router?.close()
  else if (!router) emit({ type: 'gateway-absent', problem: problem('gateway-silent', { address }) })
  else {
    context.router = router
    await tell()
    // It is closed by its successor, or at the very end: until then rules may have to be taken back through it.
    if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  }
}

/** Every way to ask this network's router. */
function openers({ nonceFor }: Context, { ipv4, ipv6 }: NetworkFacts, onRestart: () => void): Opener[] {
  if (!ipv4) return []
  const common = { gatewayAddress: ipv4.gateway, localAddress: ipv4.localAddress }
  let overIPv4: Promise<UpnpGateway | null> = Promise.resolve(null)
  const found: Opener[] = [
    { family: 'ipv4', open: (signal) => openPcp({ ...common, nonceFor, onRestart, signal }) },
    { family: 'ipv4', open: (signal) => openNatpmp({ ...common, onRestart, signal }) },
    {
      family: 'ipv4',
      open: (signal) => {
        overIPv4 = openUpnp({ ...common, signal })
        return overIPv4
      },
    },
  ]
  if (!ipv6?.gateway) return found
  const { gateway: address, localAddress, interfaceName } = ipv6
  const zoned = address.startsWith('fe80:') ? `${address}%${interfaceName}` : address
  return [
    ...found,
    { family: 'ipv6', open: (signal) => openPcp({ gatewayAddress: zoned, localAddress, interfaceName, nonceFor, onRestart, signal }) },
    {
      family: 'ipv6',
      // By the description that IPv4 has found, and after it: a FRITZ!Box does not bear two searches at once (syncthing lib/upnp/upnp.go).
      open: async (signal) => {
        const place = (await overIPv4.catch(() => null))?.place
        return place ? await openUpnpPinholes({ gateway: { address, interfaceName }, localAddress, place, signal }) : null
      },
    },
  ]
}

/** A router that starts says so to everybody (SSDP); one that was silent is asked at once, one that was known has lost its rules. */
async function hearRouter(
  { log }: Context,
  { gateway: gatewayAddress, localAddress }: Of<'hear-router'>,
  emit: Emit,
  signal: AbortSignal,
): Promise<void> {
  let lastBoot: number | null = null
  await watchNotices({
    gatewayAddress,
    localAddress,
    signal,
    onNotice({ kind, bootId }) {
      log('router-notice', { kind, boot: bootId })
      if (kind !== 'alive') return
      emit({ type: lastBoot !== null && bootId !== null && bootId !== lastBoot ? 'router-restarted' : 'router-heard' })
      lastBoot = bootId ?? lastBoot
    },
  })
  // Port 1900 may be somebody else's: then the router is only looked at, not heard.
  if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

async function open(context: Context, effect: Of<'open'>, emit: Emit, signal: AbortSignal): Promise<void> {
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
    if (!(error instanceof GatewayError)) throw error
    if (!signal.aborted) context.log('rule-refused', { fault: error.fault, wire: error.wire, message: error.message })
    // An IPv6 firewall that cannot be asked is no reason to look for the router anew.
    const isPinhole = familyOf(localAddress) === 'ipv6'
    const found = isPinhole ? problem('ipv6-closed', { port: String(externalPort) }) : gatewayProblem(error, router.address, externalPort)
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

async function inspect({ router }: Context, { path, rule }: Of<'inspect'>, emit: Emit, signal: AbortSignal): Promise<void> {
  const found = await router?.inspect(rule as Mapping, signal).catch(() => 'unknown' as const)
  const externalIPv4 = found === 'unknown' ? undefined : await router?.externalAddress(signal)
  emit({ type: 'inspected', path, found: found ?? 'unknown', externalIPv4 })
}

async function removeRule(context: Context, { rule }: Of<'remove-rule'>, emit: Emit, signal: AbortSignal): Promise<void> {
  try {
    await context.router?.unmap(rule as Mapping, signal)
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
  // In IPv6 a computer has many addresses, and only the one that is to be dialled proves anything.
  const address = await tunnel.observe(family, family === 'ipv6' ? state().network?.ipv6?.localAddress : undefined, signal)
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
