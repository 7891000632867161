/** The icon in the notification area and its menu. Every action is in the menu, because GNOME's indicators know no click. */
import { join } from 'node:path'
import { Menu, type MenuItemConstructorOptions, nativeImage, Tray } from 'electron'
import type { TrayAction, TrayItem, TrayModel } from './tray-model.ts'

/** macOS colours template images itself, Windows picks a size from an .ico, Linux takes a PNG; `@2x` files are found by their names. */
const FILE: Partial<Record<NodeJS.Platform, (light: string) => string>> = {
  darwin: (light) => `${light}Template.png`,
  win32: (light) => `${light}.ico`,
}

/** Shows `first`, then whatever the returned function is given. */
export function createTray(folder: string, first: TrayModel, onAction: (action: TrayAction) => void): (model: TrayModel) => void {
  const file = FILE[process.platform] ?? ((light) => `${light}.png`)
  const imageOf = ({ light }: TrayModel) => nativeImage.createFromPath(join(folder, file(light)))
  const tray = new Tray(imageOf(first))
  tray.on('click', () => onAction({ do: 'open-window' }))
  let shown = ''
  const show = (model: TrayModel): void => {
    const text = JSON.stringify(model)
    if (text === shown) return // replacing an open menu closes it
    shown = text
    tray.setContextMenu(Menu.buildFromTemplate(model.items.map((item) => template(item, onAction))))
    tray.setToolTip(model.toolTip)
    tray.setImage(imageOf(model)) // last, so that who sees the icon finds the rest with it
  }
  show(first)
  return show
}

function template(item: TrayItem | null, onAction: (action: TrayAction) => void): MenuItemConstructorOptions {
  if (item === null) return { type: 'separator' }
  const { id, label, action, submenu, isOn } = item
  if (submenu) return { id, label, submenu: submenu.map((inner) => template(inner, onAction)) }
  const box = isOn === undefined ? {} : { type: 'checkbox' as const, checked: isOn }
  return action ? { id, label, ...box, click: () => onAction(action) } : { id, label, enabled: false }
}
