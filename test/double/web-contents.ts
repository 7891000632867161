/** `webContents`: Electron's face of one {@link openPage}. */
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { receive, toPreload } from './ipc.ts'
import { openPage, type Page } from './page.ts'
import { cancellable, record } from './record.ts'
import { applyPermissions, session } from './session.ts'

export interface WebPreferences {
  preload?: string
  contextIsolation?: boolean
  nodeIntegration?: boolean
  sandbox?: boolean
}

type OpenHandler = (details: { url: string; frameName: string; features: string; disposition: string }) => { action: 'allow' | 'deny' }

const everyContents = new Map<number, WebContents>()
let lastId = 0

export const OPENED = Symbol('the page has opened')
export const CLOSE = Symbol('close the page')
export const TARGET = Symbol('the DevTools target')

export class WebContents extends EventEmitter {
  readonly id = ++lastId
  readonly session = session.defaultSession
  readonly [OPENED]: Promise<Page>;
  [TARGET]: string | undefined
  #url = ''
  #destroyed = false
  #openHandler: OpenHandler = () => ({ action: 'allow' })
  readonly #closeWindow: () => void

  constructor(size: { width: number; height: number }, preferences: WebPreferences, closeWindow: () => void) {
    super()
    if (preferences.contextIsolation === false || preferences.nodeIntegration || preferences.sandbox === false) {
      throw new Error('the double models isolated, sandboxed pages without node only')
    }
    this.#closeWindow = closeWindow
    everyContents.set(this.id, this)
    const preload = preferences.preload === undefined ? undefined : readFileSync(preferences.preload, 'utf8')
    this[OPENED] = this.#open(size, preload)
    this[OPENED].catch((error) => process.stderr.write(`the double: a window did not open: ${error}\n`))
  }

  async #open(size: { width: number; height: number }, preload: string | undefined): Promise<Page> {
    const page = await openPage(size, preload, {
      mayNavigate: (url) => this.#mayNavigate(url),
      startedNavigating: (url, isSameDocument) => this.emit('did-start-navigation', { url, isSameDocument, isMainFrame: true }),
      navigated: (url) => {
        this.#url = url
        void applyPermissions(this, url)
        this.emit('did-navigate', {}, url, 200, 'OK')
      },
      domReady: () => this.emit('dom-ready', {}),
      loaded: () => this.emit('did-finish-load', {}),
      failed: (reason, url) => this.emit('did-fail-load', {}, -2, reason, url, true),
      wantsWindow: (url) => this.#wantsWindow(url),
      posted: (text) => void receive(text, this.#ipcEvent(), (reply) => page.deliver(reply)),
      crashed: () => this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 }),
      closed: () => this[CLOSE](),
    })
    this[TARGET] = page.targetId
    return page
  }

  #mayNavigate(url: string): boolean {
    const event = cancellable({ url, isMainFrame: true, isSameDocument: false, frame: this.mainFrame })
    this.emit('will-frame-navigate', event)
    if (!event.defaultPrevented) this.emit('will-navigate', event, url)
    record('navigation', url, event.defaultPrevented ? 'prevented' : 'allowed')
    return !event.defaultPrevented
  }

  #wantsWindow(url: string): void {
    const { action } = this.#openHandler({ url, frameName: '', features: '', disposition: 'new-window' })
    record('window.open', url, action)
    if (action === 'allow') process.stderr.write('the double does not model allowed child windows: the window was closed\n')
  }

  #ipcEvent(): object {
    return {
      type: 'frame',
      sender: this,
      senderFrame: this.mainFrame,
      processId: 1,
      frameId: 1,
      ports: [],
      reply: (channel: string, ...args: unknown[]) => this.send(channel, ...args),
    }
  }

  /** Always the top frame: preloads run in no other one. */
  get mainFrame(): { url: string; origin: string; parent: null } {
    const url = this.#url
    return { url, origin: /^[a-z][a-z0-9+-]*:\/\/[^/?#]*/.exec(url)?.[0] ?? 'null', parent: null }
  }

  async loadURL(url: string): Promise<void> {
    const page = await this[OPENED]
    const loaded = new Promise<void>((resolve) => this.once('did-finish-load', () => resolve()))
    await page.navigate(url)
    await loaded
  }

  send(channel: string, ...args: unknown[]): void {
    const text = toPreload(channel, args)
    if (!this.#destroyed) void this[OPENED].then((page) => page.deliver(text))
  }

  reload(): void {
    void this[OPENED].then((page) => page.reload())
  }

  async executeJavaScript(code: string): Promise<unknown> {
    return (await this[OPENED]).evaluate(code)
  }

  getURL(): string {
    return this.#url
  }

  isDestroyed(): boolean {
    return this.#destroyed
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler
  }

  close(): void {
    this.#closeWindow()
  }

  /** From the window that was destroyed, or from the page that went away by itself. */
  [CLOSE](): void {
    if (this.#destroyed) return
    this.#destroyed = true
    everyContents.delete(this.id)
    void this[OPENED].then((page) => page.close()).catch(() => {})
    this.emit('destroyed')
  }

  static fromId = (id: number): WebContents | undefined => everyContents.get(id)
  static getAllWebContents = (): WebContents[] => [...everyContents.values()]
  static fromDevToolsTargetId = (target: string): WebContents | undefined =>
    [...everyContents.values()].find((contents) => contents[TARGET] === target)
}
