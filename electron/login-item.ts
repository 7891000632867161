/** Starting at login: a login item on macOS and Windows, an autostart entry on Linux. The operating system remembers it, so its owner may also change
 *  it there. */
import { mkdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { app } from 'electron'
import { readIfThere, writeAtomic } from '../system/atomic-file.ts'
import { autostartEntry, startsAtLogin } from './autostart.ts'

/** Started so, the app opens no window. */
export const BACKGROUND = '--background'

export interface LoginItem {
  isOn(): boolean
  /** Throws ProblemError where the entry cannot be written. */
  set(on: boolean): void
}

/** `command`: the program and its arguments that start this app; `autostartFile`: where Linux desktops look. */
export function loginItem(platform: NodeJS.Platform, command: readonly string[], autostartFile: string): LoginItem {
  if (platform === 'darwin' || platform === 'win32') {
    // Windows compares the arguments as well (electron.d.ts, getLoginItemSettings); macOS passes none.
    const how = platform === 'win32' ? { args: [BACKGROUND] } : {}
    return {
      isOn: () => app.getLoginItemSettings(how).openAtLogin,
      set: (on) => app.setLoginItemSettings({ openAtLogin: on, ...how }),
    }
  }
  return {
    isOn: () => startsAtLogin(readIfThere(autostartFile)),
    set(on) {
      if (!on) return rmSync(autostartFile, { force: true })
      mkdirSync(dirname(autostartFile), { recursive: true })
      writeAtomic(autostartFile, autostartEntry(app.getName(), [...command, BACKGROUND]), 0o644)
    },
  }
}

/** Was this start one without a person? macOS tells it apart by itself. */
export const startedInBackground = (argv: readonly string[], platform: NodeJS.Platform): boolean =>
  argv.includes(BACKGROUND) || (platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin)
