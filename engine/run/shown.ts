import type { Snapshot } from '../../protocol/snapshot.ts'
import type { Controlled } from '../control/controlled.ts'

export interface Shown extends Pick<Controlled, 'snapshot' | 'onSnapshot'> {
  /** Looks anew; who listens hears of it when something has changed. */
  show(): void
}

/** The snapshot that the faces see. `look`: as it is now. */
export function keepShown(look: () => Snapshot): Shown {
  const listeners = new Set<(snapshot: Snapshot) => void>()
  let shown: Snapshot | undefined
  let shownText = ''
  return {
    snapshot: () => shown ?? look(),
    onSnapshot(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    show() {
      const next = look()
      const text = JSON.stringify(next)
      if (text === shownText) return
      shown = next
      shownText = text
      for (const listener of [...listeners]) listener(next)
    },
  }
}
