/** Where in the page somebody is: behind the `#`, so that it works from every origin and the browser's own Back leads back. */
import { useSyncExternalStore } from 'react'

export const PLACES = ['home', 'visitors', 'names', 'history', 'settings'] as const
/** What the navigation leads to. */
export type Place = (typeof PLACES)[number]

export const TABS = ['overview', 'share', 'access', 'expert'] as const
export type Tab = (typeof TABS)[number]

/** `add` is the way to a new service, which fills the window; `guide` tells how something is done on the router. */
export type Route = { readonly place: Place | 'add' | 'guide' } | { readonly place: 'service'; readonly name: string; readonly tab: Tab }

export function hrefOf(route: Route): string {
  if (route.place === 'home') return '#/'
  if (route.place !== 'service') return `#/${route.place}`
  return `#/services/${encodeURIComponent(route.name)}${route.tab === 'overview' ? '' : `/${route.tab}`}`
}

const isOne = <T extends string>(of: readonly T[], text: string | undefined): text is T => of.some((one) => one === text)

/** Home, where it leads nowhere. */
export function routeOf(hash: string): Route {
  const [place, name, tab] = hash.replace(/^#\/?/, '').split('/')
  if (place === 'services' && name) return { place: 'service', name: decoded(name), tab: isOne(TABS, tab) ? tab : 'overview' }
  return { place: place === 'add' || place === 'guide' || isOne(PLACES, place) ? place : 'home' }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export const go = (route: Route): void => {
  window.location.hash = hrefOf(route)
}

function subscribe(onChange: () => void): () => void {
  window.addEventListener('hashchange', onChange)
  return () => window.removeEventListener('hashchange', onChange)
}

export const useRoute = (): Route => routeOf(useSyncExternalStore(subscribe, () => window.location.hash))
