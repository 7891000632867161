/** What happens to share links, and which of them the relays know. Pure. */

import { problem } from '../../protocol/problem.ts'
import type { Event } from './events.ts'
import { pathKey, portKey } from './path-state.ts'
import { base, onePath } from './reduce-path.ts'
import { without } from './reduce-service.ts'
import type { Service } from './service-state.ts'
import type { State } from './state.ts'

type LinkEvent = Extract<Event, { type: `link-${string}` | 'access-changed' | 'pin-missed' | 'admitted' }>

export function onLink(state: State, event: LinkEvent): State {
  switch (event.type) {
    case 'link-added': {
      const { name, link, grant } = event
      const next = withService(state, name, (service) => ({ ...service, links: [...service.links, link] }))
      return { ...next, grants: { ...state.grants, [link.id]: grant } }
    }
    case 'link-revoked': {
      const { name, id } = event
      const next = withService(state, name, (service) => ({ ...service, links: service.links.filter((link) => link.id !== id) }))
      return {
        ...next,
        grants: without(state.grants, id),
        linkUses: without(state.linkUses, id),
        wrongPins: without(state.wrongPins, id),
      }
    }
    case 'link-used':
      return { ...state, linkUses: { ...state.linkUses, [event.id]: event.use } }
    case 'access-changed': {
      const { name, access, allowed, hasPassword } = event
      const passwords = state.passwords.filter((each) => each !== name)
      const next = withService(state, name, (service) => ({ ...service, access, allowed }))
      return {
        ...(access === 'public' ? next : withoutOwnListener(next, name)),
        passwords: hasPassword ? [...passwords, name] : passwords,
      }
    }
    case 'pin-missed':
      return { ...state, wrongPins: { ...state.wrongPins, [event.id]: event.count } }
    case 'admitted':
      return { ...state, admitted: event.admitted }
  }
}

/** A relay keeps what it was told while we are away, and forgets us when we leave it. */
export function withRegistered(state: State, event: Event): State {
  if (event.type === 'relay-left') return { ...state, registered: without(state.registered, event.url) }
  if (event.type !== 'published' || event.links === undefined) return state
  const url = event.url ?? (state.relay.phase === 'none' ? undefined : state.relay.url)
  return url === undefined ? state : { ...state, registered: { ...state.registered, [url]: event.links } }
}

/** What holds its IPv6 port itself keeps nobody out, so that way is shut again. */
function withoutOwnListener(state: State, name: string): State {
  if (!state.ownListeners.includes(name)) return state
  const key = portKey(name, 'ipv6')
  const port = String(state.ports[key] ?? '')
  const next = { ...state, ownListeners: state.ownListeners.filter((id) => id !== name), ports: without(state.ports, key) }
  return onePath(next, pathKey({ exposure: name, rung: 'direct', family: 'ipv6' }), (path) => ({
    ...base(path),
    phase: 'blocked',
    problem: problem('ipv6-port-taken', { port }),
    retryAtMs: Number.POSITIVE_INFINITY,
    attempt: 0,
    closed: null,
  }))
}

function withService(state: State, name: string, change: (service: Service) => Service): State {
  return { ...state, services: state.services.map((service) => (service.name === name ? change(service) : service)) }
}
