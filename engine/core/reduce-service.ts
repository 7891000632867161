/** What happens to the services, and to our own listeners before them. Pure. */
import { formatFingerprint, formatTarget, isRaw } from '../../protocol/model/service.ts'
import { problem } from '../../protocol/problem.ts'
import type { Event, Happening } from './events.ts'
import { exposuresOf } from './exposures.ts'
import { pathKey, portKey } from './path-state.ts'
import { base, onePath, seeking } from './reduce-path.ts'
import { placesOf, type Service, targetKey } from './service-state.ts'
import type { State } from './state.ts'

const TARGET_UP_MS = 10_000
const TARGET_DOWN_MS = 3000

type ServiceEvent = Extract<Event, { type: `service-${string}` | `target-${string}` }>

const serviceOf = ({ services }: State, name: string): Service | undefined => services.find((service) => service.name === name)

/** Nobody has looked at them yet. */
const unknown = (service: Service | undefined, nextAtMs: number): State['targets'] =>
  Object.fromEntries((service ? placesOf(service) : []).map(({ key }) => [key, { phase: 'unknown', nextAtMs }]))

const withoutPlaces = <T>(record: Readonly<Record<string, T>>, name: string): Record<string, T> =>
  Object.fromEntries(Object.entries(record).filter(([key]) => key !== name && !key.startsWith(`${name}/`)))

export function onService(state: State, event: ServiceEvent): State {
  const { atMs } = event
  switch (event.type) {
    case 'service-added':
      return {
        ...state,
        services: [...state.services, event.service],
        grants: { ...state.grants, ...event.grants },
        targets: { ...state.targets, ...unknown(event.service, atMs) },
      }
    case 'service-removed':
      return {
        ...state,
        services: state.services.filter(({ name }) => name !== event.name),
        targets: withoutPlaces(state.targets, event.name),
        safety: withoutPlaces(state.safety, event.name),
        sought: without(state.sought, event.name),
        notices: withoutMove(state.notices, event.name),
        passwords: state.passwords.filter((name) => name !== event.name),
        admitted: state.admitted.filter(({ service }) => service !== event.name),
      }
    case 'service-paused':
    case 'service-resumed':
      return {
        ...state,
        services: state.services.map((service) =>
          service.name === event.name ? { ...service, paused: event.type === 'service-paused' } : service,
        ),
        targets: { ...state.targets, ...unknown(serviceOf(state, event.name), atMs) },
      }
    case 'service-changed': {
      const next = withService(state, event.name, (service) => ({ ...service, ...event.change }))
      const service = serviceOf(next, event.name)
      const places = new Set(service && placesOf(service).map(({ key }) => key))
      const still = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
        Object.fromEntries(Object.entries(record).filter(([key]) => places.has(key) || !key.startsWith(`${event.name}/`)))
      return { ...next, targets: still({ ...unknown(service, atMs), ...state.targets }), safety: still(state.safety) }
    }
    case 'target-pinned':
      return onTargetPinned(state, event, atMs)
    case 'target-doubted':
      return withTarget(state, event.name, { phase: 'unknown', nextAtMs: atMs })
    case 'target-up':
      return withTarget(state, event.name, {
        phase: 'up',
        nextAtMs: atMs + TARGET_UP_MS,
        ...(event.remark && { remark: event.remark }),
      })
    case 'target-down':
      return withTarget(state, event.name, { phase: 'down', problem: event.problem, nextAtMs: atMs + TARGET_DOWN_MS })
    case 'target-known':
      return withService(state, event.name, (service) => ({ ...service, mac: event.mac }))
    case 'target-stayed':
      return { ...state, sought: { ...state.sought, [event.name]: atMs } }
    case 'target-moved':
      return onTargetMoved(state, event, atMs)
  }
}

/** It answered there a moment ago. What stands on the router leads to us, and stays as it is. */
function onTargetMoved(state: State, { name, host }: Extract<Event, { type: 'target-moved' }>, atMs: number): State {
  const before = state.services.find((service) => service.name === name)?.target
  if (!before || before.kind === 'folder') return state
  const target = { ...before, host }
  const moved = problem('target-moved', { service: name, address: before.host, target: formatTarget(target) })
  const next = withService(state, name, (service) => ({ ...service, target }))
  return {
    ...withTarget(next, name, { phase: 'up', nextAtMs: atMs + TARGET_UP_MS }),
    // What was found is looked for again at once when it is gone again.
    sought: without(state.sought, name),
    notices: [...withoutMove(state.notices, name), moved],
  }
}

/** Looked at again at once: what was amiss with the certificate is so no more. */
function onTargetPinned(state: State, event: Extract<Event, { type: 'target-pinned' }>, atMs: number): State {
  const { name, prefix, pin, unasked } = event
  const next = withService(state, name, (service) => withPin(service, prefix, pin))
  const key = targetKey(name, prefix)
  const service = serviceOf(next, name)
  const target = service && placesOf(service).find((place) => place.key === key)?.target
  if (!target) return state
  const kept = problem('certificate-kept', { service: key, target: formatTarget(target), theirs: formatFingerprint(pin) })
  const notices = state.notices.filter(({ code, params }) => code !== 'certificate-kept' || params.service !== key)
  return { ...withTarget(next, key, { phase: 'unknown', nextAtMs: atMs }), notices: unasked ? [...notices, kept] : notices }
}

/** Its own target's certificate, or that of the place behind one of its routes. */
export function withPin<S extends Pick<Service, 'target' | 'routes'>>(service: S, prefix: string | null, pin: string): S {
  const { target } = service
  if (prefix === null) return target.kind === 'folder' ? service : { ...service, target: { ...target, pin } }
  const routes = service.routes?.map((route) => (route.prefix === prefix ? { ...route, target: { ...route.target, pin } } : route))
  return { ...service, routes }
}

const withoutMove = (notices: State['notices'], name: string): State['notices'] =>
  notices.filter(({ code, params }) => code !== 'target-moved' || params.service !== name)

export function onListeningRefused(state: State, event: Extract<Event, { type: 'listening-refused' }>): State {
  const { exposure, family, problem } = event
  const own = ownListener(state, event)
  if (own) return own
  return onePath(state, pathKey({ exposure, rung: 'direct', family }), (path) => ({
    ...base(path),
    phase: 'blocked',
    problem,
    retryAtMs: Number.POSITIVE_INFINITY,
    attempt: 0,
    closed: null,
  }))
}

/** The service runs on this very computer and holds its IPv6 port itself. It needs us there only to be asked whether it can be reached, and
 *  one that has a ping can be asked in its own language. */
function ownListener(state: State, { exposure, family, problem }: Extract<Event, { type: 'listening-refused' }>): State | undefined {
  const found = exposuresOf(state).find(({ id }) => id === exposure)
  const target = state.services.find(({ name }) => name === exposure)?.target
  if (!found?.ping || !target || family !== 'ipv6' || !isRaw(target) || problem.code !== 'ipv6-port-taken' || target.port !== found.port)
    return undefined
  const here = ['localhost', '127.0.0.1', '::1', state.network?.ipv4?.localAddress, state.network?.ipv6?.localAddress]
  if (!here.includes(target.host)) return undefined
  const next = onListening(state, { type: 'listening', exposure, family, port: found.port })
  return { ...next, ownListeners: [...next.ownListeners, exposure] }
}

/** A direct path waits for nothing but our own listener. */
export function onListening(state: State, { exposure, family, port }: Extract<Happening, { type: 'listening' }>): State {
  const ownListeners = family === 'ipv6' ? state.ownListeners.filter((id) => id !== exposure) : state.ownListeners
  const next = { ...state, ownListeners, ports: { ...state.ports, [portKey(exposure, family)]: port } }
  return onePath(next, pathKey({ exposure, rung: 'direct', family }), (path) => (path.phase === 'blocked' ? seeking(path) : path))
}

function withService(state: State, name: string, change: (service: Service) => Service): State {
  return { ...state, services: state.services.map((service) => (service.name === name ? change(service) : service)) }
}

function withTarget(state: State, name: string, target: State['targets'][string]): State {
  return state.services.some((service) => placesOf(service).some(({ key }) => key === name))
    ? { ...state, targets: { ...state.targets, [name]: target } }
    : state
}

export function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key))
}
