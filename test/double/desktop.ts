/** The desktop around the app: clipboard, dialogs, links, notifications, power, theme, screens. Recorded, and driven by the test. */
import { EventEmitter } from 'node:events'
import { record } from './record.ts'

let clipboardText = ''

/** Asynchronous as of Electron 45. */
export const clipboard = {
  async writeText(text: string): Promise<void> {
    clipboardText = text
    record('clipboard.writeText', text)
  },
  readText: async (): Promise<string> => clipboardText,
  clear(): void {
    clipboardText = ''
  },
}

const unanswered = (name: string) => async (): Promise<never> => {
  throw new Error(`the double: a dialog opened that no test answers: stub dialog.${name} first`)
}

/** A test answers a dialog by replacing its function, which works the same on a real Electron. */
export const dialog = {
  showMessageBox: unanswered('showMessageBox'),
  showOpenDialog: unanswered('showOpenDialog'),
  showSaveDialog: unanswered('showSaveDialog'),
  showErrorBox(title: string, content: string): void {
    record('dialog.showErrorBox', title, content)
    process.stderr.write(`${title}: ${content}\n`)
  },
}

export const shell = {
  async openExternal(url: string): Promise<void> {
    record('shell.openExternal', url)
  },
  async openPath(path: string): Promise<string> {
    record('shell.openPath', path)
    return ''
  },
  showItemInFolder: (path: string): void => record('shell.showItemInFolder', path),
}

/** Those on the screen; a test clicks one with `emit('click')`. */
export const notifications: Notification[] = []

export class Notification extends EventEmitter {
  readonly title: string
  readonly body: string

  constructor({ title = '', body = '' }: { title?: string; body?: string } = {}) {
    super()
    this.title = title
    this.body = body
  }

  static isSupported = (): boolean => true

  show(): void {
    record('notification', this.title, this.body)
    notifications.push(this)
    queueMicrotask(() => this.emit('show', {}))
  }

  close(): void {
    notifications.splice(notifications.indexOf(this), 1)
    this.emit('close', {})
  }
}

/** The built-in one, of macOS and Windows; electron-updater tells it that it is about to quit. */
export const autoUpdater = new EventEmitter()

export const nativeTheme = Object.assign(new EventEmitter(), { shouldUseDarkColors: false, themeSource: 'system' })

/** A test plays a suspend with `powerMonitor.emit('suspend')`. */
export const powerMonitor = Object.assign(new EventEmitter(), { isOnBatteryPower: (): boolean => false })

const blockers = new Set<number>()
let lastBlocker = 0

export const powerSaveBlocker = {
  start(type: string): number {
    blockers.add(++lastBlocker)
    record('powerSaveBlocker.start', type)
    return lastBlocker
  },
  stop: (id: number): boolean => blockers.delete(id),
  isStarted: (id: number): boolean => blockers.has(id),
}

const area = { x: 0, y: 0, width: 1280, height: 800 }
const display = { id: 1, bounds: area, workArea: area, size: { width: 1280, height: 800 }, scaleFactor: 1 }

export const screen = Object.assign(new EventEmitter(), {
  getPrimaryDisplay: () => display,
  getAllDisplays: () => [display],
  getDisplayMatching: () => display,
})
