/** Is there anything on this desktop that shows tray icons? */
import { execFile } from 'node:child_process'

const ASK_TIMEOUT_MS = 2_000
const LOOK_EVERY_MS = 2_000
const QUESTION = [
  '--session',
  '--print-reply',
  '--dest=org.freedesktop.DBus',
  '/org/freedesktop/DBus',
  'org.freedesktop.DBus.NameHasOwner',
  'string:org.kde.StatusNotifierWatcher',
]

/** macOS and Windows always have a place for them. On Linux somebody must own the name of the StatusNotifierWatcher (freedesktop.org,
 *  StatusNotifierItem), which GNOME alone does not. Only a clear no counts: where nobody can be asked, the icon is believed in. */
function hasTrayHost(platform: NodeJS.Platform = process.platform): Promise<boolean> {
  if (platform !== 'linux') return Promise.resolve(true)
  return new Promise((resolve) => {
    execFile('dbus-send', QUESTION, { timeout: ASK_TIMEOUT_MS }, (error, stdout) =>
      resolve(error !== null || !/boolean false/.test(stdout)),
    )
  })
}

/** Looks again and again, for so long. */
export async function lookForTrayHost(patienceMs: number): Promise<boolean> {
  for (const end = Date.now() + patienceMs; ; await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS).unref())) {
    if (await hasTrayHost()) return true
    if (Date.now() >= end) return false
  }
}
