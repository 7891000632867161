/** The desktop app as a person meets it: the tray, the window, the clipboard. */
import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { LANGUAGES } from '../../languages/index.ts'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { reachableService, snapshotOf } from '../fakes/engine.ts'
import { type Desktop, launchDesktop, makeDataDir, newDocument, removeDataDir, scriptEngine, startedEngines, until } from './driver.ts'

const pictures = join(import.meta.dirname, '..', '..', 'test-results')

const relayed = (name: string): ServiceView => ({
  ...reachableService(name),
  paths: [{ rung: 'tunnel', family: 'ipv4', phase: 'confirmed' }],
  best: { ipv4: 'tunnel', ipv6: 'tunnel' },
})

let dataDir: string
let desktop: Desktop
let engine: Awaited<ReturnType<typeof scriptEngine>>

before(async () => {
  dataDir = await makeDataDir()
  desktop = await launchDesktop(dataDir)
  engine = await scriptEngine(dataDir)
  await mkdir(pictures, { recursive: true })
})

after(async () => {
  engine?.close()
  await desktop?.close()
  await removeDataDir(dataDir)
})

const isReachable = ({ icon }: { icon: string }) => icon === 'reachable.png'

describe('the tray', () => {
  test('says the state by its icon and one sentence, and offers every action in its menu', async () => {
    const { toolTip, menu } = await desktop.trayUntil(isReachable, 'reachable')
    assert.equal(toolTip, 'Porchlight: Reachable from the internet')
    const drawn = (entries: typeof menu): unknown[] =>
      entries.map(({ label, enabled, submenu }) => (submenu.length > 0 ? [label, ...drawn(submenu)] : enabled ? label : `(${label})`))
    assert.deepEqual(
      drawn(menu).filter((label) => label !== ''),
      [
        '(Reachable from the internet)',
        ['web: Reachable', 'Copy share link', 'Open', 'Pause'],
        'Check now',
        'Open Porchlight',
        'Start at login',
        'Quit',
      ],
    )
  })

  test('follows the engine', async () => {
    await engine.setSnapshot(snapshotOf([relayed('web')]))
    const { toolTip } = await desktop.trayUntil(({ icon }) => icon === 'relayed.png', 'relayed')
    assert.equal(toolTip, 'Porchlight: Reachable through the relay')
    await engine.setSnapshot(snapshotOf([{ ...relayed('web'), state: 'unknown', best: { ipv4: null, ipv6: null } }]))
    await desktop.trayUntil(({ icon, menu }) => icon === 'cannot-check.png' && menu[0]?.label === "Can't check right now", 'cannot check')
    await engine.setSnapshot(snapshotOf([reachableService('web')]))
    await desktop.trayUntil(isReachable, 'reachable')
  })

  test('copies a share link to the clipboard', async () => {
    await desktop.pick('copy:web')
    const copied = () => desktop.app.evaluate(({ clipboard }) => clipboard.readText())
    await until(async () => (await copied()) === 'https://relay.example/s/web#secret', 'the link is on the clipboard')
  })

  test("opens a service in the person's own browser", async () => {
    await desktop.opened()
    await desktop.pick('open:web')
    await until(async () => (await desktop.opened()).length > 0, 'a browser was asked for')
    assert.deepEqual(await desktop.opened(), ['https://web.home.relay.example/'])
  })

  test('pauses, resumes and checks', async () => {
    await desktop.pick('pause:web')
    await desktop.trayUntil(({ icon }) => icon === 'paused.png', 'paused')
    await desktop.pick('resume:web')
    await desktop.trayUntil(isReachable, 'reachable')
    await desktop.pick('check-now')
    await until(async () => (await engine.calls({})).at(-1) === 'checkNow', 'the engine was asked to check')
    assert.deepEqual(await engine.calls({}), ['paused web', 'reachable web', 'checkNow'])
  })

  test('passes on that the computer is about to sleep', async () => {
    await desktop.app.evaluate(({ powerMonitor }) => void powerMonitor.emit('suspend'))
    await until(async () => (await engine.calls({})).at(-1) === 'announceSleep', 'the engine was told')
  })

  test('greys out what a service does not have', async () => {
    await engine.setSnapshot(snapshotOf([{ ...reachableService('web'), shareLink: null, publicUrl: null }]))
    await desktop.trayUntil(({ menu }) => menu.some(({ submenu }) => submenu[0]?.enabled === false), 'no share link')
    await assert.rejects(desktop.pick('copy:web'))
    await assert.rejects(desktop.pick('open:web'))
    await engine.setSnapshot(snapshotOf([reachableService('web')]))
    await desktop.trayUntil(({ menu }) => menu.some(({ submenu }) => submenu[0]?.enabled === true), 'the share link again')
  })
})

describe('the window', () => {
  test('shows the page, live', async () => {
    const page = await desktop.window()
    await page.getByRole('heading', { name: 'Reachable from the internet' }).waitFor()
    await engine.setSnapshot(snapshotOf([reachableService('web'), relayed('photos')]))
    await page.getByRole('heading', { name: 'Reachable through the relay' }).waitFor()
    await page.getByRole('heading', { name: 'photos' }).waitFor()
    await page.screenshot({ path: join(pictures, 'desktop-window.png') })
    await engine.setSnapshot(snapshotOf([reachableService('web')]))
    await page.getByRole('heading', { name: 'Reachable from the internet' }).waitFor()
  })

  test('copies a share link to the clipboard', async () => {
    const page = await desktop.window()
    await desktop.app.evaluate(({ clipboard }) => clipboard.writeText('something else'))
    await page.getByRole('button', { name: /^Copy share link/ }).click()
    const copied = () => desktop.app.evaluate(({ clipboard }) => clipboard.readText())
    await until(async () => (await copied()) === 'https://relay.example/s/web#secret', 'the link is on the clipboard')
  })

  test('sends a link that leads out to the browser and stays where it is', async () => {
    const page = await desktop.window()
    const before = (await desktop.opened()).length
    await page.getByRole('link', { name: 'https://web.home.relay.example/' }).click()
    await until(async () => (await desktop.opened()).length > before, 'a browser was asked for')
    await page.getByRole('heading', { name: 'Reachable from the internet' }).waitFor()
  })

  test('opens the mail program on a text for whoever can help', async () => {
    const page = await desktop.window()
    const before = (await desktop.opened()).length
    await page.evaluate(() => {
      location.hash = '#/guide'
    })
    const { message } = LANGUAGES.en
    await page.getByRole('button', { name: message.heading }).click()
    await page.getByRole('button', { name: message.to.provider }).click()
    await page.getByRole('button', { name: message.mail }).click()
    const opened = await until(async () => (await desktop.opened())[before], 'the mail program was asked for')
    assert.match(opened, /^mailto:\?subject=[^&]+&body=[^&]+$/)
    await page.evaluate(() => {
      location.hash = '#/'
    })
    await page.getByRole('heading', { name: 'Reachable from the internet' }).waitFor()
  })

  test('closes into the tray, comes back as it was, and the engine lives on', async () => {
    const page = await desktop.window()
    assert.equal(await desktop.isWindowVisible(), true)
    await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }))
    await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
    assert.equal(await desktop.isWindowVisible(), false)
    await desktop.pick('open-window')
    await until(() => desktop.isWindowVisible(), 'the window is visible')
    assert.equal(await page.evaluate(() => 'sameDocument' in globalThis), true)
    assert.equal((await startedEngines(dataDir)).length, 1)
  })

  test('follows the page through a reload', async () => {
    const page = await desktop.window()
    await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.reload())
    await newDocument(page)
    await page.getByRole('heading', { name: 'Reachable from the internet' }).waitFor()
  })

  test('comes to the front when the app is started once more', async () => {
    await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
    assert.equal(await desktop.isWindowVisible(), false)
    // It ends at once, perhaps before Playwright has attached to it.
    await launchDesktop(dataDir).then(
      (second) => second.exited(),
      () => {},
    )
    await until(() => desktop.isWindowVisible(), 'the window of the first is visible')
  })
})
