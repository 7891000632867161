/** The desktop app and the real engine, with a real relay on loopback: the whole product on one computer. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { readEngineFile } from '../../electron/engine-process.ts'
import { axe } from '../fakes/page-browser.ts'
import { type Desktop, isAlive, launchDesktop, makeDataDir, removeDataDir, until } from './driver.ts'

const root = join(import.meta.dirname, '..', '..')
const STOP = 1

let dataDir: string
let relay: ChildProcess
let engine: ChildProcess
let desktop: Desktop
const backend = http.createServer((_request, response) => response.end('home'))

/** Starts one of our programs; resolves with what it printed after `ready`. */
async function start(program: string, ...args: string[]): Promise<{ child: ChildProcess; address: string }> {
  const child = spawn(join(root, 'bin', program), args, { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface(child.stdout ?? process.stdin))
    if (line.startsWith('ready ')) return { child, address: line.slice(6) }
  throw new Error(`${program} ended before it was ready`)
}

before(async () => {
  dataDir = await makeDataDir()
  await once(backend.listen(0, '127.0.0.1'), 'listening')
  const loopback = ['--https', '127.0.0.1:0', '--http', '127.0.0.1:0', '--dns', 'off', '--open']
  const started = await start(
    'porchlight-relay',
    'run',
    '--domain',
    'porchlight.localhost',
    '--data',
    join(dataDir, 'relay'),
    '--ipv4',
    '127.0.0.1',
    ...loopback,
  )
  relay = started.child
  const trusted = ['--relay', started.address, '--relay-ca', join(dataDir, 'relay', 'ca.pem')]
  engine = (await start('porchlight', 'run', '--data', dataDir, '--ui', 'off', ...trusted)).child
  desktop = await launchDesktop(dataDir, [], 'real')
})
after(async () => {
  await desktop?.close()
  engine?.kill('SIGKILL')
  relay?.kill('SIGKILL')
  backend.close()
  await removeDataDir(dataDir)
})

test('a service added in the window is shown in the tray, its link is copied from there, and everything can be stopped', async () => {
  const page = await desktop.window()
  // Who has nothing yet is led to it.
  await page.getByRole('heading', { level: 1, name: 'What do you want to reach?' }).waitFor()
  await page.getByText('Something else', { exact: true }).click()
  await page.getByRole('textbox', { name: 'Where does it run?' }).fill(`http://127.0.0.1:${(backend.address() as AddressInfo).port}`)
  await page.getByRole('textbox', { name: 'What shall it be called?' }).fill('photos')
  await page.getByText(/We saw no login/).waitFor()
  await page.getByRole('button', { name: 'Next' }).click()
  for (const title of ['Looking at your network', 'Opening the way', 'A name for your home']) {
    await page.getByRole('heading', { level: 1, name: title }).waitFor()
    await page.getByRole('button', { name: 'Next' }).click()
  }
  await page.getByRole('heading', { level: 1, name: 'Your link' }).waitFor()
  await page.getByRole('img', { name: 'QR code of the link' }).waitFor()
  await desktop.trayUntil(
    ({ icon, menu }) => icon === 'relayed.png' && menu.some(({ id }) => id === 'service:photos'),
    'served by the relay',
  )
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('heading', { level: 1, name: 'The rehearsal works' }).waitFor()
  assert.deepEqual(await axe(page), [])
  await page.screenshot({ path: join(root, 'test-results', 'desktop-rehearsal.png'), fullPage: true })
  await desktop.pick('copy:photos')
  const copied = await until(
    async () => (await desktop.app.evaluate(async ({ clipboard }) => await clipboard.readText())) || undefined,
    'the link was copied',
  )
  assert.match(copied, /^https:\/\/porchlight\.localhost:\d+\/s\/[a-z2-7]{16}$/)

  const { pid } = (await readEngineFile(dataDir)) ?? { pid: 0 }
  assert.equal(pid, engine.pid)
  await desktop.answer(STOP)
  await desktop.pick('quit')
  await desktop.exited()
  await until(async () => !isAlive(pid, dataDir), 'the engine stopped')
})
