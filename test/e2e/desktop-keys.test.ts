/** Keys that the keychain of an account holds: the real engine, on the double of Electron and of its keychain. */
import assert from 'node:assert/strict'
import { readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { readEngineFile } from '../../electron/engine-process.ts'
import type { DesktopAction, DesktopView } from '../../protocol/desktop.ts'
import { type Desktop, isAlive, launchDesktop, makeDataDir, removeDataDir, startEngine, until } from './driver.ts'

declare const porchlight: { ask(action: DesktopAction): Promise<void>; watch(onChange: (view: DesktopView) => void): void }

const YES = 0
const NO = 1

let dataDir: string
let desktop: Desktop
let page: Page

before(async () => {
  dataDir = await makeDataDir()
  desktop = await launchDesktop(dataDir, [], 'real')
  page = await desktop.window()
})
after(async () => {
  await desktop?.close()
  const running = await readEngineFile(dataDir)
  if (running && isAlive(running.pid, dataDir)) process.kill(running.pid, 'SIGKILL')
  await removeDataDir(dataDir)
})

const engine = () =>
  until(async () => {
    const running = await readEngineFile(dataDir)
    return running && isAlive(running.pid, dataDir) && running
  }, 'an engine runs')
const another = (than: number) => until(async () => (await engine()).pid !== than, 'another engine runs')
/** Not only does it run: the app is connected to it. */
const isKnown = () => desktop.trayUntil(({ menu }) => menu.some(({ id }) => id === 'check-now'), 'what an engine says')
const lockKeys = (lockKeys: boolean) => page.evaluate((lockKeys) => porchlight.ask({ do: 'wish', wishes: { lockKeys } }), lockKeys)
const isLocked = () => page.evaluate(() => new Promise<boolean>((resolve) => porchlight.watch(({ wishes }) => resolve(wishes.lockKeys))))

/** What lies among the keys, by file. */
async function keys(): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const name of (await readdir(join(dataDir, 'secrets'))).sort()) {
    // One that is just going away is gone.
    const text = await readFile(join(dataDir, 'secrets', name), 'utf8').catch(() => undefined)
    if (text !== undefined) found[name] = text
  }
  return found
}

test('are locked when their owner says so, open at every start, and only there, and come back as they were', async () => {
  const first = await engine()
  await isKnown()
  const clear = await keys()
  assert.match(clear['device.pem'] ?? '', /PRIVATE KEY/)

  const asked = await desktop.answer(NO)
  await lockKeys(true)
  assert.deepEqual(await asked(), ['Lock the keys of this home? Lock them / Not now'])
  assert.deepEqual([await keys(), await isLocked(), (await engine()).pid], [clear, false, first.pid])

  await desktop.answer(YES)
  await lockKeys(true)
  await another(first.pid)
  await isKnown()
  const locked = await keys()
  assert.deepEqual(Object.keys(locked), ['device.pem', 'keychain.json'])
  assert.match(locked['device.pem'] ?? '', /^porchlight-sealed\/1 /)
  assert.equal(await isLocked(), true)

  // The keychain is gone: nothing starts, nothing is lost, and nothing is asked again and again.
  const [keyring, elsewhere] = ['keyring', 'elsewhere'].map((name) => join(dataDir, 'user-data', name)) as [string, string]
  await rename(keyring, elsewhere)
  const second = await engine()
  process.kill(second.pid, 'SIGKILL')
  const { menu } = await desktop.trayUntil(({ icon }) => icon === 'needs-you.png', 'a need')
  assert.match(menu[1]?.label ?? '', /^The keychain did not open/)
  assert.deepEqual(await keys(), locked)
  await rename(elsewhere, keyring)
  await desktop.pick('open-window')
  await another(second.pid)
  await isKnown()

  const third = await engine()
  await lockKeys(false)
  await another(third.pid)
  await until(async () => !('keychain.json' in (await keys())), 'the key is forgotten')
  assert.deepEqual(await keys(), clear)
  assert.equal(await isLocked(), false)
})

test("stay files where there is no keychain, and where the engine is somebody else's", async () => {
  const { pid } = await engine()
  await isKnown()
  const before = await keys()
  await desktop.app.evaluate(() => {
    process.env.DOUBLE_KEYRING = 'none'
  })
  await desktop.answer(YES)
  await lockKeys(true)
  const told = () => desktop.app.evaluate(() => (globalThis as unknown as { __double: { log: string[][] } }).__double.log.at(-1))
  assert.match(String(await told()), /dialog.showErrorBox,Porchlight,This desktop has no keychain/)
  assert.deepEqual([await keys(), (await engine()).pid], [before, pid])

  process.kill(pid, 'SIGTERM')
  await until(async () => !(await readEngineFile(dataDir)), 'it has stopped')
  await startEngine(dataDir)
  await desktop.trayUntil(({ icon }) => icon === 'reachable.png', 'reachable')
  await lockKeys(true)
  assert.match(String(await told()), /was started by something else/)
  assert.deepEqual(await keys(), before)
})
