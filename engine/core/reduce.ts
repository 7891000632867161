/** What an event means: the state after it. Pure. The ladder's rules for a single path stand in reduce-path.ts. */
import type { Family } from '../../protocol/model/address.ts'
import { formatTarget } from '../../protocol/model/service.ts'
import { problem } from '../../protocol/problem.ts'
import type { Event } from './events.ts'
import { deviceDomain, exposuresOf, FRONT_DOOR } from './exposures.ts'
import { base, onInspected, onNoRouter, onOpened, onOpeningFailed, onProbed, step, unproven } from './reduce-path.ts'
import { type Exposure, isRehearsal, type Path, pathKey, portKey, type RelayLink, ruleKey, type Service, type State } from './state.ts'

/** How soon to look for a router again that did not answer; the last step is kept. */
const GATEWAY_RETRY_MS = [2000, 5000, 5000, 10_000, 10_000, 15_000, 30_000] as const
const TARGET_UP_MS = 10_000
const TARGET_DOWN_MS = 3000
const PUBLISH_RETRY_MS = 3000
const STUCK_RULE_RETRY_MS = 60_000

export function reduce(state: State, event: Event): State {
  return withWantedPaths(apply(state, event), event.atMs)
}

function apply(state: State, event: Event): State {
  const { atMs } = event
  switch (event.type) {
    case 'service-added':
      return {
        ...state,
        services: [...state.services, event.service],
        targets: { ...state.targets, [event.service.name]: { phase: 'unknown', nextAtMs: atMs } },
      }
    case 'service-removed':
      return {
        ...state,
        services: state.services.filter(({ name }) => name !== event.name),
        targets: without(state.targets, event.name),
        sought: without(state.sought, event.name),
        notices: withoutMove(state.notices, event.name),
      }
    case 'service-paused':
    case 'service-resumed':
      return {
        ...state,
        services: state.services.map((service) =>
          service.name === event.name ? { ...service, paused: event.type === 'service-paused' } : service,
        ),
        targets: { ...state.targets, [event.name]: { phase: 'unknown', nextAtMs: atMs } },
      }
    case 'target-up':
      return withTarget(state, event.name, { phase: 'up', nextAtMs: atMs + TARGET_UP_MS })
    case 'target-down':
      return withTarget(state, event.name, { phase: 'down', problem: event.problem, nextAtMs: atMs + TARGET_DOWN_MS })
    case 'target-known':
      return withService(state, event.name, (service) => ({ ...service, mac: event.mac }))
    case 'target-stayed':
      return { ...state, sought: { ...state.sought, [event.name]: atMs } }
    case 'target-moved':
      return onTargetMoved(state, event, atMs)
    case 'notice':
      return withNotice(state, event.problem)
    case 'listening':
      return onListening(state, event)
    case 'listening-refused': {
      const { exposure, family, problem } = event
      return onePath(state, pathKey({ exposure, rung: 'direct', family }), (path) => ({
        ...base(path),
        phase: 'blocked',
        problem,
        retryAtMs: Number.POSITIVE_INFINITY,
        attempt: 0,
      }))
    }
    case 'network':
      return onNetwork(state, event.facts)
    case 'gateway-found': {
      const { address, name, protocols, pinholes, externalIPv4 } = event
      const canNow = pinholes > (state.gateway.phase === 'found' ? state.gateway.pinholes : 0)
      return eachPath({ ...state, gateway: { phase: 'found', address, name, protocols, pinholes, externalIPv4 } }, (path) => {
        if (path.phase !== 'blocked') return path
        if (path.rung === 'mapped' && path.problem.code.startsWith('gateway-'))
          return { ...base(path), phase: 'seeking', attempt: 0, replace: null }
        // It was proven closed, so a pinhole is what it needs.
        return canNow && path.problem.code === 'ipv6-closed' ? { ...base(path), phase: 'seeking', attempt: 1, replace: null } : path
      })
    }
    case 'gateway-absent': {
      const attempt = state.gateway.phase === 'absent' ? state.gateway.attempt + 1 : 0
      const retryAtMs = atMs + step(GATEWAY_RETRY_MS, attempt)
      return eachPath({ ...state, gateway: { phase: 'absent', problem: event.problem, retryAtMs, attempt } }, (path) =>
        onNoRouter(path, event.problem, retryAtMs, state.ports[portKey(path.exposure, 'ipv6')]),
      )
    }
    case 'rule-journalled':
      return { ...state, journal: [...state.journal.filter((rule) => ruleKey(rule) !== ruleKey(event.rule)), event.rule] }
    case 'rule-gone':
      return {
        ...state,
        journal: state.journal.filter((rule) => ruleKey(rule) !== ruleKey(event.rule)),
        leftovers: without(state.leftovers, ruleKey(event.rule)),
      }
    case 'rule-stuck':
      return { ...state, leftovers: { ...state.leftovers, [ruleKey(event.rule)]: atMs + STUCK_RULE_RETRY_MS } }
    case 'opened':
      return onePath(state, event.path, (path) => onOpened(path, event, atMs))
    case 'opening-failed': {
      const next = onePath(state, event.path, (path) => onOpeningFailed(path, event, atMs))
      return event.silent && state.gateway.phase === 'found' ? { ...next, gateway: { phase: 'unknown' }, search: state.search + 1 } : next
    }
    case 'inspected':
      return onOutsideAddress(
        onePath(state, event.path, (path) => onInspected(path, event.found, state, atMs)),
        event.externalIPv4,
      )
    case 'router-heard':
      return state.gateway.phase === 'absent' ? { ...state, gateway: { ...state.gateway, retryAtMs: atMs } } : state
    case 'router-restarted':
      return eachPath(state, (path) =>
        'way' in path && path.way.rule ? { ...base(path), phase: 'seeking', attempt: 0, replace: null } : path,
      )
    case 'probed':
      return onePath(state, event.path, (path) => onProbed(path, event.verdict, state, atMs))
    case 'relay-chosen':
      return withRelay(state, { phase: 'connecting', url: event.url, known: null })
    case 'relay-left':
      return withRelay(state, { phase: 'none' })
    case 'relay-connected':
      return onRelayConnected(
        state,
        { phase: 'connected', url: event.known.url, known: event.known, published: null, udp: {}, publishAtMs: atMs },
        atMs,
      )
    case 'relay-waiting':
      return withRelay(state, { phase: 'waiting', ...relayBase(state), problem: event.problem })
    case 'relay-refused':
      return withRelay(state, { phase: 'refused', ...relayBase(state), problem: event.problem })
    case 'relay-observed':
      return state.relay.phase === 'connected'
        ? {
            ...state,
            relay: {
              ...state.relay,
              known: { ...state.relay.known, observed: { ...state.relay.known.observed, [event.family]: event.address } },
            },
          }
        : state
    case 'udp-observed':
      return state.relay.phase === 'connected' ? { ...state, relay: { ...state.relay, udp: { ipv4: event.address } } } : state
    case 'published':
      return state.relay.phase === 'connected' ? { ...state, relay: { ...state.relay, published: event.key } } : state
    case 'publish-failed':
      return state.relay.phase === 'connected' ? { ...state, relay: { ...state.relay, publishAtMs: atMs + PUBLISH_RETRY_MS } } : state
    case 'certificate-valid':
      return {
        ...state,
        certificate: {
          phase: 'valid',
          domain: event.domain,
          notAfterMs: event.notAfterMs,
          renewAtMs: event.renewAtMs,
          attempt: 0,
          problem: null,
        },
      }
    case 'certificate-failed':
      return onCertificateFailed(state, event, atMs)
    case 'check-now':
      return onCheckNow(state, atMs)
  }
}

/** It answered there a moment ago. What stands on the router leads to us, and stays as it is. */
function onTargetMoved(state: State, { name, host }: Extract<Event, { type: 'target-moved' }>, atMs: number): State {
  const before = state.services.find((service) => service.name === name)?.target
  if (!before) return state
  const target = { ...before, host }
  const moved = problem('target-moved', { service: name, address: before.host, target: formatTarget(target) })
  const next = withService(state, name, (service) => ({ ...service, target }))
  return {
    ...withTarget(next, name, { phase: 'up', nextAtMs: atMs + TARGET_UP_MS }),
    sought: { ...state.sought, [name]: atMs },
    notices: [...withoutMove(state.notices, name), moved],
  }
}

const withoutMove = (notices: State['notices'], name: string): State['notices'] =>
  notices.filter(({ code, params }) => code !== 'target-moved' || params.service !== name)

/** A direct path waits for nothing but our own listener. */
function onListening(state: State, { exposure, family, port }: Extract<Event, { type: 'listening' }>): State {
  const next = { ...state, ports: { ...state.ports, [portKey(exposure, family)]: port } }
  return onePath(next, pathKey({ exposure, rung: 'direct', family }), (path) =>
    path.phase === 'blocked' ? { ...base(path), phase: 'seeking', attempt: 0, replace: null } : path,
  )
}

/** Another network: what was open elsewhere says nothing here. */
function onNetwork(state: State, facts: State['network']): State {
  const moved = (family: Family): boolean => {
    const [before, after] = [state.network?.[family], facts?.[family]]
    return before?.gateway !== after?.gateway || before?.localAddress !== after?.localAddress
  }
  if (state.network !== undefined && !moved('ipv4') && !moved('ipv6')) return { ...state, network: facts }
  // Our direct listener holds one address: under another router it goes on as it is, and will not say so again.
  const ports = state.network?.ipv6?.localAddress === facts?.ipv6?.localAddress ? state.ports : withoutFamily(state.ports, 'ipv6')
  return eachPath({ ...reconnecting(state), network: facts, gateway: { phase: 'unknown' }, search: state.search + 1, ports }, (path) =>
    path.rung !== 'tunnel' && moved(path.family) ? { ...base(path), phase: 'seeking', attempt: 0, replace: null } : path,
  )
}

/** The provider gave the router another address: what was open at the old one leads nowhere, and our own connections went out from it. */
function onOutsideAddress(state: State, externalIPv4: string | null | undefined): State {
  const { gateway } = state
  // A line that is down for a moment has no address; only another address is news.
  if (gateway.phase !== 'found' || !externalIPv4 || externalIPv4 === gateway.externalIPv4) return state
  if (gateway.externalIPv4 === null) return { ...state, gateway: { ...gateway, externalIPv4 } }
  return eachPath({ ...reconnecting(state), gateway: { ...gateway, externalIPv4 } }, (path) =>
    path.rung === 'mapped' ? { ...base(path), phase: 'seeking', attempt: 0, replace: null } : path,
  )
}

/** Every connection to the relay is made anew; until it stands, nothing is proven. */
function reconnecting(state: State): State {
  const { relay } = state
  const next = { ...state, generation: state.generation + 1 }
  return relay.phase === 'connected' || relay.phase === 'refused'
    ? withRelay(next, { phase: 'connecting', url: relay.url, known: relay.known })
    : next
}

/** What fails again and again is said once. */
function withNotice(state: State, problem: State['notices'][number]): State {
  const text = JSON.stringify(problem)
  return state.notices.some((known) => JSON.stringify(known) === text) ? state : { ...state, notices: [...state.notices, problem] }
}

const relayBase = ({ relay }: State) => (relay.phase === 'none' ? { url: '', known: null } : { url: relay.url, known: relay.known })

/** Without an outside nothing is proven any more: what was confirmed is provisioned until somebody looks again. */
function withRelay(state: State, relay: RelayLink): State {
  return eachPath({ ...state, relay }, (path) =>
    path.rung === 'tunnel' ? { ...base(path), phase: 'seeking', attempt: 0, replace: null } : unproven(path),
  )
}

function onRelayConnected(state: State, relay: RelayLink, atMs: number): State {
  return eachPath({ ...state, relay }, (path) =>
    path.rung !== 'tunnel' && path.phase === 'provisioned' ? { ...path, way: { ...path.way, probeAtMs: atMs } } : path,
  )
}

function onCertificateFailed(state: State, { problem, retryAfterMs }: Extract<Event, { type: 'certificate-failed' }>, atMs: number): State {
  const { certificate } = state
  const attempt = certificate.phase === 'none' ? 1 : certificate.attempt + 1
  const retryAtMs = atMs + retryAfterMs
  // One for another relay's name serves nobody; to keep it would also lose the time of the next try.
  if (certificate.phase === 'valid' && certificate.domain === deviceDomain(state) && certificate.notAfterMs > atMs)
    return { ...state, certificate: { ...certificate, renewAtMs: retryAtMs, attempt, problem } }
  return { ...state, certificate: { phase: 'failed', problem, retryAtMs, attempt } }
}

function onCheckNow(state: State, atMs: number): State {
  // What a relay refused for good its operator may have changed; one that is away is called now, whatever the pause it was in.
  const asked = state.relay.phase === 'refused' || state.relay.phase === 'waiting' ? reconnecting(state) : state
  const { gateway, relay } = asked
  const targets = Object.fromEntries(Object.entries(state.targets).map(([name, target]) => [name, { ...target, nextAtMs: atMs }]))
  const soon = {
    ...asked,
    targets,
    gateway: gateway.phase === 'absent' ? { ...gateway, retryAtMs: atMs } : gateway,
    relay: relay.phase === 'connected' ? { ...relay, publishAtMs: atMs } : relay,
  }
  return eachPath(soon, (path) => {
    if (path.phase === 'blocked') return { ...path, retryAtMs: atMs }
    return 'way' in path ? ({ ...path, way: { ...path.way, probeAtMs: atMs, inspectAtMs: atMs } } as Path) : path
  })
}

/** Exactly the paths that the services want and the network allows: new ones start seeking, those of the tunnel stand as soon as it does. */
function withWantedPaths(state: State, atMs: number): State {
  const wanted = exposuresOf(state.services).flatMap((exposure) => wantedPaths(state, exposure, atMs))
  const paths = Object.fromEntries(wanted.map((path) => [pathKey(path), path]))
  const listening = new Set(exposuresOf(state.services).flatMap(({ id }) => [portKey(id, 'ipv4'), portKey(id, 'ipv6')]))
  const ports = Object.fromEntries(Object.entries(state.ports).filter(([key]) => listening.has(key)))
  return { ...state, paths, ports }
}

function wantedPaths(state: State, { id }: Exposure, atMs: number): Path[] {
  const { network, paths } = state
  const existing = (rung: Path['rung'], family: Family): Path =>
    paths[pathKey({ exposure: id, rung, family })] ?? { exposure: id, rung, family, phase: 'seeking', attempt: 0, replace: null }
  // A rehearsal leaves the router alone: nothing of it may be on the internet.
  if (isRehearsal(state)) return tunnelPaths(state, id, existing, atMs)
  const direct = network?.ipv6
    ? [standing(existing('direct', 'ipv6'), network.ipv6.localAddress, state.ports[portKey(id, 'ipv6')], atMs)]
    : []
  const mapped = network?.ipv4 ? [existing('mapped', 'ipv4')] : []
  return [...direct, ...mapped, ...tunnelPaths(state, id, existing, atMs)]
}

function tunnelPaths({ relay }: State, id: string, existing: (rung: 'tunnel', family: Family) => Path, atMs: number): Path[] {
  if (id !== FRONT_DOOR || relay.phase === 'none') return []
  return (['ipv4', 'ipv6'] as const).flatMap((family): Path[] => {
    const address = relay.known?.addresses[family]
    if (address === undefined) return family === 'ipv4' && relay.known === null ? [existing('tunnel', family)] : []
    const path = existing('tunnel', family)
    return [relay.phase === 'connected' ? standing(path, address, relay.known.httpsPort, atMs) : path]
  })
}

/** A path that nobody needs to be asked for stands as soon as its address and port are known: it only has to be proven. */
function standing(path: Path, address: string, port: number | undefined, atMs: number): Path {
  if (path.phase !== 'seeking' || path.attempt > 0 || port === undefined) return path
  const never = Number.POSITIVE_INFINITY
  const way = { outside: { address, port }, rule: null, renewAtMs: never, inspectAtMs: never, probeAtMs: atMs }
  return { ...base(path), phase: 'provisioned', way, attempt: 0, standing: false, lastVerdict: null }
}

function withService(state: State, name: string, change: (service: Service) => Service): State {
  return { ...state, services: state.services.map((service) => (service.name === name ? change(service) : service)) }
}

function withTarget(state: State, name: string, target: State['targets'][string]): State {
  return state.services.some((service) => service.name === name) ? { ...state, targets: { ...state.targets, [name]: target } } : state
}

function eachPath(state: State, change: (path: Path) => Path): State {
  return { ...state, paths: Object.fromEntries(Object.entries(state.paths).map(([key, path]) => [key, change(path)])) }
}

/** An answer for a path that is gone meanwhile is no news. */
function onePath(state: State, key: string, change: (path: Path) => Path): State {
  const path = state.paths[key]
  return path ? { ...state, paths: { ...state.paths, [key]: change(path) } } : state
}

const withoutFamily = (ports: State['ports'], family: Family): State['ports'] =>
  Object.fromEntries(Object.entries(ports).filter(([key]) => !key.endsWith(` ${family}`)))

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key))
}
