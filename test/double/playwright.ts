/** `_electron.launch()` of an unmodified Playwright, on the double. */
import type { ElectronApplication } from 'playwright-core'

/** Playwright finds the executable through the `electron` package, which looks here instead of at what it downloaded. */
export async function launchOnDouble(args: string[], env: Record<string, string> = {}): Promise<ElectronApplication> {
  process.env.ELECTRON_OVERRIDE_DIST_PATH = import.meta.dirname
  const { _electron } = await import('playwright-core')
  const inherited = Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
  return _electron.launch({ args, env: { ...inherited, PORCHLIGHT_NODE: process.execPath, ...env }, timeout: 120_000 })
}
