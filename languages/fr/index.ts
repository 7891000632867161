import type { AllWords } from '../index.ts'
import { background } from './background.ts'
import { desktop } from './desktop.ts'
import { folder } from './folder.ts'
import { relayCheck } from './relay-check.ts'
import { tray } from './tray.ts'
import { frPage } from './views.ts'

export const fr: AllWords = { ...frPage, background, desktop, folder, relayCheck, tray }
