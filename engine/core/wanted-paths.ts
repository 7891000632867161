/** Which ways in there are to be at all. Pure. */
import type { Family } from '../../protocol/model/address.ts'
import { problem } from '../../protocol/problem.ts'
import { exposuresOf, FRONT_DOOR, isPortAwaited, isTold } from './exposures.ts'
import { type Path, pathKey, portKey } from './path-state.ts'
import { base, freeWay } from './reduce-path.ts'
import type { Exposure } from './service-state.ts'
import { canAskFirewall, isRehearsal, pinholesFor, type State, seenIPv4 } from './state.ts'

/** Exactly the paths that the services want and the network allows: new ones start seeking, those of the tunnel stand as soon as it does. */
export function withWantedPaths(state: State, atMs: number): State {
  const exposures = exposuresOf(state)
  const wanted = exposures.flatMap((exposure) => wantedPaths(state, exposure, atMs))
  const paths = Object.fromEntries(wanted.map((path) => [pathKey(path), path]))
  const listening = new Set(exposures.flatMap(({ id }) => [portKey(id, 'ipv4'), portKey(id, 'ipv6')]))
  const ports = Object.fromEntries(Object.entries(state.ports).filter(([key]) => listening.has(key)))
  return { ...state, paths, ports }
}

function wantedPaths(state: State, exposure: Exposure, atMs: number): Path[] {
  const { network, paths } = state
  const { id } = exposure
  const existing = (rung: Path['rung'], family: Family): Path =>
    paths[pathKey({ exposure: id, rung, family })] ?? { exposure: id, rung, family, phase: 'seeking', attempt: 0, replace: [] }
  // A rehearsal leaves the router alone: nothing of it may be on the internet.
  const tunnel = tunnelPaths(state, exposure, existing, atMs)
  if (isRehearsal(state) || exposure.relayOnly) return tunnel
  const direct = network?.ipv6
    ? [
        standing(
          throughPinhole(state, exposure, existing('direct', 'ipv6'), atMs),
          network.ipv6.localAddress,
          state.ports[portKey(id, 'ipv6')],
          atMs,
        ),
      ]
    : []
  const mapped = network?.ipv4 ? [existing('mapped', 'ipv4')] : []
  return [...direct, ...mapped, ...mapped.flatMap((path) => manualPath(state, exposure, path, existing('manual', 'ipv4'), atMs)), ...tunnel]
}

/** Where the router makes no rule for us, its owner may have made it by hand. One that works stays until something better is proven. */
function manualPath(state: State, exposure: Exposure, mapped: Path, existing: Path, atMs: number): Path[] {
  const { network, ports } = state
  const port = ports[portKey(exposure.id, 'ipv4')]
  if ('way' in existing) return mapped.phase === 'confirmed' ? [] : [existing]
  // A rule that is there, and closed, is looked at on the same port.
  if (mapped.phase !== 'blocked' || mapped.closed || !network?.ipv4 || port === undefined || isPortAwaited(state, exposure)) return []
  const byHand = problem('forward-by-hand', {
    address: network.ipv4.gateway,
    protocol: exposure.protocol.toUpperCase(),
    port: String(exposure.port),
    internal: network.ipv4.localAddress,
    internalPort: String(port),
  })
  const closed = existing.phase === 'blocked' ? existing.closed : null
  const way = freeWay(seenIPv4(state) ?? '', exposure.port, atMs)
  return [
    {
      ...base(existing),
      phase: 'blocked',
      problem: byHand,
      retryAtMs: Number.POSITIVE_INFINITY,
      attempt: 0,
      closed: closed ?? { way, looks: 0 },
    },
  ]
}

function tunnelPaths(state: State, exposure: Exposure, existing: (rung: 'tunnel', family: Family) => Path, atMs: number): Path[] {
  const { relay, publicPorts } = state
  if (relay.phase === 'none') return []
  const port = exposure.id === FRONT_DOOR ? relay.known?.httpsPort : publicPorts[exposure.id]
  // A relay may have no port to give.
  if (exposure.id !== FRONT_DOOR && port == null && !isPortAwaited(state, exposure)) return []
  // The relay opens a raw service's port when it is told of it.
  const isOpen = relay.phase === 'connected' && (exposure.id === FRONT_DOOR || isTold(state, exposure.id))
  return (['ipv4', 'ipv6'] as const).flatMap((family): Path[] => {
    const address = relay.known?.addresses[family]
    if (address === undefined) return family === 'ipv4' && relay.known === null ? [existing('tunnel', family)] : []
    const path = existing('tunnel', family)
    return [isOpen ? standing(path, address, port ?? undefined, atMs) : path]
  })
}

/** A pinhole of ours that stands in the journal was needed once, and is asked for again. A path that counted as open without it, and was
 *  seen through it, would be a light that goes out when the pinhole does. */
function throughPinhole(state: State, exposure: Exposure, path: Path, atMs: number): Path {
  const pinholes = canAskFirewall(state) ? pinholesFor(state, exposure) : []
  if (pinholes.length === 0) return path
  if ('way' in path) return path.way.rules.length > 0 ? path : { ...path, way: { ...path.way, rules: pinholes, renewAtMs: atMs } }
  return path.phase === 'seeking' && path.attempt === 0 ? { ...path, attempt: 1 } : path
}

/** A path that nobody needs to be asked for stands as soon as its address and port are known: it only has to be proven. */
function standing(path: Path, address: string, port: number | undefined, atMs: number): Path {
  if (path.phase !== 'seeking' || path.attempt > 0 || port === undefined) return path
  return { ...base(path), phase: 'provisioned', way: freeWay(address, port, atMs), attempt: 0, standing: false, lastVerdict: null }
}
