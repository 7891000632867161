/** Chromium as the tests start it. */
import { type Browser, chromium } from 'playwright-core'
import { ADDRESS_BAR_PAGES } from '../double/chromium.ts'

/** Playwright's own list, which ours replaces: of two such switches Chromium hears the last. Where http:// may lead, when a page is shown, what is
 *  kept apart, and whom the browser asks by itself. */
const PLAYWRIGHTS = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
]

/** `through`: a program that starts it elsewhere; `env` is added to ours. */
export const launchChromium = (
  switches: readonly string[] = [],
  { through = '/usr/bin/chromium', env = {} }: { through?: string; env?: Record<string, string> } = {},
): Promise<Browser> =>
  chromium.launch({
    executablePath: through,
    args: ['--disable-gpu', `--disable-features=${[...PLAYWRIGHTS, ...ADDRESS_BAR_PAGES].join()}`, ...switches],
    env: { ...(process.env as Record<string, string>), ...env },
    timeout: 120_000,
  })
