/** `Menu` and `MenuItem`, and the picture of a menu that a desktop draws from them. */
import { EventEmitter } from 'node:events'
import { app } from './app.ts'
import { BrowserWindow } from './browser-window.ts'
import { record } from './record.ts'

interface ItemOptions {
  id?: string
  label?: string
  sublabel?: string
  toolTip?: string
  type?: string
  role?: string
  enabled?: boolean
  visible?: boolean
  checked?: boolean
  accelerator?: string
  icon?: unknown
  submenu?: Menu | (ItemOptions | MenuItem)[]
  click?: (item: MenuItem, window: BrowserWindow | undefined, event: object) => void
}

let commands = 0

export class MenuItem {
  readonly commandId = ++commands
  id: string
  label: string
  sublabel: string
  toolTip: string
  type: string
  role: string | undefined
  enabled: boolean
  visible: boolean
  checked: boolean
  accelerator: string | null
  icon: unknown
  submenu: Menu | undefined
  click: () => void

  constructor(options: ItemOptions) {
    const { submenu } = options
    this.id = options.id ?? ''
    this.label = options.label ?? options.role ?? ''
    this.sublabel = options.sublabel ?? ''
    this.toolTip = options.toolTip ?? ''
    this.type = options.type ?? (submenu ? 'submenu' : 'normal')
    this.role = options.role
    this.enabled = options.enabled ?? true
    this.visible = options.visible ?? true
    this.checked = options.checked ?? false
    this.accelerator = options.accelerator ?? null
    this.icon = options.icon
    this.submenu = submenu === undefined || submenu instanceof Menu ? submenu : Menu.buildFromTemplate(submenu)
    this.click = () => {
      if (!this.enabled) return
      if (this.type === 'checkbox') this.checked = !this.checked
      if (this.type === 'radio') this.checked = true
      if (options.click) options.click(this, BrowserWindow.getFocusedWindow() ?? undefined, {})
      else if (this.role === 'quit') app.quit()
    }
  }
}

let applicationMenu: Menu | null = null

export class Menu extends EventEmitter {
  items: MenuItem[] = []

  static buildFromTemplate(template: (ItemOptions | MenuItem)[]): Menu {
    const menu = new Menu()
    for (const item of template) menu.append(item instanceof MenuItem ? item : new MenuItem(item))
    return menu
  }

  static setApplicationMenu(menu: Menu | null): void {
    applicationMenu = menu
  }

  static getApplicationMenu(): Menu | null {
    return applicationMenu
  }

  append(item: MenuItem): void {
    this.items.push(item)
  }

  insert(position: number, item: MenuItem): void {
    this.items.splice(position, 0, item)
  }

  getMenuItemById(id: string): MenuItem | null {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id)
      if (found) return found
    }
    return null
  }

  popup(): void {
    record('menu.popup', picture(this))
  }
}

/** One drawn entry; {@link Entry.click} is the user's click on it. */
export interface Entry {
  readonly id: string
  readonly label: string
  readonly type: string
  readonly enabled: boolean
  readonly checked: boolean
  readonly submenu: readonly Entry[]
  click(): void
}

/** A menu as it was drawn at one moment. Linux desktops draw a tray's menu once, at `setContextMenu`: what the app changes in its items
 *  afterwards is not seen (electron.d.ts, `Tray`: "On Linux in order for changes made to individual MenuItems to take effect…"). */
export function picture(menu: Menu): Entry[] {
  return menu.items
    .filter((item) => item.visible)
    .map((item) => {
      const { id, label, type, enabled, checked } = item
      const click = () => {
        if (enabled) item.click()
      }
      return { id, label, type, enabled, checked, submenu: item.submenu ? picture(item.submenu) : [], click }
    })
}
