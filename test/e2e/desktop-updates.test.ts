/** New versions, from a server of this computer: the app runs as an AppImage would, on the double of Electron. */
import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { signManifest } from '../../electron/update-manifest.ts'
import type { DesktopAction, DesktopView } from '../../protocol/desktop.ts'
import { type Desktop, launchDesktop, makeDataDir, removeDataDir, scriptEngine, until } from './driver.ts'

declare const porchlight: { ask(action: DesktopAction): Promise<void>; watch(onChange: (view: DesktopView) => void): void }

const LIST = process.arch === 'x64' ? 'latest-linux.yml' : `latest-linux-${process.arch}.yml`
const ours = generateKeyPairSync('ed25519')
const theirs = generateKeyPairSync('ed25519')
const key = String(ours.publicKey.export({ format: 'jwk' }).x)

/** What a new version is here: a program that leaves a word where the data is. */
const program = '#!/bin/sh\necho "$APPIMAGE_SILENT_INSTALL" > "$PORCHLIGHT_DATA/updated"\n'
const listOf = (version: string, bytes = program): string => `version: ${version}
files:
  - url: Porchlight-${version}.AppImage
    sha512: ${createHash('sha512').update(bytes).digest('base64')}
    size: ${bytes.length}
path: Porchlight-${version}.AppImage
sha512: x
releaseDate: '2026-01-05T18:00:00.000Z'
`
const signed = (text: string, by = ours) => signManifest(text, LIST, by.privateKey)

let server: Server
let url: string
let served: Map<string, string>
let asked: { path: string; headers: Record<string, unknown> }[]
let dataDir: string
let appImage: string
let desktop: Desktop
let page: Page

before(async () => {
  server = createServer(({ url: path = '', headers }, response) => {
    const name = path.slice(1).split('?')[0] ?? ''
    asked.push({ path: name, headers })
    const body = served.get(name)
    response.writeHead(body === undefined ? 404 : 200, { 'content-length': body?.length ?? 0 }).end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
})
after(() => server.close())

beforeEach(async () => {
  served = new Map()
  asked = []
  dataDir = await makeDataDir()
  appImage = join(dataDir, 'Porchlight.AppImage')
  await writeFile(appImage, 'the old one')
  await chmod(appImage, 0o755)
  const source = join(dataDir, 'updates.yml')
  await writeFile(source, JSON.stringify({ updates: { url, key }, updaterCacheDirName: 'porchlight-updater' }))
  desktop = await launchDesktop(dataDir, [], 'scripted', {
    PORCHLIGHT_UPDATES: source,
    APPIMAGE: appImage,
    XDG_CACHE_HOME: join(dataDir, 'cache'),
  })
  page = await desktop.window()
  await page.getByRole('heading', { name: 'Reachable from the internet' }).waitFor()
  await page.evaluate(() => {
    const views: DesktopView[] = []
    Object.assign(globalThis, { views })
    porchlight.watch((view) => views.push(view))
  })
})
afterEach(async () => {
  await desktop.close().catch(() => {})
  await removeDataDir(dataDir)
})

const ask = (action: DesktopAction) => page.evaluate((action) => porchlight.ask(action), action)
const phases = () =>
  page.evaluate(() =>
    (globalThis as unknown as { views: DesktopView[] }).views
      .map(({ update }) => update)
      .filter((one, at, all) => one.phase !== all[at - 1]?.phase),
  )
const reach = (phase: DesktopView['update']['phase']) =>
  until(async () => (await phases()).findLast((one, at, all) => one.phase === phase && at === all.length - 1), phase)
const publish = (list: string, bytes = program): void => {
  served.set(LIST, list)
  served.set(`Porchlight-${/^version: (\S+)/m.exec(list)?.[1]}.AppImage`, bytes)
}

describe('a new version', () => {
  test('is not looked for before its owner wants it; then fetched, and put in when he says so and nobody is being served', async () => {
    publish(signed(listOf('9.0.0')))
    await ask({ do: 'look-for-update' })
    assert.deepEqual([asked, (await phases()).map(({ phase }) => phase)], [[], ['off']])
    await ask({ do: 'wish', wishes: { updates: true } })
    assert.equal((await reach('ready')).version, '9.0.0')
    assert.deepEqual(
      asked.map(({ path }) => path),
      [LIST, 'Porchlight-9.0.0.AppImage'],
    )
    assert.deepEqual(
      Object.keys(asked[0]?.headers ?? {}).filter((name) => name.startsWith('x-')),
      [],
      'nobody is told who asks',
    )
    assert.equal(await readFile(appImage, 'utf8'), 'the old one')
    const engine = await scriptEngine(dataDir)
    await engine.carry({ bytes: 100_000 })
    await ask({ do: 'install-update' })
    await reach('waiting')
    await new Promise((resolve) => setTimeout(resolve, 700)) // three more looks
    assert.equal((await phases()).at(-1)?.phase, 'waiting')
    assert.equal(await readFile(appImage, 'utf8'), 'the old one')
    await engine.carry({ bytes: 100 })
    engine.close()
    await desktop.exited()
    assert.equal(await readFile(appImage, 'utf8'), program)
    const word = await until(() => readFile(join(dataDir, 'updated'), 'utf8').catch(() => undefined), 'the new one runs')
    assert.equal(word.trim(), 'true')
  })

  const refused: [string, () => void, RegExp][] = [
    ['whose list nobody signed', () => publish(listOf('9.0.0')), /not signed/],
    ['whose list somebody else signed', () => publish(signed(listOf('9.0.0'), theirs)), /signed by somebody else/],
    ['whose list was changed', () => publish(signed(listOf('9.0.0')).replace('9.0.0', '9.0.1')), /signed by somebody else/],
    [
      'that is another than the list says',
      () => publish(signed(listOf('9.0.0')), program.replace('echo', 'evil')),
      /sha512 checksum mismatch/,
    ],
    ['with more bytes than the list says', () => publish(signed(listOf('9.0.0')), 'x'.repeat(4 << 20)), /cancelled/],
    [
      'from elsewhere than beside its list',
      () => publish(signed(listOf('9.0.0').replace('url: ', 'url: https://elsewhere.example/'))),
      /url/,
    ],
    ['whose list does not end', () => publish('x'.repeat(100_000)), /too long/],
    ['that is not there', () => {}, /HTTP 404/],
  ]
  test(`is refused ${refused.map(([what]) => what).join(', ')}; one that is older, or the one that runs, is none`, async () => {
    for (const [what, publishIt, reason] of refused) {
      served.clear()
      publishIt()
      await ask({ do: 'wish', wishes: { updates: true } })
      assert.match((await reach('failed')).reason ?? '', reason, what)
      await ask({ do: 'install-update' })
      await ask({ do: 'wish', wishes: { updates: false } })
      await reach('off')
    }
    asked = []
    const current = JSON.parse(await readFile(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8')).version
    for (const version of ['0.0.1', current]) {
      publish(signed(listOf(version)))
      await ask({ do: 'wish', wishes: { updates: true } })
      await until(async () => asked.at(-1)?.path === LIST, 'looked')
      await reach('current')
      await ask({ do: 'wish', wishes: { updates: false } })
      await reach('off')
    }
    assert.deepEqual([...new Set(asked.map(({ path }) => path))], [LIST], 'no file was fetched')
    assert.equal(await readFile(appImage, 'utf8'), 'the old one')
  })
})
