/** What the owner wishes of the app: written down here, or left to the system (starting at login) and to the keychain (locking the keys). */
import type { DesktopWishes } from '../protocol/desktop.ts'
import type { Keychain } from './keychain.ts'
import type { LoginItem } from './login-item.ts'
import type { PreferencesStore } from './preferences.ts'

export type SomeWishes = { [K in keyof DesktopWishes]?: DesktopWishes[K] | undefined }

export interface Wishes {
  current(): DesktopWishes
  /** Throws ProblemError where something cannot be written; what came before it holds. */
  set(wanted: SomeWishes): Promise<void>
}

/** `changeLock`: locks the keys, or no longer; never rejects. */
export function keepWishes(
  preferences: PreferencesStore,
  login: LoginItem,
  keychain: Keychain,
  changeLock: (on: boolean) => Promise<void>,
): Wishes {
  return {
    current() {
      const { bounds: _bounds, maximized: _maximized, ...kept } = preferences.read()
      return { startAtLogin: login.isOn(), lockKeys: keychain.isOn(), ...kept }
    },
    async set({ startAtLogin, lockKeys, ...kept }) {
      if (startAtLogin !== undefined && startAtLogin !== login.isOn()) login.set(startAtLogin)
      preferences.write(Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)))
      if (lockKeys !== undefined && lockKeys !== keychain.isOn()) await changeLock(lockKeys)
    },
  }
}
