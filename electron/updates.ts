/** New versions of the app: looked for only when its owner wants that, fetched and put in only while nobody is being served, and only what we
 *  have signed. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { app, net } from 'electron'
import electronUpdater, { CancellationToken } from 'electron-updater'
import { z } from 'zod'
import type { UpdateView } from '../protocol/desktop.ts'
import { parseJson } from '../protocol/json.ts'
import { signedProvider, type UpdateSource } from './signed-provider.ts'

export interface Updates {
  /** Look now, if its owner wants updates at all; nothing while a look is under way. */
  look(): void
  /** Put in what is ready. */
  install(): void
  /** After its owner has changed his mind. */
  wishChanged(): void
}

export interface Surroundings {
  isWanted(): boolean
  show(view: UpdateView): void
  /** Resolves when nobody is being served. */
  untilQuiet(signal: AbortSignal): Promise<void>
}

const FIRST_LOOK_MS = 60_000
const LOOK_EVERY_MS = 12 * 3600_000

const Source = z.object({ url: z.url().regex(/^https:.*\/$/), key: z.string().regex(/^[\w-]{43}$/) })
/** In development a file says it, and may say a server of this computer. */
const Rehearsed = Source.extend({ url: z.url().endsWith('/') })

/** Of a release: what `npm run release` wrote into its package.json. */
export function updateSource(env: Readonly<Record<string, string | undefined>>): UpdateSource | undefined {
  const path = app.isPackaged ? join(app.getAppPath(), 'package.json') : env.PORCHLIGHT_UPDATES
  if (path === undefined || !existsSync(path)) return undefined
  const { updates } = parseJson(readFileSync(path, 'utf8')) as { updates?: unknown }
  return (app.isPackaged ? Source : Rehearsed).safeParse(updates).data
}

export function keepUpdated(source: UpdateSource | undefined, { isWanted, show, untilQuiet }: Surroundings, ending: AbortSignal): Updates {
  if (!source) return { look() {}, install() {}, wishChanged() {} }
  const updater = prepare(source)
  let view: UpdateView = { phase: 'off', version: null, reason: null }
  let isBusy = false
  let wish = new AbortController()
  const change = (phase: UpdateView['phase'], version: string | null = null, reason: string | null = null): void => {
    view = { phase, version, reason }
    show(view)
  }
  /** One thing at a time, until the owner wants none or the app ends. */
  const during = async (act: (signal: AbortSignal) => Promise<void>): Promise<void> => {
    if (isBusy || !isWanted()) return
    isBusy = true
    const signal = AbortSignal.any([wish.signal, ending])
    try {
      await act(signal)
    } catch (error) {
      if (!signal.aborted) change('failed', view.version, (error instanceof Error ? error.message : String(error)).slice(0, 300))
    } finally {
      isBusy = false
    }
  }
  const lookNow = async (signal: AbortSignal): Promise<void> => {
    change('checking')
    const found = await updater.checkForUpdates()
    signal.throwIfAborted()
    if (!found?.isUpdateAvailable) return change('current')
    change('loading', found.updateInfo.version)
    await untilQuiet(signal)
    await fetchUpdate(updater, found.updateInfo, signal)
    change('ready', found.updateInfo.version)
  }
  const putIn = async (signal: AbortSignal): Promise<void> => {
    change('waiting', view.version)
    await untilQuiet(signal)
    updater.quitAndInstall(true, true)
  }
  const look = (): void => {
    if (view.phase !== 'ready') void during(lookNow)
  }
  const timers = [setTimeout(look, FIRST_LOOK_MS), setInterval(look, LOOK_EVERY_MS)]
  ending.addEventListener('abort', () => timers.map(clearTimeout))
  change(isWanted() ? 'current' : 'off')
  return {
    look,
    install: () => {
      if (view.phase === 'ready') void during(putIn)
    },
    wishChanged() {
      if (isWanted() === (view.phase !== 'off')) return
      wish.abort()
      wish = new AbortController()
      change(isWanted() ? 'current' : 'off')
      look()
    },
  }
}

function prepare(source: UpdateSource) {
  const { autoUpdater } = electronUpdater
  autoUpdater.logger = null
  autoUpdater.autoDownload = false
  autoUpdater.autoInstallOnAppQuit = false
  autoUpdater.allowDowngrade = false
  autoUpdater.allowPrerelease = false
  // What it told of itself in its errors is told by us.
  autoUpdater.on('error', () => {})
  if (!app.isPackaged) {
    autoUpdater.forceDevUpdateConfig = true
    autoUpdater.updateConfigPath = process.env.PORCHLIGHT_UPDATES ?? ''
  }
  autoUpdater.setFeedURL({
    provider: 'custom',
    updateProvider: signedProvider(source, (address, init) => net.fetch(String(address), init)),
  })
  return autoUpdater
}

/** No more bytes than the list says, which electron-updater leaves to the server. */
async function fetchUpdate(updater: electronUpdater.AppUpdater, { files }: electronUpdater.UpdateInfo, signal: AbortSignal): Promise<void> {
  const token = new CancellationToken()
  const mostBytes = Math.max(...files.map(({ size }) => size ?? 0))
  const onProgress = ({ transferred }: { transferred: number }): void => {
    if (transferred > mostBytes) token.cancel()
  }
  const cancel = (): void => token.cancel()
  updater.on('download-progress', onProgress)
  signal.addEventListener('abort', cancel)
  try {
    await updater.downloadUpdate(token)
  } finally {
    updater.off('download-progress', onProgress)
    signal.removeEventListener('abort', cancel)
  }
}
