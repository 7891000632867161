/** What `import 'electron'` and `require('electron')` give the app under test. README.md says what it stands for and what it leaves unproven. */
import { app } from './app.ts'
import { BrowserWindow } from './browser-window.ts'
import {
  autoUpdater,
  clipboard,
  dialog,
  Notification,
  nativeTheme,
  notifications,
  powerMonitor,
  powerSaveBlocker,
  screen,
  shell,
} from './desktop.ts'
import { ipcMain } from './ipc.ts'
import { Menu, MenuItem } from './menu.ts'
import { log, notModelled } from './record.ts'
import { safeStorage } from './safe-storage.ts'
import { net, protocol, session } from './session.ts'
import { NativeImage, Tray, trays } from './tray.ts'
import { WebContents } from './web-contents.ts'

const nativeImage = NativeImage
const webContents = WebContents
const globalShortcut = notModelled('globalShortcut')
const systemPreferences = notModelled('systemPreferences')
const utilityProcess = notModelled('utilityProcess')

const electron = {
  app,
  autoUpdater,
  BrowserWindow,
  clipboard,
  dialog,
  globalShortcut,
  ipcMain,
  Menu,
  MenuItem,
  nativeImage,
  nativeTheme,
  net,
  Notification,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  systemPreferences,
  Tray,
  utilityProcess,
  webContents,
}

/** For tests alone: what was done to the desktop, and what stands on its screen. */
Object.assign(globalThis, { __double: { log, trays, notifications } })

export default electron
// `require` gives the object itself, as Electron does; the name is Node's (Modules: loading ECMAScript modules using require()).
export {
  app,
  autoUpdater,
  BrowserWindow,
  clipboard,
  dialog,
  electron as 'module.exports',
  globalShortcut,
  ipcMain,
  Menu,
  MenuItem,
  Notification,
  nativeImage,
  nativeTheme,
  net,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  systemPreferences,
  Tray,
  utilityProcess,
  webContents,
}
