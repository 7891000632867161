/** The app as its page sees it: one value, told to whoever watches when it has changed. */
import { isDeepStrictEqual } from 'node:util'
import type { DesktopView } from '../protocol/desktop.ts'

export interface DesktopState {
  view(): DesktopView
  change(part: Partial<DesktopView>): void
  onChange(listener: (view: DesktopView) => void): void
}

export function desktopState(first: DesktopView): DesktopState {
  let current = first
  const listeners = new Set<(view: DesktopView) => void>()
  return {
    view: () => current,
    change(part) {
      const next = { ...current, ...part }
      if (isDeepStrictEqual(next, current)) return
      current = next
      for (const listener of listeners) listener(current)
    },
    onChange: (listener) => void listeners.add(listener),
  }
}
