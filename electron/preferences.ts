/** What this app remembers about itself, and nothing about services: where its window stood, and what its owner wants of it. */
import Store from 'electron-store'
import { z } from 'zod'
import { DesktopWishes } from '../protocol/desktop.ts'

const Bounds = z.object({ x: z.int(), y: z.int(), width: z.int().min(200).max(10_000), height: z.int().min(200).max(10_000) })
export type Bounds = z.infer<typeof Bounds>

const wish = DesktopWishes.shape
/** Starting at login is not here: the operating system remembers it. */
const Preferences = z.object({
  bounds: Bounds.optional().catch(undefined),
  maximized: z.boolean().catch(false),
  notifications: wish.notifications.catch(true),
  keepAwake: wish.keepAwake.catch(false),
  updates: wish.updates.catch(false),
  atQuit: wish.atQuit.catch('ask'),
})
export type Preferences = z.infer<typeof Preferences>

export interface PreferencesStore {
  read(): Preferences
  write(change: Partial<Preferences>): void
}

/** In the user-data folder. A damaged file counts as none; a value that makes no sense counts as not set. */
export function openPreferences(): PreferencesStore {
  const store = new Store({ name: 'preferences', clearInvalidConfig: true })
  return {
    read: () => Preferences.parse(store.store),
    write: (change) => store.set(change),
  }
}
