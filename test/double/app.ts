/** `app`: its life, its folders, its single instance. */
import { EventEmitter } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { BrowserWindow } from './browser-window.ts'
import { stopChromium } from './chromium.ts'
import { commandLine } from './command-line.ts'
import { cancellable, record } from './record.ts'
import { takeSingleInstanceLock } from './single-instance.ts'

let folder = process.cwd()
let manifest: Record<string, unknown> = {}

interface LoginItem {
  openAtLogin: boolean
}

class App extends EventEmitter {
  readonly commandLine = commandLine
  readonly isPackaged = false
  readonly #ready = Promise.withResolvers<void>()
  readonly #paths = new Map<string, string>()
  #isReady = false
  #releaseLock: (() => void) | undefined
  #loginItem: LoginItem = { openAtLogin: false }
  #name: string | undefined

  whenReady = (): Promise<void> => this.#ready.promise
  isReady = (): boolean => this.#isReady

  static becomeReady(): void {
    app.#isReady = true
    app.emit('ready', {}, {})
    app.#ready.resolve()
  }

  getName = (): string => this.#name ?? String(manifest.productName ?? manifest.name ?? 'Electron')
  getVersion = (): string => String(manifest.version ?? '0.0.0')
  getAppPath = (): string => folder
  getLocale = (): string => commandLine.getSwitchValue('lang') || 'en-US'

  setName(name: string): void {
    this.#name = name
  }

  getPath(name: string): string {
    const path = this.#paths.get(name) ?? defaultPath(name)
    if (name === 'userData') mkdirSync(path, { recursive: true })
    return path
  }

  setPath(name: string, path: string): void {
    this.#paths.set(name, path)
  }

  enableSandbox(): void {
    if (this.#isReady) throw new Error('app.enableSandbox() can only be called before app is ready')
    record('app.enableSandbox')
  }

  setAppUserModelId(id: string): void {
    record('app.setAppUserModelId', id)
  }

  setAsDefaultProtocolClient(scheme: string): boolean {
    record('app.setAsDefaultProtocolClient', scheme)
    return true
  }

  setLoginItemSettings(settings: LoginItem): void {
    this.#loginItem = { ...this.#loginItem, ...settings }
    record('app.setLoginItemSettings', settings)
  }

  getLoginItemSettings(): LoginItem & { wasOpenedAtLogin: boolean } {
    return { ...this.#loginItem, wasOpenedAtLogin: false }
  }

  requestSingleInstanceLock(): boolean {
    this.#releaseLock ??= takeSingleInstanceLock(this.getPath('userData'), (argv, workingDirectory) =>
      this.emit('second-instance', {}, argv, workingDirectory, undefined),
    )
    return this.#releaseLock !== undefined
  }

  hasSingleInstanceLock = (): boolean => this.#releaseLock !== undefined

  releaseSingleInstanceLock(): void {
    this.#releaseLock?.()
    this.#releaseLock = undefined
  }

  /** before-quit, then every window's close, then will-quit: each may refuse. */
  quit(): void {
    const refused = (name: string): boolean => {
      const event = cancellable({})
      this.emit(name, event)
      return event.defaultPrevented
    }
    if (refused('before-quit')) return
    for (const window of BrowserWindow.getAllWindows()) {
      window.close()
      if (!window.isDestroyed()) return
    }
    if (!refused('will-quit')) this.exit(0)
  }

  /** Not at once, as in Electron: what follows the call still runs. */
  exit(exitCode = 0): void {
    this.emit('quit', {}, exitCode)
    this.releaseSingleInstanceLock()
    void stopChromium().then(() => process.exit(exitCode))
  }
}

export const app = new App().setMaxListeners(0)

export const becomeReady = App.becomeReady

export function describeApp(appFolder: string, packageJson: Record<string, unknown>): void {
  folder = appFolder
  manifest = packageJson
}

/** Electron asks itself to quit on the signals that end a desktop session. */
export function quitOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit())
}

let temporaryUserData: string | undefined

/** `--user-data-dir`, as in Electron; without it a folder that goes away with the process. */
export function userDataFolder(): string {
  const given = commandLine.getSwitchValue('user-data-dir')
  if (given !== '') return given
  if (temporaryUserData === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'double-'))
    process.once('exit', () => rmSync(made, { recursive: true, force: true, maxRetries: 3 }))
    temporaryUserData = made
  }
  return temporaryUserData
}

function defaultPath(name: string): string {
  switch (name) {
    case 'userData':
      return userDataFolder()
    case 'appData':
      return dirname(userDataFolder())
    case 'exe':
      return process.execPath
    case 'home':
      return homedir()
    case 'temp':
      return tmpdir()
    default:
      throw new Error(`Failed to get '${name}' path`)
  }
}
