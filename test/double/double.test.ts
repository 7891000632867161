import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { ElectronApplication, Page } from 'playwright-core'
import { launchOnDouble } from './playwright.ts'
import { type Declared, declaredMembers } from './typings.ts'

const fixture = join(import.meta.dirname, 'fixture')

declare const host: {
  members: Record<string, string[]>
  same(value: unknown): Promise<unknown>
  fails(): Promise<never>
  throws(): never
  twice(listener: (n: number) => number): number
  hello(listener: (...args: unknown[]) => void, ...args: unknown[]): void
}

interface Globals {
  fixture: { events: string[]; menu: Electron.Menu; tray: Electron.Tray }
  __double: { log: unknown[][]; trays: { menu: { id: string; label: string; submenu: { click(): void }[]; click(): void }[] }[] }
}
/** Inside the app, `globalThis` carries these. */
const inApp = globalThis as unknown as Globals & typeof globalThis

let app: ElectronApplication
let page: Page
let userData: string

const events = () => app.evaluate(() => (globalThis as unknown as Globals).fixture.events.splice(0))

/** Polls until it holds: events of the page reach the app a moment later. */
async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end; ) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  assert.fail(`not within 30 s: ${what}`)
}

before(async () => {
  userData = await mkdtemp(join(tmpdir(), 'double-test-'))
  app = await launchOnDouble([`--user-data-dir=${userData}`, fixture])
  page = await app.firstWindow()
  await page.getByRole('heading', { name: '/start' }).waitFor()
})

after(async () => {
  await app.close()
  await rm(userData, { recursive: true, force: true, maxRetries: 5 })
})

/** Everything that a part of the double offers: `name` → is it an async function? Runs inside the app. */
function offeredByMain(electron: Record<string, never>): Record<string, { members: [string, boolean][]; statics: [string, boolean][] }> {
  const isAsync = (value: unknown) => typeof value === 'function' && value.constructor.name === 'AsyncFunction'
  const own = (thing: object): [string, boolean][] =>
    Object.entries(Object.getOwnPropertyDescriptors(thing))
      .filter(([name]) => !name.startsWith('_') && !['constructor', 'prototype', 'length', 'name', 'domain'].includes(name))
      .map(([name, property]) => [name, isAsync(property.value)])
  const isForeign = (prototype: object) => prototype === Object.prototype || Object.hasOwn(prototype, 'prependListener')
  const withPrototypes = (thing: object): [string, boolean][] => {
    const parent = Object.getPrototypeOf(thing)
    return isForeign(parent) ? own(thing) : [...own(thing), ...withPrototypes(parent)]
  }
  const { BrowserWindow, Menu, MenuItem, Notification, Tray, nativeImage, session, app, webContents } =
    electron as unknown as typeof Electron
  const window = BrowserWindow.getAllWindows()[0] as Electron.BrowserWindow
  const classes: Record<string, [object, object]> = {
    BrowserWindow: [BrowserWindow, window],
    WebContents: [webContents, window.webContents],
    Menu: [Menu, new Menu()],
    MenuItem: [MenuItem, new MenuItem({ label: 'x' })],
    NativeImage: [nativeImage, nativeImage.createEmpty()],
    Notification: [Notification, new Notification()],
    Tray: [Tray, (globalThis as unknown as Globals).fixture.tray],
    Session: [session, session.defaultSession],
  }
  const described = Object.entries(classes).map(([name, [type, instance]]) => [
    name,
    { members: withPrototypes(instance), statics: own(type) },
  ])
  const classNames = ['BrowserWindow', 'Menu', 'MenuItem', 'Notification', 'Tray', 'nativeImage', 'session', 'webContents']
  const objects = Object.entries({ ...electron, commandLine: app.commandLine } as Record<string, object>)
    .filter(([name, value]) => !classNames.includes(name) && typeof value === 'object')
    .map(([name, value]) => [name[0]?.toUpperCase() + name.slice(1), { members: withPrototypes(value), statics: [] }])
  return Object.fromEntries([...described, ...objects])
}

describe('everything the double offers is declared in electron.d.ts', () => {
  const check = (type: string, offered: [string, boolean][], declared: Map<string, Declared>, isStatic: boolean): string[] =>
    offered.flatMap(([name, isAsync]) => {
      const member = declared.get(name)
      if (!member || member.isStatic !== isStatic) return [`${type}.${name} does not exist`]
      return member.isAsync === isAsync ? [] : [`${type}.${name} is ${member.isAsync ? '' : 'not '}asynchronous in Electron`]
    })

  test('in the main process', async () => {
    const offered = await app.evaluate(offeredByMain as never)
    const types = offered as ReturnType<typeof offeredByMain>
    assert.ok(Object.keys(types).length > 20)
    // Playwright itself puts its own functions in place of these.
    const ofPlaywright = ['App.whenReady is asynchronous in Electron', 'App.emit does not exist']
    const wrong = Object.entries(types).flatMap(([type, { members, statics }]) => {
      const declared = declaredMembers(type)
      return [...check(type, members, declared, false), ...check(type, statics, declared, true)]
    })
    assert.deepEqual(
      wrong.filter((line) => !ofPlaywright.includes(line)),
      [],
    )
  })

  test('in the preload', async () => {
    const members = await page.evaluate(() => host.members)
    assert.deepEqual(Object.keys(members), ['contextBridge', 'ipcRenderer'])
    // invoke alone is asynchronous; the typings are checked for the names.
    for (const [name, names] of Object.entries(members)) {
      const declared = declaredMembers(name[0]?.toUpperCase() + name.slice(1))
      assert.deepEqual(
        names.filter((member) => !declared.has(member)),
        [],
      )
    }
  })

  test('what is not modelled says so at its first use', async () => {
    await assert.rejects(
      app.evaluate(({ globalShortcut }) => globalShortcut.register('A', () => {})),
      /the double does not model electron\.globalShortcut\.register/,
    )
  })
})

describe('the bridge between the worlds', () => {
  test('carries what a structured clone carries', async () => {
    const kept = await page.evaluate(async () => {
      const value = { date: new Date(5), map: new Map([[1, { a: undefined }]]), bytes: new Uint8Array([1, 2]), big: 7n, nan: Number.NaN }
      const back = (await host.same(value)) as typeof value
      return [
        back.date.getTime(),
        back.map.has(1) && 'a' in (back.map.get(1) ?? {}),
        [...back.bytes],
        String(back.big),
        Number.isNaN(back.nan),
        back.bytes instanceof Uint8Array,
      ]
    })
    assert.deepEqual(kept, [5, true, [1, 2], '7', true, true])
  })

  test('carries functions both ways, errors as their message, and refuses what cannot be cloned', async () => {
    const results = await page.evaluate(async () => {
      const messageOf = (error: unknown) => (error as Error).message
      const thrownBy = (run: () => unknown) => {
        try {
          return run()
        } catch (error) {
          return messageOf(error)
        }
      }
      return [
        host.twice((n) => n + 1),
        thrownBy(() => host.throws()),
        await host.fails().catch(messageOf),
        thrownBy(() => host.same(Symbol('x'))),
        Object.isFrozen(host),
      ]
    })
    assert.deepEqual(results, [
      5,
      'from the preload',
      "Error invoking remote method 'fails': RangeError: out of range",
      'An object could not be cloned.',
      true,
    ])
  })

  test('names the frame a message comes from, by its own scheme', async () => {
    const back = await page.evaluate(() => new Promise((resolve) => host.hello((...args) => resolve(args), 'a', 1)))
    assert.deepEqual(back, ['app://ui/start', 'a', 1])
  })

  test('gives the page nothing else', async () => {
    assert.deepEqual(await page.evaluate(() => ['require', 'process', 'ipcRenderer', 'module'].filter((name) => name in globalThis)), [])
    assert.deepEqual(await page.evaluate(() => Object.keys(globalThis).filter((name) => /^open./.test(name) && name !== 'opener')), [])
  })
})

describe('navigation', () => {
  test('of the page can be prevented, and the document lives on', async () => {
    await events()
    await page.evaluate(() => {
      Object.assign(globalThis, { same: true })
      location.href = 'https://elsewhere.example/'
    })
    const seen: string[] = []
    await until(async () => seen.push(...(await events())) > 0 && seen.includes('will-navigate'), 'will-navigate')
    assert.deepEqual(seen, ['did-start-navigation', 'will-frame-navigate', 'will-navigate'])
    assert.equal(await page.evaluate(() => 'same' in globalThis), true)
  })

  test('by the app asks nobody', async () => {
    await events()
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.loadURL('app://ui/second'))
    assert.equal(await page.getByRole('heading').textContent(), '/second')
    assert.deepEqual(await events(), ['did-start-navigation', 'did-navigate', 'did-finish-load'])
  })

  test('into a new window is asked about and gives null', async () => {
    assert.equal(await page.evaluate(() => window.open('https://elsewhere.example/')), null)
    await until(async () => (await events()).includes('window https://elsewhere.example/'), 'the handler was asked')
    await until(async () => app.windows().length === 1, 'no second window stays')
  })
})

describe('the desktop', () => {
  test('draws a tray menu once, at setContextMenu', async () => {
    const labels = await app.evaluate(() => {
      const { fixture, __double } = globalThis as unknown as typeof inApp
      const drawn = () => __double.trays[0]?.menu.map(({ label }) => label)
      const item = fixture.menu.getMenuItemById('first')
      const before = drawn()
      if (item) item.label = 'Changed'
      const unseen = drawn()
      fixture.tray.setContextMenu(fixture.menu)
      return [before, unseen, drawn()]
    })
    assert.deepEqual(labels, [
      ['First', 'More', 'Off'],
      ['First', 'More', 'Off'],
      ['Changed', 'More', 'Off'],
    ])
  })

  test('clicks what is enabled', async () => {
    await events()
    await app.evaluate(() => {
      const menu = (globalThis as unknown as typeof inApp).__double.trays[0]?.menu
      for (const entry of menu ?? []) (entry.submenu[0] ?? entry).click()
    })
    assert.deepEqual(await events(), ['first', 'inner'])
  })

  test('fails a dialog that no test answers', async () => {
    await assert.rejects(
      app.evaluate(({ dialog }) => dialog.showMessageBox({ message: 'x' })),
      /stub dialog\.showMessageBox first/,
    )
  })

  test('shows and hides windows, and lets a close be refused', async () => {
    const states = await app.evaluate(({ BrowserWindow }) => {
      const window = BrowserWindow.getAllWindows()[0] as Electron.BrowserWindow
      const states = [window.isVisible()]
      window.show()
      states.push(window.isVisible(), window.isFocused())
      window.once('close', (event) => event.preventDefault())
      window.close()
      states.push(window.isDestroyed())
      return states
    })
    assert.deepEqual(states, [false, true, true, false])
  })

  test('keeps secrets asynchronously, and refuses damaged ones', async () => {
    const results = await app.evaluate(async ({ safeStorage }) => {
      const secret = await safeStorage.encryptStringAsync('lantern')
      const { result } = await safeStorage.decryptStringAsync(secret)
      secret[20] = (secret[20] ?? 0) ^ 1
      const damaged = await safeStorage.decryptStringAsync(secret).catch((error: Error) => error.message)
      return [await safeStorage.isAsyncEncryptionAvailable(), secret.includes('lantern'), result, damaged]
    })
    assert.deepEqual(results, [true, false, 'lantern', 'Error while decrypting the ciphertext provided to safeStorage.decryptStringAsync.'])
  })
})

describe('a second start', () => {
  test('on the same folder is refused, and the first one hears of it', async () => {
    await events()
    // It ends at once, perhaps before Playwright has attached to it.
    const process = await launchOnDouble([`--user-data-dir=${userData}`, fixture, 'knock']).then(
      (second) => second.process(),
      () => undefined,
    )
    if (process?.exitCode === null) await once(process, 'exit')
    assert.equal(process?.exitCode ?? 3, 3)
    await until(async () => (await events()).includes('second-instance knock'), 'second-instance')
  })

  test('elsewhere, without a keyring and with every permission denied, runs beside it and quits in order', async () => {
    const other = await launchOnDouble([fixture, 'deny'], { DOUBLE_KEYRING: 'none' })
    let said = ''
    other.process().stdout?.on('data', (text) => {
      said += text
    })
    const first = await other.firstWindow()
    await first.getByRole('heading', { name: '/start' }).waitFor()
    assert.equal(await other.evaluate(({ safeStorage }) => safeStorage.isAsyncEncryptionAvailable()), false)
    const permission = (where: Page) =>
      where.evaluate(() => navigator.permissions.query({ name: 'geolocation' }).then(({ state }) => state))
    await until(async () => (await permission(first)) === 'denied', 'geolocation denied')
    await until(async () => (await permission(page)) === 'granted', 'without a handler Electron grants')
    await other.close()
    assert.equal(said, 'before-quit\nwill-quit\nquit\n')
  })
})
