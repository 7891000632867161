/** The desktop app: a tray icon and a window on the page, over an engine that lives on without either. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { app, clipboard, dialog, Menu, powerMonitor } from 'electron'
import { describeProblem, language } from '../languages/index.ts'
import { ProblemError } from '../protocol/problem.ts'
import { declareScheme, serveScheme } from './app-scheme.ts'
import { bridgePages, openInBrowser } from './bridge.ts'
import { dataFolder } from './data-folder.ts'
import { engineCommand } from './engine-command.ts'
import { linkEngine } from './engine-link.ts'
import { attachEngine } from './engine-process.ts'
import { openPreferences } from './preferences.ts'
import { askWhatGoesOn } from './quit.ts'
import { confinePages, denyPermissions } from './security.ts'
import { createTray } from './tray.ts'
import { type TrayAction, trayModel } from './tray-model.ts'
import { createMainWindow } from './window.ts'

const { env, platform, arch, resourcesPath } = process
const dataDir = dataFolder({ platform, env, home: homedir() })

// One app a data folder: what belongs to another folder's app (its lock, its window's place) must not be shared.
if (env.PORCHLIGHT_DATA) app.setPath('userData', join(dataDir, 'desktop'))

if (app.requestSingleInstanceLock()) {
  declareScheme()
  confinePages()
  void app.whenReady().then(start)
} else {
  app.exit(0) // the first one shows its window
}

function start(): void {
  const words = language(app.getLocale())
  const preferences = openPreferences()
  const window = createMainWindow(join(import.meta.dirname, 'preload.cjs'), preferences)
  const ending = new AbortController()
  const quit = (): void => void leave().catch(tell)

  denyPermissions()
  serveScheme(join(import.meta.dirname, '..', 'renderer'))
  bridgePages(() => attachEngine(dataDir))
  Menu.setApplicationMenu(platform === 'darwin' ? macMenu(quit, words.tray.quit) : null)

  const command = engineCommand({ isPackaged: app.isPackaged, appPath: app.getAppPath(), resourcesPath, platform, arch, env })
  const icons = join(app.getAppPath(), 'assets', 'tray')
  const show = createTray(icons, trayModel({ phase: 'starting' }, dataDir, words), (action) => void act(action).catch(tell))
  const engine = linkEngine(dataDir, command, (state) => show(trayModel(state, dataDir, words)), ending.signal)

  const openWindow = (): void => {
    engine.wake()
    window.show()
  }
  app.on('second-instance', openWindow)
  app.on('activate', openWindow)
  app.on('window-all-closed', () => {}) // the tray stays
  app.on('before-quit', () => {
    window.release()
    ending.abort()
  })
  // Some seconds at the most are left then: a word to the relay, so that visitors are told.
  powerMonitor.on('suspend', () => {
    const state = engine.state()
    if (state.phase === 'running') void state.client.announceSleep({}).catch(() => {})
  })
  if (!process.argv.includes('--background')) openWindow()

  async function act(action: TrayAction): Promise<void> {
    const state = engine.state()
    const client = state.phase === 'running' ? state.client : undefined
    switch (action.do) {
      case 'copy':
        return clipboard.writeText(action.text)
      case 'open-service':
        return openInBrowser(action.url)
      case 'pause':
        return void (await client?.pauseService({ name: action.name }))
      case 'resume':
        return void (await client?.resumeService({ name: action.name }))
      case 'check-now':
        return void (await client?.checkNow({}, CHECK_TIMEOUT_MS))
      case 'open-window':
        return openWindow()
      case 'quit':
        return quit()
    }
  }

  async function leave(): Promise<void> {
    if (engine.state().phase === 'running') {
      const answer = await askWhatGoesOn(words, preferences)
      if (answer === 'cancel') return
      if (answer === 'stop') await engine.stop()
    }
    app.quit()
  }

  function tell(error: unknown): void {
    if (error instanceof ProblemError) {
      const { title, consequence, remedy } = describeProblem(error.problem, words)
      dialog.showErrorBox(title, `${consequence}\n\n${remedy}`)
    } else dialog.showErrorBox(app.getName(), error instanceof Error ? error.message : String(error))
  }
}

/** A look from outside at every service takes a while. */
const CHECK_TIMEOUT_MS = 60_000

/** macOS takes copy, paste and Cmd-Q from the menu; elsewhere no menu is wanted. */
function macMenu(quit: () => void, label: string): Menu {
  return Menu.buildFromTemplate([
    { label: app.getName(), submenu: [{ role: 'hide' }, { type: 'separator' }, { label, accelerator: 'Command+Q', click: quit }] },
    { role: 'editMenu' },
    { role: 'windowMenu' },
  ])
}
