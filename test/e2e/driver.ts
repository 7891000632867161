/** Drives the desktop app in specs: on the double of Electron, or on a real Electron with `PORCHLIGHT_ELECTRON=real`. The specs are the same.
 *  `PORCHLIGHT_APP` names another app folder than this clone, such as an extracted package. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright-core'
import { connectEngine } from '../../electron/engine-channel.ts'
import { readEngineFile } from '../../electron/engine-process.ts'
import { type Client, connect } from '../../protocol/rpc.ts'
import { launchOnDouble } from '../double/playwright.ts'
import { scriptedContract } from '../fakes/engine.ts'

export const isRealElectron = process.env.PORCHLIGHT_ELECTRON === 'real'

const root = join(import.meta.dirname, '..', '..')
const appFolder = process.env.PORCHLIGHT_APP ?? root
const fakeEngine = join(root, 'test', 'fakes', 'engine.ts')

interface MenuEntry {
  id: string
  label: string
  enabled: boolean
  checked: boolean
  submenu: MenuEntry[]
}

export interface TrayView {
  /** The icon's file name. */
  icon: string
  toolTip: string
  menu: MenuEntry[]
}

type ScriptedEngine = Client<typeof scriptedContract> & { close(): void }

export interface Desktop {
  readonly app: ElectronApplication
  readonly dataDir: string
  tray(): Promise<TrayView>
  /** Waits (60 s) until the tray looks as described. */
  trayUntil(holds: (tray: TrayView) => boolean, what: string): Promise<TrayView>
  /** The user's click on a menu entry; fails where it is absent or grey. */
  pick(id: string): Promise<void>
  window(): Promise<Page>
  isWindowVisible(): Promise<boolean>
  /** From now on the app's questions are answered so; returns what was asked, as it grows. */
  answer(response: number, checkboxChecked?: boolean): Promise<() => Promise<string[]>>
  /** From now on addresses for the person's browser are kept here instead. */
  opened(): Promise<string[]>
  /** Waits (60 s) until the app's process is gone. */
  exited(): Promise<void>
  close(): Promise<void>
}

export async function until<T>(look: () => Promise<T | undefined | false>, what: string, timeoutMs = 60_000): Promise<T> {
  for (const end = Date.now() + timeoutMs; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 30))) {
    const seen = await look()
    if (seen !== undefined && seen !== false) return seen
  }
  throw new Error(`not within ${timeoutMs / 1000} s: ${what}`)
}

/** Waits until the document that a test marked with `sameDocument` has been replaced. */
export async function newDocument(page: Page): Promise<void> {
  const isMarked = () => page.evaluate(() => 'sameDocument' in globalThis).catch(() => true) // just between the two
  await until(async () => !(await isMarked()), 'the document is a new one')
}

export const makeDataDir = (): Promise<string> => mkdtemp(join(tmpdir(), 'porchlight-desktop-'))

export async function removeDataDir(dataDir: string): Promise<void> {
  for (const pid of await startedEngines(dataDir)) kill(pid, dataDir)
  await rm(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
}

/** The process ids of every stand-in that was ever started on the folder. */
export async function startedEngines(dataDir: string): Promise<number[]> {
  const text = await readFile(join(dataDir, 'starts'), 'utf8').catch(() => '')
  return text.split('\n').filter(Boolean).map(Number)
}

/** Whether that stand-in still runs. The number of a process that has ended is soon another one's; where there is no /proc, it has to do. */
export function isAlive(pid: number, dataDir: string): boolean {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(dataDir)
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function kill(pid: number, dataDir: string): void {
  try {
    if (isAlive(pid, dataDir)) process.kill(pid, 'SIGKILL')
  } catch {
    // It has gone meanwhile.
  }
}

/** Starts a stand-in as somebody would from a terminal. */
export async function startEngine(dataDir: string, version = ''): Promise<void> {
  const env = { ...process.env, SCRIPTED_VERSION: version }
  spawn(process.execPath, [fakeEngine, 'run', '--data', dataDir], { env, stdio: 'ignore', detached: true }).unref()
  await until(() => readEngineFile(dataDir), 'the stand-in engine has started')
}

/** The test's own connection to the stand-in. */
export async function scriptEngine(dataDir: string): Promise<ScriptedEngine> {
  const file = await until(() => readEngineFile(dataDir), 'an engine runs')
  const channel = await connectEngine(file.socket)
  return { ...connect(channel, scriptedContract), close: channel.close }
}

interface Inside {
  trays: { imagePath: string; toolTip: string; menu: (MenuEntry & { click(): void })[] }[]
}
interface Globals {
  __double?: Inside
  __desktop?: Inside
  asked?: string[]
  opened?: string[]
}

/** Where the app finds the person's own settings of the desktop, on Linux. */
export const configFolder = (dataDir: string): string => join(dataDir, 'config')

/** Launches the app on a data folder, with the stand-in as its engine, or with the real one. */
export async function launchDesktop(
  dataDir: string,
  args: string[] = [],
  engine: 'scripted' | 'real' = 'scripted',
  env: Record<string, string> = {},
): Promise<Desktop> {
  if (!existsSync(join(appFolder, 'dist', 'electron', 'main.js'))) throw new Error('the app is not built: run `npm run build` first')
  const userData = join(dataDir, 'user-data')
  await mkdir(userData, { recursive: true })
  const app = await launchApp([`--user-data-dir=${userData}`, '--lang=en-US', appFolder, ...args], {
    PORCHLIGHT_DATA: dataDir,
    XDG_CONFIG_HOME: configFolder(dataDir),
    PORCHLIGHT_NODE: process.execPath,
    ...(engine === 'scripted' && { PORCHLIGHT_ENGINE: fakeEngine }),
    ...env,
  })
  return drive(app, dataDir)
}

async function launchApp(args: string[], env: Record<string, string>): Promise<ElectronApplication> {
  if (!isRealElectron) return launchOnDouble(args, env)
  const { _electron } = await import('playwright-core')
  const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return _electron.launch({
    args: ['-r', join(import.meta.dirname, 'driver-hook.cjs'), ...args],
    env: { ...Object.fromEntries(inherited), ...env },
    timeout: 120_000,
  })
}

function drive(app: ElectronApplication, dataDir: string): Desktop {
  const child = app.process() // Playwright forgets it when the app has ended
  const tray = async (): Promise<TrayView> => {
    const [imagePath, toolTip, menu] = await app.evaluate(() => {
      const { __double, __desktop } = globalThis as Globals
      const [first] = (__double ?? __desktop)?.trays ?? []
      return [first?.imagePath ?? '', first?.toolTip ?? '', JSON.stringify(first?.menu ?? [])] as const
    })
    return { icon: basename(imagePath), toolTip, menu: JSON.parse(menu) as MenuEntry[] }
  }
  const trayUntil = async (holds: (tray: TrayView) => boolean, what: string): Promise<TrayView> => {
    let last: TrayView | undefined
    const look = async () => {
      last = await tray()
      return holds(last) && last
    }
    return until(look, `the tray shows ${what}`).catch((error: Error) => {
      throw new Error(`${error.message}; it shows ${JSON.stringify(last)}`)
    })
  }
  return {
    app,
    dataDir,
    tray,
    trayUntil,
    pick: (id) =>
      app.evaluate((_electron, id) => {
        const { __double, __desktop } = globalThis as Globals
        type Entries = Inside['trays'][number]['menu']
        const find = (entries: Entries): Entries[number] | undefined =>
          entries.find((entry) => entry.id === id) ?? entries.map((entry) => find(entry.submenu as Entries)).find(Boolean)
        const entry = find((__double ?? __desktop)?.trays[0]?.menu ?? [])
        if (!entry?.enabled) throw new Error(`the menu has no ${id}, or it is grey`)
        setImmediate(() => entry.click()) // it may end the process, and the test's call with it
      }, id),
    async window() {
      const page = await app.firstWindow({ timeout: 60_000 })
      page.setDefaultTimeout(60_000)
      return page
    },
    isWindowVisible: () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().some((window) => window.isVisible())),
    async answer(response, checkboxChecked = false) {
      await app.evaluate(
        ({ dialog }, answer) => {
          const asked: string[] = []
          Object.assign(globalThis, { asked })
          dialog.showMessageBox = async (...args: unknown[]) => {
            const options = args.at(-1) as { message: string; buttons: string[] }
            asked.push(`${options.message} ${options.buttons.join(' / ')}`)
            return answer
          }
        },
        { response, checkboxChecked },
      )
      return () => app.evaluate(() => (globalThis as Globals).asked ?? [])
    },
    opened: () =>
      app.evaluate(({ shell }) => {
        const globals = globalThis as Globals
        if (globals.opened) return globals.opened
        const opened: string[] = []
        globals.opened = opened
        shell.openExternal = async (url) => void opened.push(url)
        return opened
      }),
    async exited() {
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit', { signal: AbortSignal.timeout(60_000) })
    },
    close: () => app.close(),
  }
}
