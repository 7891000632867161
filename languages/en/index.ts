import { background } from './background.ts'
import { desktop } from './desktop.ts'
import { folder } from './folder.ts'
import { relayCheck } from './relay-check.ts'
import { tray } from './tray.ts'
import { enPage } from './views.ts'

/** With what the command line, the relay, the shown folders and the desktop say alone: the page does not fetch it. */
export const en = { ...enPage, background, desktop, folder, relayCheck, tray }
