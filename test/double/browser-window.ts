/** `BrowserWindow`: a real Chromium page whose visibility, focus and bounds are flags, because the Chromium has no screen. */
import { EventEmitter } from 'node:events'
import { app } from './app.ts'
import { cancellable } from './record.ts'
import { CLOSE, OPENED, WebContents, type WebPreferences } from './web-contents.ts'

interface Options {
  x?: number
  y?: number
  width?: number
  height?: number
  show?: boolean
  title?: string
  webPreferences?: WebPreferences
}

interface Bounds {
  x: number
  y: number
  width: number
  height: number
}

let windows: BrowserWindow[] = []

export class BrowserWindow extends EventEmitter {
  readonly id: number
  readonly webContents: WebContents
  #bounds: Bounds
  #title: string
  #visible: boolean
  #focused = false
  #minimized = false
  #maximized = false
  #destroyed = false

  constructor(options: Options = {}) {
    super()
    if (!app.isReady()) throw new Error('Cannot create BrowserWindow before app is ready')
    const { x = 0, y = 0, width = 800, height = 600 } = options
    this.#bounds = { x, y, width, height }
    this.#title = options.title ?? app.getName()
    this.#visible = options.show !== false
    this.webContents = new WebContents({ width, height }, options.webPreferences ?? {}, () => this.close())
    this.id = this.webContents.id
    this.webContents.once('destroyed', () => this.#gone())
    this.webContents.once('dom-ready', () => this.emit('ready-to-show'))
    windows.push(this)
    app.emit('web-contents-created', {}, this.webContents)
    app.emit('browser-window-created', {}, this)
  }

  static getAllWindows = (): BrowserWindow[] => [...windows]
  static getFocusedWindow = (): BrowserWindow | null => windows.find((window) => window.#focused) ?? null
  static fromId = (id: number): BrowserWindow | null => windows.find((window) => window.id === id) ?? null
  static fromWebContents = (contents: WebContents): BrowserWindow | null =>
    windows.find((window) => window.webContents === contents) ?? null

  async loadURL(url: string): Promise<void> {
    await this.webContents.loadURL(url)
  }

  show(): void {
    if (!this.#visible) {
      this.#visible = true
      this.emit('show')
    }
    this.focus()
  }

  hide(): void {
    if (!this.#visible) return
    this.#visible = false
    this.#focused = false
    this.emit('hide')
  }

  focus(): void {
    if (this.#focused) return
    for (const other of windows) other.#focused = false
    this.#focused = true
    this.emit('focus')
  }

  minimize(): void {
    this.#minimized = true
    this.emit('minimize')
  }

  maximize(): void {
    this.#maximized = true
    this.emit('maximize')
  }

  restore(): void {
    this.#minimized = false
    this.emit('restore')
  }

  isVisible = (): boolean => this.#visible
  isFocused = (): boolean => this.#focused
  isMinimized = (): boolean => this.#minimized
  isMaximized = (): boolean => this.#maximized
  isDestroyed = (): boolean => this.#destroyed
  getTitle = (): string => this.#title
  getBounds = (): Bounds => ({ ...this.#bounds })
  getNormalBounds = (): Bounds => ({ ...this.#bounds })
  removeMenu(): void {}

  setTitle(title: string): void {
    this.#title = title
  }

  setBounds(bounds: Partial<Bounds>): void {
    const before = this.#bounds
    this.#bounds = { ...before, ...bounds }
    if (before.x !== this.#bounds.x || before.y !== this.#bounds.y) this.emit('move')
    if (before.width !== this.#bounds.width || before.height !== this.#bounds.height) this.emit('resize')
  }

  /** What the user's click on the cross does: a listener may refuse. */
  close(): void {
    if (this.#destroyed) return
    const event = cancellable({})
    this.emit('close', event)
    if (!event.defaultPrevented) this.destroy()
  }

  destroy(): void {
    void this.webContents[OPENED].catch(() => {})
    this.webContents[CLOSE]()
  }

  #gone(): void {
    if (this.#destroyed) return
    this.#destroyed = true
    windows = windows.filter((window) => window !== this)
    this.emit('closed')
    if (windows.length > 0) return
    if (app.listenerCount('window-all-closed') > 0) app.emit('window-all-closed')
    else app.quit()
  }
}
