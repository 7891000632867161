/** The desktop app around the page, where there is one. */
import { useSyncExternalStore } from 'react'
import type { DesktopView, DesktopWishes, Place } from '../../protocol/desktop.ts'
import { go, type Route } from './route.ts'

let view: DesktopView | null = null
const listeners = new Set<() => void>()

const ROUTES: Readonly<Record<Exclude<Place['page'], 'service'>, Route>> = {
  home: { place: 'home' },
  certificates: { place: 'names' },
  settings: { place: 'settings' },
}

/** Follows the app, and goes where its owner wants to by a click outside the window. Once a document. */
export function followDesktop(): void {
  window.porchlight?.watch((next) => {
    view = next
    for (const listener of listeners) listener()
    if (!next.visit) return
    go(next.visit.page === 'service' ? { place: 'service', name: next.visit.name, tab: 'overview' } : ROUTES[next.visit.page])
    void window.porchlight?.ask({ do: 'arrived' }).catch(() => {})
  })
}

function subscribe(onChange: () => void): () => void {
  listeners.add(onChange)
  return () => listeners.delete(onChange)
}

/** Null in a browser. */
export const useDesktop = (): DesktopView | null => useSyncExternalStore(subscribe, () => view)

export const wish = (wishes: Partial<DesktopWishes>): Promise<void> =>
  window.porchlight?.ask({ do: 'wish', wishes }) ?? Promise.reject(new Error('no desktop app'))
