/** Where the engine of this account keeps its data, when nobody says otherwise. The command line has the same default. */
import { posix, win32 } from 'node:path'

export interface Surroundings {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
}

/** `PORCHLIGHT_DATA`, else the operating system's own place. XDG_DATA_HOME counts only when absolute (XDG Base Directory Specification). */
export function dataFolder({ platform, env, home }: Surroundings): string {
  if (env.PORCHLIGHT_DATA) return env.PORCHLIGHT_DATA
  if (platform === 'win32') return win32.join(env.LOCALAPPDATA || win32.join(home, 'AppData', 'Local'), 'Porchlight')
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'Porchlight')
  const base = env.XDG_DATA_HOME && posix.isAbsolute(env.XDG_DATA_HOME) ? env.XDG_DATA_HOME : posix.join(home, '.local', 'share')
  return posix.join(base, 'porchlight')
}
