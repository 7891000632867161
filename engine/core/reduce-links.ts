/** What happens to share links, and which of them the relays know. Pure. */
import type { Event } from './events.ts'
import { without } from './reduce-service.ts'
import type { Service, State } from './state.ts'

type LinkEvent = Extract<Event, { type: `link-${string}` | 'access-changed' }>

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
      return { ...next, grants: without(state.grants, id), linkUses: without(state.linkUses, id) }
    }
    case 'link-used':
      return { ...state, linkUses: { ...state.linkUses, [event.id]: event.use } }
    case 'access-changed':
      return withService(state, event.name, (service) => ({ ...service, access: event.access }))
  }
}

/** A relay keeps what it was told while we are away, and forgets us when we leave it. */
export function withRegistered(state: State, event: Event): State {
  if (event.type === 'relay-left') return { ...state, registered: without(state.registered, event.url) }
  if (event.type !== 'published' || event.links === undefined) return state
  const url = event.url ?? (state.relay.phase === 'none' ? undefined : state.relay.url)
  return url === undefined ? state : { ...state, registered: { ...state.registered, [url]: event.links } }
}

function withService(state: State, name: string, change: (service: Service) => Service): State {
  return { ...state, services: state.services.map((service) => (service.name === name ? change(service) : service)) }
}
