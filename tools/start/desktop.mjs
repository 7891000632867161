// Whether the desktop app can open here, and where its Electron is.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../setup/machine.mjs'
import { step } from '../setup/say.mjs'

const downloadLimitMs = 60_000

/** `{ binary }`, or `{ reason }`: why we run headless. Downloads Electron where there is a display and it is missing. */
export async function findElectron(env, platform) {
  const hasDisplay = platform === 'darwin' || platform === 'win32' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY)
  if (!hasDisplay) return { reason: 'no display' }
  // Chromium's sandbox does not run as root, and we do not run without the sandbox.
  if (process.geteuid?.() === 0) return { reason: 'Electron does not run as root' }
  const binary = installedBinary(env) ?? (await step('fetching Electron (at most a minute)', download))
  return binary ? { binary } : { reason: 'Electron binary not available' }
}

function installedBinary(env) {
  const folder = join(root, 'node_modules', 'electron')
  if (!existsSync(join(folder, 'path.txt'))) return undefined
  const binary = join(env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), readFileSync(join(folder, 'path.txt'), 'utf8'))
  return existsSync(binary) ? binary : undefined
}

/** Bounded and allowed to fail: on many machines it cannot be downloaded, and the page does all that the app does. */
async function download() {
  spawnSync(process.execPath, [join(root, 'node_modules', 'electron', 'install.js')], { timeout: downloadLimitMs, stdio: 'ignore' })
  return installedBinary(process.env)
}
