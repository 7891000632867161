/** The desktop app: a tray icon and a window on the page, over an engine that lives on without either. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { app } from 'electron'
import { declareScheme } from './app-scheme.ts'
import { dataFolder } from './data-folder.ts'
import { startDesktop } from './desktop.ts'
import { joinLinkAmong, SCHEME } from './join-link.ts'
import { confinePages } from './security.ts'

const dataDir = dataFolder({ platform: process.platform, env: process.env, home: homedir() })

// One app a data folder: what belongs to another folder's app (its lock, its window's place) must not be shared.
if (process.env.PORCHLIGHT_DATA) app.setPath('userData', join(dataDir, 'desktop'))

if (app.requestSingleInstanceLock()) {
  declareScheme()
  confinePages()
  // macOS hands over links in an event, perhaps before the app is ready; the others as an argument.
  let link = joinLinkAmong(process.argv)
  let follow = (url: string): void => {
    link = url
  }
  app.on('open-url', (event, url) => {
    event.preventDefault()
    follow(url)
  })
  // In development it would be Electron itself that opens everybody's links.
  if (app.isPackaged) app.setAsDefaultProtocolClient(SCHEME)
  void app.whenReady().then(() => {
    follow = startDesktop(dataDir)
    if (link !== undefined) follow(link)
  })
} else {
  app.exit(0) // the first one shows its window
}
