/** The autostart entry of Linux desktops (Desktop Application Autostart Specification; Desktop Entry Specification 1.5). */
import { posix } from 'node:path'

/** `~/.config/autostart/porchlight.desktop`; XDG_CONFIG_HOME counts only when absolute. */
export function autostartFile(env: Readonly<Record<string, string | undefined>>, home: string): string {
  const base = env.XDG_CONFIG_HOME && posix.isAbsolute(env.XDG_CONFIG_HOME) ? env.XDG_CONFIG_HOME : posix.join(home, '.config')
  return posix.join(base, 'autostart', 'porchlight.desktop')
}

/** Throws RangeError for a command that such an entry cannot hold. */
export function autostartEntry(name: string, command: readonly string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    `Name=${name}`,
    `Exec=${command.map(quoted).join(' ')}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n')
}

/** Desktops switch an entry off in place instead of deleting it. */
export function startsAtLogin(entry: string | undefined): boolean {
  return entry !== undefined && !/^(Hidden\s*=\s*true|X-GNOME-Autostart-enabled\s*=\s*false)\s*$/im.test(entry)
}

/** "The Exec key": a quoted argument escapes " ` $ and \, then the value escapes \ once more; % begins a field code unless doubled. */
function quoted(word: string): string {
  if ([...word].some((letter) => letter < ' ')) throw new RangeError('a path with control characters cannot be started at login')
  const argument = /^[\w@+=:,./-]+$/.test(word) ? word : `"${word.replace(/["`$\\]/g, '\\$&')}"`
  return argument.replaceAll('\\', '\\\\').replaceAll('%', '%%')
}
