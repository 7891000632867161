/** Puts the app's parts together: engine, tray, window, notifications, and what the person does with them. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { app, clipboard, Menu, powerMonitor } from 'electron'
import { type AllWords, LANGUAGES, type Language, language } from '../languages/index.ts'
import type { DesktopAction, Place } from '../protocol/desktop.ts'
import { serveScheme } from './app-scheme.ts'
import { autostartFile } from './autostart.ts'
import { bridgeDesktop, bridgePages, openInBrowser, writeMail } from './bridge.ts'
import { desktopState } from './desktop-state.ts'
import type { EngineState } from './engine-link.ts'
import { attachEngine } from './engine-process.ts'
import { offerRelay } from './join.ts'
import { joinLinkAmong } from './join-link.ts'
import { openKeychain } from './keychain.ts'
import { lockKeys } from './lock-keys.ts'
import { loginItem, startedInBackground } from './login-item.ts'
import { notifyOwner } from './notifications.ts'
import { keepEngine } from './own-engine.ts'
import { openPreferences } from './preferences.ts'
import { untilQuiet } from './quiet-engine.ts'
import { askWhatGoesOn } from './quit.ts'
import { denyPermissions } from './security.ts'
import { stayAwake } from './stay-awake.ts'
import { createTray } from './tray.ts'
import { lookForTrayHost } from './tray-host.ts'
import { type TrayAction, trayModel } from './tray-model.ts'
import { troublesIn } from './troubles.ts'
import { keepUpdated, updateSource } from './updates.ts'
import { createMainWindow } from './window.ts'
import { keepWishes, type SomeWishes } from './wishes.ts'

/** Returns what follows a join link. */
export function startDesktop(dataDir: string): (link: string) => void {
  const { env, platform } = process
  const preferences = openPreferences()
  let now: EngineState = { phase: 'starting' }
  /** The owner's choice as the engine last told it, else the system's. */
  let chosen: Language | null = null
  const words = (): AllWords => (chosen ? LANGUAGES[chosen] : language(app.getLocale()))
  const troubles = troublesIn(words)
  const { tell } = troubles
  const self = [env.APPIMAGE ?? process.execPath, ...(app.isPackaged ? [] : [app.getAppPath()])]
  const login = loginItem(platform, self, autostartFile(env, homedir()))
  const keychain = openKeychain(dataDir)
  const wishes = keepWishes(preferences, login, keychain, (on) => changeLock(on).catch(tell))
  const state = desktopState({
    version: app.getVersion(),
    wishes: wishes.current(),
    hasTray: true,
    update: { phase: 'unavailable', version: null, reason: null },
    visit: null,
  })
  const ending = new AbortController()
  const quit = (): void => void leave().catch(tell)
  const window = createMainWindow(join(import.meta.dirname, 'preload.cjs'), preferences, () => state.view().hasTray, quit)

  denyPermissions()
  serveScheme(join(import.meta.dirname, '..', 'renderer'))
  bridgePages(() => attachEngine(dataDir))
  bridgeDesktop(state, onPage)
  Menu.setApplicationMenu(platform === 'darwin' ? macMenu(quit, words().tray.quit) : null)

  const model = (of: EngineState) => trayModel(of, state.view().wishes.startAtLogin, dataDir, words())
  const showTray = createTray(
    join(app.getAppPath(), 'assets', 'tray'),
    model({ phase: 'starting' }),
    (action) => void act(action).catch(tell),
  )
  const updateSleep = stayAwake(
    () => state.view().wishes.keepAwake,
    () => now,
  )
  const refresh = (): void => {
    showTray(model(now))
    updateSleep()
  }
  const onEngine = (next: EngineState): void => {
    now = next
    if (now.phase === 'running') chosen = now.snapshot.preferences.language
    refresh()
  }
  const engine = keepEngine(dataDir, keychain, troubles, onEngine, ending.signal)
  state.onChange(refresh)

  const openWindow = (): void => {
    engine.wake()
    window.show()
  }
  const visit = (place: Place): void => {
    state.change({ visit: place })
    openWindow()
  }
  notifyOwner(
    {
      snapshot: () => (now.phase === 'running' ? now.snapshot : undefined),
      isWanted: () => preferences.read().notifications,
      isWatching: window.isWatched,
      words,
      open: visit,
    },
    ending.signal,
  )
  const updates = keepUpdated(
    updateSource(env),
    {
      isWanted: () => state.view().wishes.updates,
      show: (update) => state.change({ update }),
      untilQuiet: async (signal) => (now.phase === 'running' ? untilQuiet(now.client, signal) : undefined),
    },
    ending.signal,
  )
  const follow = (link: string): void => {
    openWindow()
    void offerRelay(link, words(), engine, ending.signal).catch(tell)
  }
  app.on('second-instance', (_event, argv) => {
    const link = joinLinkAmong(argv)
    if (link === undefined) openWindow()
    else follow(link)
  })
  app.on('activate', openWindow)
  app.on('window-all-closed', () => {}) // the tray stays
  app.on('before-quit', () => {
    window.release()
    ending.abort()
  })
  // Some seconds at the most are left then: a word to the relay, so that visitors are told.
  powerMonitor.on('suspend', () => {
    if (now.phase === 'running') void now.client.announceSleep({}).catch(() => {})
  })
  const inBackground = startedInBackground(process.argv, platform)
  if (!inBackground) openWindow()
  void lookForTrayHost(inBackground ? TRAY_PATIENCE_MS : 0).then((found) => {
    if (found || ending.signal.aborted) return
    state.change({ hasTray: false })
    openWindow()
  })
  return follow

  async function act(action: TrayAction): Promise<void> {
    const client = now.phase === 'running' ? now.client : undefined
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
      case 'start-at-login':
        return wish({ startAtLogin: action.on })
      case 'quit':
        return quit()
    }
  }

  async function onPage(action: DesktopAction): Promise<void> {
    switch (action.do) {
      case 'wish':
        return wish(action.wishes)
      case 'arrived':
        return state.change({ visit: null })
      case 'look-for-update':
        return updates.look()
      case 'install-update':
        return updates.install()
      case 'write-mail':
        return writeMail(action)
      case 'quit':
        return quit()
    }
  }

  async function wish(wanted: SomeWishes): Promise<void> {
    try {
      await wishes.set(wanted)
    } finally {
      state.change({ wishes: wishes.current() })
      updates.wishChanged()
    }
  }

  async function changeLock(on: boolean): Promise<void> {
    const { script } = await engine.program()
    await lockKeys(on, { dataDir, script, keychain, engine, words: words() }, ending.signal)
  }

  async function leave(): Promise<void> {
    if (now.phase === 'running') {
      const answer = await askWhatGoesOn(words(), preferences)
      if (answer === 'cancel') return
      if (answer === 'stop') await engine.stop()
    }
    app.quit()
  }
}

/** A look from outside at every service takes a while. */
const CHECK_TIMEOUT_MS = 60_000
/** At login the panel may come up after us. */
const TRAY_PATIENCE_MS = 30_000

/** macOS takes copy, paste and Cmd-Q from the menu; elsewhere no menu is wanted. */
function macMenu(quit: () => void, label: string): Menu {
  return Menu.buildFromTemplate([
    { label: app.getName(), submenu: [{ role: 'hide' }, { type: 'separator' }, { label, accelerator: 'Command+Q', click: quit }] },
    { role: 'editMenu' },
    { role: 'windowMenu' },
  ])
}
