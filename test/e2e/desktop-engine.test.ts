/** The desktop app and its engine: attached to or started, once; alive after the app or stopped with it, as the person says. */
import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { readEngineFile } from '../../electron/engine-process.ts'
import {
  type Desktop,
  isAlive,
  launchDesktop,
  makeDataDir,
  removeDataDir,
  scriptEngine,
  startEngine,
  startedEngines,
  until,
} from './driver.ts'

const KEEP = 0
const STOP = 1
const CANCEL = 2

let dataDir: string
let desktops: Desktop[]

beforeEach(async () => {
  dataDir = await makeDataDir()
  desktops = []
})

afterEach(async () => {
  for (const desktop of desktops) await desktop.close()
  await removeDataDir(dataDir)
})

async function launch(...args: string[]): Promise<Desktop> {
  const desktop = await launchDesktop(dataDir, args)
  desktops.push(desktop)
  return desktop
}

const isReachable = ({ icon }: { icon: string }) => icon === 'reachable.png'

async function onlyEngine(): Promise<number> {
  const pids = await startedEngines(dataDir)
  assert.equal(pids.length, 1, `engines started: ${pids}`)
  return pids[0] ?? 0
}

describe('the engine', () => {
  test('that runs already is attached to, not started twice; an older one becomes the one that came with this app, with all that it had, once nobody is being served', async () => {
    await startEngine(dataDir, '0.0.1')
    const before = await readEngineFile(dataDir)
    const old = await scriptEngine(dataDir)
    await old.carry({ bytes: 100_000 })
    const desktop = await launch()
    await desktop.trayUntil(isReachable, 'reachable')
    await new Promise((resolve) => setTimeout(resolve, 700)) // some looks at its visitors
    assert.equal((await readEngineFile(dataDir))?.version, '0.0.1')
    assert.equal(before?.pid, await onlyEngine())
    await old.carry({ bytes: 0 })
    old.close()
    const after = await until(async () => {
      const file = await readEngineFile(dataDir)
      return file?.version === '99.0.0' && file
    }, 'the engine is the new one')
    assert.equal(after.pid, before?.pid, 'one process to whoever watches over it')
    await desktop.trayUntil(isReachable, 'reachable')
    assert.equal((await startedEngines(dataDir)).length, 2)
  })

  test('is started once for the tray and the page, comes back when it is killed, and stays away when somebody has stopped it', async () => {
    const desktop = await launch()
    const stopIt = async () => {
      const engine = await scriptEngine(dataDir)
      await engine.stop({})
      engine.close()
      return await desktop.trayUntil(({ toolTip }) => toolTip === 'Porchlight: Porchlight is not running.', 'that it is not running')
    }
    await desktop.trayUntil(isReachable, 'reachable')
    const page = await desktop.window()
    await page.getByRole('heading', { name: 'Reachable from the internet' }).waitFor()

    process.kill(await onlyEngine(), 'SIGKILL')
    await until(async () => (await startedEngines(dataDir)).length === 2, 'a second engine was started')
    await desktop.trayUntil(isReachable, 'reachable again')
    const engine = await scriptEngine(dataDir)
    await engine.addService({ name: 'photos', target: 'http://192.168.1.21' })
    await page.getByRole('heading', { name: 'photos' }).waitFor()
    engine.close()

    const { icon, menu } = await stopIt()
    assert.equal(icon, 'paused.png')
    assert.deepEqual(menu.map(({ id }) => id).filter(Boolean), ['state', 'open-window', 'start-at-login', 'quit'])
    assert.equal((await startedEngines(dataDir)).length, 2)
    await startEngine(dataDir) // as from a terminal
    await desktop.trayUntil(isReachable, 'the one that somebody started')

    await stopIt()
    assert.equal((await startedEngines(dataDir)).length, 3)
    await desktop.pick('open-window')
    await desktop.trayUntil(isReachable, 'reachable')
    assert.equal((await startedEngines(dataDir)).length, 4)
  })

  test('that cannot start says why, and is tried again', async () => {
    await writeFile(join(dataDir, 'fail'), 'starting\nerror port-taken: Another program already uses 127.0.0.1:8480.\n')
    const desktop = await launch()
    const { menu } = await desktop.trayUntil(({ icon }) => icon === 'needs-you.png', 'a need')
    assert.equal(menu[1]?.label, 'error port-taken: Another program already uses 127.0.0.1:8480.')
    await rm(join(dataDir, 'fail'))
    await desktop.trayUntil(isReachable, 'reachable')
  })
})

describe('quitting', () => {
  test('asks: on "cancel" all goes on, on "keep" the engine does, and a ticked answer is asked for no more', async () => {
    const first = await launch()
    await first.trayUntil(isReachable, 'reachable')
    const pid = await onlyEngine()
    const asked = await first.answer(CANCEL)
    await first.pick('quit')
    await until(async () => (await asked()).length === 1, 'the question was asked')
    assert.deepEqual(await asked(), ['Keep your services online? Keep them online / Stop everything / Cancel'])
    await first.pick('check-now')
    const engine = await scriptEngine(dataDir)
    await until(async () => (await engine.calls({})).includes('checkNow'), 'the app goes on')
    engine.close()

    await first.answer(KEEP, true)
    await first.pick('quit')
    await first.exited()
    assert.equal(isAlive(pid, dataDir), true)
    assert.equal((await readEngineFile(dataDir))?.pid, pid)

    const second = await launch()
    await second.trayUntil(isReachable, 'reachable')
    await second.answer(CANCEL) // it would stay
    await second.pick('quit')
    await second.exited()
    assert.equal(await onlyEngine(), pid)
  })

  test('asks, and on "stop" takes the engine with it', async () => {
    const desktop = await launch()
    await desktop.trayUntil(isReachable, 'reachable')
    const engine = await onlyEngine()
    await desktop.answer(STOP)
    await desktop.pick('quit')
    await desktop.exited()
    await until(async () => !isAlive(engine, dataDir), 'the engine is gone')
    assert.equal(await readEngineFile(dataDir), undefined)
  })

  test('by the end of the desktop session asks nothing and leaves the engine running', async () => {
    const desktop = await launch()
    await desktop.trayUntil(isReachable, 'reachable')
    const engine = await onlyEngine()
    desktop.app.process().kill('SIGTERM')
    await desktop.exited()
    assert.equal(isAlive(engine, dataDir), true)
  })
})
