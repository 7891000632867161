/** What the app does for its owner beside the window: starting at login, speaking up, staying awake, a relay code behind a link, no tray. */
import assert from 'node:assert/strict'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import type { DesktopAction, DesktopView } from '../../protocol/desktop.ts'
import { formatRelayCode } from '../../protocol/model/relay-code.ts'
import { problem } from '../../protocol/problem.ts'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { reachableService, snapshotOf } from '../fakes/engine.ts'
import { configFolder, type Desktop, launchDesktop, makeDataDir, removeDataDir, scriptEngine, until } from './driver.ts'

declare const porchlight: { ask(action: DesktopAction): Promise<void>; watch(onChange: (view: DesktopView) => void): void }

const isReachable = ({ icon }: { icon: string }) => icon === 'reachable.png'
const JOINED = 0
const code = formatRelayCode({ host: 'relay.example', port: 443, fingerprint: new Uint8Array(16).fill(0xab), key: new Uint8Array(16) })
const link = `porchlight://join/${code}`

const outOfReach = (name: string): ServiceView => ({
  ...reachableService(name),
  state: 'unreachable',
  problem: problem('unreachable-outside', { service: name }),
})

interface Globals {
  __double: { log: unknown[][]; notifications: { title: string; body: string; emit(name: string): void }[] }
  views: DesktopView[]
}

/** What the app did of this kind to the desktop. */
const done = async ({ app }: Desktop, what: string): Promise<unknown[][]> =>
  (await app.evaluate(() => (globalThis as unknown as Globals).__double.log.filter(([name]) => name !== 'clipboard.writeText'))).filter(
    ([name]) => name === what,
  )
const ask = (page: Page, action: DesktopAction) => page.evaluate((action) => porchlight.ask(action), action)
const lastView = (page: Page) => page.evaluate(() => (globalThis as unknown as Globals).views.at(-1))
const watch = (page: Page) =>
  page.evaluate(() => {
    const views: DesktopView[] = []
    Object.assign(globalThis, { views })
    porchlight.watch((view) => views.push(view))
  })

describe('the owner', () => {
  let dataDir: string
  let desktop: Desktop
  let page: Page
  let engine: Awaited<ReturnType<typeof scriptEngine>>
  before(async () => {
    dataDir = await makeDataDir()
    desktop = await launchDesktop(dataDir)
    engine = await scriptEngine(dataDir)
    page = await desktop.window()
    await page.getByRole('heading', { name: 'Reachable from the internet' }).waitFor()
    await watch(page)
  })
  after(async () => {
    engine?.close()
    await desktop?.close()
    await removeDataDir(dataDir)
  })

  const shown = () => desktop.app.evaluate(() => (globalThis as unknown as Globals).__double.notifications.map(({ title }) => title))

  test('has the app start at login, and no more', async () => {
    const entry = join(configFolder(dataDir), 'autostart', 'porchlight.desktop')
    await desktop.pick('start-at-login')
    const isTicked = (wanted: boolean) =>
      desktop.trayUntil(({ menu }) => menu.some(({ id, checked }) => id === 'start-at-login' && checked === wanted), `ticked: ${wanted}`)
    await isTicked(true)
    assert.match(await readFile(entry, 'utf8'), /^Exec=.+ --background$/m)
    await until(async () => (await lastView(page))?.wishes.startAtLogin, 'the page knows')
    await ask(page, { do: 'wish', wishes: { startAtLogin: false } })
    await isTicked(false)
    await assert.rejects(readFile(entry, 'utf8'), /ENOENT/)
  })

  test('is told once of what lasts, and led there by a click', async () => {
    await engine.setSnapshot(snapshotOf([outOfReach('web')]))
    await desktop.trayUntil(({ icon }) => icon === 'unreachable.png', 'unreachable')
    await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
    await later(desktop, 0) // seen at least once before the minute is over
    assert.deepEqual(await shown(), [])
    await later(desktop, 61_000)
    assert.deepEqual(await shown(), ["web can't be reached from outside"])
    await later(desktop, 600_000)
    assert.equal((await shown()).length, 1)
    await desktop.app.evaluate(() => (globalThis as unknown as Globals).__double.notifications[0]?.emit('click'))
    await until(async () => (await lastView(page))?.visit, 'the page is told where to go')
    assert.deepEqual((await lastView(page))?.visit, { page: 'service', name: 'web' })
    assert.equal(await desktop.isWindowVisible(), true)
    await ask(page, { do: 'arrived' })
    await until(async () => (await lastView(page))?.visit === null, 'the visit is over')
    await engine.setSnapshot(snapshotOf([reachableService('web')]))
    await desktop.trayUntil(isReachable, 'reachable')
  })

  test('keeps the computer awake on mains, while something is shared', async () => {
    const awake = () => desktop.app.evaluate(({ powerSaveBlocker }) => powerSaveBlocker.isStarted(1))
    assert.equal(await awake(), false)
    await ask(page, { do: 'wish', wishes: { keepAwake: true } })
    assert.equal(await awake(), true)
    assert.deepEqual(await done(desktop, 'powerSaveBlocker.start'), [['powerSaveBlocker.start', 'prevent-app-suspension']])
    await desktop.app.evaluate(({ powerMonitor }) => {
      powerMonitor.isOnBatteryPower = () => true
      powerMonitor.emit('on-battery')
    })
    assert.equal(await awake(), false)
    await desktop.app.evaluate(({ powerMonitor }) => {
      powerMonitor.isOnBatteryPower = () => false
      powerMonitor.emit('on-ac')
    })
    const again = () => desktop.app.evaluate(({ powerSaveBlocker }) => powerSaveBlocker.isStarted(2))
    assert.equal(await again(), true)
    await desktop.pick('pause:web')
    await until(async () => !(await again()), 'nothing is shared')
    await desktop.pick('resume:web')
    await until(() => desktop.app.evaluate(({ powerSaveBlocker }) => powerSaveBlocker.isStarted(3)), 'shared again')
  })

  test('has the language of the tray that every face has, and quiet hours', async () => {
    const preferences = { language: 'fr', quietHours: { from: '00:00', to: '00:00' } } as const
    await engine.setSnapshot({ ...snapshotOf([outOfReach('web')]), preferences })
    await desktop.trayUntil(({ menu }) => menu[0]?.label === 'Inaccessible depuis internet', 'French')
    await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
    const before = (await shown()).length
    await later(desktop, 0)
    await later(desktop, 61_000)
    assert.equal((await shown()).length, before)
    await engine.setSnapshot(snapshotOf([reachableService('web')]))
    await desktop.trayUntil(isReachable, 'reachable')
  })

  test('is asked about a relay behind a link, and nothing is joined without a yes', async () => {
    const asked = await desktop.answer(1)
    const second = () =>
      launchDesktop(dataDir, [link]).then(
        (other) => other.exited(),
        () => {},
      )
    await second()
    await until(async () => (await asked()).length === 1, 'the question')
    assert.match((await asked())[0] ?? '', /^Use the relay relay\.example\? Use this relay \/ Not now$/)
    assert.deepEqual(
      (await engine.calls({})).filter((call) => call.startsWith('joinRelay')),
      [],
    )
    const again = await desktop.answer(JOINED)
    await second()
    await until(async () => (await again()).length === 1, 'the question again')
    await until(async () => (await engine.calls({})).includes(`joinRelay ${code}`), 'joined')
  })

  test('reads what is wrong with a link that holds no code, and is asked nothing', async () => {
    const asked = await desktop.answer(JOINED)
    await launchDesktop(dataDir, [`porchlight://join/${code}x`]).then(
      (other) => other.exited(),
      () => {},
    )
    await until(async () => (await done(desktop, 'dialog.showErrorBox')).length === 1, 'an explanation')
    assert.deepEqual(await asked(), [])
  })
})

describe('a start', () => {
  let dataDir: string
  let desktop: Desktop | undefined
  beforeEach(async () => {
    dataDir = await makeDataDir()
  })
  afterEach(async () => {
    await desktop?.close()
    await removeDataDir(dataDir)
  })

  test('by a link asks about it', async () => {
    const started = await launchDesktop(dataDir, ['--background', link])
    desktop = started
    // Nobody answers this dialog, and the double says that it was opened.
    const opened = async () => (await done(started, 'dialog.showErrorBox')).some(([, , text]) => /a dialog opened/.test(String(text)))
    await until(opened, 'the question')
    await until(() => started.isWindowVisible(), 'the window')
  })

  test('where nothing shows a tray opens the window, and closing it is leaving', async () => {
    const bin = join(dataDir, 'bin')
    await mkdir(bin)
    await writeFile(join(bin, 'dbus-send'), "#!/bin/sh\necho '   boolean false'\n")
    await chmod(join(bin, 'dbus-send'), 0o755)
    desktop = await launchDesktop(dataDir, [], 'scripted', { PATH: `${bin}${delimiter}${process.env.PATH}` })
    const page = await desktop.window()
    await page.getByRole('heading', { name: 'Reachable from the internet' }).waitFor()
    await watch(page)
    await until(async () => (await lastView(page))?.hasTray === false, 'the page knows')
    const close = () => desktop?.app.evaluate(({ BrowserWindow }) => void setImmediate(() => BrowserWindow.getAllWindows()[0]?.close()))
    const asked = await desktop.answer(2)
    await close()
    await until(async () => (await asked()).length === 1, 'what goes on is asked')
    assert.equal(await desktop.isWindowVisible(), true)
    await desktop.answer(0)
    await close()
    await desktop.exited()
    desktop = undefined
  })
})

/** The app's clock goes on by so much, and it has looked since (every second): one that is slow to look is as slow to tell us that time has passed. */
async function later({ app }: Desktop, ms: number): Promise<void> {
  await app.evaluate(async (_electron, ms) => {
    const kept = globalThis as { realDate?: DateConstructor; shiftMs?: number }
    const Real = kept.realDate ?? Date
    const shiftMs = (kept.shiftMs ?? 0) + ms
    class Later extends Real {
      constructor() {
        super(Real.now() + shiftMs)
      }
      static override now = () => Real.now() + shiftMs
    }
    Object.assign(globalThis, { realDate: Real, shiftMs, Date: Later })
    await new Promise((resolve) => setTimeout(resolve, 1_200))
  }, ms)
}
