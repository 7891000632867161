/** The one window: closing it hides it, because the tray and the engine go on. Where nothing shows a tray, closing is leaving. */
import { join } from 'node:path'
import { app, BrowserWindow, nativeTheme, screen } from 'electron'
import { ORIGIN } from './app-address.ts'
import type { Bounds, PreferencesStore } from './preferences.ts'

const DEFAULT_SIZE = { width: 960, height: 720 }
const MIN_SIZE = { minWidth: 360, minHeight: 480 }
/** The page's own background (design tokens), so that nothing flashes before it is drawn. */
const BACKGROUND = { light: '#FBF7F0', dark: '#141821' }

export interface MainWindow {
  show(): void
  /** In front of its owner's eyes. */
  isWatched(): boolean
  /** From now on closing closes. */
  release(): void
}

export function createMainWindow(preload: string, preferences: PreferencesStore, hasTray: () => boolean, leave: () => void): MainWindow {
  let window: BrowserWindow | undefined
  let hidesOnClose = true

  const remember = (of: BrowserWindow): void => preferences.write({ bounds: of.getNormalBounds(), maximized: of.isMaximized() })
  const open = (): BrowserWindow => {
    const { bounds, maximized } = preferences.read()
    const made = new BrowserWindow({
      ...DEFAULT_SIZE,
      ...(bounds && isOnScreen(bounds) ? bounds : {}),
      ...MIN_SIZE,
      show: false,
      title: app.getName(),
      icon: join(app.getAppPath(), 'assets', 'icon-512.png'),
      backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
      webPreferences: {
        preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        spellcheck: false,
        devTools: !app.isPackaged,
      },
    })
    made.removeMenu()
    if (maximized) made.maximize()
    made.on('close', (event) => {
      remember(made)
      if (!hidesOnClose) return
      event.preventDefault()
      if (hasTray()) made.hide()
      else leave()
    })
    made.once('closed', () => {
      window = undefined
    })
    made.webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason !== 'clean-exit') made.webContents.reload()
    })
    made.once('ready-to-show', () => made.show())
    made.loadURL(`${ORIGIN}/index.html`).catch(() => {}) // the app ended meanwhile: the page itself is always there
    return made
  }

  return {
    show() {
      if (!window) {
        window = open()
        return
      }
      if (window.isMinimized()) window.restore()
      window.show()
      window.focus()
    },
    isWatched: () => window?.isFocused() ?? false,
    release() {
      hidesOnClose = false
    },
  }
}

/** A remembered place may lie on a screen that is no longer there. */
function isOnScreen({ x, y, width, height }: Bounds): boolean {
  const { workArea } = screen.getDisplayMatching({ x, y, width, height })
  return x < workArea.x + workArea.width && y < workArea.y + workArea.height && x + width > workArea.x && y + height > workArea.y
}
