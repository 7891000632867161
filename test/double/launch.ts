/** What runs in place of Electron's executable: the app's real main bundle on Node, its windows in a real Chromium.
 *
 *  The order is Electron's own: inspector, `-r` modules (Playwright's loader is one), the app's main module, `ready`. Chromium starts beside the main
 *  module, which needs none before `ready`, and may end without one: a second instance does. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import inspector from 'node:inspector'
import { createRequire, registerHooks } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { becomeReady, describeApp, quitOnSignals, userDataFolder } from './app.ts'
import { startChromium } from './chromium.ts'
import { chromiumSwitches, readCommandLine } from './command-line.ts'

const { inspectPort, requires, appPath } = readCommandLine(process.argv.slice(2))
process.argv = [process.execPath, ...process.argv.slice(2)]
Object.assign(process, { type: 'browser', resourcesPath: join(import.meta.dirname, 'resources') })

const electronModule = pathToFileURL(join(import.meta.dirname, 'module.ts')).href
registerHooks({
  resolve: (specifier, context, next) =>
    /^electron(\/(main|common))?$/.test(specifier) ? { url: electronModule, shortCircuit: true } : next(specifier, context),
})

if (inspectPort !== undefined) inspector.open(inspectPort)
const require = createRequire(import.meta.url)
for (const name of requires) require(resolve(name))

const folder = statSync(appPath).isDirectory() ? appPath : dirname(appPath)
const manifestFile = join(folder, 'package.json')
const manifest = existsSync(manifestFile) ? (JSON.parse(readFileSync(manifestFile, 'utf8')) as Record<string, unknown>) : {}
describeApp(folder, manifest)
quitOnSignals()

const started = startChromium(chromiumSwitches(), userDataFolder())
await import(pathToFileURL(folder === appPath ? join(folder, String(manifest.main ?? 'index.js')) : appPath).href)
process.stderr.write(`DevTools listening on ${await started}\n`) // Playwright waits for this very line
becomeReady()
